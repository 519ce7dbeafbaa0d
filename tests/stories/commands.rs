//! People run an incident with commands.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::story;

#[test]
fn a_responder_opens_an_incident_and_the_on_call_person_is_paged() {
    story(async |s| {
        let open = json!({
            "title": "Customers cannot log in", "service": "login", "severity": "SEV-2", "impact": "Nobody gets in since ten minutes.",
        });
        assert_snapshot!(s.rina().slash("/incident open", open).await, @"Siaga (private): INC-1 is open as SEV-2. Agus is paged.");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-2 · TRIGGERED
          | **Customers cannot log in**
          | **Impact** Nobody gets in since ten minutes.
          | **Service** login (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Known by** a teammate
          [Acknowledge] [Can't take it] [Runbook] [Triage]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Agus SEV-2 INC-1 Customers cannot log in. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Rina opened it.
          [Why] [Runbook]
        ");
        assert_snapshot!(s.direct("agus").await, @r"
        Siaga: SEV-2 INC-1 Customers cannot log in. Tap to answer.
          Why you: step 1 of the policy platform.
          Impact: Nobody gets in since ten minutes.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        s.read_all().await;
    });
}

#[test]
fn a_member_opens_three_incidents_in_an_hour_and_not_four() {
    story(async |s| {
        for title in ["one", "two", "three"] {
            s.sari().slash("/incident open", json!({ "title": title, "severity": "SEV-4" })).await.done();
        }
        assert_snapshot!(s.sari().slash("/incident open", json!({ "title": "four" })).await, @"Siaga (private): You opened 3 incidents in the last hour; more is not possible. Use `/note` in one of them, or ask a responder.");
        s.rina().slash("/incident open", json!({ "title": "a responder's" })).await.done();
        s.pass(std::time::Duration::from_secs(3_601)).await;
        assert_snapshot!(s.sari().slash("/incident open", json!({ "title": "an hour later" })).await, @"Siaga (private): Responders were asked whether to open it, because SEV-3 pages people. The question stands in #incidents.");
        assert_snapshot!(s.sari().slash("/incident open", json!({ "title": "x", "service": "moon" })).await, @"Siaga (private): No service is called moon. `/incident open` knows checkout, login, search, orders, database.");
        s.read_all().await;
    });
}

#[test]
fn incidents_are_listed_and_shown_privately() {
    story(async |s| {
        assert_snapshot!(s.sari().slash("/incident list", json!({})).await, @"Siaga (private): No incident is open. `/incident open` opens one.");
        s.checkout_breaks().await;
        s.search_is_slow().await;
        s.agus().press_in("INC-2", "Acknowledge").await.done();
        s.budi()
            .slash_in("room INC-1", "/note", json!({ "text": "restarted payment-gateway, no change" }))
            .await
            .done();
        s.advance(3).await;
        assert_snapshot!(s.sari().slash("/incident list", json!({})).await, @r"
        Siaga (private): Open: 2 incidents, worst first
          INC-1 · SEV-1 · Checkout errors 12 % · triggered · [3 min ago] · #inc-1-checkout
          INC-2 · SEV-3 · Search answers in 2.4 s · acknowledged · Agus · [3 min ago] · #INC-2 Search answers in 2.4 s
        ");
        assert_snapshot!(s.agus().slash("/incident list", json!({ "filter": "mine" })).await, @r"
        Siaga (private): Yours: 1 incident
          INC-2 · SEV-3 · Search answers in 2.4 s · acknowledged · Agus · [3 min ago] · #INC-2 Search answers in 2.4 s
        ");
        assert_snapshot!(s.sari().slash("/incident list", json!({ "filter": "recent", "query": "search" })).await, @r"
        Siaga (private): Latest: 1 incident
          INC-2 · SEV-3 · Search answers in 2.4 s · acknowledged · Agus · [3 min ago] · #INC-2 Search answers in 2.4 s
        ");
        assert_snapshot!(s.budi().slash_in("room INC-1", "/incident show", json!({})).await, @"
        Siaga (private): **INC-1 · SEV-1 · TRIGGERED**
          Checkout errors 12 %
          Impact: not stated.
          Has it: nobody. `/ack` takes it.
          Alerts: 1 firing.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Tried:
          - [03:10] Budi: restarted payment-gateway, no change
          Next: Rina is paged [in 2 min]. Runbook Checkout errors, step 1: check payment-gateway.
          Links: #inc-1-checkout · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          [Acknowledge] [Resolve] [Runbook] [Page someone] [Severity] [Triage] [Commander] [Note] [Escalate] [Silence] [Edit] [Merge]
        ");
        assert_snapshot!(s.sari().slash("/incident show", json!({ "incident": "2" })).await, @"
        Siaga (private): **INC-2 · SEV-3 · ACKNOWLEDGED**
          Search answers in 2.4 s
          Impact: not stated.
          Has it: Agus, since [3 min ago].
          Alerts: 1 firing.
          Known first by a monitor of ours ([evidence](https://prometheus.example.com/graph)).
          Tried:
          - [03:10] Agus acknowledged.
          Next: Runbook Search is slow, step 1: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          Links: #INC-2 Search answers in 2.4 s · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          [Runbook]
        ");
        assert_snapshot!(s.sari().slash("/incident show", json!({ "incident": "INC-9" })).await, @"Siaga (private): There is no INC-9. `/incident list` shows what there is.");
        s.read_all().await;
    });
}

#[test]
fn raising_the_severity_brings_the_channel_and_lowering_needs_a_reason() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Search answers in 2.4 s");
        assert_snapshot!(s.agus().slash_in("INC-1", "/severity", json!({ "level": "SEV-1" })).await, @"Siaga (private): INC-1 is SEV-1 now.");
        assert_snapshot!(s.rooms().await.join("\n"), @r"
        #inc-1-search
        INC-1 Search answers in 2.4 s
        ");
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga (silent): Agus raised the severity from SEV-3 to SEV-1.
        Siaga (silent): It began in #INC-1 Search answers in 2.4 s. Nothing was tried there yet.
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
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.agus().slash_in("INC-1", "/severity", json!({ "level": "SEV-4" })).await, @r#"
        form "Lower INC-1 to SEV-4"
          Why? Pages stop: Agus* (Only the crawler is slow)
        "#);
        let lower = json!({ "level": "SEV-4", "reason": "only the crawler is slow" });
        let asked = s.agus().slash_in("INC-1", "/severity", lower).await;
        assert_snapshot!(asked, @r#"
        form "Lower INC-1 to SEV-4"
          Why? Pages stop: Agus* (Only the crawler is slow) = only the crawler is slow
        "#);
        assert_snapshot!(s.agus().sure(asked).await, @"Siaga (private): INC-1 is SEV-4 now. Escalation stopped: this severity pages nobody.");
        assert_snapshot!(s.news("room INC-1").await, @r"
        Siaga (silent): Agus lowered the severity from SEV-1 to SEV-4. Reason: only the crawler is slow.
        Siaga (silent): Escalation stopped: this severity pages nobody.
        ");
        assert_snapshot!(s.agus().slash_in("INC-1", "/severity", json!({ "level": "SEV-5" })).await, @"Siaga (private): SEV-5 is not used here. `/severity` knows SEV-1, SEV-2, SEV-3 and SEV-4.");
        s.advance(30).await;
        assert_snapshot!(s.phone("dewi").await, @"(quiet)");
        s.read_all().await;
    });
}

#[test]
fn a_line_becomes_a_room_by_its_button() {
    story(async |s| {
        s.alert("stock").fires().await;
        let asked = s.agus().press("Raise to SEV-3 (pages people)").await;
        assert_snapshot!(s.agus().sure(asked).await, @"Siaga (private): INC-1 is SEV-3 now. Budi is paged.");
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Something is wrong with stock");
        // Card and thread are on their way at once: the card names its thread if that was there first.
        let card = s.card("INC-1").await.replace("  | **Room** #INC-1 Something is wrong with stock\n", "");
        assert_snapshot!(card, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Something is wrong with stock**
          | **Service** orders (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Links** [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no value, description or runbook
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        s.read_all().await;
    });
}

#[test]
fn people_services_and_schedules_are_paged_by_name() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        s.read_all().await;
        let page = |target: &str| json!({ "target": target, "reason": "we need the shop's keys" });
        assert_snapshot!(s.agus().slash_in("INC-1", "/page", page("sari")).await, @"Siaga (private): Sari is paged for INC-1. The room shows the answer.");
        assert_snapshot!(s.agus().slash_in("INC-1", "/page", page("checkout")).await, @"Siaga (private): Budi is paged for INC-1. The room shows the answer.");
        assert_snapshot!(s.agus().slash_in("INC-1", "/page", page("on-call:payments")).await, @"Siaga (private): Budi is paged for INC-1. The room shows the answer.");
        assert_snapshot!(s.agus().slash_in("INC-1", "/page", page("the plumber")).await, @"Siaga (private): No person, service or schedule is called the plumber. `/page` suggests names while you type.");
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga: @Sari SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          Why you: Agus asks: we need the shop's keys.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: @Budi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          Why you: Agus asks: we need the shop's keys.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: @Budi SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          Why you: Agus asks: we need the shop's keys.
          [Acknowledge] [Can't take it] [Runbook]
        ");
        assert_snapshot!(s.phone("sari").await, @r"
        rings #INC-1 Search answers in 2.4 s: @Sari SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        ");
        // Whoever was paged counts as a responder here.
        assert_snapshot!(s.sari().press_in("DM", "Acknowledge").await, @"Siaga (private): The team of INC-1 knows you are helping. Agus has it.");
        assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Sari answered the page and is helping.");
        s.read_all().await;
    });
}

#[test]
fn escalating_by_hand_pages_the_next_step_now() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        assert_snapshot!(s.budi().slash_in("room INC-1", "/escalate", json!({})).await, @"Siaga (private): Rina is paged for INC-1: the next step of the policy.");
        assert_snapshot!(s.phone("rina").await, @r"
        rings #inc-1-checkout: @Rina SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        rings DM: SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
        ");
        s.budi().slash_in("room INC-1", "/escalate", json!({})).await.done();
        assert_snapshot!(s.budi().slash_in("room INC-1", "/escalate", json!({})).await, @"Siaga (private): Nobody is left to page for INC-1: the policy has no further step. `/page` pages somebody by name.");
        s.read_all().await;
    });
}

#[test]
fn one_person_commands_and_the_room_knows() {
    story(async |s| {
        s.checkout_breaks().await;
        s.read_all().await;
        assert_snapshot!(s.rina().slash_in("room INC-1", "/commander", json!({})).await, @"Siaga (private): Rina is the commander of INC-1. `/update` tells stakeholders.");
        let dewi = s.id_of("dewi").await;
        assert_snapshot!(s.rina().slash_in("room INC-1", "/commander", json!({ "person": dewi })).await, @"Siaga (private): Dewi is the commander of INC-1. `/update` tells stakeholders.");
        let monitor = s.id_of("shop-monitor").await;
        assert_snapshot!(s.rina().slash_in("room INC-1", "/commander", json!({ "person": monitor })).await, @"Siaga (private): That is a bot or somebody outside this server. Choose a person of this server.");
        assert_snapshot!(s.news("room INC-1").await, @"
        Siaga (silent): Commander: Rina.
        Siaga: Commander: @Dewi (named by Rina).
        ");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **Checkout errors 12 %**
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** Dewi
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
    });
}

#[test]
fn notes_are_kept_from_a_command_and_from_the_menu_of_a_message() {
    story(async |s| {
        s.search_is_slow().await;
        let said = s.agus().says("INC-1", "the crawler of partner X asks for 400 pages per second").await;
        s.read_all().await;
        assert_snapshot!(s.agus().slash_in("INC-1", "/note", json!({ "text": "blocked the crawler" })).await, @"Siaga (private): Noted in the timeline of INC-1.");
        assert_snapshot!(s.agus().menu("Add to timeline", "INC-1", &said).await, @"Siaga (private): Noted in the timeline of INC-1.");
        assert_snapshot!(s.news("INC-1").await, @r"
        Siaga (silent): Note by Agus: blocked the crawler
        Siaga (silent): Note by Agus: Agus: the crawler of partner X asks for 400 pages per second ([message](https://discord.com/channels/guild/#INC-1 Search answers in 2.4 s/[id]))
        ");
        let elsewhere = s.sari().says("#general", "lunch?").await;
        assert_snapshot!(s.agus().menu("Add to timeline", "#general", &elsewhere).await, @"
        Siaga (private):
          Which incident does this belong to?
          | ```
          | Sari: lunch?
          | ```
          {Choose an incident: INC-1 · SEV-3 · Search answers in 2.4 s}
        ");
        assert_snapshot!(s.agus().slash_in("INC-1", "/note", json!({ "text": " " })).await, @r#"Siaga (private): The field "note" is empty. Write something and send it again."#);
    });
}

/// Trial 18. A picture was noted as nothing, and a mention as the number of an account.
pub(crate) fn a_picture_and_a_mention_are_noted_as_people_see_them() {
    story(async |s| {
        s.search_is_slow().await;
        s.read_all().await;
        let rina = s.id_of("rina").await;
        let channel = s.place("agus", "INC-1").await;
        let picture = json!({ "channel": channel, "files": [{ "filename": "graph.png", "base64": "aGVsbG8=", "content_type": "image/png" }] });
        let said = s.control.post("/people/agus/messages", &picture).await;
        let picture = said["message"]["id"].as_str().unwrap().to_owned();
        let mention = s.agus().says("INC-1", &format!("<@{rina}> knows the crawler")).await;
        s.read_all().await;
        s.agus().menu("Add to timeline", "INC-1", &picture).await.done();
        s.agus().menu("Add to timeline", "INC-1", &mention).await.done();
        let news = s.news("INC-1").await;
        assert!(news.contains("Note by Agus: Agus: graph.png ([message]("), "{news}");
        assert!(news.contains("@Rina knows the crawler ([message]("), "{news}");
        let exported = s.budi().slash_in("INC-1", "/incident export", json!({})).await;
        exported.done();
        let files = s.files("budi", "INC-1").await.into_iter().map(|(_, text)| text).collect::<String>();
        assert!(files.contains("graph.png") && files.contains("@Rina knows the crawler"), "{files}");
        s.read_all().await;
    });
}

#[test]
fn an_incident_is_opened_from_the_menu_of_a_message() {
    story(async |s| {
        let said = s.sari().says("#general", "Nobody can pay!\nTwelve tickets in five minutes.").await;
        assert_snapshot!(s.rina().menu("Open incident", "#general", &said).await, @r#"
        form "Open an incident"
          What is broken* = Nobody can pay!
          Who is affected, and how
          Service
          Severity (SEV-1 (worst) to SEV-5; empty: the mildest that pages)
        "#);
        let told = s.rina().fills(&[None, Some("Nobody can pay"), Some("checkout"), Some("sev-2")]).await;
        assert_snapshot!(told, @"Siaga (private): INC-1 is open as SEV-2. Budi is paged.");
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-2 · TRIGGERED
          | **Nobody can pay!**
          | **Impact** Nobody can pay
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout)
          | **Known by** a teammate ([evidence](https://discord.com/channels/guild/#general/[id]))
          [Acknowledge] [Can't take it] [Runbook] [Triage]
        ");
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Budi SEV-2 INC-1 Nobody can pay! Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Rina opened it. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Note by Rina: opened from a message ([message](https://discord.com/channels/guild/#general/[id]))
        ");
        s.rina().menu("Open incident", "#general", &said).await.done();
        assert_snapshot!(s.rina().fills(&[None, None, None, Some("terrible")]).await, @"
        Siaga (private):
          terrible is not a severity. `/severity` knows SEV-1, SEV-2, SEV-3 and SEV-4.
          | What you typed: What is broken
          | ```
          | Nobody can pay!
          | ```
          | What you typed: Severity
          | ```
          | terrible
          | ```
          [Edit again]
        ");
        s.read_all().await;
    });
}
