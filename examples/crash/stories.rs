//! Purpose: the stories in which the bot dies at write points: between them they pass as many points as they can.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::ledger::{End, What};
use crate::outside::{BY_MAIL, BY_PUSH};
use crate::workload::{FLAPS, GONE, LEAVER, TEAM, WARNING, burst_for_one};
use crate::world::{World, list, text};

/// How often somebody tries again who got no answer.
const TRIES: usize = 40;
/// How long what must happen may take; then the story goes on, and the checker says what is missing.
const PATIENCE: Duration = Duration::from_secs(45);
const MESSAGES: &str = "/channels/{channel_id}/messages";

/// Waits until something is so.
macro_rules! wait {
    ($is_so:expr) => {{
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline && !$is_so {
            sleep(Duration::from_millis(200)).await;
        }
    }};
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Story {
    /// Incidents as they usually go.
    Incidents,
    /// What Discord refuses, and ways outside it.
    Letters,
    /// Discord is away, and so is a heartbeat.
    Outage,
    /// Who must be called: nobody answers, somebody cannot, what is over is not, and what somebody has becomes worse.
    Rings,
    /// Many incidents at once for one person, what flaps, and whoever is called and left.
    Calls,
}

impl Story {
    /// Those that pass as many write points as they can.
    pub(crate) const ALL: [Self; 3] = [Self::Incidents, Self::Letters, Self::Outage];

    /// Whether the bot may die at this point in this story: where it passes it on the way only, little could go wrong.
    pub(crate) fn may_have(self, point: &str) -> bool {
        let home = [("seen-message:", Self::Letters), ("heartbeat:", Self::Outage)];
        let other = |(prefix, story): &(&str, Self)| point.starts_with(prefix) && *story != self;
        // Only there is the heartbeat taken out of the configuration.
        !home.iter().any(other) || (self == Self::Letters && point.ends_with(" forget"))
    }

    pub(crate) async fn tell(self, world: &World) {
        match self {
            Self::Incidents => incidents(world).await,
            Self::Letters => letters(world).await,
            Self::Outage => outage(world).await,
            Self::Rings => rings(world).await,
            Self::Calls => calls(world).await,
        }
    }
}

/// Two incidents, one with a channel; pages, a step, people who insist.
async fn incidents(world: &World) {
    world.insist(&[("slow-1", "search", "warning", true)]).await;
    world.insist(&[("down-1", "checkout", "critical", true), ("odd-1", "mailer", "info", true)]).await;
    until(world, 3).await;
    let number = |name: &'static str| async move { number_of(world, name).await };
    let (search, checkout) = (number("search").await, number("checkout").await);
    insist(world, "rina", checkout, What::Acknowledge).await;
    insist(world, "rina", checkout, What::Note("the gateway is down".to_owned())).await;
    insist(world, "agus", checkout, What::Note("they know".to_owned())).await;
    insist(world, "rina", checkout, What::Update("payments fail".to_owned())).await;
    world.insist(&[("slow-2", "search", "warning", true)]).await;
    world.insist(&[("slow-2", "search", "warning", false)]).await;
    world.insist(&[("down-1", "checkout", "critical", false), ("odd-1", "mailer", "info", false)]).await;
    insist(world, "rina", checkout, What::Resolve("rolled back".to_owned())).await;
    insist(world, "joko", search, What::Note("a node is slow".to_owned())).await;
}

/// Somebody tries again until the bot says yes.
async fn insist(world: &World, person: &str, incident: u32, what: What) {
    for _ in 0..TRIES {
        match world.deed(person, incident, what.clone(), false).await {
            Some(End::Done) => return,
            // What was not answered was done: to do it again would be a second note.
            Some(End::Refused(_)) if !matches!(what, What::Note(_)) => return,
            Some(End::Unanswered) if matches!(what, What::Note(_) | What::Update(_)) => return,
            Some(End::Refused(_) | End::Unanswered) | None => sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn until(world: &World, cards: usize) {
    for _ in 0..600 {
        if world.incidents().await.len() >= cards {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// The incident whose card names a service.
async fn number_of(world: &World, service: &str) -> u32 {
    let seen = world.look("/channels/incidents/messages?as=rina&limit=200").await;
    let found = crate::world::list(&seen["messages"]).find(|message| message["embeds"].to_string().contains(service));
    found.and_then(crate::world::card_number).unwrap_or(1)
}

/// A note until it is in the record for sure; what got no answer may be there, and is said again in other words.
async fn noted(world: &World, incident: u32, words: &str) {
    for again in 0..TRIES {
        let words = if again == 0 { words.to_owned() } else { format!("{words}, for the {again}. time") };
        match world.deed("rina", incident, What::Note(words), false).await {
            Some(End::Done) => return,
            Some(End::Refused(_) | End::Unanswered) | None => sleep(Duration::from_millis(100)).await,
        }
    }
}

/// One line of chat is an incident, one is none; an answer is lost; posts are refused and put aside, tried again, and
/// permitted; pages go out by push and mail; the heartbeat is silent when it is taken out of the configuration.
async fn letters(world: &World) {
    world.beating.store(false, Ordering::SeqCst);
    world.ledger.open().beats.over = true;
    world.insist(&[("slow-1", "search", "warning", true)]).await;
    until(world, 1).await;
    let search = number_of(world, "search").await;
    insist(world, "rina", search, What::Page(BY_MAIL, "you know the index".to_owned())).await;
    chat(world).await;
    let lost = message_fault(world, "lost answer", &json!({ "do": "drop", "at": "applied", "count": 2 })).await;
    noted(world, search, "a lost answer").await;
    forget(world, lost).await;
    refused(world, search).await;
    wait!({
        let arrived = world.outside.arrived();
        [BY_PUSH, BY_MAIL].iter().all(|person| arrived.iter().any(|one| one.person == *person))
    });
    // A page that is not needed any more when Discord would take it.
    let busy = json!({ "do": "status", "status": 429, "retry_after": 2, "scope": "shared", "count": 1000 });
    let fault = message_fault(world, "Tap to answer", &busy).await;
    insist(world, "rina", search, What::Page("budi", "you know the disks".to_owned())).await;
    insist(world, "rina", search, What::Acknowledge).await;
    forget(world, fault).await;
    wait!(shows(world, "No orders").await && world.delivered().await);
    permitted(world, search).await;
    world.settings.write_config(|text| {
        let (before, heartbeat) = text.split_once("[[heartbeats]]").expect("there is one");
        let (_, after) = heartbeat.split_once("\n\n").expect("it ends");
        format!("{before}{after}")
    });
    world.ledger.open().beats.forgotten = Some(crate::ledger::now_ms());
    if let Some(id) = world.bot.lock().await.as_ref().and_then(crate::process::Bot::id) {
        let _ = std::process::Command::new("kill").args(["-HUP", &id.to_string()]).status();
    }
}

async fn chat(world: &World) {
    // A channel that was never read begins behind its newest message, so the first lines may not be heard.
    for number in 0..TRIES {
        let Some(line) = world.say("joko", &format!("line-{number}"), false).await else { continue };
        sleep(Duration::from_millis(500)).await;
        if world.question(line).await.is_some() {
            break;
        }
    }
    for (alert, is_one) in [("line-100", true), ("line-101", false)] {
        let Some(line) = world.say("joko", alert, true).await else { continue };
        wait!(world.question(line).await.is_some());
        let _ = world.answer_question("joko", line, is_one).await;
    }
}

/// Two posts are refused for good: one a person puts aside, the other one is tried again.
async fn refused(world: &World, incident: u32) {
    let no = json!({ "do": "status", "status": 400, "code": 50035, "message": "Invalid Form Body", "count": 1000 });
    for (words, verb) in [("nobody gets this", "drop"), ("refused and sent again", "retry")] {
        let fault = message_fault(world, words, &no).await;
        world.ledger.open().refused.push(words.to_owned());
        if verb == "drop" {
            world.ledger.open().put_aside.push(words.to_owned());
        }
        noted(world, incident, words).await;
        // What may have been noted although nobody was told comes a moment later.
        wait!(!dead(world).await.is_empty());
        sleep(Duration::from_millis(500)).await;
        if verb == "retry" {
            forget(world, fault.clone()).await;
        }
        for row in dead(world).await {
            let _ = world.beside(&["outbox", verb, &row, "--output", "json"]).await;
        }
        if verb == "retry" {
            wait!(dead(world).await.is_empty() && world.delivered().await);
        }
    }
}

/// A permission is taken away and given back.
async fn permitted(world: &World, incident: u32) {
    let change = |what: &str| {
        let permissions = ["SEND_MESSAGES_IN_THREADS", "SEND_MESSAGES"];
        json!({ "do": what, "bot": "siaga", "permissions": permissions, "channel": "incidents" })
    };
    let words = "nobody may send this yet";
    world.ledger.open().refused.push(words.to_owned());
    let _ = world.order("/trouble", &change("revoke")).await;
    noted(world, incident, words).await;
    wait!(!dead(world).await.is_empty());
    let _ = world.order("/trouble", &change("grant")).await;
    wait!(dead(world).await.is_empty());
}

/// Rows of dead letters, as `siaga outbox` shows them to a person.
async fn dead(world: &World) -> Vec<String> {
    let said = world.beside(&["outbox", "list", "--dead", "--output", "json"]).await.unwrap_or_default();
    list(&said).map(|letter| letter["row"].to_string()).collect()
}

/// A fault for messages of the bot that hold these words.
async fn message_fault(world: &World, words: &str, what: &Value) -> Option<String> {
    let mut order = what.clone();
    (order["method"], order["route"]) = (json!("POST"), json!(MESSAGES));
    (order["bot"], order["contains"]) = (json!("siaga"), json!(words));
    let fault = world.order("/faults", &order).await?;
    Some(fault["fault"].as_str().map_or_else(|| fault["fault"].to_string(), str::to_owned))
}

async fn forget(world: &World, fault: Option<String>) {
    if let Some(fault) = fault {
        world.forget_fault(&fault).await;
    }
}

/// Whether a card or a line in the incidents channel says this.
async fn shows(world: &World, words: &str) -> bool {
    let seen = world.look("/channels/incidents/messages?as=rina&limit=200").await;
    list(&seen["messages"])
        .any(|message| text(&message["content"]).contains(words) || message["embeds"].to_string().contains(words))
}

/// The heartbeat is silent and is heard again; then Discord is away while an incident opens, and comes back.
async fn outage(world: &World) {
    world.beating.store(false, Ordering::SeqCst);
    world.insist(&[("slow-1", "search", "warning", true)]).await;
    until(world, 1).await;
    insist(world, "rina", number_of(world, "search").await, What::Acknowledge).await;
    wait!(shows(world, "No orders").await);
    world.beating.store(true, Ordering::SeqCst);
    let away = json!({ "bot": "siaga", "do": "html", "status": 502, "count": 1_000_000 });
    let fault = world.order("/faults", &away).await;
    let _ = world.order("/gateway/siaga", &json!({ "do": "cut" })).await;
    wait!(world.is_away().await == Some(true));
    world.insist(&[("down-1", "checkout", "critical", true), ("slow-2", "orders", "warning", true)]).await;
    wait!(world.outside.arrived().iter().filter(|one| one.person == BY_PUSH).count() >= 2);
    if let Some(fault) = fault {
        world.forget_fault(text(&fault["fault"])).await;
    }
    wait!(world.is_away().await == Some(false));
    until(world, 4).await;
    for service in ["checkout", "orders"] {
        insist(world, "rina", number_of(world, service).await, What::Acknowledge).await;
    }
}

/// Seven incidents, a death, and nobody who waits for a phone that does not ring: the checker says what is missing.
async fn rings(world: &World) {
    for (name, service, severity) in [
        ("slow-1", "search", "warning"),
        ("down-1", "checkout", "critical"),
        ("late-1", "orders", "warning"),
        ("odd-1", "login", "warning"),
        ("old-1", "stock", "warning"),
        ("noisy-1", "deploys", "warning"),
    ] {
        world.insist(&[(name, service, severity, true)]).await;
    }
    until(world, 6).await;
    let number = |name: &'static str| async move { number_of(world, name).await };
    let (checkout, orders) = (number("checkout").await, number("orders").await);
    let (login, stock) = (number("login").await, number("stock").await);
    insist(world, "agus", orders, What::Acknowledge).await;
    insist(world, "joko", login, What::Resolve("restarted".to_owned())).await;
    insist(world, "joko", stock, What::Resolve("restarted".to_owned())).await;
    insist(world, "rina", checkout, What::Decline).await;
    // Its second step is due when the next bot has looked at everything once, and before it looks again; and no other timer of it is
    // left, because each mends the others.
    world.insist(&[("pay-1", "payroll", "warning", true)]).await;
    let payroll = format!("INC-{}", world.incident_of("payroll").await.unwrap_or_default());
    wait!(world.outside.arrived().iter().any(|one| one.title.contains(&format!("{payroll} "))));
    if let Some(id) = world.bot.lock().await.as_ref().and_then(crate::process::Bot::id) {
        let _ = std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status();
    }
    wait!(world.ledger.open().starts.len() > 1);
    let _ = world.connected().await;
    // Not before: whoever looks after open incidents at each start would find what calls nobody.
    for _ in 0..TRIES {
        if world.silence("joko", "deploys", 12, WARNING).await.is_some() {
            break;
        }
    }
    insist(world, "joko", stock, What::Reopen("it is not over".to_owned())).await;
    world.insist(&[("late-2", "orders", "critical", true)]).await;
}

/// Somebody is called and leaves, and then is to be called again; something flaps; many incidents come at once for one person. Nothing
/// of that is helped by a restart, so the bot dies when all of it was called.
async fn calls(world: &World) {
    let there = format!("{GONE}there");
    world.insist(&[(&format!("{there}-alert"), &there, "warning", true)]).await;
    let incident = world.incident_of(&there).await.unwrap_or_default();
    wait!(rang(world, LEAVER, incident).await);
    world.is_member(LEAVER, false).await;
    let flaps = format!("{FLAPS}calls");
    let alert = format!("{flaps}-alert");
    for firing in [true, false, true, false, true, false, true] {
        world.insist(&[(&alert, &flaps, "warning", firing)]).await;
        sleep(Duration::from_millis(1_200)).await;
    }
    let later = format!("{GONE}later");
    world.insist(&[(&format!("{later}-alert"), &later, "warning", true)]).await;
    // Whoever was rung for what flaps is not rung with these.
    burst_for_one(world, TEAM, 1, 7).await;
    let last = world.incident_of(&format!("{TEAM}burst-1-7")).await.unwrap_or_default();
    wait!(rang(world, "budi", last).await);
    if let Some(id) = world.bot.lock().await.as_ref().and_then(crate::process::Bot::id) {
        let _ = std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status();
    }
    wait!(world.ledger.open().starts.len() > 1);
    let _ = world.connected().await;
}

/// Whether somebody read by direct message that an incident waits for them.
async fn rang(world: &World, person: &str, incident: u32) -> bool {
    let channels = world.look(&format!("/people/{person}/channels")).await;
    for dm in list(&channels["dms"]) {
        let all = world.look(&format!("/channels/{}/messages?as={person}&limit=200", text(&dm["id"]))).await;
        if list(&all["messages"]).any(|message| text(&message["content"]).contains(&format!("INC-{incident} "))) {
            return true;
        }
    }
    false
}
