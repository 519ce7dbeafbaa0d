//! Databases of every release, opened by this one: each incident is what it was, and what was due goes on.
//!
//! `tests/golden/README.md` says what they are and how the next one is made.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod describe;
mod kinds;
mod make;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::{ChatChannelId, Incident, Setup, Timestamp};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use secrecy::SecretString;
use serde_json::{Value, json};
use siaga::outside::OutsideSettings;
use store::Store;

use crate::harness::phone::PushServer;
use crate::harness::{Options, SERVER, Story, story_with};

/// Where they are.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
/// Under what configuration the next one is made.
const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stories/golden");
/// The variable that names the next one.
const NAME: &str = "GOLDEN";
/// Files of a golden database.
const DATABASE: &str = "siaga.db";
const EXPECTED: &str = "expected.json";
const FILES: [&str; 3] = ["siaga.toml", "checkout-errors.md", "stock-runs-dry.toml"];

/// One of them.
struct Golden {
    /// Its number, from 1.
    number: u32,
    folder: PathBuf,
}

impl Golden {
    /// All of them, oldest first.
    fn all() -> Vec<Self> {
        let folders = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        let mut all: Vec<Self> = folders
            .map(|folder| {
                let name = folder.file_name().unwrap().to_string_lossy().into_owned();
                Self { number: name.split('-').next().unwrap().parse().unwrap(), folder }
            })
            .collect();
        all.sort_by_key(|golden| golden.number);
        all
    }

    fn expected(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.folder.join(EXPECTED)).unwrap()).unwrap()
    }

    /// When it was stopped, by its own clock.
    fn stopped_at(&self) -> Timestamp {
        self.expected()["stopped_at"].as_str().unwrap().parse().unwrap()
    }

    fn watched(&self) -> Vec<ChatChannelId> {
        let seen = self.expected()["database"]["seen_messages"].as_object().unwrap().clone();
        seen.keys().map(|id| ChatChannelId(id.parse().unwrap())).collect()
    }

    /// A copy of database and server that may be changed.
    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        for file in [DATABASE, SERVER] {
            let packed = fs::read(self.folder.join(format!("{file}.gz"))).unwrap();
            let mut bytes = Vec::new();
            GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
            fs::write(copy.path().join(file), bytes).unwrap();
        }
        copy
    }

    /// The same database, opened by this release.
    async fn open(&self) -> (tempfile::TempDir, Store) {
        let copy = self.copy();
        let store = Store::open(&copy.path().join(DATABASE)).await.unwrap_or_else(|error| panic!("{error}"));
        (copy, store)
    }
}

/// The configuration that stands in a folder.
fn setup_in(folder: &Path) -> Setup {
    let texts = FILES.map(|file| fs::read_to_string(folder.join(file)).unwrap());
    let [configuration, runbook, scenario] = &texts;
    let files = [(FILES[1], runbook.as_str()), (FILES[2], scenario.as_str())];
    let loaded = config::from_text(FILES[0], configuration, &files);
    loaded.unwrap_or_else(|problems| panic!("{}", problems.render(false))).setup
}

fn outside(phone: &PushServer) -> OutsideSettings {
    let variables = BTreeMap::from([("NTFY_BUDI".to_owned(), SecretString::from(phone.topic("budi")))]);
    OutsideSettings { variables, ..OutsideSettings::default() }
}

/// Runs it without a bot.
fn alone<T>(body: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(body)
}

#[test]
fn every_golden_database_is_read_as_the_release_that_made_it_read_it() {
    alone(async {
        for golden in Golden::all() {
            let (_copy, store) = golden.open().await;
            let found = describe::describe(&store, &golden.watched()).await;
            let differences = describe::differences(&golden.expected()["database"], &found);
            assert!(differences.is_empty(), "{}:\n{}", golden.folder.display(), differences.join("\n"));
            // What a start holds in memory is what the timelines say.
            let open: Vec<Incident> =
                describe::all(&store).await.into_iter().filter(|incident| incident.status.is_open()).collect();
            assert!(open == store.resume().await.unwrap().open, "{}", golden.folder.display());
            // What people would read on the cards follows the wording of today, so it is reviewed and not fixed for ever.
            let cards = describe::cards(&store, &setup_in(&golden.folder), golden.stopped_at()).await;
            insta::assert_snapshot!(format!("cards-{:04}", golden.number), cards);
            store.close().await;
        }
    });
}

