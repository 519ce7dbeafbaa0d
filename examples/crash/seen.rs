//! Purpose: what Discord shows in the end, read over its REST by a bot that only looks, and as a person for what is private.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::check::UNDELIVERED;
use crate::outside::{Arrived, BY_PUSH};
use crate::workload::LEAVER;
use crate::world::{World, card_number, list, text};

/// Who can be paged.
const PAGED: [&str; 4] = ["rina", "agus", "budi", LEAVER];
/// How the one message begins that a room gets for what happened while Discord was away.
const OUTAGE: &str = "Discord could not be reached from ";
/// How the first lines of a channel begin that took over from a thread.
const BROUGHT: &str = "So far, in <#";
/// What a room says, with a sound, to whoever could not be told by direct message.
const NOT_DELIVERED: &str = " was paged here, but the direct message was not delivered";
/// What everybody reads when many cards wait for their place.
const CARDS_FOLLOW: &str = " incidents call people, and their cards follow one by one";
/// Milliseconds of the first moment that Discord's ids count from.
const EPOCH_MS: u64 = 1_420_070_400_000;

/// A message of the bot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: u64,
    pub(crate) content: String,
    pub(crate) files: Vec<String>,
}

impl Message {
    fn of(message: &Value) -> Self {
        let files = list(&message["attachments"]).map(|file| text(&file["filename"]).to_owned()).collect();
        let id = text(&message["id"]).parse().unwrap_or(0);
        Self { id, content: text(&message["content"]).to_owned(), files }
    }

    /// When Discord made it.
    pub(crate) fn made_ms(&self) -> i64 {
        i64::try_from((self.id >> 22) + EPOCH_MS).unwrap_or(i64::MAX)
    }
}

/// A phone made a sound for an incident, whatever the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ring {
    pub(crate) person: String,
    pub(crate) at_ms: i64,
}

/// Everything of one incident.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    /// The texts of its cards; there should be one.
    pub(crate) cards: Vec<String>,
    /// Cards in its channel.
    pub(crate) room_cards: usize,
    pub(crate) threads: usize,
    pub(crate) channels: usize,
    /// Messages to stakeholders that show the state of now.
    pub(crate) statuses: usize,
    /// Pages in the room, or in the incidents channel for want of one.
    pub(crate) room_pages: Vec<Message>,
    /// Pages by direct message.
    pub(crate) direct_pages: BTreeMap<String, Vec<Message>>,
    /// Everything else in its thread and channel, oldest first.
    pub(crate) posts: Vec<Message>,
    /// What its channel was told when it took over from the thread: it repeats what was said there.
    pub(crate) brought: Vec<Message>,
    /// What operators are told of its dead letters.
    pub(crate) notices: Vec<Message>,
    /// Whose phone rang for it, and when: a page in a room or a direct message, and what came outside Discord.
    pub(crate) rings: Vec<Ring>,
    /// Its pages outside Discord, repetitions included.
    pub(crate) outside: Vec<Arrived>,
    /// What stakeholders are told of it one by one.
    pub(crate) told: Vec<Message>,
    /// Its record, as a person gets it.
    pub(crate) record: Value,
    /// Ids of its thread and its channel, for the report.
    pub(crate) places: BTreeSet<String>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) incidents: BTreeMap<u32, Shown>,
    /// Questions about lines of chat, by the line's message.
    pub(crate) questions: BTreeMap<u64, Vec<Message>>,
    /// What everybody reads of silences.
    pub(crate) silences: Vec<Message>,
    /// Messages that belong to nothing.
    pub(crate) strays: Vec<String>,
}

