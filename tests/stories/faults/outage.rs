//! Purpose: Discord is gone for an hour, or does not accept our token any more: people are reached on other ways, and afterwards
//! pages go first and each room gets one message.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use discord::probe::Times;
use domain::setup::Person;
use insta::assert_snapshot;
use secrecy::SecretString;
use serde_json::json;

use crate::harness::phone::PushServer;
use crate::harness::{Options, Story, story_with};

/// Everybody on call has a phone with ntfy, and the bot looks often whether Discord is there.
fn with_phones(options: &mut Options, server: &PushServer) {
    options.setup.public_url = Some("https://siaga.example.com".into());
    for name in ["budi", "rina", "agus"] {
        let person = options.setup.people.get_mut(&name.into()).unwrap();
        let variable = format!("NTFY_{name}");
        person.addresses.insert(ways::ntfy::NTFY.id, domain::setup::Address::Variable(variable.clone()));
        person.contacts = Person::usual_contacts([ways::ntfy::NTFY.usual()]);
        options.outside.variables.insert(variable, SecretString::from(server.topic(name)));
    }
}

fn looking_often(options: &mut Options) {
    let quick = Duration::from_millis(50);
    options.probe = Times { connected: quick, in_doubt: quick, patience: Duration::from_secs(5), failures: 3 };
}

async fn press_link(s: &Story, token: &str) {
    let url = format!("http://{}/a/{token}", s.bot().intake);
    assert_eq!(s.control.http.post(url).send().await.unwrap().status().as_u16(), 200);
}

async fn ready_says(s: &Story) -> (u16, String) {
    let answer = s.control.http.get(format!("http://{}/readyz", s.bot().intake)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn gone(s: &Story) {
    s.fault(&json!({ "bot": "siaga", "do": "html", "status": 503, "count": 1_000_000 })).await;
    s.until("the outage is known", async || s.bot().engine.discord_down_since().is_some()).await;
}

/// What happens in the hour: two incidents that had rooms before go on, a third one opens.
async fn an_hour_passes(s: &Story, phone: &PushServer) {
    s.due_without_waiting(60).await;
    for number in 2..6 {
        s.alert("search").warning().numbered(number).sent("firing").await;
        s.due_without_waiting(60).await;
    }
    s.alert("login").critical().sent("firing").await;
    s.until("the third one is on a phone", async || phone.messages("agus").len() + phone.messages("rina").len() > 0)
        .await;
    for _ in 0..54 {
        s.due_without_waiting(60).await;
        s.until("what became due is decided", async || s.is_decided().await).await;
    }
}

impl Story {
    async fn is_decided(&self) -> bool {
        let due = self.bot().store.next_timer().await.unwrap().is_some_and(|due| due <= self.now());
        !due && self.bot().engine.totals().await.unwrap().undecided == 0
    }
}

#[test]
fn after_an_hour_without_discord_pages_go_first_and_each_room_gets_one_message() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            with_phones(options, &server);
            looking_often(options);
        },
        async move |s| {
            s.checkout_breaks().await;
            s.search_is_slow().await;
            s.read_all().await;
            gone(s).await;
            s.until("open pages are on phones", async || !phone.messages("budi").is_empty()).await;
            press_link(s, &phone.token("budi")).await;
            an_hour_passes(s, &phone).await;
            assert_eq!(ready_says(s).await.0, 200, "alerts are taken all the same");
            s.clear_faults().await;
            s.until("Discord is back", async || s.bot().engine.discord_down_since().is_none()).await;
            s.settled().await;
            for room in ["room INC-1", "INC-2"] {
                let (pages, told) =
                    (s.positions(room, "Tap to answer").await, s.positions(room, "not be reached from").await);
                assert_eq!(told.len(), 1, "{room}");
                assert!(pages.last() < told.first(), "{room}: pages {pages:?}, then what happened {told:?}");
            }
            // Whoever was called meanwhile is rung once, by one direct message; the mentions stand, in whatever order they left.
            let news = s.news("room INC-1").await;
            let (mentions, told) = news.split_at(news.find("Siaga (silent): Discord").unwrap());
            for name in ["Agus", "Rina", "Dewi"] {
                assert!(mentions.contains(&format!("Siaga (silent): @{name} SEV-1 INC-1")), "{mentions}");
            }
            // Agus had been rung once before.
            for (name, rings) in [("agus", 2), ("rina", 1), ("dewi", 1)] {
                let phone = s.phone(name).await;
                assert_eq!(phone.lines().filter(|line| line.starts_with("rings DM")).count(), rings, "{phone}");
            }
            assert_snapshot!(told, @"
            Siaga (silent): Discord could not be reached from [03:10] on. Meanwhile:
              - Discord could not be reached, so the page to Budi went out by ntfy.
              - Budi acknowledged, [03:10]. Rina will not be paged.
              - @Budi, the promised update is due. `/update` writes it.
              - Budi did not answer, so nobody has it now. `/ack` takes it.
              - Discord could not be reached, so the page to Rina went out by ntfy.
              - Discord could not be reached, so the page to Agus went out by ntfy.
            ");
            let news = s.news("INC-2").await;
            let (mentions, told) = news.split_at(news.find("Siaga (silent): Discord").unwrap());
            for (name, times) in [("Agus", 1), ("Dewi", 2)] {
                let mention = format!("Siaga (silent): @{name} SEV-3 INC-2");
                assert_eq!(mentions.matches(&mention).count(), times, "{mentions}");
            }
            assert_snapshot!(told, @"
            Siaga (silent): Discord could not be reached from [03:10] on. Meanwhile:
              - Discord could not be reached, so the page to Agus went out by ntfy.
              - Discord could not be reached, so the page to Agus went out by ntfy.
            ");
            s.read_all().await;
        },
    );
}

/// More than the outbox reads at once.
#[test]
fn hundreds_of_pages_that_wait_for_discord_hold_up_no_phone() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            with_phones(options, &server);
            // Whoever is called for the many has only Discord.
            let agus = options.setup.people.get_mut(&"agus".into()).unwrap();
            (agus.addresses, agus.contacts) = (std::collections::BTreeMap::new(), Person::usual_contacts([]));
            looking_often(options);
        },
        async move |s| {
            gone(s).await;
            let many: Vec<_> =
                (0..300).map(|number| s.alert(&format!("shop{number}")).warning().wire("firing")).collect();
            assert_eq!(s.post_intake(&crate::harness::alert::payload("firing", &many)).await.0, 202);
            s.until("they are decided", async || s.is_decided().await).await;
            let vitals = s.bot().store.vitals().await.unwrap();
            let pages = vitals.lanes.iter().find(|(lane, ..)| *lane == domain::Lane::Page).map(|(_, count, _)| *count);
            assert!(pages >= Some(300), "{pages:?} pages wait");
            s.alert("checkout").critical().sent("firing").await;
            s.until("a phone rings all the same", async || !phone.messages("budi").is_empty()).await;
            s.stop_bot().await;
        },
    );
}

