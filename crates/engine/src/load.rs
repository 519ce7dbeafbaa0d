//! Purpose: what a row of the outbox needs for an attempt, read as of now: its incident, what Discord gave us for it, and
//! whether it is still wanted and everything it stands on exists.

use domain::effect::Needs;
use domain::incident::EventAt;
use domain::setup::RoomKind;
use domain::{Effect, Incident, Outcome, PageVia, Place, ReasonCode, Subject, Thing, Timestamp};
use store::{Attempt, OutboxRow, OutboxState};
use tracing::debug;

use crate::deliver::Job;
use crate::handle::{Shared, base36};
use crate::objects::Objects;
use crate::poison::put_row_aside;

/// How long a page waits for its room before it goes to the incidents channel.
const PAGE_PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_secs(5);
/// How long a page waits for it whose person hears of it on another way: as long as cards may stand in a queue.
const ROOM_PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
/// Whom only a room can ring is rung in the incidents channel so seldom, when many of their rooms are not there yet: each of those
/// messages takes the place of a card.
const FALLBACK_APART: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);
/// How long a page waits for the card with which its channel begins.
const CARD_PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_secs(2);
/// How long other posts wait for a room of their own before they take the next best.
const POST_PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_secs(15);
/// What becomes of a row that is looked at.
pub(crate) enum Loaded {
    /// It may go.
    Ready(Box<Job>),
    /// It waits for something that does not exist yet.
    Waits,
    /// It ended: nobody wants it any more, or it cannot be read.
    Ended,
}

/// Reads what an attempt needs: of a row, with what Discord gave us for its subject. `discord`: whether Discord is there.
pub(crate) async fn load(
    shared: &Shared,
    installation: &str,
    discord: bool,
    (row, mut objects): (OutboxRow, Objects),
    wire: Timestamp,
) -> store::Result<Loaded> {
    let effect = match row.effect {
        Ok(effect) => effect,
        Err(text) => {
            let why = format!("the stored effect cannot be read: {text}");
            put_row_aside(shared, row.id, row.planned_at, None, &why, wire).await?;
            return Ok(Loaded::Ended);
        }
    };
    let on_discord = effect.carrier().is_none_or(PageVia::is_discord);
    if on_discord && !discord {
        return Ok(Loaded::Waits);
    }
    let incident = match row.subject.as_ref().and_then(Subject::incident) {
        Some(id) => shared.incident(id).await?,
        None => None,
    };
    let attempt = Attempt { row: row.id, number: row.attempts, may_be_outside: false };
    let unwanted = effect.still_wanted(incident.as_deref(), &row.said).err();
    if let Some(reason) = unwanted.filter(|_| row.state == OutboxState::Planned) {
        return not_wanted(shared, attempt, &effect, reason, wire).await;
    }
    let mut note = None;
    if let Effect::CandidateSettled { question, .. } | Effect::NoteShows { note: question } = &effect {
        candidate_object(shared, question, &mut objects).await?;
        note = shared.store.chat_note(question).await?;
    }
    if let Effect::PostEdited { post, .. } = &effect {
        // What it is about takes the place of the card, which this one does not look at.
        objects.remove(&Thing::Card);
        candidate_object(shared, post, &mut objects).await?;
    }
    // Where its work is: whoever reads that it is known is shown the way.
    let known = match &effect {
        Effect::Known { incident, .. } => Some(*incident),
        _ => note.as_ref().and_then(|note| note.incident),
    };
    let incident = match known {
        Some(id) if incident.is_none() => {
            objects.extend(room_objects(shared, id).await?);
            shared.incident(id).await?
        }
        _ => incident,
    };
    let board = match effect.storm() {
        Some(storm) => shared.board(storm).await?,
        None => None,
    };
    let history = match effect.own_subject() {
        Some(subject) => shared.store.events(subject).await?,
        None => Vec::new(),
    };
    let waited = wire.duration_since(row.planned_at);
    if !has_what_it_needs(&effect, incident.as_deref(), &objects, waited, wire) {
        return Ok(Loaded::Waits);
    }
    // An attempt that may be outside already is looked for where it went.
    if row.sent_at.is_none()
        && let Effect::Page { person, via: PageVia::Room, .. } = &effect
        && !has_any_room(&objects)
        && !shared.deliveries.falls_back(person, row.id, wire, FALLBACK_APART)
    {
        return Ok(Loaded::Waits);
    }
    // Many posts may wait for a room at once: what they say is read when there is one.
    let told = match row.said {
        told if !told.is_empty() => told,
        _ => match said(shared, &effect).await? {
            Some(told) => told,
            None => {
                let why = format!("the timeline does not hold what it says: {effect:?}");
                put_row_aside(shared, row.id, row.planned_at, Some(effect), &why, wire).await?;
                return Ok(Loaded::Ended);
            }
        },
    };
    let unwanted = unwanted.or_else(|| effect.still_wanted(incident.as_deref(), &told).err());
    if let Some(reason) = unwanted.filter(|_| row.state == OutboxState::Planned) {
        return not_wanted(shared, attempt, &effect, reason, wire).await;
    }
    let claimed = match &row.subject {
        Some(subject) if row.sent_at.is_some() => shared.store.claimed_messages(subject).await?,
        _ => Vec::new(),
    };
    Ok(Loaded::Ready(Box::new(Job {
        row: row.id,
        effect,
        lane: row.lane,
        nonce: format!("{installation}{}", base36(u64::try_from(row.id).unwrap_or(0))),
        incident,
        board,
        note,
        history,
        said: told,
        rendered: row.rendered,
        objects,
        planned_at: row.planned_at,
        attempt: row.attempts + 1,
        sent_at: row.sent_at,
        sent_to: row.sent_to,
        unwanted,
        claimed,
        now: wire,
    })))
}