/// Reads everything.
pub(crate) async fn read(world: &World) -> Seen {
    let mut seen = Seen::default();
    let mut places: Vec<(String, Place)> = Vec::new();
    for channel in list(&discord(world, &format!("/guilds/{}/channels", world.sandbox.guild)).await) {
        let id = text(&channel["id"]).to_owned();
        // By its name: its topic is for people as soon as its receipt is written.
        if let Some(incident) = text(&channel["name"]).strip_prefix("inc-").and_then(number_in) {
            let shown = seen.incidents.entry(incident).or_default();
            shown.channels += 1;
            shown.places.insert(id.clone());
            places.push((id, Place::Room(incident)));
        } else if text(&channel["name"]) == "incident-status" {
            places.push((id, Place::Stakeholders));
        } else if ["incidents", "sre-ops"].contains(&text(&channel["name"])) {
            places.push((id, Place::Common));
        } else if text(&channel["name"]) == "support" {
            places.push((id, Place::Watched));
        }
    }
    let mut threads = vec![discord(world, &format!("/guilds/{}/threads/active", world.sandbox.guild)).await];
    for (channel, _) in places.iter().filter(|(_, place)| matches!(place, Place::Common)) {
        threads.push(discord(world, &format!("/channels/{channel}/threads/archived/public?limit=100")).await);
    }
    for thread in threads.iter().flat_map(|listed| list(&listed["threads"])) {
        let Some(incident) = label_in(text(&thread["name"])) else { continue };
        let id = text(&thread["id"]).to_owned();
        let shown = seen.incidents.entry(incident).or_default();
        shown.threads += 1;
        shown.places.insert(id.clone());
        places.push((id, Place::Room(incident)));
    }
    for (place, room) in places {
        // A question is a reply, which is another type of message.
        let own = if matches!(room, Place::Watched) { 19 } else { 0 };
        for message in messages(world, &place).await.iter().filter(|message| message["type"] == own) {
            sort(&mut seen, message, room);
        }
    }
    // Whom a direct message is about; one may name several incidents, and a lock screen shows only the first of them.
    let mut about: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let mut bundles: Vec<(Bundle, Message)> = Vec::new();
    for person in PAGED {
        let channels = world.look(&format!("/people/{person}/channels")).await;
        for dm in list(&channels["dms"]) {
            let all = world.look(&format!("/channels/{}/messages?as={person}&limit=200", text(&dm["id"]))).await;
            for message in list(&all["messages"]) {
                let content = text(&message["content"]);
                let mut named: BTreeSet<u32> = pages_in(content).collect();
                if named.is_empty() {
                    named.extend(label_in(content));
                }
                for incident in &named {
                    let pages = &mut seen.incidents.entry(*incident).or_default().direct_pages;
                    pages.entry(person.to_owned()).or_default().push(Message::of(message));
                }
                let more = more_in(content);
                if more > 0 {
                    let bundle = Bundle { person, via: "direct", named: named.clone(), more };
                    bundles.push((bundle, Message::of(message)));
                }
                about.insert(text(&message["id"]).to_owned(), named);
            }
        }
    }
    let numbers: Vec<u32> = seen.incidents.keys().copied().collect();
    for number in numbers {
        let record = world.record(number).await.unwrap_or_default();
        if let Some(shown) = seen.incidents.get_mut(&number) {
            shown.posts.sort_by_key(|post| post.id);
            shown.record = record;
        }
    }
    for (bundle, message) in bundles {
        let others = not_named(&seen, &bundle);
        for incident in &others {
            let pages = &mut seen.incidents.entry(*incident).or_default().direct_pages;
            pages.entry(bundle.person.to_owned()).or_default().push(message.clone());
        }
        about.entry(message.id.to_string()).or_default().extend(others);
    }
    for arrived in world.outside.arrived() {
        let told = told_outside(&seen, &arrived);
        if told.is_empty() {
            seen.strays.push(format!("{arrived:?}"));
        }
        for incident in told {
            let shown = seen.incidents.entry(incident).or_default();
            shown.rings.push(Ring { person: arrived.person.to_owned(), at_ms: arrived.at_ms });
            shown.outside.push(arrived.clone());
        }
    }
    for person in PAGED {
        let told = world.look(&format!("/people/{person}/notifications")).await;
        for notification in list(&told["notifications"]).filter(|notification| notification["silent"] == false) {
            let Some(at_ms) = notification["at"].as_i64() else { continue };
            let mut named: BTreeSet<u32> = pages_in(text(&notification["text"])).collect();
            // It names nothing: it is about what the room is about.
            if text(&notification["text"]).contains(NOT_DELIVERED) {
                let here = |(_, shown): &(&u32, &Shown)| shown.places.contains(text(&notification["channel"]));
                named.extend(seen.incidents.iter().find(here).map(|(incident, _)| *incident));
            }
            // One ring may be for several.
            if text(&notification["text"]).contains("wait for you") {
                named.extend(about.get(text(&notification["message"])).into_iter().flatten());
            }
            for incident in named {
                let rings = &mut seen.incidents.entry(incident).or_default().rings;
                rings.push(Ring { person: person.to_owned(), at_ms });
            }
        }
    }
    seen
}

