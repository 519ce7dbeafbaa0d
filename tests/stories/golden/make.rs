//! Purpose: four days in a shop, until the database holds one of everything and stops in the middle of work.
//!
//! Each part says what it is there for. What it lacks, the maker says at its end, by name.

use std::time::Duration;

use domain::{AlertReport, ChatChannelId, Timestamp};
use serde_json::{Value, json};
use store::{Entry, Store};

use crate::harness::Story;
use crate::harness::alert::payload;
use crate::harness::phone::PushServer;

/// Where messages are made.
const MESSAGES: &str = "/channels/{channel_id}/messages";
/// Where threads are made.
const THREADS: &str = "/channels/{channel_id}/messages/{message_id}/threads";
const HOUR: Duration = Duration::from_secs(3_600);

/// The label of the newest incident.
async fn newest(s: &Story) -> String {
    format!("INC-{}", s.bot().engine.totals().await.unwrap().incidents)
}

async fn beat(s: &Story, name: &str) {
    let url = format!("http://{}/heartbeat/{name}", s.bot().intake);
    let answer = s.control.http.post(url).send().await.unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    s.settled().await;
}

/// Alerts of services that nobody owns and that page nobody.
async fn minor(s: &Story, services: &[&str]) {
    for service in services {
        s.alert(service).saying(&format!("{service} is slower")).fires().await;
    }
}

/// Everything up to the evening of the last day; from there on time is short.
pub(super) async fn live(s: &mut Story, phone: &PushServer) {
    for name in ["orders", "backup", "export"] {
        beat(s, name).await;
    }
    an_outage_is_worked_on(s, phone).await;
    nobody_answers(s).await;
    people_change_their_mind(s).await;
    whoever_has_it_falls_asleep(s).await;
    pages_do_not_arrive(s).await;
    things_are_deleted(s).await;
    more_alerts_than_names(s).await;
    people_and_machines_write(s).await;
    a_storm_comes_and_goes(s).await;
    nobody_is_on_call(s).await;
    discord_is_away(s).await;
    something_is_practiced(s).await;
    what_was_learned(s).await;
    beginnings_and_ends(s).await;
    in_the_middle_of_work(s).await;
}

/// From the alert, told twice, to the end: card, thread, channel, status message, another way of a page, an update that came late.
async fn an_outage_is_worked_on(s: &Story, phone: &PushServer) {
    let room = "room INC-1";
    s.checkout_breaks().await;
    s.checkout_breaks().await;
    s.alert("checkout").numbered(9).resolves().await;
    s.sari().slash("/follow", json!({ "incident": "INC-1" })).await.done();
    s.advance(3).await;
    s.until("the push message", async || !phone.messages("budi").is_empty()).await;
    s.settled().await;
    s.budi().slash_in(room, "/ack", json!({})).await.done();
    s.rina().slash_in(room, "/commander", json!({})).await.done();
    s.rina().slash_in(room, "/note", json!({ "text": "the gateway refuses our key" })).await.done();
    s.budi().slash_in(room, "/update", json!({})).await.done();
    s.budi().fills(&[Some("payments fail"), Some("rolling back 4.2"), Some("10")]).await.done();
    s.advance(10).await;
    s.checkout_recovers().await;
    s.budi().press_in(room, "Keep open").await.done();
    // It begins anew; a firing of the same beginning would come late.
    s.pass(Duration::from_secs(1)).await;
    s.checkout_breaks().await;
    s.checkout_recovers().await;
    s.sari().slash("/follow", json!({ "incident": "INC-1", "stop": true })).await.done();
    s.budi().slash_in(room, "/resolve", json!({})).await.done();
    s.budi().fills(&[Some("rolled back 4.2")]).await.done();
}

/// Every step of a policy, somebody who cannot, the loud end, and somebody who comes to help in the end.
async fn nobody_answers(s: &Story) {
    s.search_is_slow().await;
    s.advance(5).await;
    s.dewi().press_in("INC-2", "Can't take it").await.done();
    s.advance(31).await;
    s.agus().slash_in("INC-2", "/ack", json!({})).await.done();
    s.agus().slash_in("INC-2", "/page", json!({ "target": "sari", "reason": "what do customers say?" })).await.done();
    s.sari().press_in("INC-2", "Acknowledge").await.done();
}

