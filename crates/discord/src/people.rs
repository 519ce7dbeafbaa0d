//! Purpose: who is who while the bot runs. A person is matched by user name once and pinned to the account; whoever is not found,
//! because they joined later or because Discord did not answer, is looked for again: in time, and before a page to them is given
//! up.
//!
//! We do not ask for the intent that tells of members (it is privileged), so nothing tells us who joins, leaves or is called
//! otherwise: we look. Who is being called is looked at as soon as they are, and every few seconds until they answer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::incident::Unseen;
use domain::setup::{ChatName, Language};
use domain::{ChatRoleId, ChatUserId, IncidentId, PageId, PersonId, Pin, Setup, Wrong};
use engine::Engine;
use engine::nouns::Mention;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::directory_load::people::{self, Found, SCOPE, Who, Whom};
use crate::directory_load::sight;
use crate::directory_load::{self, LoadError, Loaded, SharedDirectory};
use crate::rest::{Client, Lane};

/// How often it is looked.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Between two looks at the pins: another process may have taken one away.
    pub pins: Duration,
    /// Between two looks for whoever is not found.
    pub unknown: Duration,
    /// Between two looks at everybody.
    pub everybody: Duration,
    /// Between two looks at whoever is being called. Whoever begins to be called is looked at at once.
    pub called: Duration,
}

impl Default for Times {
    /// Whoever joins can be paged after a minute at the latest.
    fn default() -> Self {
        let (pins, unknown) = (Duration::from_secs(10), Duration::from_secs(60));
        Self { pins, unknown, everybody: Duration::from_secs(3_600), called: Duration::from_secs(10) }
    }
}

/// A look for one person is believed so long: pages to one person come in bursts.
const BELIEVED: Duration = Duration::from_secs(1);

/// A mention waits so long for its turn to find out whether it will be seen.
const MENTION_WAITS: Duration = Duration::from_secs(2);

/// Between two looks at whom the engine calls.
const TICK: Duration = Duration::from_secs(1);

/// Between two questions whether the server is known, at the start.
const SOON: Duration = Duration::from_millis(500);

/// Who somebody is, asked for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// This account.
    Is(ChatUserId),
    /// Nobody, as Discord says; the sentence says what is wrong and what to do.
    Nobody(String),
    /// Discord could not be asked.
    NotNow(String),
}

/// Finds people. All that work with the same directory share what they know.
#[derive(Clone)]
pub struct People {
    rest: Client,
    directory: SharedDirectory,
    engine: Engine,
    /// Whom this one asked Discord for, and when: what others saw a moment ago may be older than what somebody did since.
    asked: Arc<Mutex<BTreeMap<PersonId, Instant>>>,
}

/// What everybody who looks for people shares.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// One look at a time: two would pin the same person twice.
    turn: tokio::sync::Mutex<()>,
    /// What the last look at each person said.
    whos: Mutex<BTreeMap<PersonId, (Instant, Who)>>,
    /// What operators were told of whoever sees too little; none before the first look.
    sight: Mutex<Option<Vec<Wrong>>>,
}

impl People {
    /// Looks through `rest`, keeps pins in the engine's database, writes into `directory`.
    #[must_use]
    pub fn new(rest: Client, directory: SharedDirectory, engine: Engine) -> Self {
        Self { rest, directory, engine, asked: Arc::default() }
    }

    /// Asks Discord for everything that a configuration names. Who was found is not known before [`People::taken`].
    ///
    /// # Errors
    /// See [`LoadError`].
    pub async fn load(&self, setup: &Setup) -> Result<Loaded, LoadError> {
        let pins = self.engine.pins().await.map_err(|_| LoadError::Unreachable("the database fails".to_owned()))?;
        let mut loaded = directory_load::load(&self.rest, setup, &pins).await?;
        loaded.directory.people = people::known(setup, &pins);
        // Who was no member when we looked last is not known again by a reload.
        let whos = self.whos();
        let gone = |id: &PersonId| whos.get(id).is_some_and(|(_, who)| who.found.is_nobody());
        loaded.directory.people.retain(|id, _| !gone(id));
        drop(whos);
        Ok(loaded)
    }

    /// What was loaded is in use: whoever was found is pinned and known, and operators read what is wrong.
    pub async fn taken(&self, loaded: &Loaded) {
        let _turn = self.directory.looks.turn.lock().await;
        let setup = self.engine.setup();
        self.whos().retain(|person, _| setup.people.contains_key(person));
        self.take_in(&setup, loaded.whos.clone(), &BTreeSet::new()).await;
    }

