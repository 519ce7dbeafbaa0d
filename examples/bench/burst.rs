//! Purpose: many services break within one second, and all of it is one person's, with Discord's documented limits: how often whose
//! phone rings, when each incident's card stands, and when the ring that names it (`scripts/bench burst`).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::bot::{Bot, KEY, Start, release};
use crate::latency::ms_between;
use crate::load::{alert, body};
use crate::options::Options;
use crate::process::{now_us, temporary};
use crate::sandbox::Sandbox;
use crate::table::{head, percentile, row, short};

/// Services that break within a second.
const SIZES: [usize; 2] = [30, 300];
/// One in so many is of the worst severity, and gets a channel.
const WORST: usize = 10;
/// How often phones, cards and lanes are looked at. The times are the sandbox's.
const LOOK: Duration = Duration::from_millis(250);
/// Who may be paged by the sample configuration.
const PEOPLE: [&str; 5] = ["agus", "rina", "dewi", "budi", "sari"];
/// Notes in another incident while it goes on.
const NOTES: usize = 10;
const NOTES_APART: Duration = Duration::from_secs(2);
const LANES: [&str; 7] = ["page", "card", "update", "edit", "housekeeping", "shown", "told"];
/// Milliseconds of the first of January 2015, from which Discord's ids count.
const EPOCH_MS: u64 = 1_420_070_400_000;

pub(crate) async fn measure(options: &Options) {
    let sizes = if options.quick { &SIZES[..1] } else { &SIZES[..] };
    for services in sizes {
        eprintln!("{services} services ...");
        burst(*services).await.print(*services);
    }
}

/// What a burst was like.
#[derive(Default)]
struct Burst {
    accepted_ms: Vec<f64>,
    /// From its 202 until the card stands in the channel.
    card_ms: Vec<f64>,
    /// Until a ring names it (or says that there are more).
    ring_ms: Vec<f64>,
    /// Until its mention stands in the room.
    room_ms: Vec<f64>,
    /// Sounds of each phone by second after the first request.
    rings: BTreeMap<&'static str, Vec<f64>>,
    /// Messages in the incidents channel that are no card.
    others: usize,
    /// The longest that anything waited, by lane.
    waited_s: BTreeMap<&'static str, f64>,
    /// From typing a note in another incident until it stands in its room.
    note_ms: Vec<f64>,
    refused: usize,
    lasted: f64,
}

struct Waited {
    title: String,
    accepted_us: u64,
    card: Option<u64>,
    ring: Option<u64>,
    room: Option<u64>,
}

async fn burst(services: usize) -> Burst {
    let folder = temporary(&format!("burst-{services}"));
    let sandbox = Sandbox::start(&folder, false).await;
    let start = Start { program: release(), folder: &folder, more: Vec::new() };
    let bot = start.together().start(&sandbox).await;
    sandbox.quiet().await;
    // Somebody has an incident already, and goes on working on it.
    send(&bot, &sandbox, "before").await;
    sandbox.quiet().await;
    sandbox.slash("agus", "ack", json!({ "incident": "INC-1" })).await;
    sandbox.quiet().await;
    let mut found = Burst::default();
    let mut seen: BTreeMap<&'static str, u64> = PEOPLE.iter().map(|person| (*person, 0)).collect();
    for (person, after) in &mut seen {
        sandbox.rang(person, after).await;
    }
    let mut calls = 0;
    sandbox.calls_after(&mut calls).await;
    // A thread has the number of its card.
    let room = sandbox.card_of("before").await;
    let mut notes_read = sandbox.newest(&room).await;
    let mut read = sandbox.newest("incidents").await;
    let (began, began_us) = (Instant::now(), now_us());
    let mut notes: Vec<(String, u64)> = Vec::new();
    let mut waited = Vec::new();
    for number in 0..services {
        let due = Duration::from_secs(1).mul_f64(share(number, services));
        sleep(due.saturating_sub(began.elapsed())).await;
        let kind = if number % WORST == 0 { "worst" } else { "bad" };
        let service = format!("{kind}-{number:03}");
        let asked = Instant::now();
        send(&bot, &sandbox, &service).await;
        found.accepted_ms.push(asked.elapsed().as_secs_f64() * 1_000.0);
        let title = format!("{service} answers slowly");
        waited.push(Waited { title, accepted_us: now_us(), card: None, ring: None, room: None });
    }
    // Cards come one a second; everything else may take a minute more.
    let at_most = Duration::from_secs(90 + u64::try_from(services).unwrap());
    while began.elapsed() < at_most {
        for (person, after) in &mut seen {
            for notice in sandbox.rang(person, after).await {
                let text = sandbox.text_of(person, &notice).await;
                rang(person, &notice, &text, &mut waited, &mut found, began_us);
            }
        }
        for message in sandbox.messages_after("incidents", &mut read).await {
            stands(&message, &mut waited, &mut found);
        }
        for lane in LANES {
            let oldest = bot.by_label("siaga_outbox_oldest_seconds", "lane").await;
            let longest = found.waited_s.entry(lane).or_default();
            *longest = longest.max(oldest.get(lane).copied().unwrap_or_default());
        }
        let all = waited.iter().all(|one| one.card.is_some() && one.ring.is_some() && one.room.is_some());
        // Somebody works on something else meanwhile: what they write stands in that room.
        let due = NOTES_APART * u32::try_from(notes.len() + 1).unwrap();
        if notes.len() < NOTES && began.elapsed() >= due {
            let text = format!("found something, {}.", notes.len());
            notes.push((text.clone(), now_us()));
            sandbox.slash("agus", "note", json!({ "text": text, "incident": "INC-1" })).await;
        }
        for message in sandbox.messages_after(&room, &mut notes_read).await {
            let text = message["content"].as_str().unwrap_or_default();
            let of = notes.iter().find(|(note, _)| text.contains(note.as_str()));
            if let (Some((_, since)), Some(at)) = (of, made_ms(&message)) {
                found.note_ms.push(ms_between(*since, at * 1_000));
            }
        }
        if all && found.note_ms.len() == NOTES && bot.metric("siaga_outbox_waiting").await < 1.0 {
            break;
        }
        sleep(LOOK).await;
    }
    found.lasted = began.elapsed().as_secs_f64();
    for one in &waited {
        let since = |at: Option<u64>| at.map(|ms| ms_between(one.accepted_us, ms * 1_000));
        found.card_ms.extend(since(one.card));
        found.ring_ms.extend(since(one.ring));
        found.room_ms.extend(since(one.room));
    }
    let all = sandbox.calls_after(&mut calls).await;
    found.refused = all.iter().filter(|call| call["status"] == 429).count();
    found
}