/// Taken and given back, looked at, raised and lowered, merged; declined and opened again.
async fn people_change_their_mind(s: &Story) {
    s.alert("login").warning().fires().await;
    s.agus().slash_in("INC-3", "/ack", json!({})).await.done();
    s.agus().press("Undo").await.done();
    s.agus().slash_in("INC-3", "/triage", json!({})).await.done();
    s.agus().choose_in("How many are affected?", "Few").await.done();
    s.agus().choose_in("How urgent is it?", "Hours").await.done();
    s.agus().press("Confirm").await.done();
    let asked = s.agus().slash_in("INC-3", "/severity", json!({ "level": "SEV-2" })).await.to_string();
    assert!(asked.contains("INC-3 is SEV-2 now."), "{asked}");
    let lower = json!({ "level": "SEV-4", "reason": "only the test account" });
    let asked = s.agus().slash_in("INC-3", "/severity", lower).await;
    s.agus().sure(asked).await.done();
    let asked = s.agus().slash_in("INC-3", "/incident merge", json!({ "into": "INC-2" })).await;
    s.agus().sure(asked).await.done();
    s.alert("login").warning().resolves().await;

    s.alert("returns").warning().fires().await;
    let label = newest(s).await;
    s.agus().slash_in(&label, "/triage", json!({})).await.done();
    s.agus().press("Not an incident").await.done();
    s.agus().fills(&[Some("a planned load test")]).await.done();
    let again = json!({ "incident": label, "reason": "nobody tests at night" });
    s.rina().slash("/incident reopen", again).await.done();
    s.alert("returns").warning().resolves().await;
    s.agus().slash_in(&label, "/resolve", json!({})).await.done();
    s.agus().fills(&[Some("the load test was stopped")]).await.done();
}

/// A late duplicate, a repetition that says something else, two senders, silence, an end that nobody told: it opens again, and what
/// was no incident opens as a new one.
async fn beginnings_and_ends(s: &Story) {
    let began = s.now().to_string();
    let mailer = || s.alert("mailer").began(&began);
    mailer().fires().await;
    mailer().resolves().await;
    mailer().fires().await;

    let queue = |title: &'static str| s.alert("queue").warning().began(&began).saying(title);
    queue("Queue age 4 min").fires().await;
    let label = newest(s).await;
    let later = (s.now() + Duration::from_secs(1)).to_string();
    let west = || queue("Queue age 9 min").began(&later).from("http://west:9093");
    west().fires().await;
    west().resolves().await;
    for _ in 0..2 {
        s.advance(5).await;
        queue("Queue age 9 min").fires().await;
    }
    s.advance(20).await;
    s.agus().slash_in(&label, "/resolve", json!({})).await.done();
    s.agus().fills(&[Some("more workers")]).await.done();
    queue("Queue age 9 min").fires().await;
    s.advance(61).await;
    s.agus().slash_in(&label, "/triage", json!({})).await.done();
    s.agus().press("Not an incident").await.done();
    s.agus().fills(&[Some("the queue is meant to be long")]).await.done();
    s.advance(61).await;
    queue("Queue age 9 min").resolves().await;
    let label = newest(s).await;
    s.agus().slash_in(&label, "/resolve", json!({})).await.done();
    s.agus().fills(&[Some("the night is over")]).await.done();
}

/// Asked and answered; asked again and silent, so that the next person is paged, also by a mail that cannot leave. Its
/// postmortem is still open at the end.
async fn whoever_has_it_falls_asleep(s: &Story) {
    s.alert("orders").critical().fires().await;
    let label = newest(s).await;
    s.budi().slash_in(&label, "/ack", json!({})).await.done();
    s.advance(30).await;
    s.budi().press_in(&label, "Still on it").await.done();
    s.advance(36).await;
    s.rina().slash_in(&label, "/ack", json!({})).await.done();
    s.alert("orders").critical().resolves().await;
    s.rina().slash_in(&label, "/resolve", json!({})).await.done();
    s.rina().fills(&[Some("the queue was emptied")]).await.done();
}

/// A closed door, a mention that is refused, a post for which a permission is missing.
async fn pages_do_not_arrive(s: &Story) {
    s.dewi().closes_direct_messages().await;
    let (page, agus) = (json!({ "target": "dewi", "reason": "the shop's keys" }), s.id_of("agus").await);
    s.agus().slash_in("INC-2", "/page", page).await.done();
    let refused = |contains: &str, code: u32| json!({ "method": "POST", "route": MESSAGES, "contains": contains, "do": "status", "status": 403, "code": code });
    s.fault(&refused(&format!("<@{agus}>"), 0)).await;
    s.rina().slash_in("INC-2", "/page", json!({ "target": "agus", "reason": "he knows it" })).await.done();
    s.fault(&refused("Note by Rina", 50_013)).await;
    s.rina().slash_in("INC-2", "/note", json!({ "text": "nobody may write here" })).await.done();
    s.clear_faults().await;
    s.settled().await;
}