    /// Who somebody is, asked for now, because they are to be called.
    pub async fn ask(&self, person: &PersonId) -> Asked {
        let _turn = self.directory.looks.turn.lock().await;
        if let Some(user) = self.directory.get().user(person) {
            return Asked::Is(user);
        }
        let setup = self.engine.setup();
        let who = match self.believed(person) {
            Some(who) => Some(who),
            None => match self.look_for(&setup, person).await {
                Ok(found) => found,
                Err(reason) => return Asked::NotNow(reason),
            },
        };
        let Some(who) = who else { return Asked::Nobody(format!("{person} is not in the configuration")) };
        match &who.found {
            Found::Is(pin) => Asked::Is(pin.user),
            Found::Unasked(reason) => Asked::NotNow(format!("{person} could not be looked for: {reason}")),
            Found::Nobody | Found::TooMany | Found::Bot | Found::Left => {
                let wrong = people::wrong(&setup, std::slice::from_ref(&who), Language::En).into_iter().next();
                Asked::Nobody(
                    wrong.map_or_else(|| format!("{person} is not a member of the server"), |one| one.sentence),
                )
            }
        }
    }

    /// The roles somebody has, as they were a moment ago (they are given and taken away without a word to us); none when that cannot be
    /// found out soon. A mention waits for it.
    pub(crate) async fn roles(&self, person: &PersonId) -> Option<Vec<ChatRoleId>> {
        let who = match self.believed(person) {
            Some(who) => who,
            None => {
                // A look at everybody takes its time.
                let _turn = tokio::time::timeout(MENTION_WAITS, self.directory.looks.turn.lock()).await.ok()?;
                let setup = self.engine.setup();
                self.look_for(&setup, person).await.ok()??
            }
        };
        matches!(who.found, Found::Is(_)).then_some(who.roles)
    }

