//! Nothing pages, ends or stops a page by surprise: buttons say what they do, it is asked once, and a slip is taken back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

const IMPACT: &str = "How many are affected?";
const URGENCY: &str = "How urgent is it?";

#[test]
fn a_button_says_what_it_does_and_what_pages_somebody_asks_once() {
    story(async |s| {
        s.alert("stock").fires().await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Something is wrong with stock · orders (owner Payments) · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        ");
        assert_snapshot!(s.agus().press("Raise to SEV-3 (pages people)").await, @"
        Siaga (private): Raise INC-1 from SEV-4 to SEV-3?
          SEV-3: opens a thread, pages Budi now.
          [Raise to SEV-3 (pages Budi)] [Leave it as it is]
        ");
        assert_snapshot!(s.agus().press("Leave it as it is").await, @"Siaga (private): Nothing was changed.");
        assert_snapshot!(s.phone("budi").await, @"(quiet)");
        s.agus().press("Raise to SEV-3 (pages people)").await.done();
        let yes = s.agus().button("Raise to SEV-3 (pages Budi)").await;
        // Meanwhile somebody raised it further: nobody is lowered by a late yes.
        let asked = s.rina().slash("/severity", json!({ "incident": "INC-1", "level": "SEV-2" })).await;
        assert_snapshot!(asked, @"
        Siaga (private): Raise INC-1 from SEV-4 to SEV-2?
          SEV-2: opens a thread, pages Budi now. Updates every hour.
          [Raise to SEV-2 (pages Budi)] [Leave it as it is]
        ");
        assert_snapshot!(s.rina().sure(asked).await, @"Siaga (private): INC-1 is SEV-2 now. Budi is paged.");
        assert_snapshot!(s.agus().press_seen(&yes).await, @"Siaga (private): INC-1 is already SEV-2. `/severity` takes another level.");
        s.read_all().await;
    });
}

#[test]
fn lowering_asks_why_by_command_and_by_triage_and_keeps_what_was_typed() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.rina().slash_in("room INC-1", "/severity", json!({ "level": "SEV-3" })).await, @r#"
        form "Lower INC-1 to SEV-3"
          Why?* (Only the crawler is slow)
        "#);
        assert_snapshot!(s.rina().fills(&[Some("one customer")]).await, @"Siaga (private): INC-1 is SEV-3 now.");
        s.budi().slash_in("room INC-1", "/triage", json!({})).await.done();
        s.budi().choose_in(IMPACT, "Nobody").await.done();
        s.budi().choose_in(URGENCY, "Later").await.done();
        assert_snapshot!(s.budi().press("Confirm").await, @r#"
        form "Lower INC-1 to SEV-4"
          Why? Pages stop: Budi* (Only the crawler is slow)
        "#);
        // Meanwhile it became worse: what Budi typed comes back with what is so now.
        let asked =
            s.rina().slash_in("room INC-1", "/severity", json!({ "level": "SEV-1", "reason": "no, all" })).await;
        assert_snapshot!(asked, @"Siaga (private): INC-1 is SEV-1 now.");
        assert_snapshot!(s.budi().fills(&[Some("only the test account")]).await, @"
        Siaga (private): **SEV-1** INC-1 Checkout errors 12 %
          Meanwhile it became SEV-1. Look once more, then confirm.
          SEV-4: pages to Budi stop.
          You wrote: only the test account.
          {How many are affected?: Most · Many · Few · Nobody*}
          {How urgent is it?: Now · Hours · Later*}
          [Confirm] [Not an incident] [Merge]
        ");
        s.budi().press("Confirm").await.done();
        assert_snapshot!(s.budi().fills(&[Some("only the test account")]).await, @"Siaga (private): INC-1 is SEV-4 now. Escalation stopped: this severity pages nobody.");
        s.read_all().await;
    });
}

#[test]
fn undo_is_last_and_after_a_minute_it_says_whom_it_pages_and_asks() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.budi().press("Acknowledge").await, @"
        Siaga (private): You have it. Rina will not be paged. First: check payment-gateway.
          [Update] [Take command] [Note] [Runbook] [Undo]
        ");
        let undo = s.budi().button("Undo").await;
        s.advance(12).await;
        assert_snapshot!(s.budi().press_seen(&undo).await, @"
        Siaga (private): You have had INC-1 for 12 minutes. Give it back? That pages Budi now.
          [Give it back (pages Budi)] [Leave it as it is]
        ");
        assert!(s.card("INC-1").await.contains("ACKNOWLEDGED"), "{}", s.card("INC-1").await);
        assert_snapshot!(s.budi().press("Give it back (pages Budi)").await, @"Siaga (private): You no longer have INC-1. Budi is paged now.");
        s.read_all().await;
    });
}