#[test]
fn a_restart_in_the_middle_of_an_outage_still_ends_with_one_message_for_each_room() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| {
            with_phones(options, &server);
            looking_often(options);
        },
        async move |s| {
            s.checkout_breaks().await;
            s.read_all().await;
            gone(s).await;
            s.until("the open page is on a phone", async || !phone.messages("budi").is_empty()).await;
            s.stop_bot().await;
            s.start_bot().await;
            press_link(s, &phone.token("budi")).await;
            s.clear_faults().await;
            s.ready().await;
            s.until("Discord is back", async || s.bot().engine.discord_down_since().is_none()).await;
            s.settled().await;
            assert_snapshot!(s.news("room INC-1").await, @"
            Siaga (silent): Discord could not be reached from [03:10] on. Meanwhile:
              - Discord could not be reached, so the page to Budi went out by ntfy.
              - Budi acknowledged, [03:10]. Rina will not be paged.
            ");
            s.read_all().await;
        },
    );
}

#[test]
fn a_token_that_was_reset_is_told_and_pages_go_out_on_other_ways_until_a_restart_with_the_new_one() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| with_phones(options, &server),
        async move |s| {
            for part in ["nvalid authentication", "InvalidAuthentication", "Discord rejected the bot token"] {
                s.expect_error(part);
            }
            s.search_is_slow().await;
            s.read_all().await;
            s.control.post("/trouble", &json!({ "do": "reset_token", "bot": "siaga" })).await;
            s.until("it is told", async || ready_says(s).await.1.contains("Discord rejected the bot token")).await;
            let (status, told) = ready_says(s).await;
            assert_eq!(status, 200, "alerts are taken");
            assert!(
                told.contains("cannot be reached since") && told.contains("into DISCORD_TOKEN, and restart"),
                "{told}"
            );
            // The process stays: alerts are taken, and whoever is called is reached.
            s.alert("checkout").critical().sent("firing").await;
            s.until("both pages are on phones", async || {
                !phone.messages("budi").is_empty() && !phone.messages("agus").is_empty()
            })
            .await;
            press_link(s, &phone.token("budi")).await;
            let identifies = identifies(s).await;
            // Also after a restart with the old token, however often: no session is asked for.
            for _ in 0..2 {
                s.stop_bot().await;
                s.start_bot_with_token("no.longer.valid").await;
                s.until("it is told", async || ready_says(s).await.1.contains("Discord rejected the bot token")).await;
            }
            assert_eq!(identifies, self::identifies(s).await);
            s.restart().await;
            s.settled().await;
            assert_snapshot!(s.news("room INC-2").await, @"
            Siaga (silent, pinned): (the card)
            Siaga (silent): Discord could not be reached from [03:10] on. Meanwhile:
              - Opened because severity=critical on checkout. First step: check payment-gateway.
              - Discord could not be reached, so the page to Budi went out by ntfy.
              - Budi acknowledged, [03:10]. Rina will not be paged.
            ");
            assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Discord could not be reached, so the page to Agus went out by ntfy.");
            assert_eq!(phone.messages("budi").len(), 1);
            s.read_all().await;
        },
    );
}

/// Sessions begun today.
async fn identifies(s: &Story) -> u64 {
    let found = s.control.get("/gateway").await;
    let bots = found["bots"].as_array().cloned().unwrap_or_default();
    bots.iter().find(|bot| bot["bot"] == "siaga").and_then(|bot| bot["identifies_today"].as_u64()).unwrap()
}