/// One message for more incidents than it has lines.
struct Bundle {
    person: &'static str,
    via: &'static str,
    named: BTreeSet<u32>,
    /// How many it says there are besides.
    more: usize,
}

/// How many more incidents a message says there are than it names.
fn more_in(content: &str) -> usize {
    let said = |line: &str| line.strip_prefix("And ")?.split_once(" more: ").map(|(number, _)| number.replace(',', ""));
    content.lines().find_map(said).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The incidents that a message outside Discord tells; one may tell many.
fn told_outside(seen: &Seen, arrived: &Arrived) -> BTreeSet<u32> {
    if !arrived.is_for_many() {
        return label_in(&arrived.title).into_iter().collect();
    }
    let named: BTreeSet<u32> = pages_in(&arrived.title).chain(pages_in(&arrived.body)).collect();
    let via = if arrived.person == BY_PUSH { "ntfy" } else { "email" };
    let bundle = Bundle { person: arrived.person, via, named, more: more_in(&arrived.body) };
    let others = if bundle.more > 0 { not_named(seen, &bundle) } else { BTreeSet::new() };
    bundle.named.into_iter().chain(others).collect()
}

/// The incidents that a message tells and does not name: as many as it says, of those whose page rings at the same instant by their
/// records.
fn not_named(seen: &Seen, bundle: &Bundle) -> BTreeSet<u32> {
    let rings_at = |shown: &Shown| {
        let paged = list(&shown.record["timeline"]).filter(|entry| entry["event"]["person"] == bundle.person);
        let instants = paged.filter_map(|entry| {
            let wait_ms = list(&entry["event"]["contacts"]).find(|contact| contact[0] == bundle.via)?[1].as_i64()?;
            Some(text(&entry["at"]).parse::<jiff::Timestamp>().ok()?.as_millisecond() + wait_ms)
        });
        instants.collect::<Vec<i64>>()
    };
    let named: Vec<Vec<i64>> =
        bundle.named.iter().filter_map(|incident| seen.incidents.get(incident)).map(rings_at).collect();
    // What an incident rang for before and after differs; what they have in common is this ring.
    let Some(at) = named.first().and_then(|first| first.iter().find(|at| named.iter().all(|one| one.contains(at))))
    else {
        return BTreeSet::new();
    };
    let others = seen.incidents.iter().filter(|(incident, _)| !bundle.named.contains(incident));
    let others = others.filter(|(_, shown)| rings_at(shown).contains(at)).map(|(incident, _)| *incident);
    others.take(bundle.more).collect()
}

/// Where a message was found.
#[derive(Clone, Copy)]
enum Place {
    /// In the thread or the channel of an incident.
    Room(u32),
    Stakeholders,
    /// Where all incidents and operators are.
    Common,
    /// Where people write lines that may be alerts.
    Watched,
}

/// Puts a message of the bot where it belongs.
fn sort(seen: &mut Seen, message: &Value, place: Place) {
    let content = text(&message["content"]);
    if matches!(place, Place::Watched) {
        let line = text(&message["message_reference"]["message_id"]).parse().unwrap_or(0);
        return seen.questions.entry(line).or_default().push(Message::of(message));
    }
    if matches!(place, Place::Common) && content.starts_with("The new configuration is in use") {
        return;
    }
    if matches!(place, Place::Common) && of_silence(content) {
        return seen.silences.push(Message::of(message));
    }
    // Operators read that somebody cannot be paged, and that they can be again.
    if matches!(place, Place::Common) && content.contains(LEAVER) && label_in(content).is_none() {
        return;
    }
    // It says whose cards follow, and calls nobody.
    if matches!(place, Place::Common) && content.contains(CARDS_FOLLOW) {
        return;
    }
    let page = paged_for(content).is_some();
    let footer = text(&message["embeds"][0]["footer"]["text"]);
    let incident = match place {
        Place::Room(incident) => Some(incident),
        Place::Stakeholders => label_in(footer).or_else(|| label_in(content)),
        Place::Common | Place::Watched => card_number(message).or_else(|| label_in(content)),
    };
    let Some(incident) = incident else { return seen.strays.push(content.to_owned()) };
    let shown = seen.incidents.entry(incident).or_default();
    if card_number(message).is_some() && matches!(place, Place::Room(_)) {
        shown.room_cards += 1;
        return;
    }
    if card_number(message).is_some() {
        shown.cards.push(format!("{content}{}", text(&message["embeds"][0]["description"])));
        return;
    }
    match place {
        Place::Stakeholders if footer.ends_with(" status") => shown.statuses += 1,
        Place::Stakeholders => shown.told.push(Message::of(message)),
        Place::Common if content.starts_with(UNDELIVERED) => shown.notices.push(Message::of(message)),
        Place::Room(_) if content.starts_with(OUTAGE) => {
            let whole = Message::of(message);
            let lines = content.lines().filter_map(|line| line.trim_start().strip_prefix("- "));
            shown.posts.extend(lines.map(|line| Message { content: line.to_owned(), ..whole.clone() }));
        }
        Place::Room(_) if content.starts_with(BROUGHT) => shown.brought.push(Message::of(message)),
        _ if page => shown.room_pages.push(Message::of(message)),
        _ => shown.posts.push(Message::of(message)),
    }
}

/// That a silence began, holds longer or is over.
fn of_silence(content: &str) -> bool {
    let first = content.lines().next().unwrap_or_default();
    let began = first.contains(" silenced alerts until ") && first.contains(" (silence ");
    let over = first.starts_with("Silence ") && first.contains(" is over");
    began || over || first.contains(" extended silence ") || first.contains(" ended silence ")
}

/// The incident of a page: it names severity and incident side by side, also when it is over.
fn paged_for(content: &str) -> Option<u32> {
    pages_in(content).next()
}

/// All incidents that a page is for.
fn pages_in(content: &str) -> impl Iterator<Item = u32> {
    content.split("SEV-").skip(1).filter_map(|rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.strip_prefix(' ').filter(|rest| rest.starts_with("INC-")).and_then(label_in)
    })
}

/// The number with which a text begins.
fn number_in(text: &str) -> Option<u32> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The first incident a text names.
fn label_in(content: &str) -> Option<u32> {
    let at = content.find("INC-")?;
    number_in(&content[at + 4..])
}

async fn messages(world: &World, channel: &str) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let before = all.last().map(|last| format!("&before={}", text(&last["id"]))).unwrap_or_default();
        let page = discord(world, &format!("/channels/{channel}/messages?limit=100{before}")).await;
        let count = all.len();
        all.extend(list(&page).cloned());
        if all.len() < count + 100 {
            return all;
        }
    }
}

/// Reads as a bot that only looks; waits when it reads too fast.
async fn discord(world: &World, path: &str) -> Value {
    let token = format!("Bot {}", world.sandbox.token("observer"));
    loop {
        let request = world.http.get(format!("{}/api/v10{path}", world.sandbox.base)).header("Authorization", &token);
        let response = request.send().await.unwrap();
        let status = response.status();
        let body: Value = response.json().await.unwrap();
        if status.as_u16() == 429 {
            sleep(Duration::from_secs_f64(body["retry_after"].as_f64().unwrap_or(1.0))).await;
            continue;
        }
        assert!(status.is_success(), "{path}: {body}");
        return body;
    }
}
