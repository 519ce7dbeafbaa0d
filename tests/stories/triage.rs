//! How bad is it, is it one at all, are two of them one, and why: people look, and change their mind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::people::Person;
use crate::harness::{Options, Story, story, story_with};

const IMPACT: &str = "How many are affected?";
const URGENCY: &str = "How urgent is it?";
const INTO: &str = "The incident that goes on";

/// Answers the two questions on a private message that is open already.
async fn answers(person: Person<'_>, impact: &str, urgency: &str) {
    person.choose_in(IMPACT, impact).await.done();
    person.choose_in(URGENCY, urgency).await.done();
}

/// Search is slow and login fails: two rooms.
async fn two_rooms(s: &Story) {
    s.search_is_slow().await;
    s.alert("login").warning().fires().await;
    s.read_all().await;
}

#[test]
fn triage_raises_an_incident_by_clicks_and_everything_follows() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        assert_snapshot!(s.agus().press("Triage").await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          How many customers are affected, and how urgent is it? If unsure, choose the higher.
          {How many are affected?: Most · Many · Few · Nobody}
          {How urgent is it?: Now · Hours · Later}
          [Not an incident] [Merge]
        ");
        assert_snapshot!(s.agus().choose_in(URGENCY, "Now").await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          How many customers are affected, and how urgent is it? If unsure, choose the higher.
          {How many are affected?: Most · Many · Few · Nobody}
          {How urgent is it?: Now* · Hours · Later}
          [Not an incident] [Merge]
        ");
        assert_snapshot!(s.agus().choose_in(IMPACT, "Few").await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          SEV-2: pages nobody else. Updates every hour.
          {How many are affected?: Most · Many · Few* · Nobody}
          {How urgent is it?: Now* · Hours · Later}
          [Confirm] [Not an incident] [Merge]
        ");
        assert_snapshot!(s.agus().choose_in(IMPACT, "Most").await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          SEV-1: opens a channel, pages nobody else. Updates every 30 minutes.
          {How many are affected?: Most* · Many · Few · Nobody}
          {How urgent is it?: Now* · Hours · Later}
          [Confirm] [Not an incident] [Merge]
        ");
        assert_snapshot!(s.agus().press("Confirm").await, @"Siaga (private): INC-1 is SEV-1 now.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus raised the severity from SEV-3 to SEV-1. The work goes on in #inc-1-search; updates still come here.");
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga (silent): Agus raised the severity from SEV-3 to SEV-1. Reason: most customers affected, urgent.
        Siaga (silent): So far, in #INC-1 Search answers in 2.4 s:
          - [03:10] Agus triaged it: most customers affected, urgent, SEV-1.
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Room** #inc-1-search
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Silence]
        ");
        s.read_all().await;
    });
}