#[test]
fn every_golden_database_holds_one_of_everything_there_was() {
    assert!(!Golden::all().is_empty());
    alone(async {
        for golden in Golden::all() {
            let (_copy, store) = golden.open().await;
            let mut missing = describe::names(&store).await.missing(golden.number);
            missing.extend(describe::scenes_missing(&golden.expected()["database"]));
            assert!(missing.is_empty(), "{} holds no {}", golden.folder.display(), missing.join(", no "));
            store.close().await;
        }
    });
}

#[test]
fn golden_databases_name_no_machine_and_hold_no_secret() {
    for golden in Golden::all() {
        let copy = golden.copy();
        for file in [DATABASE, SERVER] {
            let bytes = fs::read(copy.path().join(file)).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            // The key of the links is in it: it was made for this database alone, and opens nothing else. Bots' tokens are the
            // sandbox's, the same everywhere.
            for word in [env!("CARGO_MANIFEST_DIR"), "/home/", "/root/", "/tmp/", "key-of-the-stories", "127.0.0.1"] {
                assert!(!text.contains(word), "{file} of {} names {word}", golden.folder.display());
            }
        }
    }
}

/// `GOLDEN=0002-2027-01-31 cargo test --test stories -- --ignored the_next_golden_database_is_made`
#[test]
#[ignore = "makes the golden database of a release"]
fn the_next_golden_database_is_made() {
    let name = std::env::vars().find(|(name, _)| name == NAME).map(|(_, value)| value);
    let name = name.unwrap_or_else(|| panic!("{NAME} says what it is called, for example 0002-2027-01-31"));
    let folder = Path::new(FOLDER).join(&name);
    assert!(!folder.exists(), "{name} is there already; golden databases never change");
    let number: u32 = name.split('-').next().unwrap().parse().unwrap();
    let phone = PushServer::start();
    let world = |options: &mut Options| {
        options.setup = setup_in(Path::new(CONFIGURATION));
        options.outside = outside(&phone);
        options.folder = Some(tempfile::tempdir().unwrap());
        options.limits = sandbox::Limits::unlimited();
    };
    let (packed, phone) = (folder, phone.clone());
    story_with(world, async move |s| {
        make::live(s, &phone).await;
        s.control.post("/clock", &json!({ "frozen": true })).await;
        let store = Store::open(&s.database()).await.unwrap();
        make::accept_undecided(&store, s.now()).await;
        let database = s.file("whole.db");
        store.backup(&database).await.unwrap();
        let mut missing = describe::names(&store).await.missing(number);
        let expected = json!({
            "release": env!("CARGO_PKG_VERSION"),
            "stopped_at": s.now(),
            "database": describe::describe(&store, &make::watched(s)).await,
        });
        store.close().await;
        missing.extend(describe::scenes_missing(&expected["database"]));
        assert!(missing.is_empty(), "it lacks {}", missing.join(", "));
        fs::create_dir_all(&packed).unwrap();
        pack(&database, &packed.join(format!("{DATABASE}.gz")));
        pack(&whole_server(s).await, &packed.join(format!("{SERVER}.gz")));
        fs::write(packed.join(EXPECTED), serde_json::to_string_pretty(&expected).unwrap() + "\n").unwrap();
        for file in FILES {
            fs::copy(Path::new(CONFIGURATION).join(file), packed.join(file)).unwrap();
        }
        s.read_all().await;
    });
}

/// The server's file without what was changed later: each start writes it whole.
async fn whole_server(s: &Story) -> PathBuf {
    let file = s.file("whole.jsonl");
    fs::copy(s.file(SERVER), &file).unwrap();
    let options = sandbox::Options { state: Some(file.clone()), ..sandbox::Options::default() };
    sandbox::start(options).await.unwrap().shutdown().await;
    file
}

fn pack(from: &Path, to: &Path) {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&fs::read(from).unwrap()).unwrap();
    fs::write(to, packer.finish().unwrap()).unwrap();
}

/// The bot of this release, on a copy of a database of another one and of the server that belongs to it.
fn gone_on(golden: &Golden, body: impl AsyncFnOnce(&mut Story, PushServer)) {
    let phone = PushServer::start();
    let world = |options: &mut Options| {
        options.setup = setup_in(&golden.folder);
        options.outside = outside(&phone);
        options.folder = Some(golden.copy());
        // How fast Discord lets it go on is another matter.
        options.limits = sandbox::Limits::unlimited();
        options.begins = golden.stopped_at();
    };
    let own = phone.clone();
    story_with(world, async move |s| body(s, own).await);
}

