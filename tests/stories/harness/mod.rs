//! Purpose: a world for stories: the sandbox, the real bot on a fresh database, a clock that is moved by hand, people.
//!
//! A story ends by checking that nothing is left over: everything delivered, no dead letter, no error in the log, no message of the
//! bot that the story did not read, and none that says something else than is so (`shown.rs`).

#![allow(clippy::panic, clippy::unwrap_used, clippy::print_stderr, reason = "tests")]
#![allow(dead_code, reason = "verbs for stories, also for those to come")]

pub(crate) mod alert;
pub(crate) mod control;
pub(crate) mod hook;
mod log;
mod menus;
mod names;
pub(crate) mod outside_watch;
pub(crate) mod people;
pub(crate) mod phone;
mod places;
mod program;
mod shown;
pub(crate) mod view;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::time::Duration;

use discord::probe::Times;
use discord::rest::Base;
use domain::oncall::OnCall;
use domain::setup::{ChatName, Language};
use domain::{ChatChannelId, ChatMessageId, PersonId, Setup, Timestamp};
use engine::{Clock, Patience};
use futures_util::FutureExt as _;
use sandbox::{Guild, Sandbox};
use secrecy::SecretString;
use serde_json::{Value, json};
use siaga::app::{Bot, Parts};
use siaga::front::Keys;
use siaga::outside::OutsideSettings;
use tokio::net::TcpListener;

use control::Control;
use log::LogBook;

/// When stories begin: ten past three on a Monday morning in Jakarta.
pub(crate) const START: &str = "2026-03-02T03:10:00[Asia/Jakarta]";
/// File of a kept server, see [`Options::folder`].
pub(crate) const SERVER: &str = "discord.jsonl";
/// Longest wait for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What the thread of the broken checkout says at once.
pub(crate) const WHAT_IS_KNOWN: &str = "Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [now].\n  \
    Service: checkout (owner Payments)\n  Budi is being paged. Updates follow here.\n";

/// Messages of the bot that go out side by side, sorted by what they say.
pub(crate) fn in_any_order(text: &str) -> String {
    let marked = text.replace("\nSiaga", "\u{0}Siaga");
    let mut messages: Vec<&str> = marked.split('\u{0}').collect();
    messages.sort_unstable();
    messages.join("\n")
}

/// The sample configuration as people get it.
pub(crate) const CONFIG: &str = include_str!("../../../examples/siaga.toml");
const FILES: [(&str, &str); 6] = [
    ("checkout-errors.md", include_str!("../../../runbooks/checkout-errors.md")),
    ("database-failover.md", include_str!("../../../runbooks/database-failover.md")),
    ("search-latency.md", include_str!("../../../runbooks/search-latency.md")),
    ("checkout-outage.toml", include_str!("../../../examples/scenarios/checkout-outage.toml")),
    ("noisy-neighbour.toml", include_str!("../../../examples/scenarios/noisy-neighbour.toml")),
    ("stock-runs-dry.toml", include_str!("../../../examples/scenarios/stock-runs-dry.toml")),
];

/// The sample configuration as a file of the story's own.
pub(crate) fn configuration(s: &Story, change: impl FnOnce(String) -> String) -> PathBuf {
    let file = s.file("siaga.toml");
    let runbooks = concat!(env!("CARGO_MANIFEST_DIR"), "/runbooks");
    let scenarios = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/scenarios");
    let text = CONFIG.replace("\"../runbooks\"", &format!("{runbooks:?}"));
    let text = text.replace("folder = \"scenarios\"", &format!("folder = {scenarios:?}"));
    std::fs::write(&file, change(text)).unwrap();
    file
}

/// What a story may change before it begins.
pub(crate) struct Options {
    /// The server.
    pub(crate) guild: Guild,
    /// How often things may be done, and how often the gateway wants a heartbeat.
    pub(crate) limits: sandbox::Limits,
    /// The configuration.
    pub(crate) setup: Setup,
    /// Errors that belong to the story from its beginning, as with [`Story::expect_error`].
    pub(crate) errors: Vec<&'static str>,
    /// Ways to people outside Discord.
    pub(crate) outside: OutsideSettings,
    /// How often the bot looks whether Discord can be reached; hardly ever, unless the story is about it.
    pub(crate) probe: Times,
    /// How long the bot waits before somebody is told.
    pub(crate) patience: Patience,
    /// When the story begins.
    pub(crate) begins: Timestamp,
    /// A folder that keeps the server in [`SERVER`] and the database beside it; what is there already is gone on with.
    pub(crate) folder: Option<tempfile::TempDir>,
    /// How often the bot looks for people.
    pub(crate) people: discord::people::Times,
    /// Links have an address of their own.
    pub(crate) links_apart: bool,
}

