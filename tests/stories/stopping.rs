//! The bot is told to stop while it works: what is on its way ends, what it finds out counts, and it is gone in time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::alert::payload;
use crate::harness::phone::PushServer;
use crate::harness::{Story, story, story_with};

const MESSAGES: &str = "/channels/{channel_id}/messages";
/// What runs the bot kills it after ten seconds; half a second of the eight is for the end of the process.
const AT_MOST: Duration = Duration::from_millis(7_600);

/// Budi's direct message of a page takes a while, and then is refused.
async fn a_slow_refusal(s: &Story) -> String {
    s.budi().closes_direct_messages().await;
    let order =
        json!({ "method": "POST", "route": MESSAGES, "contains": "Why you: ", "do": "delay", "delay_ms": 1_500 });
    s.fault(&order).await
}

async fn the_room_is_told(s: &mut Story) {
    s.ready().await;
    s.settled().await;
    assert_eq!(s.count("room INC-1", "the direct message was not delivered").await, 1);
    s.budi().press("Acknowledge").await.done();
    s.read_all().await;
}

#[test]
fn a_page_that_is_refused_during_the_stop_is_not_forgotten() {
    story(async |s| {
        let refusal = a_slow_refusal(s).await;
        s.alert("checkout").critical().sent("firing").await;
        s.met(&refusal).await;
        let took = s.stop_bot_while(async |_| ()).await;
        assert!(took < AT_MOST, "{took:?}");
        s.clear_faults().await;
        s.start_bot().await;
        the_room_is_told(s).await;
    });
}

#[test]
fn a_page_that_is_refused_for_good_during_the_stop_calls_by_another_way() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            let agus = options.setup.people.get_mut(&"agus".into()).unwrap();
            agus.addresses.insert(ways::ntfy::NTFY.id, domain::setup::Address::Variable("NTFY_AGUS".into()));
            agus.contacts = domain::setup::Person::usual_contacts([ways::ntfy::NTFY.usual()]);
            options.outside.variables.insert("NTFY_AGUS".into(), SecretString::from(server.topic("agus")));
        },
        async move |s| {
            let mention = format!("<@{}> SEV-3", s.id_of("agus").await);
            let order =
                json!({ "method": "POST", "route": MESSAGES, "contains": mention, "do": "delay", "delay_ms": 1_500 });
            let refusal = s.fault(&order).await;
            s.alert("search").warning().sent("firing").await;
            s.met(&refusal).await;
            // From now on the bot may not write where the page goes.
            let channel = s.place("agus", "INC-1").await;
            let rights = |what: &str| json!({ "do": what, "bot": "siaga", "permissions": ["SEND_MESSAGES_IN_THREADS"], "channel": "incidents" });
            assert!(!channel.is_empty());
            s.control.post("/trouble", &rights("revoke")).await;
            s.stop_bot_while(async |_| ()).await;
            s.clear_faults().await;
            assert!(phone.messages("agus").is_empty());
            s.control.post("/trouble", &rights("grant")).await;
            s.start_bot().await;
            // No time has passed by the domain clock: the way of a minute later is taken because the first one failed.
            s.until("the phone rings", async || phone.messages("agus").len() == 1).await;
            s.ready().await;
            s.until("what was refused is tried again", async || s.count("INC-1", &mention).await == 1).await;
            s.settled().await;
            s.agus().press("Acknowledge").await.done();
            s.read_all().await;
        },
    );
}

#[test]
fn what_cannot_be_decided_before_the_end_is_found_out_again_at_the_next_start() {
    story(async |s| {
        // On a slow machine the time for the end is over before the database says so.
        s.possible_error("The database cannot be used: Another program holds the lock");
        let refusal = a_slow_refusal(s).await;
        s.alert("checkout").critical().sent("firing").await;
        s.met(&refusal).await;
        s.until("everything else is there", async || s.count("room INC-1", "Opened because ").await == 1).await;
        let other = store::Store::open_beside(&s.database()).await.unwrap();
        let held = other.hold().await.unwrap();
        let took = s.stop_bot_while(async |_| ()).await;
        assert!(took < AT_MOST, "{took:?}");
        drop(held);
        other.close().await;
        s.clear_faults().await;
        s.start_bot().await;
        the_room_is_told(s).await;
    });
}

#[test]
fn a_held_call_and_a_slow_sender_do_not_hold_up_the_end_and_everything_is_there_once_afterwards() {
    story(async |s| {
        let order =
            json!({ "method": "POST", "route": MESSAGES, "contains": "Why you: ", "at": "applied", "do": "hold" });
        let fault = s.fault(&order).await;
        s.alert("checkout").critical().sent("firing").await;
        s.held(&fault).await;
        let mut sender = TcpStream::connect(s.bot().intake).await.unwrap();
        let head = format!(
            "POST /intake/alertmanager HTTP/1.1\r\nhost: siaga\r\nauthorization: Bearer {}\r\ncontent-length: 500\r\n\r\n{{",
            s.key
        );
        sender.write_all(head.as_bytes()).await.unwrap();
        let took = s.stop_bot_while(async |_| ()).await;
        assert!(took < AT_MOST, "{took:?}");
        s.release(&fault).await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_snapshot!(s.phone("budi").await, @r"
        rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_sender_that_is_inside_when_the_stop_begins_gets_its_answer_and_its_alert_is_kept() {
    story(async |s| {
        let body = payload("firing", &[s.alert("search").warning().wire("firing")]).to_string();
        let mut sender = TcpStream::connect(s.bot().intake).await.unwrap();
        let (first, rest) = body.split_at(20);
        let head = format!(
            "POST /intake/alertmanager HTTP/1.1\r\nhost: siaga\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n{first}",
            s.key,
            body.len()
        );
        sender.write_all(head.as_bytes()).await.unwrap();
        // The request is inside when the bot has read its head; an answered one after it proves that.
        assert_eq!(s.control.http.get(format!("http://{}/livez", s.bot().intake)).send().await.unwrap().status(), 200);
        let mut answer = String::new();
        let took = s
            .stop_bot_while(async |_| {
                sender.write_all(rest.as_bytes()).await.unwrap();
                sender.read_to_string(&mut answer).await.unwrap();
            })
            .await;
        assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
        assert!(took < Duration::from_secs(3), "nobody else was waited for: {took:?}");
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_eq!(s.rooms().await, ["INC-1 Search answers in 2.4 s"]);
        s.read_all().await;
    });
}

#[test]
fn who_pressed_a_button_before_the_stop_reads_the_answer() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        let callback = "/interactions/{interaction_id}/{interaction_token}/callback";
        let order = json!({ "method": "POST", "route": callback, "do": "delay", "delay_ms": 1_000 });
        let slow = s.fault(&order).await;
        let button = s.budi().button("Acknowledge").await;
        let begun = s.control.post("/people/budi/press", &button.wire()).await;
        s.met(&slow).await;
        s.stop_bot_while(async |_| ()).await;
        let id = begun["interaction"].as_str().unwrap();
        let answered = s.control.get(&format!("/interactions/{id}?wait_ms=5000")).await;
        assert_eq!(answered["state"], "answered", "{answered}");
        // Whoever presses while it is away is told so by Discord, and nothing was done.
        // (This button stands before the card is edited and after it, and the edit may come with the next start.)
        let other = s.budi().button("Silence").await;
        let late = s.control.interact("/people/budi/press", &other.wire()).await;
        assert_eq!(late["state"], "failed");
        s.clear_faults().await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_eq!(s.count("room INC-1", "Budi acknowledged").await, 1);
        s.read_all().await;
    });
}
