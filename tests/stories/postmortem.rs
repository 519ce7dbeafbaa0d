//! What is learned: the work page by clicks and forms, what it refuses, and the reminders.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Story, story};

const ROOM: &str = "room INC-1";
const ITEMS: &str = "Action items: change, tick off, delete";

/// Checkout breaks, Budi fixes it after a quarter of an hour.
async fn checkout_is_fixed(s: &Story) {
    s.checkout_breaks().await;
    s.budi().press("Acknowledge").await.done();
    s.advance(15).await;
    s.checkout_recovers().await;
    s.budi().press("Resolve").await.done();
    s.budi().fills(&[Some("rolled back 4.2")]).await.done();
}

/// Work for Rina.
async fn item(s: &Story, what: &str, due: &str) {
    s.budi().press_in(ROOM, "Add action item").await.done();
    s.budi().fills(&[Some(what), Some(due)]).await.done();
    s.budi().picks(ROOM, "Owner: choose somebody", "rina").await.done();
    s.budi().press_in(ROOM, "Back").await.done();
}

async fn write(s: &Story, core: &str, root: &str, lessons: &str) -> String {
    s.budi().press_in(ROOM, "Write").await.done();
    s.budi().fills(&[Some(core), Some(root), Some(lessons)]).await.to_string()
}