#[test]
fn what_was_due_when_a_golden_database_was_stopped_goes_on() {
    for golden in Golden::all() {
        gone_on(&golden, async |s, phone| {
            s.people_read_otherwise("what stands was written by an older release, and nothing happened to it since");
            let expected = golden.expected()["database"].clone();
            s.settled().await;
            waiting_rows_went_out(s, &expected).await;
            undecided_reports_are_decided(s, &expected).await;
            time_goes_on(s, &phone, &expected).await;
            nothing_is_lost(s, &expected).await;
            only_mails_were_given_up(s, &expected).await;
            let letters = s.bot().store.letters(u32::MAX).await.unwrap();
            s.expect_dead_letters(u32::try_from(letters.len()).unwrap());
            s.read_all().await;
        });
    }
}

/// Whether a row of the outbox was in this state: its third word.
fn is(row: &Value, state: &str) -> bool {
    row.as_str().unwrap().split([' ', ':']).nth(2) == Some(state)
}

/// The number of a row of the outbox.
fn number(row: &Value) -> i64 {
    row.as_str().unwrap().split(' ').next().unwrap().parse().unwrap()
}

/// What was dead stays with the people; of what was decided since, only mails cannot leave, because there is no mail server.
async fn only_mails_were_given_up(s: &Story, expected: &Value) {
    let rows = expected["outbox"].as_array().unwrap();
    let last = rows.iter().map(number).max().unwrap();
    let letters = s.bot().store.letters(u32::MAX).await.unwrap();
    let (old, new): (Vec<_>, Vec<_>) = letters.into_iter().partition(|letter| letter.id <= last);
    let mut old: Vec<i64> = old.iter().map(|letter| letter.id).collect();
    old.sort_unstable();
    assert_eq!(old, rows.iter().filter(|row| is(row, "dead")).map(number).collect::<Vec<_>>());
    let mail = domain::PageVia::Way(ways::email::EMAIL.id);
    let is_mail = |letter: &store::Letter| matches!(letter.effect, Ok(domain::Effect::Page { via, .. }) if via == mail);
    assert!(new.iter().all(is_mail), "{new:?}");
}

/// The newest incident with this title.
fn called(expected: &Value, title: &str) -> String {
    let incidents = expected["incidents"].as_object().unwrap().values().map(|incident| &incident["export"]["incident"]);
    let newest =
        incidents.filter(|incident| incident["title"] == title).max_by_key(|incident| incident["number"].as_u64());
    newest.unwrap_or_else(|| panic!("no incident is called {title}"))["label"].as_str().unwrap().to_owned()
}

/// What waited is outside, once, also when it had arrived before and nobody had heard of it.
async fn waiting_rows_went_out(s: &Story, expected: &Value) {
    let rows = expected["outbox"].as_array().unwrap();
    let waiting: Vec<i64> = rows.iter().filter(|row| is(row, "planned") || is(row, "sent")).map(number).collect();
    assert!(!waiting.is_empty());
    for row in waiting {
        let state = s.bot().store.letter(row).await.unwrap().unwrap().state;
        assert_eq!(state, store::LetterState::Confirmed, "row {row}");
    }
    let billing = called(expected, "Something is wrong with billing");
    assert_eq!(s.rooms().await.iter().filter(|room| room.starts_with(&format!("{billing} "))).count(), 1);
    assert_eq!(s.count("#incidents", &format!("{billing} ·")).await, 1);
    let rings = s.phone("agus").await;
    assert_eq!(rings.matches(&format!("rings DM: SEV-2 {billing} ")).count(), 1, "{rings}");
    assert_eq!(rings.matches(&format!(": @Agus SEV-2 {billing} ")).count(), 1, "{rings}");
}