/// Somebody deletes the card.
async fn things_are_deleted(s: &Story) {
    let card = s.card_message("INC-2").await;
    s.control.post("/trouble", &json!({ "do": "delete_message", "message": card["id"] })).await;
    s.until("the card stands anew", async || s.count("#incidents", "INC-2 · SEV-3").await == 1).await;
    s.settled().await;
}

/// Alerts that are only counted, and an incident that ends by itself.
async fn more_alerts_than_names(s: &Story) {
    for status in ["firing", "resolved"] {
        let alerts: Vec<Value> =
            (1..=70).map(|number| s.alert("mailer").warning().numbered(number).wire(status)).collect();
        assert_eq!(s.post_intake(&payload(status, &alerts)).await.0, 202);
        s.settled().await;
    }
    s.advance(10).await;
}

/// Lines that become incidents, or not, and a payload that nobody can read.
async fn people_and_machines_write(s: &Story) {
    s.sari().says("#support", "good morning").await;
    s.sari().says("#support", "Checkout is down, twelve tickets").await;
    s.sari().press_in("#support", "Open incident").await.done();
    s.sari().says("#support", "checkout shows an error again").await;
    s.sari().press_in("#support", "Not an incident").await.done();
    for word in ["FIRING", "RESOLVED"] {
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": format!("{word}: the label printer waits") }))
            .await;
    }
    s.post_intake(&json!({ "weather": "sunny" })).await;
    s.settled().await;
    s.advance(2).await;
}

/// One storm with everything that can become of what is folded.
async fn a_storm_comes_and_goes(s: &Story) {
    minor(s, &["mail", "maps", "news", "pets", "quiz", "radio"]).await;
    let label = newest(s).await;
    s.agus().slash("/ack", json!({ "incident": label })).await.done();
    s.alert("quiz").saying("quiz is slower").resolves().await;
    s.advance(7).await;
    assert_eq!(s.bot().store.storm_counts().await.unwrap().0, 0, "the first storm is over");
}

/// A schedule without people.
async fn nobody_is_on_call(s: &Story) {
    let mut setup = s.setup.clone();
    setup.schedules.get_mut("payments").unwrap().people.clear();
    s.bot().engine.swap_setup(setup);
    s.alert("orders").warning().fires().await;
    s.bot().engine.swap_setup(s.setup.clone());
    s.settled().await;
    let label = newest(s).await;
    s.rina().slash_in(&label, "/ack", json!({})).await.done();
    s.alert("orders").warning().resolves().await;
    s.rina().slash_in(&label, "/resolve", json!({})).await.done();
    s.rina().fills(&[Some("it came back by itself")]).await.done();
}

/// Posts that became one.
async fn discord_is_away(s: &Story) {
    s.due_without_waiting(0).await;
    s.bot().engine.discord_reachable(false).await.unwrap();
    for text in ["the crawler is blocked", "it is slow all the same"] {
        s.agus().slash_in("INC-2", "/note", json!({ "text": text })).await.done();
    }
    s.bot().engine.discord_reachable(true).await.unwrap();
    s.clear_faults().await;
    s.settled().await;
    s.agus().slash_in("INC-2", "/resolve", json!({})).await.done();
    s.agus().fills(&[Some("the index was rebuilt")]).await.done();
    s.alert("search").warning().resolves().await;
}

/// A drill from its beginning to its end.
async fn something_is_practiced(s: &Story) {
    let options = json!({ "scenario": "stock-runs-dry", "people": "@budi", "title": "Autumn drill" });
    s.budi().slash("/drill start", options).await.done();
    let label = newest(s).await;
    s.budi().slash("/ack", json!({ "incident": label })).await.done();
    s.advance(4).await;
    s.budi().slash("/drill end", json!({ "incident": label, "fixed": "imported the old list" })).await.done();
}