#[test]
fn triage_opens_a_room_and_calls_people_for_what_was_only_a_line() {
    story(async |s| {
        s.alert("checkout").label("severity", "info").fires().await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent): INC-1 · SEV-4 · TRIGGERED · Checkout errors 12 % · checkout (owner Payments) · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        ");
        assert_snapshot!(s.phone("budi").await, @"(quiet)");
        s.rina().press("Triage").await.done();
        s.rina().choose_in(IMPACT, "Most").await.done();
        assert_snapshot!(s.rina().choose_in(URGENCY, "Now").await, @"
        Siaga (private): **SEV-4** INC-1 Checkout errors 12 %
          SEV-1: opens a channel, pages Budi now. Updates every 30 minutes.
          {How many are affected?: Most* · Many · Few · Nobody}
          {How urgent is it?: Now* · Hours · Later}
          [Confirm] [Not an incident] [Merge]
        ");
        assert_snapshot!(s.rina().press("Confirm").await, @"Siaga (private): INC-1 is SEV-1 now. Budi is paged.");
        assert_snapshot!(s.phone("budi").await, @"
        rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Rina raised the severity from SEV-4 to SEV-1. Reason: most customers affected, urgent.
        ");
        s.read_all().await;
    });
}

#[test]
fn triage_lowers_an_incident_and_its_pages_stop() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(1).await;
        s.read_all().await;
        s.rina().slash_in("room INC-1", "/triage", json!({})).await.done();
        answers(s.rina(), "Nobody", "Later").await;
        assert_snapshot!(s.rina().choose_in(URGENCY, "Hours").await, @"
        Siaga (private): **SEV-1** INC-1 Checkout errors 12 %
          SEV-4: pages to Budi stop.
          {How many are affected?: Most · Many · Few · Nobody*}
          {How urgent is it?: Now · Hours* · Later}
          [Confirm] [Not an incident] [Merge]
        ");
        assert_snapshot!(s.rina().press("Confirm").await, @r#"
        form "Lower INC-1 to SEV-4"
          Why? Pages stop: Budi* (Only the crawler is slow)
        "#);
        assert_snapshot!(s.rina().fills(&[Some("only the test account")]).await, @"Siaga (private): INC-1 is SEV-4 now. Escalation stopped: this severity pages nobody.");
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: No longer needed since [03:11]. SEV-4 INC-1 Checkout errors 12 %
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Rina lowered the severity from SEV-1 to SEV-4. Reason: only the test account.
        Siaga (silent): Escalation stopped: this severity pages nobody.
        ");
        assert_snapshot!(s.direct("budi").await, @"
        Siaga: No longer needed since [03:11]. SEV-4 INC-1 Checkout errors 12 %
          https://discord.com/channels/guild/#inc-1-checkout
        ");
        s.advance(30).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        s.read_all().await;
    });
}

#[test]
fn triage_that_changes_nothing_says_so_and_is_noted() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        s.agus().press("Triage").await.done();
        s.agus().choose_in(IMPACT, "Few").await.done();
        assert_snapshot!(s.agus().choose_in(URGENCY, "Hours").await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          It stays SEV-3: nothing changes.
          {How many are affected?: Most · Many · Few* · Nobody}
          {How urgent is it?: Now · Hours* · Later}
          [Confirm] [Not an incident] [Merge]
        ");
        assert_snapshot!(s.agus().press("Confirm").await, @"Siaga (private): INC-1 stays SEV-3.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus triaged it: few customers affected, within hours. That is SEV-3.");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Silence]
        ");
        assert_snapshot!(s.agus().slash_in("INC-1", "/triage", json!({})).await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          Already triaged: few customers affected, within hours.
          How many customers are affected, and how urgent is it? If unsure, choose the higher.
          {How many are affected?: Most · Many · Few · Nobody}
          {How urgent is it?: Now · Hours · Later}
          [Not an incident] [Merge]
        ");
    });
}

#[test]
fn the_choices_survive_a_restart() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Triage").await.done();
        s.agus().choose_in(IMPACT, "Many").await.done();
        s.restart().await;
        assert_snapshot!(s.agus().choose_in(URGENCY, "Hours").await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          SEV-2: pages nobody else. Updates every hour.
          {How many are affected?: Most · Many* · Few · Nobody}
          {How urgent is it?: Now · Hours* · Later}
          [Confirm] [Not an incident] [Merge]
        ");
        s.restart().await;
        assert_snapshot!(s.agus().press("Confirm").await, @"Siaga (private): INC-1 is SEV-2 now.");
        s.read_all().await;
    });
}

#[test]
fn whoever_confirms_second_reads_what_is_true_by_then() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Triage").await.done();
        answers(s.agus(), "Many", "Hours").await;
        s.rina().press("Triage").await.done();
        answers(s.rina(), "Nobody", "Later").await;
        assert_snapshot!(s.agus().press("Confirm").await, @"Siaga (private): INC-1 is SEV-2 now.");
        // Rina saw SEV-3 and would have lowered what Agus just raised.
        assert_snapshot!(s.rina().press("Confirm").await, @"
        Siaga (private): **SEV-2** INC-1 Search answers in 2.4 s
          Already triaged: many customers affected, within hours.
          Meanwhile it became SEV-2. Look once more, then confirm.
          SEV-4: pages to Agus stop.
          {How many are affected?: Most · Many · Few · Nobody*}
          {How urgent is it?: Now · Hours · Later*}
          [Confirm] [Not an incident] [Merge]
        ");
        answers(s.rina(), "Many", "Hours").await;
        assert_snapshot!(s.rina().press("Confirm").await, @"Siaga (private): INC-1 stays SEV-2.");
        s.read_all().await;
    });
}