/// One ends an alert, one says again what is known, one opens an incident and rings.
async fn undecided_reports_are_decided(s: &Story, expected: &Value) {
    let undecided = expected["journal"].as_array().unwrap().iter();
    let undecided = undecided.filter(|row| row.as_str().unwrap().ends_with(": undecided"));
    let mut became = Vec::new();
    for row in undecided {
        became.extend(s.bot().store.journal_outcome(number(row)).await.unwrap().unwrap().outcome);
    }
    assert_eq!(became, ["resolved", "repeated", "opened"]);
    assert_eq!(s.bot().engine.totals().await.unwrap().undecided, 0);
    let number = expected["incidents"].as_object().unwrap().len() + 1;
    let rings = s.phone("agus").await;
    let line = format!("SEV-2 INC-{number} The warehouse does not answer");
    // Agus was rung for another one just now: the direct message comes with the next ring.
    assert_eq!(rings.matches(&line).count(), 1, "in the room:\n{rings}");
    s.advance(1).await;
    assert_eq!(s.direct("agus").await.matches(&line).count(), 1, "{}", s.direct("agus").await);
}

/// Each timer does what it was set for, at its time.
async fn time_goes_on(s: &Story, phone: &PushServer, expected: &Value) {
    let [checkout, orders, login, search] =
        ["Checkout errors 12 %", "Orders are refused", "Login errors 4 %", "Search answers in 2.4 s"]
            .map(|title| called(expected, title));
    let status = async |label: &str| {
        let id = domain::IncidentId::parse(label).unwrap();
        s.bot().engine.incident(id).await.unwrap().unwrap().status
    };
    assert!(phone.messages("budi").is_empty());
    s.advance(2).await;
    s.until("the page is on the phone, too", async || !phone.messages("budi").is_empty()).await;
    assert!(phone.messages("budi")[0]["title"].as_str().unwrap().contains(&checkout));
    s.advance(1).await;
    assert!(s.thread(&orders).await.contains("Budi did not answer, so nobody has it now"));
    assert!(s.phone("rina").await.contains(&format!("SEV-2 {orders} Orders are refused")));
    assert!(!s.phone("rina").await.contains(&format!("SEV-1 {checkout} ")));
    s.advance(1).await;
    assert!(s.phone("rina").await.contains(&format!("rings DM: SEV-1 {checkout} Checkout errors 12 %")));
    assert_eq!(s.count("#incidents", "Storm 2 is over after").await, 1);
    assert_eq!(status(&search).await, domain::IncidentStatus::Triggered);
    s.advance(5).await;
    assert_eq!(status(&search).await, domain::IncidentStatus::Resolved);
    s.pass(Duration::from_secs(40 * 60)).await;
    let said = s.thread(&login).await;
    assert!(
        said.contains("@Agus, the promised update is due") && said.contains("@Agus, no alert has fired since"),
        "{said}"
    );
    // The silence of a heartbeat counts from its last beat, or from the start; the one that was missed is not missed twice.
    s.pass(Duration::from_secs(3 * 3_600)).await;
    assert_eq!(s.count("#incidents", "No orders for two hours").await, 2);
    assert_eq!(s.count("#incidents", "No backup since yesterday").await, 1);
    let timers = expected["timers"].as_array().unwrap().iter().map(|timer| timer.as_str().unwrap());
    let fixed = timers.filter(|timer| timer.contains(" postmortem_due ")).find_map(|timer| timer.split(' ').next());
    let fixed = fixed.expect("an incident whose postmortem is due");
    s.pass(Duration::from_secs(48 * 3_600)).await;
    assert!(s.thread(fixed).await.contains("the postmortem was due"));
    s.pass(Duration::from_secs(16 * 24 * 3_600)).await;
    assert!(s.room("INC-1").await.contains("Action item 3 is due: Try the fallback."));
}

/// Every timeline begins as it was, and nothing that is due waits.
async fn nothing_is_lost(s: &Story, expected: &Value) {
    for (label, incident) in expected["incidents"].as_object().unwrap() {
        let id = domain::IncidentId::parse(label).unwrap();
        let timeline = s.bot().store.timeline(id).await.unwrap();
        let begins: Vec<&str> = timeline.iter().map(|entry| kinds::event(&entry.event)).collect();
        let was = incident["export"]["timeline"].as_array().unwrap();
        let was: Vec<&str> = was.iter().map(|entry| entry["event"]["kind"].as_str().unwrap()).collect();
        assert!(begins.starts_with(&was), "{label}: {was:?} became {begins:?}");
    }
    assert!(s.bot().store.next_timer().await.unwrap().is_none_or(|due| due > s.now()));
    let (accepted, undecided, ..) = s.bot().store.totals().await.unwrap();
    assert!(undecided == 0 && accepted > i64::try_from(expected["journal"].as_array().unwrap().len()).unwrap());
}