/// The postmortem of the first outage: late, reminded, closed; work that is done, was reminded of, and is still to come.
async fn what_was_learned(s: &Story) {
    let room = "room INC-1";
    s.budi().slash_in(room, "/postmortem", json!({})).await.done();
    for (what, due) in [
        ("Alert before a key ends", "2026-03-03"),
        ("Write down where keys are", "2026-03-03"),
        ("Try the fallback", "2026-03-20"),
    ] {
        s.budi().press_in(room, "Add action item").await.done();
        s.budi().fills(&[Some(what), Some(due)]).await.done();
        s.budi().picks(room, "Owner: choose somebody", "rina").await.done();
        s.budi().press_in(room, "Back").await.done();
    }
    let items = "Action items: change, tick off, delete";
    s.budi().chooses(room, items, &["2. Write down where keys are"]).await.done();
    s.budi().press_in(room, "Done").await.done();
    s.pass(HOUR * 70).await;
    s.pass(HOUR * 3).await;
    s.budi().slash_in(room, "/postmortem", json!({})).await.done();
    s.budi().press_in(room, "Write").await.done();
    let texts = ["The gateway refused our key", "Nobody is told when a key ends", "Keys end"];
    s.budi().fills(&texts.map(Some)).await.done();
    s.budi().chooses(room, "Affected", &["orders"]).await.done();
    s.budi().chooses(room, "Checked: not affected", &["customer-care", "warehouse"]).await.done();
    s.budi().press_in(room, "Prevention").await.done();
    s.budi().fills(&[None, Some("The gateway tells us from now on")]).await.done();
    s.budi().chooses(room, "Who knew first", &["a monitor of ours"]).await.done();
    s.budi().fills(&[None, None]).await.done();
    s.budi().press_in(room, "Close").await.done();
}

/// What is due soon, one of each kind; then the bot ends while messages are on their way.
async fn in_the_middle_of_work(s: &mut Story) {
    s.alert("orders").critical().saying("Orders are refused").fires().await;
    let orders = newest(s).await;
    s.budi().slash("/ack", json!({ "incident": orders })).await.done();
    s.advance(20).await;
    s.alert("login").critical().fires().await;
    let login = newest(s).await;
    s.agus().slash("/ack", json!({ "incident": login })).await.done();
    s.advance(10).await;
    s.search_is_slow().await;
    s.alert("search").warning().resolves().await;
    // Its alert fires on.
    s.alert("mirror").warning().fires().await;
    let mirror = newest(s).await;
    s.agus().slash_in(&mirror, "/resolve", json!({})).await.done();
    s.agus().fills(&[Some("it will pass")]).await.done();
    s.advance(1).await;
    beat(s, "orders").await;
    beat(s, "export").await;
    s.checkout_breaks().await;
    let drill = json!({ "scenario": "stock-runs-dry", "people": "@dewi", "title": "Spring drill" });
    s.dewi().slash("/drill start", drill).await.done();
    s.sari().says("#support", "Login is down once more").await;
    minor(s, &["atlas", "birds", "clubs", "dance", "eagle", "forum"]).await;

    // The thread of this one is never made before the end; one page arrives and nobody hears of it.
    s.due_without_waiting(0).await;
    let thread = s.fault(&json!({ "method": "POST", "route": THREADS, "do": "hold" })).await;
    let page = json!({ "method": "POST", "route": MESSAGES, "contains": "Why you", "at": "applied", "do": "hold" });
    let page = s.fault(&page).await;
    s.alert("billing").critical().sent("firing").await;
    s.held(&thread).await;
    s.held(&page).await;
    s.stop_bot().await;
}

/// Reports that were accepted when nobody was there any more to decide them: made of those of before, as a sender repeats them.
pub(super) async fn accept_undecided(store: &Store, now: Timestamp) {
    let known = |service: &'static str| async move {
        let (accepted, ..) = store.totals().await.unwrap();
        for id in (1..=accepted).rev() {
            let report = serde_json::to_value(store.journal_row(id).await.unwrap().unwrap().report.unwrap()).unwrap();
            if report["labels"]["service"] == service && report["status"] == "firing" {
                return report;
            }
        }
        panic!("no alert of {service} was ever accepted")
    };
    let (mut over, repeated, mut new) = (known("login").await, known("checkout").await, known("billing").await);
    over["status"] = json!("resolved");
    new["dedup_key"] = json!("v1:alertmanager:warehouse-1");
    new["labels"]["service"] = json!("warehouse");
    new["title"] = json!("The warehouse does not answer");
    let reports = [over, repeated, new].map(|report| serde_json::from_value::<AlertReport>(report).unwrap());
    let entries: Vec<Entry> = reports.iter().map(|report| Entry::of(report).unwrap()).collect();
    store.append_journal(|| entries, now).await.unwrap();
}

/// The channels that are read.
pub(super) fn watched(s: &Story) -> Vec<ChatChannelId> {
    let ids = ["support", "sre"].map(|name| s.sandbox.channel(name).unwrap().to_string());
    ids.iter().map(|id| ChatChannelId(id.parse().unwrap())).collect()
}