impl Default for Options {
    fn default() -> Self {
        let mut guild = Guild::default();
        // Everybody reads English here; other languages have a story of their own.
        guild.people.iter_mut().for_each(|person| "en-US".clone_into(&mut person.locale));
        Self {
            guild,
            limits: sandbox::Limits::default(),
            setup: setup_of(CONFIG),
            errors: Vec::new(),
            outside: OutsideSettings::default(),
            probe: seldom(),
            patience: Patience::default(),
            begins: start(),
            folder: None,
            people: discord::people::Times::default(),
            links_apart: false,
        }
    }
}

fn seldom() -> Times {
    let hour = Duration::from_secs(3_600);
    Times { connected: hour, in_doubt: hour, patience: hour, failures: 3 }
}

/// A configuration, with Budi on call for payments. Without heartbeats: nobody beats in most stories, and time passes
/// in all of them.
pub(crate) fn setup_of(text: &str) -> Setup {
    let mut setup = setup_with_heartbeats(text);
    setup.heartbeats.clear();
    setup
}

/// The same with its heartbeats.
pub(crate) fn setup_with_heartbeats(text: &str) -> Setup {
    let loaded = config::from_text("examples/siaga.toml", text, &FILES);
    let mut setup = loaded.unwrap_or_else(|problems| panic!("{}", problems.render(false))).setup;
    setup.people.values_mut().for_each(|person| person.language = Some(Language::En));
    let budi = PersonId::from("budi");
    let on_call = domain::World::new(setup.clone()).on_call("payments", start());
    if matches!(on_call, OnCall::Person { person, .. } if person != budi) {
        let schedule = setup.schedules.get_mut("payments").unwrap();
        schedule.people.rotate_left(1);
    }
    setup
}

fn start() -> Timestamp {
    START.parse::<jiff::Zoned>().unwrap().timestamp()
}

/// The world of one story.
pub(crate) struct Story {
    pub(crate) sandbox: Sandbox,
    pub(crate) control: Control,
    pub(crate) setup: Setup,
    pub(crate) key: String,
    outside: OutsideSettings,
    probe: Times,
    patience: Patience,
    people: discord::people::Times,
    links_apart: bool,
    bot: Option<Bot>,
    clock: Clock,
    folder: tempfile::TempDir,
    log: LogBook,
    /// Ids of messages the story has read.
    read: RefCell<BTreeSet<String>>,
    /// The form that is open before a person.
    forms: RefCell<BTreeMap<&'static str, Value>>,
    /// Parts of error lines that belong to the story.
    expected: RefCell<Vec<String>>,
    /// Errors that may come or not: it depends on who is first.
    possible: RefCell<Vec<String>>,
    dead_letters: Cell<u32>,
    /// Discord's times, in milliseconds, at which everything was settled.
    rests: RefCell<Vec<u64>>,
    /// Something is held on purpose, so nothing settles.
    held: Cell<bool>,
    /// Why people read something at its end that is not so.
    reads_otherwise: Cell<Option<&'static str>>,
}

/// Tells a story in the sample world.
pub(crate) fn story(body: impl AsyncFnOnce(&mut Story)) {
    story_with(|_| {}, body);
}

