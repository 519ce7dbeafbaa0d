//! Keys of senders: two at a time while one is changed, from files too, and a missing one is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::os::unix::fs::PermissionsExt;

use domain::Setup;
use insta::assert_snapshot;
use serde_json::json;
use siaga::app::Bot;
use siaga::front::Keys;

use crate::harness::{CONFIG, Story, setup_of, story};

const KEY: &str = "key_env = \"SIAGA_KEY_ALERTMANAGER\"";

fn setup(key: &str) -> Setup {
    setup_of(&CONFIG.replace(KEY, key))
}

/// A bot of its own, with keys as the environment gives them.
async fn bot(s: &Story, setup: Setup, variable: &dyn Fn(&str) -> Option<String>) -> Bot {
    let mut parts = s.parts().await;
    parts.keys = Keys::read(&setup, variable).0;
    parts.setup = setup;
    let bot = Bot::start(parts).await.unwrap();
    bot.ready().await.unwrap();
    bot
}

/// What a request with this key is answered with.
async fn shows(s: &Story, bot: &Bot, key: &str) -> u16 {
    let body = json!({ "version": "4", "alerts": [] });
    let url = format!("http://{}/intake/alertmanager", bot.intake);
    s.control.http.post(url).bearer_auth(key).json(&body).send().await.unwrap().status().as_u16()
}