/// Nobody wants it any more, and it is not outside.
async fn not_wanted(
    shared: &Shared,
    attempt: Attempt,
    effect: &Effect,
    reason: &'static str,
    wire: Timestamp,
) -> store::Result<Loaded> {
    debug!(outbox.row = attempt.row, "Dropped {}: {reason}", effect.kind());
    let dropped = Outcome::Dropped { reason: ReasonCode::NotWanted.because(reason) };
    shared.store.outbox_settle(attempt, &dropped, wire).await?;
    shared.deliveries.ring();
    Ok(Loaded::Ended)
}

/// The events that a post says; none when one of them is not there.
async fn said(shared: &Shared, effect: &Effect) -> store::Result<Option<Vec<EventAt>>> {
    let (incident, seqs): (_, Vec<u32>) = match effect {
        Effect::Post { incident, seq, .. }
        | Effect::PostEdited { incident, seq, .. }
        | Effect::FollowerTold { incident, seq, .. } => (*incident, vec![*seq]),
        Effect::Outage { incident, posts, .. } => (*incident, posts.iter().map(|said| said.seq).collect()),
        _ => return Ok(Some(Vec::new())),
    };
    let said = shared.store.events_at(incident, &seqs).await?;
    Ok((said.len() == seqs.len()).then_some(said))
}

/// The rooms of an incident that a message under a chat line tells of.
async fn room_objects(shared: &Shared, id: domain::IncidentId) -> store::Result<Objects> {
    let mut objects = shared.objects(&id.into()).await?;
    objects.retain(|thing, _| matches!(thing, Thing::Channel | Thing::Thread));
    Ok(objects)
}

/// A question about a chat line belongs to no incident, and a post is no thing of one; its message is the receipt of its own row.
async fn candidate_object(shared: &Shared, question: &str, objects: &mut Objects) -> store::Result<()> {
    if let Some((channel, message)) = shared.store.receipt_of(question).await? {
        let touched_at = shared.wire.now();
        let object = crate::ObjectRef { channel, message: Some(message), digest: None, touched_at };
        objects.insert(Thing::Card, object);
    }
    Ok(())
}

/// Whether everything an effect stands on exists, or has been waited for long enough.
fn has_what_it_needs(
    effect: &Effect,
    incident: Option<&Incident>,
    objects: &Objects,
    waited: jiff::SignedDuration,
    wire: Timestamp,
) -> bool {
    let has = |kind: &Thing| objects.contains_key(kind);
    let room = || incident.map_or_else(|| has(&Thing::Thread), |incident| has_room(incident, objects, waited));
    // A channel begins with its card.
    let begun = |patience| has(&Thing::RoomCard) || !has(&Thing::Channel) || waited > patience;
    match effect.row().needs {
        Needs::Nothing => true,
        Needs::Card => has(&Thing::Card),
        Needs::Thread => has(&Thing::Thread),
        Needs::Channel => has(&Thing::Channel),
        Needs::CardInRoom => match incident.map(|incident| incident.room) {
            Some(RoomKind::Channel) => has(&Thing::RoomCard) || (has(&Thing::Card) && waited > POST_PATIENCE),
            Some(RoomKind::Thread | RoomKind::Line) | None => has(&Thing::Card),
        },
        Needs::Room => room(),
        Needs::RoomForPage => {
            (room() && begun(CARD_PATIENCE))
                || (waited > PAGE_PATIENCE && !waits_for_room(effect, incident, objects, waited, wire))
        }
        Needs::ThreadForStatus => {
            has(&Thing::Thread) || incident.is_some_and(|i| !i.has_thread()) || waited > PAGE_PATIENCE
        }
        Needs::Place(place) => match incident.map_or(place, |i| place.of(i)) {
            Place::Room | Place::Debrief => room() && begun(POST_PATIENCE),
            Place::Brought => has(&Thing::Channel) && begun(POST_PATIENCE),
            Place::Left => has(&Thing::Thread) && has(&Thing::Channel),
            Place::Thread => has(&Thing::Thread),
            Place::PolicyEnd => room() || waited > PAGE_PATIENCE,
            Place::Status => true,
        },
    }
}

/// Whether the room people work in is there.
fn has_room(incident: &Incident, objects: &Objects, waited: jiff::SignedDuration) -> bool {
    let has = |kind: &Thing| objects.contains_key(kind);
    // One that Discord refused, or that was deleted, does not come any more.
    let no_channel = incident.lost.contains_key(&Thing::Channel);
    match incident.room {
        RoomKind::Channel => has(&Thing::Channel) || ((no_channel || waited > POST_PATIENCE) && has(&Thing::Thread)),
        RoomKind::Thread | RoomKind::Line => has(&Thing::Thread),
    }
}

/// Whether the mention of a page still waits for its room, because its person is rung on another way and the card is in the queue:
/// in its place, thirty mentions would keep thirty cards out of the channel. A card that stands and gets no thread is not waited for.
fn waits_for_room(
    effect: &Effect,
    incident: Option<&Incident>,
    objects: &Objects,
    waited: jiff::SignedDuration,
    wire: Timestamp,
) -> bool {
    let (Effect::Page { page, .. }, Some(incident)) = (effect, incident) else { return false };
    let stands = |card: &crate::ObjectRef| wire.duration_since(card.touched_at) > PAGE_PATIENCE;
    !has_any_room(objects)
        && incident.rings_elsewhere(*page)
        && waited < ROOM_PATIENCE
        && !objects.get(&Thing::Card).is_some_and(stands)
}

/// Whether a page has a room to go to, be it the next best.
fn has_any_room(objects: &Objects) -> bool {
    objects.contains_key(&Thing::Channel) || objects.contains_key(&Thing::Thread)
}