/// A phone shows something.
fn rang(person: &'static str, notice: &Value, text: &str, waited: &mut [Waited], found: &mut Burst, began_us: u64) {
    let Some(at) = notice["at"].as_u64() else { return };
    let mention = notice["kind"] == "mention";
    let names = |one: &Waited| text.contains(&one.title);
    if mention {
        for one in waited.iter_mut().filter(|one| names(one) && one.room.is_none()) {
            one.room = Some(at);
        }
    }
    if notice["silent"] == true {
        return;
    }
    found.rings.entry(person).or_default().push(ms_between(began_us, at * 1_000) / 1_000.0);
    let more = text.contains(" more: ");
    for one in waited.iter_mut().filter(|one| one.ring.is_none()) {
        if names(one) || (more && one.accepted_us <= at * 1_000) {
            one.ring = Some(at);
        }
    }
}

/// A message stands in the incidents channel.
fn stands(message: &Value, waited: &mut [Waited], found: &mut Burst) {
    let text = message.to_string();
    let is_card = message["embeds"].as_array().is_some_and(|embeds| !embeds.is_empty());
    let of = waited.iter_mut().find(|one| is_card && one.card.is_none() && text.contains(&one.title));
    match of {
        Some(one) => one.card = made_ms(message),
        None if message["type"] == 0 => found.others += 1,
        None => {}
    }
}

/// When a message was made.
fn made_ms(message: &Value) -> Option<u64> {
    Some((message["id"].as_str()?.parse::<u64>().ok()? >> 22) + EPOCH_MS)
}

async fn send(bot: &Bot, sandbox: &Sandbox, service: &str) {
    let address = format!("{}/intake/alertmanager", bot.address());
    let alerts = [alert(service, "firing", "critical", service)];
    let answer = sandbox.http.post(address).bearer_auth(KEY).json(&body(&alerts)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
}

impl Burst {
    fn print(&self, services: usize) {
        println!(
            "\n{services} services within a second, all critical, one in {WORST} SEV-1; {:.0} s watched\n",
            self.lasted
        );
        head(&["202 -> (s)"], &["p50", "p99", "most", "seen"]);
        for (what, times) in [
            ("its card stands", &self.card_ms),
            ("a ring names it", &self.ring_ms),
            ("its mention in the room", &self.room_ms),
            ("a note elsewhere, typed -> stands", &self.note_ms),
        ] {
            let seconds: Vec<f64> = times.iter().map(|ms| ms / 1_000.0).collect();
            let of = |percent| if seconds.is_empty() { "-".to_owned() } else { short(percentile(&seconds, percent)) };
            row(&[what.to_owned(), of(50.0), of(99.0), of(100.0), seconds.len().to_string()]);
        }
        println!();
        for (person, rings) in &self.rings {
            let at: Vec<String> = rings.iter().take(12).map(|at| format!("{at:.1}")).collect();
            let more = if rings.len() > 12 { " ..." } else { "" };
            println!("rings of {person}: {} (at second {}{more})", rings.len(), at.join(", "));
        }
        let waited: Vec<String> = self.waited_s.iter().map(|(lane, s)| format!("{lane} {s:.1}")).collect();
        println!("longest wait by lane (s): {}", waited.join(", "));
        println!("messages in the incidents channel that are no card: {}", self.others);
        println!("429 answers: {}", self.refused);
        println!("request -> 202, most (ms): {}", short(percentile(&self.accepted_ms, 100.0)));
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts")]
fn share(number: usize, of: usize) -> f64 {
    number as f64 / of as f64
}
