//! The bot stops and starts: everything goes on, and nothing happens twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;
use siaga::app::Bot;

use crate::harness::{configuration, story};

#[test]
fn after_a_restart_cards_buttons_and_escalation_go_on() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(3).await;
        let before = s.everything().await;
        s.restart().await;
        s.settled().await;
        assert_eq!(s.everything().await, before);
        s.read_all().await;
        s.advance(2).await;
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.budi().press_in("DM", "Acknowledge").await, @"
        Siaga (private): You have it. Dewi will not be paged. First: check payment-gateway.
          [Update] [Take command] [Note] [Runbook] [Undo]
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · ACKNOWLEDGED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [5 min ago] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Budi, since [now]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More] [Silence]
        ");
        assert_snapshot!(s.budi().slash_in("room INC-1", "/note", json!({ "text": "after the restart" })).await, @"Siaga (private): Noted in the timeline of INC-1.");
        s.read_all().await;
    });
}

#[test]
fn a_step_that_became_due_while_the_bot_was_away_is_taken_at_the_start() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        s.stop_bot().await;
        s.pass(Duration::from_secs(7 * 60)).await;
        s.start_bot().await;
        s.ready().await;
        s.settled().await;
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.news("room INC-1").await, @r"
        Siaga: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        s.read_all().await;
    });
}

#[test]
fn lines_written_while_the_bot_was_away_are_read_afterwards_once() {
    story(async |s| {
        s.sari().says("#support", "good morning").await;
        s.stop_bot().await;
        s.sari().says("#support", "checkout is down").await;
        s.machine_posts("shop-monitor", "#sre", &json!({ "content": "FIRING: mail queue grows" })).await;
        s.start_bot().await;
        s.ready().await;
        s.until("both lines are read", async || s.bot().engine.totals().await.unwrap().accepted == 2).await;
        s.settled().await;
        assert_snapshot!(s.news("#support").await, @r#"
        Sari: good morning
        Sari: checkout is down
        Siaga (silent, reply to "checkout is down"): Is this an incident? It would be called: Users report checkout trouble
          [Open incident] [Not an incident]
        "#);
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **mail queue grows**
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        s.restart().await;
        s.sari().says("#support", "thank you").await;
        assert_eq!(s.bot().engine.totals().await.unwrap().accepted, 2);
        s.read_all().await;
    });
}

#[test]
fn a_second_process_on_the_same_database_is_refused() {
    story(async |s| {
        let second = Bot::start(s.parts().await).await.err().map(|error| format!("{error:#}")).unwrap();
        assert!(second.contains("is in use by another siaga (process "), "{second}");
        assert!(second.ends_with("stop that one first"), "{second}");
    });
}

#[test]
fn a_database_serves_one_server() {
    story(async |s| {
        s.expect_error("this database belongs to another server");
        s.stop_bot().await;
        let text = "name = \"Toko Lain\"\n[[people]]\nusername = \"ayu\"\nname = \"Ayu\"\n[[channels]]\nname = \"incidents\"\n[[bots]]\nname = \"siaga\"\nadministrator = true\n";
        let guild = sandbox::Guild::from_toml(text).unwrap();
        let other = sandbox::start(sandbox::Options { guild, ..sandbox::Options::default() }).await.unwrap();
        let mut parts = s.parts().await;
        parts.base = discord::rest::Base::Sandbox(other.base_url());
        parts.token = secrecy::SecretString::from(other.bot("siaga").unwrap().token);
        parts.setup.discord.server = None;
        let bot = Bot::start(parts).await.unwrap();
        let refused = bot.ready().await.err().map(|error| format!("{error:#}")).unwrap();
        assert!(refused.starts_with("this database belongs to another server ("), "{refused}");
        assert!(
            refused.ends_with("one installation serves one server; use another SIAGA_DATABASE for Toko Lain"),
            "{refused}"
        );
        bot.stop().await;
        other.shutdown().await;
    });
}

#[test]
fn a_bad_reload_keeps_the_old_configuration_and_tells_the_operators() {
    story(async |s| {
        let file = configuration(s, |text| text.replace("wait = \"5m\"", "wait = \"soon\""));
        s.expect_error("The new configuration has mistakes (3)");
        s.bot().reload(&file).await;
        s.until("the operators are told", async || !s.channel("#sre-ops").await.contains("(nothing)")).await;
        let told = s.channel("#sre-ops").await.replace(&*s.file("").to_string_lossy(), "");
        assert_snapshot!(told, @r#"Siaga (silent): The new configuration has mistakes (3), so the old one stays. First: siaga.toml:[line]:39: \`soon\` is not a duration. \`siaga check\` shows all."#);
        // The old one is in use: five minutes are five minutes.
        s.checkout_breaks().await;
        s.advance(5).await;
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_good_reload_is_in_use_for_what_is_decided_from_then_on() {
    story(async |s| {
        let file = configuration(s, |text| text.replace("wait = \"5m\"", "wait = \"2m\""));
        s.bot().reload(&file).await;
        s.until("the operators are told", async || !s.channel("#sre-ops").await.contains("(nothing)")).await;
        let read = s.channel("#sre-ops").await;
        assert!(read.starts_with("Siaga (silent): The new configuration is in use."), "{read}");
        assert!(read.contains("escalation payments: steps changed"), "{read}");
        s.search_is_slow().await;
        s.advance(2).await;
        assert_snapshot!(s.phone("dewi").await, @r"
        rings #INC-1 Search answers in 2.4 s: @Dewi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        ");
        s.read_all().await;
    });
}

#[test]
fn a_reload_that_names_a_key_nobody_set_says_so_and_the_known_senders_stay() {
    story(async |s| {
        let file = configuration(s, |text| {
            let heartbeat = "[[heartbeats]]\nname = \"backup\"\nevery = \"24h\"\nsays = \"No backup\"\nkey_env = \"SIAGA_KEY_BACKUP\"\nservice = \"orders\"\n";
            text.replace("[people] ", &format!("{heartbeat}\n[people] "))
        });
        s.bot().reload(&file).await;
        s.until("the operators are told", async || s.channel("#sre-ops").await.contains("is not set")).await;
        let read = s.channel("#sre-ops").await;
        assert!(read.contains("heartbeat backup: new"), "{read}");
        assert!(read.ends_with("SIAGA\\_KEY\\_BACKUP is not set, so its sender is refused: nothing it sends is taken. Set it and restart Siaga."), "{read}");
        // Alertmanager's key did not change, so its alerts still come in.
        s.search_is_slow().await;
        s.read_all().await;
    });
}

#[test]
fn a_bot_that_starts_again_and_again_waits_its_turn_and_says_so() {
    story(async |s| {
        for _ in 0..5 {
            s.stop_bot().await;
            s.start_bot().await;
            s.ready().await;
        }
        // The seventh start in a row: the sixth waited a second, this one waits two.
        s.stop_bot().await;
        s.start_bot().await;
        let url = format!("http://{}/readyz", s.bot().intake);
        let mut said = String::new();
        s.until("health says why there is no connection", async || {
            said = s.control.http.get(&url).send().await.unwrap().text().await.unwrap();
            said.contains("start 7 in a row without a stable session")
        })
        .await;
        assert!(said.contains("of today's are left"), "{said}");
        // Alerts do not wait for it.
        s.alert("checkout").critical().fires().await;
        s.ready().await;
        s.settled().await;
        s.read_all().await;
    });
}