#[test]
fn what_was_declined_or_dismissed_by_a_slip_is_taken_back() {
    story(async |s| {
        s.checkout_breaks().await;
        assert_snapshot!(s.budi().press("Can't take it").await, @"
        Siaga (private): Noted. Rina is paged now. You don't need to do anything.
          [More] [Undo: I have it]
        ");
        assert_snapshot!(s.budi().press("Undo: I have it").await, @"
        Siaga (private): You have it. Dewi will not be paged. First: check payment-gateway.
          [Update] [Take command] [Note] [Runbook] [Undo]
        ");
        assert_snapshot!(s.card("INC-1").await.lines().nth(1).unwrap(), @"  | INC-1 · SEV-1 · ACKNOWLEDGED");
        s.search_is_slow().await;
        s.rina().slash("/triage", json!({ "incident": "INC-2" })).await.done();
        s.rina().press("Not an incident").await.done();
        assert_snapshot!(s.rina().fills(&[Some("a load test")]).await, @"
        Siaga (private): INC-2 is closed: not an incident. `/incident reopen` opens it again. 1 alert still fires: it opens a new incident after 1 hour, unless its end comes.
          [More] [Undo (pages Agus)]
        ");
        assert_snapshot!(s.rina().press("Undo (pages Agus)").await, @"Siaga (private): INC-2 is open again. Agus is paged.");
        assert!(s.card("INC-2").await.contains("TRIGGERED"), "{}", s.card("INC-2").await);
        s.rina().slash("/triage", json!({ "incident": "INC-2" })).await.done();
        s.rina().press("Not an incident").await.done();
        s.rina().fills(&[Some("a load test")]).await.done();
        s.advance(2).await;
        assert_snapshot!(s.rina().press("Undo (pages Agus)").await, @"Siaga (private): That was more than a minute ago, or somebody else did it. `/incident show incident:INC-2` says what can be done now.");
        s.read_all().await;
    });
}

#[test]
fn a_merge_asks_once_and_says_what_ends_and_whom_it_pages() {
    story(async |s| {
        s.search_is_slow().await;
        s.checkout_breaks().await;
        assert_snapshot!(s.rina().slash("/incident merge", json!({ "incident": "INC-1", "into": "INC-2" })).await, @"
        Siaga (private): Merge INC-1 into INC-2? INC-1 ends, its alerts and followers go on there. Pages to Agus stop.
          INC-1 · SEV-3 · Search answers in 2.4 s
          INC-2 · SEV-1 · Checkout errors 12 %
          [Merge into INC-2] [Leave it as it is]
        ");
        assert!(s.card("INC-1").await.contains("TRIGGERED"), "nothing happened yet");
        assert_snapshot!(s.rina().press("Leave it as it is").await, @"Siaga (private): Nothing was changed.");
        assert!(s.card("INC-1").await.contains("TRIGGERED"), "and nothing did");
        s.read_all().await;
    });
}

#[test]
fn a_new_commander_hears_of_it_and_may_command() {
    story(async |s| {
        s.checkout_breaks().await;
        let (dewi, sari) = (s.id_of("dewi").await, s.id_of("sari").await);
        assert_snapshot!(s.rina().slash_in("room INC-1", "/commander", json!({ "person": sari })).await, @"Siaga (private): Sari may not act on incidents here, so they cannot command one. Choose a responder, or page them first.");
        s.rina().slash_in("room INC-1", "/commander", json!({ "person": dewi })).await.done();
        assert_snapshot!(s.phone("dewi").await, @"rings #inc-1-checkout: Commander: @Dewi (named by Rina).");
        // Whoever takes it themselves needs no sound.
        s.rina().slash_in("room INC-1", "/commander", json!({})).await.done();
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        s.read_all().await;
    });
}

#[test]
fn the_end_of_a_drills_policy_mentions_no_role_and_every_post_of_its_end_names_it() {
    story(async |s| {
        s.budi().slash("/drill start", json!({ "scenario": "checkout-outage", "people": "budi" })).await.done();
        s.read_all().await;
        s.advance(10).await;
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): Note by sari (#support): Customers say login is down again
        Siaga (silent): Nobody has this, and nobody is left to page on the policy payments. Take it with `/ack`, or page somebody with `/page`.
        Siaga (silent): All alerts resolved. Nobody had taken it, so it closes by itself [in 10 min] unless you keep it open.
          [Resolve] [Keep open]
        ");
        for person in ["agus", "rina", "dewi"] {
            assert_eq!(s.phone(person).await, "(quiet)", "{person}");
        }
        assert_snapshot!(s.rina().slash_in("room INC-1", "/commander", json!({ "person": s.id_of("agus").await })).await, @"Siaga (private): This is a drill, and Agus does not take part. `/page` pages those who do.");
        s.budi().slash_in("room INC-1", "/drill end", json!({})).await.done();
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): Resolved after 10 minutes by Budi: the drill was ended.
          (files: inc-1.md, inc-1.json)
        Siaga (silent): DRILL INC-1 over after 10 minutes. Nobody took it. There was no commander. No update was promised. One page was not answered.
        ");
        s.read_all().await;
    });
}
