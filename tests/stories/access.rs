//! Our own policy holds everywhere: buttons, forms and commands.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

#[test]
fn a_member_without_the_role_may_look_and_open_but_not_run_an_incident() {
    story(async |s| {
        s.checkout_breaks().await;
        let before = s.everything().await;
        assert_snapshot!(s.sari().press_in("#incidents", "Acknowledge").await, @"Siaga (private): Only responders can do this. `/help access` says how to become one; `/incident open` works for everybody.");
        let in_room = [
            ("/ack", json!({})),
            ("/severity", json!({ "level": "SEV-2", "reason": "I say so" })),
            ("/page", json!({ "target": "dewi", "reason": "I say so" })),
            ("/escalate", json!({})),
            ("/commander", json!({})),
            ("/note", json!({ "text": "I was here" })),
        ];
        for (command, options) in in_room {
            let told = s.sari().slash_in("room INC-1", command, options).await.to_string();
            assert!(told.contains("Only responders can do this."), "{command}: {told}");
        }
        assert_eq!(s.everything().await, before);
        s.read_all().await;
    });
}

#[test]
fn a_form_that_a_member_fills_in_changes_nothing() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        let before = s.everything().await;
        assert_snapshot!(s.sari().press_in("#incidents", "Resolve").await, @r#"
        form "Resolve INC-1"
          What fixed it? 1 alert still fires* (Rolled back 4.2)
        "#);
        assert_snapshot!(s.sari().fills(&[Some("magic")]).await, @"Siaga (private): Only responders can do this. `/help access` says how to become one; `/incident open` works for everybody.");
        s.sari().slash_in("INC-1", "/update", json!({})).await.done();
        assert_snapshot!(s.sari().fills(&[Some("all is well"), Some("nothing"), None]).await, @"Siaga (private): Only responders can do this. `/help access` says how to become one; `/incident open` works for everybody.");
        assert_eq!(s.everything().await, before);
        s.read_all().await;
    });
}

#[test]
fn an_admin_may_do_what_responders_do() {
    story(async |s| {
        s.search_is_slow().await;
        // Dewi has the admin role only.
        s.dewi().press_in("INC-1", "Acknowledge").await.done();
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent, pinned):
          | INC-1 · SEV-3 · ACKNOWLEDGED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Has it** Dewi, since [now]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Update] [Resolve] [More]
        ");
        s.read_all().await;
    });
}