#[test]
fn a_postmortem_is_written_by_clicks_and_forms_until_it_is_closed() {
    story(async |s| {
        checkout_is_fixed(s).await;
        assert_snapshot!(s.news(ROOM).await, @"
        Siaga (silent, pinned): (the card)
        Siaga: Budi was paged [03:10]. SEV-1 INC-1 Checkout errors 12 %
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.
        Siaga (silent): All alerts resolved. It stays open until somebody resolves it.
        Siaga (silent): Resolved after 15 minutes by Budi: rolled back 4.2. `/postmortem` is due [in 72 h].
          [Postmortem]
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Postmortem").await, @"
        Siaga (private):
          | Postmortem of INC-1 Checkout errors 12 %
          | ⬜ **Core problem** missing
          | ⬜ **Root cause** missing
          | ⬜ **Lessons** missing
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Close").await, @"
        Siaga (private):
          The postmortem of INC-1 cannot be closed yet. Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          | Postmortem of INC-1 Checkout errors 12 %
          | ⬜ **Core problem** missing
          | ⬜ **Root cause** missing
          | ⬜ **Lessons** missing
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Write").await, @r#"
        form "Postmortem INC-1"
          Core problem: what was wrong* (Payments failed because the gateway refused our key)
          Root cause: why that could happen* (Nobody is told when a key is about to run out)
          Lessons: worth knowing next time* (What went well, what did not, where we were lucky)
          Action item: yours, due in 14 days (Alert 14 days before a key expires. Owner and due date can be changed later)
          Prevention: a link, or why nothing changed (https://… to the alert rule, monitor or runbook you changed)
        "#);
        let texts = [
            Some("The gateway refused our key"),
            Some("Nobody is told when a key is about to run out"),
            Some("Keys end. We were lucky that it was night."),
        ];
        assert_snapshot!(s.budi().fills(&texts).await, @"
        Siaga (private):
          Noted in the postmortem of INC-1.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key is about to run out.
          | ✅ **Lessons** Keys end. We were lucky that it was night.
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().chooses(ROOM, "Affected", &["orders"]).await, @"
        Siaga (private):
          Noted in the postmortem of INC-1.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key is about to run out.
          | ✅ **Lessons** Keys end. We were lucky that it was night.
          | ⬜ **Affected dependents** customer-care: not checked · orders: affected · warehouse: not checked
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: affected dependents (not checked: customer-care, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders* · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().chooses(ROOM, "Checked: not affected", &["customer-care", "warehouse"]).await, @"
        Siaga (private):
          Noted in the postmortem of INC-1.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key is about to run out.
          | ✅ **Lessons** Keys end. We were lucky that it was night.
          | ✅ **Affected dependents** customer-care: not affected · orders: affected · warehouse: not affected
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders* · warehouse}
          {Checked: not affected: customer-care* · orders · warehouse*}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Add action item").await, @r#"
        form "Action item of INC-1"
          What to do*
          Due date* (2026-12-31, Friday or in 2 weeks)
        "#);
        assert_snapshot!(s.budi().fills(&[Some("Alert 14 days before a key ends"), Some("in 2 weeks")]).await, @"
        Siaga (private):
          Action item 1 of INC-1 is noted. It is yours until you choose somebody else.
          | Action item 1 of INC-1: Alert 14 days before a key ends. Owner: Budi, due 2026-03-16. The owner is reminded by direct message the day before and on the day.
          [Done] [Edit] [Delete] [Back]
        ");
        assert_snapshot!(s.budi().picks(ROOM, "Owner: choose somebody", "rina").await, @"
        Siaga (private):
          Action item 1 of INC-1 is changed.
          | Action item 1 of INC-1: Alert 14 days before a key ends. Owner: Rina, due 2026-03-16. The owner is reminded by direct message the day before and on the day.
          [Done] [Edit] [Delete] [Back]
        ");
        assert_snapshot!(s.direct("rina").await, @"Siaga (silent): Budi gave you an action item of INC-1 Checkout errors 12 %: Alert 14 days before a key ends. Due 2026-03-16. `/postmortem` changes it or ticks it off.");
        s.budi().press_in(ROOM, "Back").await.done();
        assert_snapshot!(s.budi().press_in(ROOM, "Prevention").await, @r#"
        form "Prevention for INC-1"
          Link to the rule or runbook that was changed (https://… Fill in one of the two)
          Or: why nothing was changed
        "#);
        assert_snapshot!(s.budi().fills(&[Some("https://git.example.com/pull/7"), None]).await, @"
        Siaga (private):
          Noted in the postmortem of INC-1.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key is about to run out.
          | ✅ **Lessons** Keys end. We were lucky that it was night.
          | ✅ **Affected dependents** customer-care: not affected · orders: affected · warehouse: not affected
          | ✅ **Action items**
          | 1. Alert 14 days before a key ends. Owner: Rina, due 2026-03-16.
          | ✅ **Prevention** <https://git.example.com/pull/7>
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders* · warehouse}
          {Checked: not affected: customer-care* · orders · warehouse*}
          {Action items: change, tick off, delete: 1. Alert 14 days before a key ends}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().chooses(ROOM, "Who knew first", &["a user"]).await, @r#"
        form "Who knew first about INC-1"
          How many minutes later we knew (12; empty: what is known already stays)
          A link that shows it (https://… Empty: what is known already stays)
        "#);
        assert_snapshot!(s.budi().fills(&[Some("12"), None]).await, @"
        Siaga (private):
          Noted in the postmortem of INC-1.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key is about to run out.
          | ✅ **Lessons** Keys end. We were lucky that it was night.
          | ✅ **Affected dependents** customer-care: not affected · orders: affected · warehouse: not affected
          | ✅ **Action items**
          | 1. Alert 14 days before a key ends. Owner: Rina, due 2026-03-16.
          | ✅ **Prevention** <https://git.example.com/pull/7>
          | ✅ **Who knew first** a user; we knew 12 minutes later
          | **Due** [in 72 h]
          | Everything is there: the button Close ends it.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders* · warehouse}
          {Checked: not affected: customer-care* · orders · warehouse*}
          {Action items: change, tick off, delete: 1. Alert 14 days before a key ends}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Close").await, @"
        Siaga (private):
          The postmortem of INC-1 is closed.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key is about to run out.
          | ✅ **Lessons** Keys end. We were lucky that it was night.
          | ✅ **Affected dependents** customer-care: not affected · orders: affected · warehouse: not affected
          | ✅ **Action items**
          | 1. Alert 14 days before a key ends. Owner: Rina, due 2026-03-16.
          | ✅ **Prevention** <https://git.example.com/pull/7>
          | ✅ **Who knew first** a user; we knew 12 minutes later
          | **Due** closed by Budi [now]
          {Action items: change, tick off, delete: 1. Alert 14 days before a key ends}
          [Record]
        ");
        assert_snapshot!(s.news(ROOM).await, @"
        Siaga (silent): Budi closed the postmortem.
        Siaga (silent): Record of INC-1 Checkout errors 12 %: the timeline and what was learned, for people and for programs.
          (files: inc-1.md, inc-1.json)
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Record").await, @"
        Siaga (private): The record of INC-1 as files.
          (files: inc-1.md, inc-1.json)
        ");
        assert!(
            s.files("budi", ROOM).await[0]
                .1
                .contains("| ☐ open | 1 | Alert 14 days before a key ends | Rina | 2026-03-16 |")
        );
        // Work goes on after it is closed.
        s.budi().chooses(ROOM, ITEMS, &["1. Alert 14 days before a key ends"]).await.done();
        assert_snapshot!(s.budi().press_in(ROOM, "Done").await, @"
        Siaga (private):
          Action item 1 of INC-1 is done.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key is about to run out.
          | ✅ **Lessons** Keys end. We were lucky that it was night.
          | ✅ **Affected dependents** customer-care: not affected · orders: affected · warehouse: not affected
          | ✅ **Action items**
          | 1. Done: Alert 14 days before a key ends. Owner: Rina.
          | ✅ **Prevention** <https://git.example.com/pull/7>
          | ✅ **Who knew first** a user; we knew 12 minutes later
          | **Due** closed by Budi [now]
          [Record]
        ");
        s.read_all().await;
    });
}

/// At three at night nobody opens five forms: what has to be written is one, and what is known is said with one press.
#[test]
fn one_form_and_one_yes_close_a_postmortem() {
    story(async |s| {
        checkout_is_fixed(s).await;
        s.read_all().await;
        s.budi().press_in(ROOM, "Postmortem").await.done();
        s.budi().press_in(ROOM, "Write").await.done();
        let five = |prevention| {
            [Some("The gateway refused our key"), Some("Nobody is told when a key ends"), Some("Keys end")]
                .into_iter()
                .chain([Some("Alert 14 days before a key ends"), Some(prevention)])
                .collect::<Vec<_>>()
        };
        // Which of the two a link among words is, nobody can tell.
        assert_snapshot!(s.budi().fills(&five("see https://git.example.com/pr/7")).await, @"
        Siaga (private):
          Say what prevents INC-1 from coming back: a link to the changed rule, monitor or runbook, or the reason why nothing was changed. One of the two.
          | Postmortem of INC-1 Checkout errors 12 %
          | ⬜ **Core problem** missing
          | ⬜ **Root cause** missing
          | ⬜ **Lessons** missing
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          | What you typed: Core problem: what was wrong
          | ```
          | The gateway refused our key
          | ```
          | What you typed: Root cause: why that could happen
          | ```
          | Nobody is told when a key ends
          | ```
          | What you typed: Lessons: worth knowing next time
          | ```
          | Keys end
          | ```
          | What you typed: Action item: yours, due in 14 days
          | ```
          | Alert 14 days before a key ends
          | ```
          | What you typed: Prevention: a link, or why nothing changed
          | ```
          | see https://git.example.com/pr/7
          | ```
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          [Edit again] [Add action item] [Prevention] [Draft] [Close]
        ");
        s.budi().press_in(ROOM, "Edit again").await.done();
        assert_snapshot!(s.budi().fills(&five("https://git.example.com/pr/7")).await, @"
        Siaga (private):
          Noted in the postmortem of INC-1.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key ends.
          | ✅ **Lessons** Keys end.
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ✅ **Action items**
          | 1. Alert 14 days before a key ends. Owner: Budi, due 2026-03-16.
          | ✅ **Prevention** <https://git.example.com/pr/7>
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: affected dependents (not checked: customer-care, orders, warehouse) and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          {Action items: change, tick off, delete: 1. Alert 14 days before a key ends}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_snapshot!(s.budi().press_in(ROOM, "Close").await, @"
        Siaga (private):
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key ends.
          | ✅ **Lessons** Keys end.
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ✅ **Action items**
          | 1. Alert 14 days before a key ends. Owner: Budi, due 2026-03-16.
          | ✅ **Prevention** <https://git.example.com/pr/7>
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Close it? By closing it you say:
          | - Knew first: a monitor of ours.
          | - Not affected: customer-care, orders and warehouse.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          {Action items: change, tick off, delete: 1. Alert 14 days before a key ends}
          [Write] [Add action item] [Prevention] [Draft] [Yes, close it]
        ");
        s.restart().await;
        assert_snapshot!(s.budi().press_in(ROOM, "Yes, close it").await, @"
        Siaga (private):
          The postmortem of INC-1 is closed.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key ends.
          | ✅ **Lessons** Keys end.
          | ✅ **Affected dependents** customer-care: not affected · orders: not affected · warehouse: not affected
          | ✅ **Action items**
          | 1. Alert 14 days before a key ends. Owner: Budi, due 2026-03-16.
          | ✅ **Prevention** <https://git.example.com/pr/7>
          | ✅ **Who knew first** a monitor of ours
          | **Due** closed by Budi [now]
          {Action items: change, tick off, delete: 1. Alert 14 days before a key ends}
          [Record]
        ");
        s.read_all().await;
    });
}

#[test]
fn the_work_page_edits_itself_in_place_and_survives_a_restart() {
    story(async |s| {
        checkout_is_fixed(s).await;
        s.budi().slash_in(ROOM, "/postmortem", json!({})).await.done();
        let place = s.place("budi", ROOM).await;
        let before = s.control.messages("budi", &place).await.len();
        write(s, "The gateway refused our key", "Nobody is told", "Keys end").await;
        s.restart().await;
        s.budi().press_in(ROOM, "Write").await.done();
        s.budi().fills(&[None, Some("Nobody is told when a key ends"), None]).await.done();
        s.budi().chooses(ROOM, "Affected", &["orders", "warehouse"]).await.done();
        // Who is taken out of a menu was not checked; who moves to the other one is there.
        s.budi().chooses(ROOM, "Affected", &["orders"]).await.done();
        assert_snapshot!(s.budi().chooses(ROOM, "Checked: not affected", &["orders", "warehouse"]).await, @"
        Siaga (private):
          Noted in the postmortem of INC-1.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key ends.
          | ✅ **Lessons** Keys end.
          | ⬜ **Affected dependents** customer-care: not checked · orders: not affected · warehouse: not affected
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: affected dependents (not checked: customer-care), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders* · warehouse*}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        assert_eq!(s.control.messages("budi", &place).await.len(), before);
        s.read_all().await;
    });
}

#[test]
fn what_cannot_be_taken_is_refused_in_a_sentence_and_nothing_typed_is_lost() {
    story(async |s| {
        checkout_is_fixed(s).await;
        s.read_all().await;
        s.budi().slash_in(ROOM, "/postmortem", json!({})).await.done();
        assert_snapshot!(write(s, "The key ran out", "the KEY ran out!", "Keys end").await, @"
        Siaga (private):
          The root cause says the same as the core problem. Ask once more why that could happen, and write that.
          | Postmortem of INC-1 Checkout errors 12 %
          | ⬜ **Core problem** missing
          | ⬜ **Root cause** missing
          | ⬜ **Lessons** missing
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ⬜ **Action items** missing
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 72 h]
          | Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first.
          | What you typed: Core problem: what was wrong
          | ```
          | The key ran out
          | ```
          | What you typed: Root cause: why that could happen
          | ```
          | the KEY ran out!
          | ```
          | What you typed: Lessons: worth knowing next time
          | ```
          | Keys end
          | ```
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          [Edit again] [Add action item] [Prevention] [Draft] [Close]
        ");
        s.budi().press_in(ROOM, "Add action item").await.done();
        assert_snapshot!(first_line(&s.budi().fills(&[Some("alert"), Some("soon")]).await.to_string()), @r#""soon" can mean more than one time. Say when: `30m`, `2h`, `15:00` or `tomorrow 09:00`."#);
        s.budi().press_in(ROOM, "Edit again").await.done();
        assert_snapshot!(first_line(&s.budi().fills(&[None, Some("2020-01-01")]).await.to_string()), @"2020-01-01 has passed. Choose a day from today on.");
        s.budi().press_in(ROOM, "Prevention").await.done();
        assert_snapshot!(first_line(&s.budi().fills(&[None, None]).await.to_string()), @"Say what prevents INC-1 from coming back: a link to the changed rule, monitor or runbook, or the reason why nothing was changed. One of the two.");
        s.budi().press_in(ROOM, "Edit again").await.done();
        assert_snapshot!(first_line(&s.budi().fills(&[Some("see the wiki"), None]).await.to_string()), @r#""see the wiki" is not an address. It begins with https:// and has no spaces."#);
        s.budi().chooses(ROOM, "Who knew first", &["a user"]).await.done();
        assert_snapshot!(first_line(&s.budi().fills(&[Some("a while"), None]).await.to_string()), @r#""a while" can mean more than one time. Say when: `30m`, `2h`, `15:00` or `tomorrow 09:00`."#);
        // A member who was never paged reads none of it.
        assert_snapshot!(s.sari().slash("/postmortem", json!({ "incident": "INC-1" })).await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
        assert_snapshot!(s.budi().slash_in("#general", "/postmortem", json!({})).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        assert_snapshot!(s.budi().slash_in("#general", "/postmortem", json!({ "incident": "INC-9" })).await, @"Siaga (private): There is no INC-9. `/incident list` shows what there is.");
    });
}

/// What stands above the page.
fn first_line(answer: &str) -> &str {
    answer.lines().nth(1).unwrap_or_default().trim()
}

#[test]
fn the_longest_texts_fit_on_the_page_and_come_back_whole() {
    story(async |s| {
        checkout_is_fixed(s).await;
        s.budi().slash_in(ROOM, "/postmortem", json!({})).await.done();
        let long = |word: &str| format!("{word} ").repeat(1_500 / (word.len() + 1)).trim().to_owned();
        let (core, root, lessons) = (long("**core**"), long("`root`"), long("@everyone"));
        let page = write(s, &core, &root, &lessons).await;
        assert!(page.contains("✅ **Core problem**") && page.contains("✅ **Lessons**"), "{page}");
        let form = s.budi().press_in(ROOM, "Write").await.to_string();
        assert!(form.contains(&core) && form.contains(&root) && form.contains(&lessons), "{form}");
        // All of it typed again, and refused: it is shown again.
        let refused = s.budi().fills(&[Some(&core), Some(&core), None]).await.to_string();
        assert!(first_line(&refused).contains("says the same as the core problem"), "{refused}");
        assert!(refused.matches("What you typed").count() == 3, "{refused}");
        s.read_all().await;
    });
}

#[test]
fn a_form_that_comes_back_after_the_postmortem_was_closed_says_so() {
    story(async |s| {
        checkout_is_fixed(s).await;
        complete(s).await;
        s.budi().press_in(ROOM, "Write").await.done();
        s.rina().slash_in(ROOM, "/postmortem", json!({})).await.done();
        s.rina().press_in(ROOM, "Close").await.done();
        let late =
            s.budi().fills(&[Some("Another core"), Some("Another root"), Some("Another lesson")]).await.to_string();
        assert_snapshot!(late, @"
        Siaga (private):
          INC-1 is closed. `/incident reopen` continues it.
          | Postmortem of INC-1 Checkout errors 12 %
          | ✅ **Core problem** The gateway refused our key.
          | ✅ **Root cause** Nobody is told when a key ends.
          | ✅ **Lessons** Keys end.
          | ✅ **Affected dependents** customer-care: not affected · orders: affected · warehouse: not affected
          | ✅ **Action items**
          | 1. Alert 14 days before a key ends. Owner: Rina, due 2026-03-16.
          | ✅ **Prevention** nothing was changed: The gateway tells us from now on.
          | ✅ **Who knew first** a monitor of ours
          | **Due** closed by Rina [now]
          | What you typed: Core problem: what was wrong
          | ```
          | Another core
          | ```
          | What you typed: Root cause: why that could happen
          | ```
          | Another root
          | ```
          | What you typed: Lessons: worth knowing next time
          | ```
          | Another lesson
          | ```
          {Action items: change, tick off, delete: 1. Alert 14 days before a key ends}
          [Record]
        ");
        s.read_all().await;
    });
}

#[test]
fn two_people_resolve_at_once_and_the_second_is_told_the_truth() {
    story(async |s| {
        s.checkout_breaks().await;
        s.budi().press("Acknowledge").await.done();
        s.budi().slash_in(ROOM, "/resolve", json!({})).await.done();
        s.rina().slash_in(ROOM, "/resolve", json!({})).await.done();
        s.budi().fills(&[Some("rolled back 4.2")]).await.done();
        assert_snapshot!(s.rina().fills(&[Some("restarted the gateway")]).await, @"
        Siaga (private):
          INC-1 is already resolved. If it happens again, `/incident open` opens a new one.
          | What you typed: What fixed it?
          | ```
          | restarted the gateway
          | ```
          [Edit again]
        ");
        s.read_all().await;
    });
}

/// Everything but the end.
async fn complete(s: &Story) {
    s.budi().slash_in(ROOM, "/postmortem", json!({})).await.done();
    write(s, "The gateway refused our key", "Nobody is told when a key ends", "Keys end").await;
    s.budi().chooses(ROOM, "Affected", &["orders"]).await.done();
    s.budi().chooses(ROOM, "Checked: not affected", &["customer-care", "warehouse"]).await.done();
    item(s, "Alert 14 days before a key ends", "2026-03-16").await;
    s.budi().press_in(ROOM, "Prevention").await.done();
    s.budi().fills(&[None, Some("The gateway tells us from now on")]).await.done();
    s.budi().chooses(ROOM, "Who knew first", &["a monitor of ours"]).await.done();
    s.budi().fills(&[None, None]).await.done();
}

#[test]
fn a_postmortem_that_is_late_is_asked_for_every_day_until_it_is_closed() {
    story(async |s| {
        checkout_is_fixed(s).await;
        s.read_all().await;
        s.pass(Duration::from_secs(71 * 3_600)).await;
        assert_snapshot!(s.news(ROOM).await, @"(nothing)");
        s.restart().await;
        s.pass(Duration::from_secs(3_600)).await;
        assert_snapshot!(s.news(ROOM).await, @"
        Siaga: @Budi, the postmortem was due [now]. Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first. `/postmortem` goes on with it.
          [Postmortem]
        ");
        s.pass(Duration::from_secs(24 * 3_600)).await;
        assert_snapshot!(s.news(ROOM).await, @"
        Siaga: @Budi, the postmortem was due [24 h ago]. Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), an action item with owner and date, the prevention: what keeps it from coming back unseen and who knew first. `/postmortem` goes on with it.
          [Postmortem]
        ");
        s.budi().press_in(ROOM, "Postmortem").await.done();
        complete(s).await;
        s.budi().press_in(ROOM, "Close").await.done();
        s.read_all().await;
        s.pass(Duration::from_secs(24 * 3_600)).await;
        assert_snapshot!(s.news(ROOM).await, @"(nothing)");
    });
}

#[test]
fn an_action_item_is_asked_for_when_it_is_due_unless_it_is_done() {
    story(async |s| {
        checkout_is_fixed(s).await;
        s.budi().slash_in(ROOM, "/postmortem", json!({})).await.done();
        for (what, due) in [("Alert before a key ends", "2026-03-03"), ("Write it down", "2026-03-03")] {
            item(s, what, due).await;
        }
        s.budi().chooses(ROOM, ITEMS, &["2. Write it down"]).await.done();
        s.budi().press_in(ROOM, "Done").await.done();
        s.read_all().await;
        s.restart().await;
        s.pass(Duration::from_secs(52 * 3_600)).await;
        assert_snapshot!(s.news(ROOM).await, @"
        Siaga (silent): Action item 1 is due: Alert before a key ends. Owner: Rina. `/postmortem` ticks it off.
          [Postmortem]
        ");
        assert_snapshot!(s.rina().press_in(ROOM, "Postmortem").await, @"
        Siaga (private):
          | Postmortem of INC-1 Checkout errors 12 %
          | ⬜ **Core problem** missing
          | ⬜ **Root cause** missing
          | ⬜ **Lessons** missing
          | ⬜ **Affected dependents** customer-care: not checked · orders: not checked · warehouse: not checked
          | ✅ **Action items**
          | 1. Alert before a key ends. Owner: Rina, due 2026-03-03.
          | 2. Done: Write it down. Owner: Rina.
          | ⬜ **Prevention** missing
          | ⬜ **Who knew first** nobody has confirmed it; as it looks, a monitor of ours
          | **Due** [in 20 h]
          | Missing: the core problem, the root cause, the lessons, affected dependents (not checked: customer-care, orders, warehouse), the prevention: what keeps it from coming back unseen and who knew first.
          {Who knew first: a monitor of ours · a teammate · a user · somebody outside}
          {Affected: customer-care · orders · warehouse}
          {Checked: not affected: customer-care · orders · warehouse}
          {Action items: change, tick off, delete: 1. Alert before a key ends}
          [Write] [Add action item] [Prevention] [Draft] [Close]
        ");
        s.read_all().await;
    });
}