#[test]
fn two_who_confirm_at_the_same_moment_both_read_the_truth() {
    story(async |s| {
        s.search_is_slow().await;
        for person in [s.agus(), s.rina()] {
            person.press("Triage").await.done();
            answers(person, "Many", "Hours").await;
        }
        let (agus, rina) = (s.agus(), s.rina());
        let (first, second) = tokio::join!(agus.press("Confirm"), rina.press("Confirm"));
        let told = [first.to_string(), second.to_string()];
        assert!(told.iter().all(|told| told.contains("SEV-2")), "{told:?}");
        assert!(told.iter().any(|told| told.contains("INC-1 is SEV-2 now.")), "{told:?}");
        s.read_all().await;
    });
}

#[test]
fn who_may_not_and_what_is_over_is_said_before_any_question() {
    story(async |s| {
        s.search_is_slow().await;
        assert_snapshot!(s.sari().press("Triage").await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
        assert_snapshot!(s.agus().slash("/triage", json!({})).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        s.agus().press("Triage").await.done();
        answers(s.agus(), "Most", "Now").await;
        s.rina().slash_in("INC-1", "/resolve", json!({})).await.done();
        s.rina().fills(&[Some("index rebuilt")]).await.done();
        assert_snapshot!(s.agus().press("Confirm").await, @"Siaga (private): INC-1 is already resolved. If it happens again, `/incident open` opens a new one.");
        assert_snapshot!(s.agus().slash("/triage", json!({ "incident": "INC-1" })).await, @"Siaga (private): INC-1 is already resolved. If it happens again, `/incident open` opens a new one.");
        s.read_all().await;
    });
}

#[test]
fn declined_closes_with_a_reason_and_reopening_brings_it_back() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        s.budi().press_in("#incidents", "Triage").await.done();
        assert_snapshot!(s.budi().press("Not an incident").await, @r#"
        form "Not an incident: INC-1"
          Why? Pages stop: Budi* (Planned test of the payment team)
        "#);
        assert_snapshot!(s.budi().fills(&[Some("a planned load test")]).await, @"
        Siaga (private): INC-1 is closed: not an incident. `/incident reopen` opens it again. 1 alert still fires: it opens a new incident after 1 hour, unless its end comes.
          [More] [Undo (pages Budi)]
        ");
        assert_snapshot!(s.news("room INC-1").await, @"Siaga (silent): Budi closed it: not an incident. Reason: a planned load test.");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · CLOSED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Closed** not an incident (Budi): a planned load test
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [More]
        ");
        s.advance(10).await;
        assert_snapshot!(s.phone("rina").await, @"(quiet)");
        assert_snapshot!(s.rina().suggestions("/incident reopen", "incident", "check").await, @"INC-1 · SEV-1 · Checkout errors 12 % -> INC-1");
        s.read_all().await;
        let why = json!({ "incident": "INC-1", "reason": "nobody tests at night" });
        assert_snapshot!(s.rina().slash("/incident reopen", why.clone()).await, @"Siaga (private): INC-1 is open again. Budi is paged.");
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Rina opened it again. Reason: nobody tests at night.
        ");
        assert_snapshot!(s.rina().slash("/incident reopen", why).await, @"Siaga (private): INC-1 is still open. `/resolve` ends it first.");
        s.read_all().await;
    });
}

#[test]
fn merging_moves_alerts_and_followers_and_both_rooms_lead_to_each_other() {
    story(async |s| {
        two_rooms(s).await;
        s.sari().slash_in("INC-2", "/follow", json!({})).await.done();
        s.agus().press_in("#incidents", "Triage").await.done();
        assert_snapshot!(s.agus().press("Merge").await, @"
        Siaga (private): Merge INC-2 into which incident? Its alerts and followers move there, and INC-2 ends.
          {The incident that goes on: INC-1 · SEV-3 · Search answers in 2.4 s}
          [Back]
        ");
        assert_snapshot!(s.agus().press("Back").await, @"
        Siaga (private): **SEV-3** INC-2 Login errors 4 %
          How many customers are affected, and how urgent is it? If unsure, choose the higher.
          {How many are affected?: Most · Many · Few · Nobody}
          {How urgent is it?: Now · Hours · Later}
          [Not an incident] [Merge]
        ");
        s.agus().press("Merge").await.done();
        let asked = s.agus().choose_in(INTO, "INC-1").await;
        assert_snapshot!(asked, @"
        Siaga (private): Merge INC-2 into INC-1? INC-2 ends, its alerts and followers go on there. Pages to Agus stop.
          INC-2 · SEV-3 · Login errors 4 %
          INC-1 · SEV-3 · Search answers in 2.4 s
          [Merge into INC-1] [Leave it as it is]
        ");
        assert_snapshot!(s.agus().sure(asked).await, @"Siaga (private): INC-2 is part of INC-1 now. It goes on in #INC-1 Search answers in 2.4 s.");
        assert_snapshot!(s.news("INC-2").await, @"Siaga (silent): Agus merged this into INC-1. It goes on in #INC-1 Search answers in 2.4 s.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus merged INC-2 (Login errors 4 %) into this. Its alert is here now. What was said before is in #INC-2 Login errors 4 %.");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 2 firing
          | - Login errors 4 %
          | - Search answers in 2.4 s
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Room** #INC-1 Search answers in 2.4 s
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.card("INC-2").await, @"
        Siaga (silent):
          | INC-2 · SEV-3 · CLOSED
          | **Login errors 4 %**
          | **Service** login (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Goes on in** INC-1 #INC-1 Search answers in 2.4 s
          | **Room** #INC-2 Login errors 4 %
          | **Links** [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description or runbook
          [More]
        ");
        assert_snapshot!(s.sari().slash("/incident list", json!({ "filter": "mine" })).await, @"
        Siaga (private): Yours: 1 incident
          INC-1 · SEV-3 · Search answers in 2.4 s · triggered · [now] · #INC-1 Search answers in 2.4 s
        ");
        // Its alerts belong to the other one now.
        s.alert("login").warning().numbered(2).saying("Login errors 9 %").fires().await;
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 2);
        assert!(s.card("INC-1").await.contains("3 firing"));
        assert_snapshot!(s.agus().slash_in("INC-2", "/ack", json!({})).await, @"Siaga (private): INC-2 was merged into INC-1. Use the command there.");
        assert_snapshot!(s.agus().slash_in("INC-2", "/update", json!({})).await, @"Siaga (private): INC-2 was merged into INC-1. Use the command there.");
        s.read_all().await;
    });
}

#[test]
fn a_worse_incident_that_is_merged_makes_the_other_one_worse() {
    story(async |s| {
        s.search_is_slow().await;
        s.advance(2).await;
        s.checkout_breaks().await;
        s.read_all().await;
        assert_snapshot!(s.rina().suggestions("/incident merge", "into", "search").await, @"INC-1 · SEV-3 · Search answers in 2.4 s -> INC-1");
        let asked = s.rina().slash_in("room INC-2", "/incident merge", json!({ "into": "INC-1" })).await;
        assert_snapshot!(asked, @"
        Siaga (private): Merge INC-2 into INC-1? INC-2 ends, its alerts and followers go on there. Pages to Budi stop.
          INC-2 · SEV-1 · Checkout errors 12 %
          INC-1 · SEV-3 · Search answers in 2.4 s
          [Merge into INC-1] [Leave it as it is]
        ");
        assert_snapshot!(s.rina().sure(asked).await, @"Siaga (private): INC-2 is part of INC-1 now. It goes on in #INC-1 Search answers in 2.4 s.");
        assert_snapshot!(s.news("room INC-2").await, @"Siaga (silent): Rina merged this into INC-1. It goes on in #INC-1 Search answers in 2.4 s.");
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga (silent): Rina merged INC-2 (Checkout errors 12 %) into this. Its alert is here now. What was said before is in #inc-2-checkout.
        Siaga (silent): Rina raised the severity from SEV-3 to SEV-1. Reason: INC-2.
        Siaga (silent): So far, in #INC-1 Search answers in 2.4 s:
          - [03:12] Rina merged INC-2 into it: Checkout errors 12 %
        ");
        assert_snapshot!(s.direct("budi").await, @"
        Siaga: No longer needed since [03:12]. SEV-1 INC-2 Checkout errors 12 %
          https://discord.com/channels/guild/#inc-2-checkout
        ");
        assert_snapshot!(s.agus().slash_in("room INC-1", "/why", json!({})).await, @r#"
        Siaga (private): **INC-1 · SEV-1 · TRIGGERED** Search answers in 2.4 s
          Opened [2 min ago] by an alert of alertmanager.
          SEV-3: rule 3 of routing (severity="warning"), siaga.toml:[line]. It looked at severity="warning".
          Nearest: rule 2 (severity="critical") at siaga.toml:[line] would have made it SEV-2, but severity is "warning".
          [03:12] Rina raised the severity from SEV-3 to SEV-1: INC-2.
          Pages by the policy platform, which [routing] names for services without their own.
          - Agus, [03:10]: on call for platform, step 1 of platform. No answer yet. Delivered: the mention and the direct message.
          Service search: service="search" matches, siaga.toml:[line].
          Alerts with service=search join it while it is open. So far 2 alerts. Merged into it: INC-2.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Runbook search-latency: service="search" matches.
          Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
        "#);
        s.read_all().await;
    });
}

#[test]
fn what_cannot_be_merged_is_said_in_one_sentence() {
    story(async |s| {
        two_rooms(s).await;
        let merge =
            async |into: &str| s.agus().slash_in("INC-1", "/incident merge", json!({ "into": into })).await.to_string();
        assert_snapshot!(merge("INC-1").await, @"Siaga (private): INC-1 cannot be merged into itself. Choose another one with the option `into`.");
        assert_snapshot!(merge("INC-9").await, @"Siaga (private): There is no INC-9. `/incident list` shows what there is.");
        assert_snapshot!(merge("nothing like it").await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        assert_snapshot!(s.sari().slash_in("INC-1", "/incident merge", json!({ "into": "INC-2" })).await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
        let drill = engine::Opened {
            title: "Login is down".to_owned(),
            service: None,
            severity: None,
            impact: None,
            link: None,
            drill: Some(domain::Drill { participants: vec!["agus".into()], ..domain::Drill::default() }),
        };
        let by = domain::Actor {
            user: domain::ChatUserId(1),
            name: "Dewi".to_owned(),
            person: None,
            access: domain::Access::Admin,
        };
        let action = engine::Action { interaction: None, by, request: engine::Request::Open(drill) };
        s.bot().engine.act(action).await.unwrap();
        s.settled().await;
        assert_snapshot!(merge("INC-3").await, @"Siaga (private): INC-1 and INC-3 cannot be merged: one is a drill, the other is real.");
        // A drill is not even offered.
        s.agus().slash_in("INC-1", "/triage", json!({})).await.done();
        assert_snapshot!(s.agus().press("Merge").await, @"
        Siaga (private): Merge INC-1 into which incident? Its alerts and followers move there, and INC-1 ends.
          {The incident that goes on: INC-2 · SEV-3 · Login errors 4 %}
          [Back]
        ");
        s.rina().slash_in("INC-2", "/resolve", json!({})).await.done();
        s.rina().fills(&[Some("cache cleared")]).await.done();
        assert_snapshot!(merge("INC-2").await, @"Siaga (private): INC-2 is over, so nothing can be merged into it. Choose an open one, or use `/incident reopen` first.");
        assert_snapshot!(s.agus().choose_in(INTO, "INC-2").await, @"Siaga (private): INC-2 is over, so nothing can be merged into it. Choose an open one, or use `/incident reopen` first.");
        s.agus().slash_in("INC-1", "/triage", json!({})).await.done();
        assert_snapshot!(s.agus().press("Merge").await, @"
        Siaga (private): No other incident is open, so INC-1 cannot be merged.
          [Back]
        ");
        s.read_all().await;
    });
}

#[test]
fn why_tells_the_rule_that_decided_and_the_one_that_nearly_did() {
    story(async |s| {
        s.checkout_breaks().await;
        s.advance(5).await;
        s.rina().press_in("DM", "Acknowledge").await.done();
        assert_snapshot!(s.sari().slash("/why", json!({ "incident": "INC-1" })).await, @r#"
        Siaga (private): **INC-1 · SEV-1 · ACKNOWLEDGED** Checkout errors 12 %
          Opened [5 min ago] by an alert of alertmanager.
          SEV-1: rule 1 of routing (severity="critical", service="checkout"), siaga.toml:[line]. It looked at service="checkout", severity="critical".
          Nearest: rule 2 (severity="critical") at siaga.toml:[line] also matches and would have made it SEV-2; the first match wins.
          Pages by the policy payments, which the service names.
          - Budi, [03:10]: on call for payments, step 1 of payments. Answered by Rina. Delivered: the mention and the direct message.
          - Rina, [03:15]: named by step 2 of payments. Answered by Rina. Delivered: the mention and the direct message.
          Escalation stopped: somebody has it. Dewi will not be paged.
          Service checkout: service=\~"checkout\|cart" matches, siaga.toml:[line].
          Alerts with service=checkout join it while it is open.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Runbook checkout-errors: service=\~"checkout\|cart" matches.
          Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
        "#);
        s.search_is_slow().await;
        s.agus().slash_in("INC-2", "/triage", json!({})).await.done();
        answers(s.agus(), "Nobody", "Later").await;
        s.agus().press("Confirm").await.done();
        s.agus().fills(&[Some("only the test account")]).await.done();
        assert_snapshot!(s.agus().slash_in("INC-2", "/why", json!({})).await, @r#"
        Siaga (private): **INC-2 · SEV-4 · TRIGGERED** Search answers in 2.4 s
          Opened [now] by an alert of alertmanager.
          SEV-3: rule 3 of routing (severity="warning"), siaga.toml:[line]. It looked at severity="warning".
          Nearest: rule 2 (severity="critical") at siaga.toml:[line] would have made it SEV-2, but severity is "warning".
          [03:15] Agus lowered the severity from SEV-3 to SEV-4: only the test account.
          Pages nobody by itself: SEV-4 does not page.
          - Agus, [03:15]: on call for platform, step 1 of platform. No longer needed. Delivered: the mention and the direct message.
          Escalation stopped: this severity pages nobody.
          Service search: service="search" matches, siaga.toml:[line].
          Alerts with service=search join it while it is open.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Runbook search-latency: service="search" matches.
          Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
        "#);
        s.rina().slash("/incident open", json!({ "title": "Refunds are stuck", "service": "orders" })).await.done();
        assert_snapshot!(s.sari().slash("/why", json!({ "incident": "INC-3" })).await, @r#"
        Siaga (private): **INC-3 · SEV-3 · TRIGGERED** Refunds are stuck
          Opened [now] by Rina.
          SEV-3: opened by Rina.
          Pages by the policy payments, which the service names.
          - Budi, [03:15]: on call for payments, step 1 of payments. No answer yet. Delivered: the mention and the direct message.
          Service orders: chosen by the person who opened it.
          Known first by a teammate.
          Messages are silent except pages, "still on it?", overdue reminders and the end of a policy.
        "#);
        assert_snapshot!(s.sari().slash("/why", json!({})).await, @"Siaga (private): Which incident? Use the command in its room, or choose one with the option `incident`.");
        s.read_all().await;
    });
}

#[test]
fn the_quality_of_alerts_is_told_with_what_to_add() {
    story(async |s| {
        assert_snapshot!(s.sari().slash("/alerts quality", json!({})).await, @"Siaga (private): No alert has come yet, so there is nothing to judge. `siaga fire` sends a test alert.");
        s.alert("checkout").critical().annotation("description", "One in eight customers cannot pay.").fires().await;
        assert_snapshot!(s.sari().slash("/alerts quality", json!({})).await, @"Siaga (private): 1 alert came, and it says how bad it is, what it means and what to do. Nothing to add.");
        s.alert("disk")
            .without("severity")
            .without("service")
            .label("alertname", "DiskFull")
            .saying("DiskFull")
            .fires()
            .await;
        for n in 1..=3 {
            s.alert("search").warning().numbered(n).fires().await;
        }
        assert_snapshot!(s.card("INC-2").await, @"
        Siaga (silent): INC-2 · SEV-4 · TRIGGERED · DiskFull · [now]
          [Raise to SEV-3 (pages people)] [Triage] [Silence]
        ");
        assert_snapshot!(s.sari().slash("/alerts quality", json!({})).await, @"
        Siaga (private): Alerts that lack something, worst first. Who is called at night reads what you add.
          1. [DiskFull](https://prometheus.example.com/graph) (alertmanager) · 1 alert · lacks severity, summary, value, description, service and runbook. Add the label `severity`, the annotation `summary`, the annotation `value`, the annotation `description`, the label `service` and the annotation `runbook_url`.
          2. [SearchErrors](https://prometheus.example.com/graph) (alertmanager) · 3 alerts · lacks description. Add the annotation `description`.
        ");
        s.read_all().await;
    });
}

#[test]
fn the_card_says_that_a_user_knew_before_us() {
    story(async |s| {
        s.sari().says("#support", "Checkout is down, twelve tickets").await;
        s.advance(12).await;
        s.budi().press("Open incident").await.done();
        let asked = s.agus().press("Raise to SEV-3 (pages people)").await;
        s.agus().sure(asked).await.done();
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Users report Checkout trouble**
          | **Impact** Checkout is down, twelve tickets
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:22])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout)
          | **Known by** a user ([evidence](https://discord.com/channels/guild/#support/[id]))
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.sari().slash("/incident show", json!({ "incident": "INC-1" })).await, @"
        Siaga (private): **INC-1 · SEV-3 · TRIGGERED**
          Users report Checkout trouble
          Impact: Checkout is down, twelve tickets.
          Has it: nobody. `/ack` takes it.
          Alerts: 1 firing.
          Known first by a user ([evidence](https://discord.com/channels/guild/#support/[id])).
          Tried:
          - [03:22] Agus raised the severity from SEV-4 to SEV-3.
          Next: Rina is paged [in 5 min]. Runbook Checkout errors, step 1: check payment-gateway.
          Links: #INC-1 Users report Checkout trouble · [Dashboard](https://grafana.example.com/d/checkout)
          [Runbook]
        ");
        s.read_all().await;
    });
}

#[test]
fn triage_in_indonesian() {
    let indonesian = |options: &mut Options| {
        options.setup.language = domain::setup::Language::Id;
        options.setup.people.values_mut().for_each(|person| person.language = Some(domain::setup::Language::Id));
    };
    story_with(indonesian, async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        s.agus().press("Triase").await.done();
        s.agus().choose_in("Berapa banyak yang terdampak?", "Sebagian besar").await.done();
        assert_snapshot!(s.agus().choose_in("Seberapa cepat harus berakhir?", "Sekarang").await, @"
        Siaga (private): **SEV-3** INC-1 Search answers in 2.4 s
          SEV-1: membuka channel, tidak mem-page orang lain. Kabar setiap 30 menit.
          {Berapa banyak yang terdampak?: Sebagian besar* · Banyak · Sedikit · Tidak ada}
          {Seberapa cepat harus berakhir?: Sekarang* · Beberapa jam · Nanti}
          [Konfirmasi] [Bukan insiden] [Gabungkan]
        ");
        assert_snapshot!(s.agus().press("Konfirmasi").await, @"Siaga (private): INC-1 sekarang SEV-1.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Agus menaikkan severity dari SEV-3 ke SEV-1. Penanganan lanjut di #inc-1-search; update tetap muncul di sini.");
        assert_snapshot!(s.agus().slash_in("INC-1", "/why", json!({})).await, @r#"
        Siaga (private): **INC-1 · SEV-1 · BARU** Search answers in 2.4 s
          Dibuka [now] oleh alert dari alertmanager.
          SEV-3: aturan routing 3 (severity="warning"), siaga.toml:[line]. Yang dilihat: severity="warning".
          Terdekat: aturan 2 (severity="critical") di siaga.toml:[line] akan menjadikannya SEV-2, tetapi severity adalah "warning".
          [03:10] Agus menaikkan severity dari SEV-3 ke SEV-1: sebagian besar terdampak, harus berakhir sekarang.
          Mem-page menurut kebijakan platform, yang disebut [routing] untuk layanan tanpa kebijakan sendiri.
          - Agus, [03:10]: on-call platform, langkah 1 dari platform. Belum dijawab. Sampai: mention dan DM.
          Layanan search: service="search" cocok, siaga.toml:[line].
          Alert dengan service=search bergabung selama insiden terbuka.
          Yang lebih dulu tahu: monitor kita ([bukti](https://prometheus.example.com/graph)).
          Runbook search-latency: service="search" cocok.
          Pesan tidak berbunyi kecuali page, "masih kamu tangani?", pengingat update yang lewat tenggat, dan akhir sebuah kebijakan.
        "#);
        s.read_all().await;
    });
}