/// Tells a story in a changed world.
pub(crate) fn story_with(change: impl FnOnce(&mut Options), body: impl AsyncFnOnce(&mut Story)) {
    let log = LogBook::open();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .on_thread_start(log.mark_thread())
        .enable_all()
        .build()
        .unwrap();
    let mut options = Options::default();
    change(&mut options);
    runtime.block_on(async move {
        let mut story = Story::start(options, log).await;
        let told = AssertUnwindSafe(body(&mut story)).catch_unwind().await;
        match told {
            Ok(()) => story.finish().await,
            Err(panic) => {
                eprintln!("---- the story so far ----\n{}", story.everything().await);
                story.log.lines().iter().for_each(|line| eprintln!("log: {}", line.text));
                resume_unwind(panic);
            }
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
}

impl Story {
    async fn start(options: Options, log: LogBook) -> Self {
        let state = options.folder.as_ref().map(|folder| folder.path().join(SERVER));
        let sandbox_options =
            sandbox::Options { guild: options.guild, limits: options.limits, state, ..sandbox::Options::default() };
        let sandbox = sandbox::start(sandbox_options).await.unwrap();
        let mut story = Self {
            control: Control::new(&sandbox.base_url()),
            sandbox,
            setup: options.setup,
            key: "key-of-the-stories".to_owned(),
            outside: options.outside,
            probe: options.probe,
            patience: options.patience,
            people: options.people,
            links_apart: options.links_apart,
            bot: None,
            clock: Clock::manual(options.begins),
            folder: options.folder.unwrap_or_else(|| tempfile::tempdir().unwrap()),
            log,
            read: RefCell::default(),
            forms: RefCell::default(),
            expected: RefCell::default(),
            possible: RefCell::default(),
            dead_letters: Cell::new(0),
            rests: RefCell::default(),
            held: Cell::new(false),
            reads_otherwise: Cell::new(None),
        };
        options.errors.into_iter().for_each(|part| story.expect_error(part));
        story.start_bot().await;
        story.ready().await;
        story
    }

    /// Starts the bot on the story's database.
    pub(crate) async fn start_bot(&mut self) {
        let parts = self.parts().await;
        self.bot = Some(Bot::start(parts).await.unwrap_or_else(|error| panic!("{error:#}")));
    }

    /// Starts the bot with another token than Discord knows.
    pub(crate) async fn start_bot_with_token(&mut self, token: &str) {
        let mut parts = self.parts().await;
        parts.token = SecretString::from(token.to_owned());
        self.bot = Some(Bot::start(parts).await.unwrap_or_else(|error| panic!("{error:#}")));
    }

    /// Starts the bot where senders know it from before.
    pub(crate) async fn start_bot_at(&mut self, intake: SocketAddr) {
        let mut parts = self.parts().await;
        parts.listener = TcpListener::bind(intake).await.unwrap();
        self.bot = Some(Bot::start(parts).await.unwrap_or_else(|error| panic!("{error:#}")));
    }

    /// One key opens every integration.
    fn keys(&self) -> Keys {
        let of = |one: &domain::setup::Integration| (one.name.clone(), SecretString::from(self.key.clone()));
        self.setup.integrations.iter().map(of).collect()
    }

    /// What the bot is made of.
    pub(crate) async fn parts(&self) -> Parts {
        let account = self.sandbox.bot("siaga").unwrap();
        Parts {
            setup: self.setup.clone(),
            token: SecretString::from(account.token),
            base: Base::Sandbox(self.sandbox.base_url()),
            database: self.database(),
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            listener_links: self.links_apart.then_some(TcpListener::bind("127.0.0.1:0").await.unwrap()),
            keys: self.keys(),
            clock: self.clock.clone(),
            edit_pause: Duration::ZERO,
            outside: self.outside.clone(),
            probe: self.probe,
            patience: self.patience,
            people: self.people,
            file: siaga::kept::FileState::default(),
        }
    }

    /// Waits until commands, buttons and watched channels work.
    pub(crate) async fn ready(&self) {
        let ready = tokio::time::timeout(PATIENCE, self.bot().ready()).await;
        ready.expect("the bot is ready in time").unwrap_or_else(|error| panic!("{error:#}"));
        for (name, id) in self.sandbox.channels() {
            let id: u64 = id.to_string().parse().unwrap();
            if self.listens(id, &name) {
                self.read_up_to(ChatChannelId(id), ChatMessageId(0)).await;
            }
        }
    }

    /// Whether the bot reads a channel: some rule watches it, and it is no place where it writes itself.
    fn listens(&self, channel: u64, name: &str) -> bool {
        let own = [Some(&self.setup.discord.incidents), self.setup.discord.status.as_ref()];
        let is_own = own.into_iter().flatten().any(|known| *known == ChatName::Name(name.to_owned()));
        !is_own && self.setup.chat_rules(ChatChannelId(channel), name).next().is_some()
    }

    /// Waits until the bot has read a watched channel up to a message.
    async fn read_up_to(&self, channel: ChatChannelId, message: ChatMessageId) {
        self.until("the bot has read the line", async || {
            self.bot().engine.high_water(channel).await.unwrap().is_some_and(|mark| mark >= message)
        })
        .await;
    }

    /// Stops the bot as SIGTERM does.
    pub(crate) async fn stop_bot(&mut self) {
        if let Some(bot) = self.bot.take() {
            tokio::time::timeout(PATIENCE, bot.stop()).await.expect("the bot stops in time");
        }
    }

    /// Stops the bot as SIGTERM does, and does something when it takes no alerts any more. Answers how long the stop took.
    pub(crate) async fn stop_bot_while(&mut self, meanwhile: impl AsyncFnOnce(&Self)) -> Duration {
        let bot = self.bot.take().expect("the bot runs");
        let intake = bot.intake;
        let began = std::time::Instant::now();
        let stop = async {
            tokio::time::timeout(PATIENCE, bot.stop()).await.expect("the bot stops in time");
            began.elapsed()
        };
        let meanwhile = async {
            self.until("the door is closed", async || tokio::net::TcpStream::connect(intake).await.is_err()).await;
            meanwhile(self).await;
        };
        tokio::join!(stop, meanwhile).0
    }

    /// Waits until a call has run into the fault, whatever the fault does with it.
    pub(crate) async fn met(&self, fault: &str) {
        self.until("a call runs into the fault", async || {
            self.control.get(&format!("/faults/{fault}")).await["state"] != "armed"
        })
        .await;
    }

    /// Stops the bot and starts it again on the same database.
    pub(crate) async fn restart(&mut self) {
        self.stop_bot().await;
        self.start_bot().await;
        self.ready().await;
    }

    pub(crate) fn bot(&self) -> &Bot {
        self.bot.as_ref().expect("the bot runs")
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("siaga.db")
    }

    /// A file of the story's own.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Now, by the domain clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass, minute by minute, with everything that becomes due.
    pub(crate) async fn advance(&self, minutes: u64) {
        for _ in 0..minutes {
            self.pass(Duration::from_secs(60)).await;
        }
    }

    /// Lets time pass at once, for both the bot and Discord.
    pub(crate) async fn pass(&self, time: Duration) {
        self.control.advance(time).await;
        self.clock.advance(time);
        if self.bot.is_some() {
            self.settled().await;
        }
    }

    /// Somebody sets the clock of the bot's machine; no time passes, and Discord's clock is right.
    pub(crate) async fn machine_clock_is_set(&self, by: jiff::SignedDuration) {
        self.clock.set_machine(by);
        if self.bot.is_some() {
            self.settled().await;
        }
    }

    /// The bot's next start is on another machine, whose clock shows this.
    pub(crate) fn another_machine(&mut self, now: Timestamp) {
        self.clock = Clock::manual(now);
    }

    /// Lets seconds pass without waiting for what follows; until [`Story::clear_faults`] nothing is waited for.
    pub(crate) async fn due_without_waiting(&self, seconds: u64) {
        self.held.set(true);
        self.control.advance(Duration::from_secs(seconds)).await;
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Calls of bots that were answered with 429.
    pub(crate) async fn calls_refused(&self) -> usize {
        let calls = self.control.get("/calls").await;
        control::list(&calls["calls"]).iter().filter(|call| call["status"] == 429).count()
    }

    /// No fault is on order any more.
    pub(crate) async fn clear_faults(&self) {
        self.control.delete("/faults").await;
        self.held.set(false);
    }

    /// Everything accepted is decided and everything decided is outside.
    pub(crate) async fn settled(&self) {
        let settled = tokio::time::timeout(PATIENCE, self.bot().engine.settled()).await;
        if settled.is_err() {
            let health = self.bot().engine.health().await;
            panic!("nothing settles: {health:?}");
        }
        let now = self.control.get("/clock").await["now"].as_u64().unwrap();
        self.rests.borrow_mut().push(now);
    }

    /// In which stretch of work something happened, by Discord's clock.
    fn stretch(&self, at_ms: u64) -> usize {
        self.rests.borrow().partition_point(|rest| *rest < at_ms)
    }

    /// Waits for something that comes in its own time, over the gateway or by a real clock.
    pub(crate) async fn until(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !is_so().await {
            assert!(tokio::time::Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Orders a fault; answers its id.
    pub(crate) async fn fault(&self, order: &Value) -> String {
        let ordered = self.control.post("/faults", order).await;
        self.held.set(self.held.get() || order["do"] == "hold");
        view::text(&ordered["fault"])
    }

    /// Lets a held call go.
    pub(crate) async fn release(&self, fault: &str) {
        self.control.post(&format!("/faults/{fault}/release"), &json!({})).await;
        self.held.set(false);
    }

    /// Waits until a call runs into the fault.
    pub(crate) async fn held(&self, fault: &str) {
        let found = self.control.get(&format!("/faults/{fault}?wait_ms=20000")).await;
        assert_eq!(found["state"], "held");
    }

    /// Orders something of the bot's connection: cut, reconnect, invalid, close.
    pub(crate) async fn steer_gateway(&self, order: &Value) {
        self.control.post("/gateway/siaga", order).await;
    }

    /// Gives an order that cuts the connection and waits until the bot is connected anew.
    ///
    /// The old connection still counts as connected until the bot lets go of it, so "connected" alone says nothing:
    /// a resumed session has counted its `RESUMED`, a fresh one has another id.
    pub(crate) async fn cut_gateway(&self, order: &Value) {
        let before = self.gateway_session().await;
        self.steer_gateway(order).await;
        self.until("the bot is connected anew", async || {
            let now = self.gateway_session().await;
            now.is_some() && now != before
        })
        .await;
    }

    /// Id and last sequence number of the bot's session that is connected.
    async fn gateway_session(&self) -> Option<(Value, Value)> {
        let found = self.control.get("/gateway").await;
        control::list(&found["sessions"])
            .iter()
            .find(|session| session["bot"] == "siaga" && session["connected"] == true)
            .map(|session| (session["session_id"].clone(), session["seq"].clone()))
    }

    /// An error that contains this may come or not: it depends on who is first.
    pub(crate) fn possible_error(&self, part: &str) {
        self.log.announce(part);
        self.possible.borrow_mut().push(part.to_owned());
    }

    /// An error line with this text belongs to the story; say so before it comes.
    pub(crate) fn expect_error(&self, part: &str) {
        self.log.announce(part);
        self.expected.borrow_mut().push(part.to_owned());
    }

    /// So many effects fail for good in this story.
    pub(crate) fn expect_dead_letters(&self, count: u32) {
        self.dead_letters.set(count);
    }

    /// Effects fail for good in this story, one for each way that somebody was paged on; how many depends on who is first.
    pub(crate) fn expect_some_dead_letters(&self) {
        self.dead_letters.set(u32::MAX);
    }

    /// At the end of this story people read something that is not so, and that is the matter of the story.
    pub(crate) fn people_read_otherwise(&self, why: &'static str) {
        self.reads_otherwise.set(Some(why));
    }

    /// Warnings in the log that hold this text.
    pub(crate) fn warnings(&self, part: &str) -> Vec<String> {
        let lines = self.log.lines().into_iter().filter(|line| !line.is_error && line.text.contains(part));
        lines.map(|line| line.text).collect()
    }

    /// What always comes last.
    async fn finish(mut self) {
        let mut troubles = Vec::new();
        if self.bot.is_some() {
            self.settled().await;
            let expected = format!("0 waiting, {} dead letters", self.dead_letters.get());
            for part in self.bot().engine.health().await.parts {
                if part.name == "outbox" && self.dead_letters.get() != u32::MAX && part.sentence != expected {
                    let letters = self.bot().store.letters(5).await.unwrap();
                    troubles.push(format!("the outbox has {}, expected was {expected}: {letters:?}", part.sentence));
                } else if part.name != "outbox" && !part.ok {
                    troubles.push(format!("{}: {}", part.name, part.sentence));
                }
            }
        }
        troubles.extend(self.unread().await);
        if self.bot.is_some() && self.reads_otherwise.get().is_none() {
            let mut disagreements = self.disagreements().await;
            if !disagreements.is_empty() {
                // What came while it was looked: somebody who left is found a moment later.
                self.settled().await;
                disagreements = self.disagreements().await;
            }
            troubles.extend(disagreements);
        }
        self.stop_bot().await;
        let expected = self.expected.borrow().clone();
        let came = |part: &String| self.log.lines().iter().any(|line| line.is_error && line.text.contains(part));
        for text in self.log.errors() {
            if !expected.iter().chain(self.possible.borrow().iter()).any(|part| text.contains(part)) {
                troubles.push(format!("an error nobody expected: {text}"));
            }
        }
        for part in expected.iter().filter(|part| !came(part)) {
            troubles.push(format!("an error that was expected did not come: {part}"));
        }
        assert!(troubles.is_empty(), "the story is over, but:\n{}", troubles.join("\n"));
        let Self { sandbox, .. } = self;
        sandbox.shutdown().await;
    }
}