async fn text_of(s: &Story, bot: &Bot, path: &str) -> (u16, String) {
    let answer = s.control.http.get(format!("http://{}{path}", bot.intake)).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Lines of the metrics about keys.
async fn metrics(s: &Story, bot: &Bot) -> String {
    let (_, text) = text_of(s, bot, "/metrics").await;
    let lines = text.lines().filter(|line| line.starts_with("siaga_key_") && line.contains("alertmanager"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_key_is_changed_without_a_gap_and_the_last_use_says_when_the_old_one_can_go() {
    story(async |s| {
        s.stop_bot().await;
        let variable = |name: &str| Some(name.to_lowercase());
        let rotating = || setup("key_env = [\"KEY_NEW\", \"KEY_OLD\"]");
        let running = bot(s, rotating(), &variable).await;
        assert_eq!(shows(s, &running, "key_old").await, 202);
        assert_snapshot!(metrics(s, &running).await, @r#"
        siaga_key_usable{sender="alertmanager",key="KEY_NEW"} 1
        siaga_key_usable{sender="alertmanager",key="KEY_OLD"} 1
        siaga_key_last_used_timestamp_seconds{sender="alertmanager",key="KEY_OLD"} 1772395800
        "#);
        assert_eq!(shows(s, &running, "key_new").await, 202);
        assert_eq!(shows(s, &running, "key_older").await, 401);
        assert_snapshot!(metrics(s, &running).await, @r#"
        siaga_key_usable{sender="alertmanager",key="KEY_NEW"} 1
        siaga_key_usable{sender="alertmanager",key="KEY_OLD"} 1
        siaga_key_last_used_timestamp_seconds{sender="alertmanager",key="KEY_NEW"} 1772395800
        siaga_key_last_used_timestamp_seconds{sender="alertmanager",key="KEY_OLD"} 1772395800
        "#);
        running.stop().await;

        // What was used is known after the end, and to a program beside the bot.
        let file = s.file("siaga.toml");
        let text = CONFIG.replace(KEY, "key_env = [\"KEY_NEW\", \"KEY_OLD\"]");
        std::fs::write(&file, text.replace("[runbooks] ", "#").replace("[drills] ", "#").replace("folder = ", "# "))
            .unwrap();
        let variables = [("KEY_NEW", "a"), ("KEY_OLD", "b")];
        let said = s.siaga_with(&["keys"], &variables).await;
        let ago = regex::Regex::new(r"\d+ days").unwrap();
        assert_snapshot!(ago.replace_all(&said.text(), "[some] days"), @"
        alertmanager         KEY_NEW                          was shown [some] days ago (2026-03-01 20:10 UTC)
        alertmanager         KEY_OLD                          was shown [some] days ago (2026-03-01 20:10 UTC)
        uptime-kuma          SIAGA_KEY_UPTIME_KUMA            holds no key
        SIAGA_KEY_UPTIME_KUMA is not set: nobody can send to the integration uptime-kuma
        ");
        assert_eq!(said.code, Some(2), "one sender has no key");
        let doctor = s.siaga_with(&["doctor"], &variables).await;
        let line = doctor.out.lines().find(|line| line.contains("keys of alertmanager")).unwrap();
        assert_snapshot!(ago.replace_all(line, "[some] days"), @"ok   keys of alertmanager: KEY_NEW was shown [some] days ago (2026-03-01 20:10 UTC), KEY_OLD was shown [some] days ago (2026-03-01 20:10 UTC); a key that nothing shows any more can go");

        // The old one is taken out: it opens nothing any more.
        let running = bot(s, setup("key_env = \"KEY_NEW\""), &variable).await;
        assert_eq!(shows(s, &running, "key_old").await, 401);
        assert_eq!(shows(s, &running, "key_new").await, 202);
        running.stop().await;
    });
}

#[test]
fn a_sender_without_a_key_makes_the_bot_unready_and_operators_hear_of_it() {
    story(async |s| {
        s.stop_bot().await;
        let running = bot(s, setup(KEY), &|name| (name != "SIAGA_KEY_ALERTMANAGER").then(|| "k".to_owned())).await;
        let (status, text) = text_of(s, &running, "/readyz").await;
        assert_eq!(status, 503);
        assert!(
            text.contains("SIAGA_KEY_ALERTMANAGER is not set: nobody can send to the integration alertmanager"),
            "{text}"
        );
        assert_eq!(shows(s, &running, "").await, 401);
        running.engine.settled().await;
        s.until("operators are told", async || s.channel("#sre-ops").await.contains("is not set")).await;
        assert_snapshot!(s.channel("#sre-ops").await, @r"Siaga (silent): SIAGA\_KEY\_ALERTMANAGER is not set, so its sender is refused: nothing it sends is taken. Set it and restart Siaga.");
        running.stop().await;

        // One that still has its other key is served; what is wrong is said all the same, but nobody is woken for it.
        let two = setup("key_env = [\"KEY_NEW\", \"KEY_OLD\"]");
        let running = bot(s, two, &|name| (name != "KEY_NEW").then(|| "k".to_owned())).await;
        let (status, text) = text_of(s, &running, "/readyz").await;
        assert_eq!(status, 200);
        assert!(text.contains("KEY_NEW is not set: alertmanager is taken with its other key only"), "{text}");
        assert_eq!(shows(s, &running, "k").await, 202);
        running.stop().await;
        s.read_all().await;
    });
}

#[test]
fn a_key_in_a_file_is_read_anew_when_it_changes_and_a_file_that_others_may_write_is_not_taken() {
    story(async |s| {
        s.stop_bot().await;
        let file = s.file("alertmanager.key");
        let write = |text: &str, mode| {
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        write("first\n", 0o600);
        let setup = setup(&format!("key_file = {:?}", file.display().to_string()));
        let running = bot(s, setup, &|_| Some("k".to_owned())).await;
        assert_eq!(shows(s, &running, "first").await, 202);
        write("second\r\n", 0o600);
        s.until("the new key is taken", async || shows(s, &running, "second").await == 202).await;
        // Whoever showed a wrong key so often while it was waited for is told to come later.
        assert!(matches!(shows(s, &running, "first").await, 401 | 429));
        write("third\n", 0o622);
        s.until("the key is dropped", async || text_of(s, &running, "/readyz").await.0 == 503).await;
        let (_, text) = text_of(s, &running, "/readyz").await;
        assert!(text.contains("others may write the key file"), "{text}");
        assert!(matches!(shows(s, &running, "third").await, 401 | 429));
        s.until("operators are told", async || s.channel("#sre-ops").await.contains("cannot be used")).await;
        write("third", 0o600);
        s.until("the mended file is taken", async || shows(s, &running, "third").await == 202).await;
        assert_eq!(text_of(s, &running, "/readyz").await.0, 200);
        running.stop().await;
        s.read_all().await;
    });
}
