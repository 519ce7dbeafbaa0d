//! Nothing that was typed is lost: a refused form is opened again with what stood in it, also after a restart; a refused command gives
//! its text back. And times in people's own words.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

const ROOM: &str = "room INC-1";

#[test]
fn a_refused_form_is_opened_again_with_what_was_typed() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().press_in("#incidents", "Update").await.done();
        let texts = [Some("Payments *fail*\nfor <@1> and `all`"), Some("Rolling back 4.2"), Some("soon")];
        assert_snapshot!(s.budi().fills(&texts).await, @r#"
        Siaga (private):
          "soon" can mean more than one time. Say when: `30m`, `2h`, `15:00` or `tomorrow 09:00`.
          | What you typed: What we know
          | ```
          | Payments *fail*
          | for [id] and `all`
          | ```
          | What you typed: What we do
          | ```
          | Rolling back 4.2
          | ```
          | What you typed: Next update
          | ```
          | soon
          | ```
          [Edit again]
        "#);
        assert_snapshot!(s.budi().press_in("#incidents", "Edit again").await, @r#"
        form "Update INC-1"
          What we know* = Payments *fail*
        for <@1> and `all`
          What we do* = Rolling back 4.2
          Next update (30 (minutes), 2h, 14:00, tomorrow morning; empty: none is promised) = soon
        "#);
        // Still none, and the second refusal takes the place of the first.
        assert_snapshot!(s.budi().fills(&[None, None, Some("at 3")]).await, @r#"
        Siaga (private):
          "at 3" can mean more than one time. Say when: `30m`, `2h`, `15:00` or `tomorrow 09:00`.
          | What you typed: What we know
          | ```
          | Payments *fail*
          | for [id] and `all`
          | ```
          | What you typed: What we do
          | ```
          | Rolling back 4.2
          | ```
          | What you typed: Next update
          | ```
          | at 3
          | ```
          [Edit again]
        "#);
        s.budi().press_in("#incidents", "Edit again").await.done();
        assert_snapshot!(s.budi().fills(&[None, None, Some("setengah jam")]).await, @"
        Siaga (private): Update 1 is posted. The next one is due [in 30 min].
          [Impact is over]
        ");
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga: (its card)
        Siaga (silent): What is known: Checkout errors 12 %. SEV-1, since [now].
          Service: checkout (owner Payments)
          Budi is being paged. Updates follow here.
        Siaga (silent): Update 1 · Budi · We know: Payments \*fail\* for \<\@1> and \`all\`. We do: Rolling back 4.2. Next update [in 30 min].
        ");
        s.read_all().await;
    });
}

#[test]
fn what_was_typed_outlives_a_restart() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().press_in("#incidents", "Update").await.done();
        s.budi().fills(&[Some("Payments fail"), Some("Rolling back"), Some("later")]).await.done();
        s.restart().await;
        let form = s.budi().press_in("#incidents", "Edit again").await.to_string();
        assert!(
            form.contains("= Payments fail") && form.contains("= Rolling back") && form.contains("= later"),
            "{form}"
        );
        s.budi().fills(&[None, None, Some("tomorrow morning")]).await.done();
        s.read_all().await;
    });
}

#[test]
fn a_form_that_came_too_late_gives_its_texts_back() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().press_in("#incidents", "Update").await.done();
        s.rina().slash("/resolve", json!({ "incident": "INC-1" })).await.done();
        s.rina().fills(&[Some("rolled back")]).await.done();
        assert_snapshot!(s.budi().fills(&[Some("Payments fail"), Some("Rolling back"), None]).await, @"
        Siaga (private):
          INC-1 is already resolved. If it happens again, `/incident open` opens a new one.
          | What you typed: What we know
          | ```
          | Payments fail
          | ```
          | What you typed: What we do
          | ```
          | Rolling back
          | ```
          | What you typed: Next update
          | ```
          | 30
          | ```
          [Edit again]
        ");
        assert_snapshot!(s.budi().press_in("#incidents", "Edit again").await, @"Siaga (private): INC-1 is already resolved. If it happens again, `/incident open` opens a new one.");
        s.read_all().await;
    });
}

#[test]
fn a_refused_command_gives_its_text_back() {
    story(async |s| {
        s.checkout_breaks().await;
        let text = "Connections to the payment gateway time out since the deploy of 03:05";
        assert_snapshot!(s.budi().slash("/note", json!({ "text": text })).await, @"
        Siaga (private):
          Which incident? Use the command in its room, or choose one with the option `incident`.
          | What you typed: text
          | ```
          | Connections to the payment gateway time out since the deploy of 03:05
          | ```
        ");
        // What is typed in a second is not repeated.
        assert_snapshot!(s.budi().slash("/note", json!({ "text": "a walk" })).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        s.read_all().await;
    });
}

#[test]
fn a_postmortem_that_is_refused_is_edited_again_on_its_page() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in(ROOM, "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("rolled back")]).await.done();
        s.budi().press_in(ROOM, "Postmortem").await.done();
        s.budi().press_in(ROOM, "Write").await.done();
        let same = [Some("The key ran out"), Some("the key ran out."), Some("Keys end")];
        let refused = s.budi().fills(&same).await.to_string();
        assert!(refused.contains("[Edit again] [Add action item] [Prevention] [Draft] [Close]"), "{refused}");
        assert_snapshot!(s.budi().press_in(ROOM, "Edit again").await, @r#"
        form "Postmortem INC-1"
          Core problem: what was wrong* (Payments failed because the gateway refused our key) = The key ran out
          Root cause: why that could happen* (Nobody is told when a key is about to run out) = the key ran out.
          Lessons: worth knowing next time* (What went well, what did not, where we were lucky) = Keys end
          Action item: yours, due in 14 days (Alert 14 days before a key expires. Owner and due date can be changed later)
          Prevention: a link, or why nothing changed (https://… to the alert rule, monitor or runbook you changed)
        "#);
        let taken = s.budi().fills(&[None, Some("Nobody is told before a key runs out"), None]).await.to_string();
        assert!(taken.contains("[Write] [Add action item]") && !taken.contains("What you typed"), "{taken}");
        s.read_all().await;
    });
}