    /// What this one found out about somebody a moment ago.
    fn believed(&self, person: &PersonId) -> Option<Who> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = asked.get(person).is_some_and(|at| at.elapsed() < BELIEVED);
        drop(asked);
        self.whos().get(person).filter(|_| is_fresh).map(|(_, who)| who.clone())
    }

    /// Looks for one person, because they are to be called. Whoever calls this holds the turn.
    async fn look_for(&self, setup: &Setup, person: &PersonId) -> Result<Option<Who>, String> {
        let found = self.look(setup, Whom::One(person), Lane::Page, &BTreeSet::new()).await?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(person.clone(), Instant::now());
        Ok(found.into_iter().next())
    }

    /// Looks again and again until told to stop.
    pub async fn watch(&self, times: Times, stop: CancellationToken) {
        let (mut unknown, mut everybody, mut pins) = (Instant::now(), None::<Instant>, None::<Instant>);
        let (mut called, mut holders, mut seen) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        loop {
            if self.directory.get().guild.is_some() {
                // Who was pinned before the start is looked at first of all.
                let whom = if everybody.is_none_or(|at| at.elapsed() >= times.everybody) {
                    (everybody, unknown) = (Some(Instant::now()), Instant::now());
                    Some(Whom::Everybody)
                } else if unknown.elapsed() >= times.unknown {
                    unknown = Instant::now();
                    Some(Whom::Unknown)
                } else {
                    None
                };
                if whom.is_some() || pins.is_none_or(|at| at.elapsed() >= times.pins) {
                    pins = Some(Instant::now());
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = self.round(whom) => {}
                    }
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.called(&mut called, times.called) => {}
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.holders(&mut holders, times.called) => {}
                }
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.rooms(&mut seen, times.called) => {}
                }
            }
            let pause = times.pins.min(if everybody.is_some() { TICK } else { SOON });
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Looks at whoever is being called: a mention of somebody who left makes no sound, and Discord takes it all the same. `looked`
    /// says when each was looked at last. (Grafana OnCall issue 1503: the failure to notify one person, and nobody was notified.)
    async fn called(&self, looked: &mut BTreeMap<PersonId, Instant>, every: Duration) {
        let (mut called, known) = (self.engine.called(), self.directory.get());
        called.retain(|person| known.user(person).is_some());
        looked.retain(|person, _| called.contains(person));
        let due: Vec<PersonId> =
            called.into_iter().filter(|person| looked.get(person).is_none_or(|at| at.elapsed() >= every)).collect();
        if due.is_empty() {
            return;
        }
        let _turn = self.directory.looks.turn.lock().await;
        let setup = self.engine.setup();
        for person in due {
            looked.insert(person.clone(), Instant::now());
            if self.look(&setup, Whom::One(&person), Lane::Page, &BTreeSet::new()).await.is_err() {
                return;
            }
        }
    }

    /// Looks at whoever has an incident: who left, or was banned, answers for nothing any more. Also people who are in no
    /// configuration, and act by a role.
    async fn holders(&self, looked: &mut BTreeMap<ChatUserId, Instant>, every: Duration) {
        let holders = self.engine.holders();
        looked.retain(|user, _| holders.contains(user));
        let Some(guild) = self.directory.get().guild else { return };
        for user in holders {
            if looked.get(&user).is_some_and(|at| at.elapsed() < every) {
                continue;
            }
            looked.insert(user, Instant::now());
            match people::is_there(&self.rest, guild, user, Lane::Page).await {
                Some(false) => {
                    self.engine.holder_left(user).await;
                }
                Some(true) => {}
                // Discord does not say: nobody else is asked for either.
                None => return,
            }
        }
    }

    /// Looks whether mentions stand where whom they are for sees them: Discord takes them all the same, and no phone rings. `seen` says
    /// when each was looked at last; roles are given and taken away without a word to us.
    async fn rooms(&self, seen: &mut BTreeMap<(IncidentId, PageId), Instant>, every: Duration) {
        seen.retain(|_, at| at.elapsed() < every);
        for mention in self.engine.mentions(|incident, page| !seen.contains_key(&(incident, page))).await {
            let Some(sees) = self.sees(&mention).await else { continue };
            if sees {
                seen.insert((mention.incident, mention.page), Instant::now());
                continue;
            }
            let unseen = if mention.own_channel { Unseen::NotLetIn } else { Unseen::Place };
            info!(person = %mention.person, "{} does not see the room of {}", mention.person, mention.incident.label());
            self.engine.room_unseen(mention.incident, mention.page, unseen).await;
        }
    }

    /// Whether somebody sees what mentions them. What speaks against it is asked for once more before it is believed: roles are given,
    /// and channels opened, while we look. None when Discord does not say.
    async fn sees(&self, mention: &Mention) -> Option<bool> {
        let user = self.directory.get().user(&mention.person)?;
        let known = self.whos().get(&mention.person).map(|(at, who)| (at.elapsed(), who.clone()));
        let is_member = |who: &Who| matches!(who.found, Found::Is(_));
        let (age, who) = known.filter(|(_, who)| is_member(who))?;
        if self.directory.home().sees(mention.seen_by, user, &who.roles) {
            return Some(true);
        }
        let roles = if age < BELIEVED {
            who.roles
        } else {
            let _turn = self.directory.looks.turn.lock().await;
            let setup = self.engine.setup();
            let found = self.look(&setup, Whom::One(&mention.person), Lane::Page, &BTreeSet::new()).await.ok()?;
            found.into_iter().find(is_member)?.roles
        };
        // What Discord does not say now is looked at again when it is due.
        let loaded = directory_load::load_channel(&self.rest, &self.directory, mention.seen_by).await;
        Some(loaded.is_none() || self.directory.home().sees(mention.seen_by, user, &roles))
    }

    /// One round: whoever was unpinned meanwhile is looked for in any case.
    async fn round(&self, whom: Option<Whom<'_>>) {
        let _turn = self.directory.looks.turn.lock().await;
        let setup = self.engine.setup();
        let Ok(pins) = self.engine.pins().await else { return };
        let by_name = |id: &PersonId| {
            let person = setup.people.get(id)?;
            (matches!(person.discord, ChatName::Name(_)) && people::pin_of(person, &pins).is_none()).then_some(())
        };
        let unpinned: BTreeSet<PersonId> =
            self.directory.get().people.keys().filter(|id| by_name(id).is_some()).cloned().collect();
        // From now on they are nobody until they are found anew.
        self.directory.change(|directory| directory.people.retain(|id, _| !unpinned.contains(id)));
        for id in &unpinned {
            info!(person = %id, "{id} was unpinned and is looked up anew");
            self.whos().remove(id);
            if self.look(&setup, Whom::One(id), Lane::Update, &unpinned).await.is_err() {
                return;
            }
        }
        let Some(whom) = whom else { return };
        let none = BTreeSet::new();
        if whom == Whom::Everybody {
            // A refusal is told by whoever needs an answer; the next round comes.
            let _ = self.look(&setup, whom, Lane::Housekeeping, &none).await;
            return;
        }
        let known = self.directory.get();
        for id in setup.people.keys().filter(|id| known.user(id).is_none()) {
            if self.look(&setup, Whom::One(id), Lane::Housekeeping, &none).await.is_err() {
                return;
            }
        }
    }

    async fn look(
        &self,
        setup: &Setup,
        whom: Whom<'_>,
        lane: Lane,
        unpinned: &BTreeSet<PersonId>,
    ) -> Result<Vec<Who>, String> {
        let pins = self.engine.pins().await.map_err(|_| "the database fails".to_owned())?;
        let guild = self.directory.get().guild.ok_or("the home server is not known yet")?;
        let found = people::look(&self.rest, setup, guild, &pins, whom, lane).await;
        let found = found.map_err(|error| error.to_string())?;
        self.take_in(setup, found.clone(), unpinned).await;
        Ok(found)
    }

    /// Takes in what was found: pins, names shown, who is not there any more, and what operators have to know.
    async fn take_in(&self, setup: &Setup, found: Vec<Who>, unpinned: &BTreeSet<PersonId>) {
        let Ok(pins) = self.engine.pins().await else { return };
        for who in &found {
            self.whos().insert(who.person.clone(), (Instant::now(), who.clone()));
        }
        let over = self.tell(setup).await;
        for who in found {
            let id = who.person;
            match who.found {
                Found::Is(pin) => {
                    let was_told = over.contains(&format!("{SCOPE}{id}")) && self.directory.get().user(&id).is_none();
                    let before = pins.iter().find(|known| known.person == id);
                    if !self.keep(&pin, before, was_told, unpinned.contains(&id), setup.language).await {
                        // Not kept, so not known: the next look finds them again.
                        continue;
                    }
                    self.directory.change(|directory| {
                        directory.people.insert(id, (pin.user, pin.shown));
                    });
                }
                Found::Nobody | Found::TooMany | Found::Bot | Found::Left => {
                    // First what they are called for: what is on its way to them is not tried any more, then. Who was not known before
                    // was called in vain, and whoever delivers says so.
                    let left = who.found == Found::Left && self.directory.get().user(&id).is_some();
                    if left && !self.engine.has_left(&id).await {
                        continue;
                    }
                    self.engine.is_gone(&id).await;
                    self.directory.change(|directory| {
                        if let Some((_, shown)) = directory.people.remove(&id) {
                            directory.names_before.insert(id, shown);
                        }
                    });
                }
                Found::Unasked(reason) => {
                    warn!(person = %id, reason, "{id} could not be looked for; it is tried again");
                }
            }
        }
    }

    /// Keeps who somebody is. False when it could not be written.
    async fn keep(&self, pin: &Pin, before: Option<&Pin>, was_told: bool, unpinned: bool, lang: Language) -> bool {
        let (id, name) = (&pin.person, pin.username_now.as_str());
        let found = was_told.then(|| words::person_found(id, name, pin.user, lang));
        let told = match before {
            Some(known) if known.discord == pin.discord && known.user == pin.user => {
                if let Some(found) = found {
                    self.engine.tell_operators(found);
                }
                return known == pin || self.engine.pin_seen(pin).await.is_ok();
            }
            // The file says it otherwise, and it is the same account.
            Some(known) if known.user == pin.user => found,
            Some(known) => {
                Some(words::person_matched_anew(id, (name, pin.user), (&known.username_now, known.user), lang))
            }
            None if unpinned => Some(words::person_unpinned(id, name, pin.user, lang)),
            None => found,
        };
        let pin = Pin { since: self.engine.now(), ..pin.clone() };
        self.engine.pin(&pin, told).await.is_ok()
    }

    /// Tells operators what is wrong with whom. Answers what is well again.
    async fn tell(&self, setup: &Setup) -> BTreeSet<String> {
        let whos: Vec<Who> = self.whos().values().map(|(_, who)| who.clone()).collect();
        // About whom Discord could not be asked, and who was not looked at yet, nothing is known: what was told stays told.
        let sure = |id: &PersonId| whos.iter().any(|who| who.person == *id && !matches!(who.found, Found::Unasked(_)));
        let unsure = setup.people.keys().filter(|id| !sure(id)).map(|id| format!("{SCOPE}{id}")).collect();
        let wrong = people::wrong(setup, &whos, setup.language);
        let over = self.engine.names_wrong(SCOPE, &wrong, &unsure).await.unwrap_or_default();
        let (directory, home) = (self.directory.get(), self.directory.home());
        let world = self.engine.world();
        let unseen = sight::wrong(&world, &directory, &home, &whos, setup.language);
        if self.sight().as_ref() != Some(&unseen) {
            let unsure = setup.people.keys().filter(|id| !sure(id)).map(|id| format!("{}{id}", sight::SCOPE)).collect();
            // Told once, and again when it is another thing; the next look says it if this cannot be written.
            if self.engine.names_wrong(sight::SCOPE, &unseen, &unsure).await.is_ok() {
                *self.sight() = Some(unseen);
            }
        }
        let unreached = sight::unreached(&world, &directory, &home, &whos);
        if directory.unreached != unreached {
            self.directory.change(|directory| directory.unreached = unreached);
        }
        over
    }

    /// Who does not see where they would be mentioned, as operators know it.
    fn sight(&self) -> MutexGuard<'_, Option<Vec<Wrong>>> {
        self.directory.looks.sight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn whos(&self) -> MutexGuard<'_, BTreeMap<PersonId, (Instant, Who)>> {
        self.directory.looks.whos.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who is who as far as it is kept: the account and the name shown. For the time until Discord can be asked, and for programs
/// beside the bot.
#[must_use]
pub fn known(setup: &Setup, pins: &[Pin]) -> BTreeMap<PersonId, (ChatUserId, String)> {
    people::known(setup, pins)
}
