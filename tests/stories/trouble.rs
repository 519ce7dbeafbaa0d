//! Things go wrong outside: hostile text, missing permissions, closed doors, lost answers.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::{Options, WHAT_IS_KNOWN, in_any_order, story, story_with};

#[test]
fn hostile_text_in_an_alert_pings_nobody_and_breaks_nothing() {
    story(async |s| {
        let budi = s.id_of("budi").await;
        let nasty = format!(
            "@everyone @here <@{budi}> <@&{budi}> **bold** `code` [x](https://evil.example) \u{202e}desrever\u{2066}"
        );
        s.alert("checkout")
            .critical()
            .saying(&format!("{nasty}\nsecond line"))
            .annotation("description", &format!("```\n{nasty}\n{}", "long ".repeat(800)))
            .annotation("value", "||spoiler||")
            .label("owner", "<@&1> ```")
            .fires()
            .await;
        assert_snapshot!(s.card("INC-1").await, @r"
        Siaga (silent):
          | INC-1 · SEV-1 · TRIGGERED
          | **\@[u+200b]everyone \@[u+200b]here \<\@@Budi> \<\@&@Budi> \*\*bold\*\* \`code\` \[x\](https://evil.example) desrever second line**
          | **Impact** \`\`\` \@[u+200b]everyone \@[u+200b]here \<\@@Budi> \<\@&@Budi> \*\*bold\*\* \`code\` \[x\](https://evil.example) desrever long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long long lo…
          | **Service** checkout (owner Payments)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing · \|\|spoiler\|\|
          | **Commander** nobody yet: `/commander`
          | **Paged** Budi, [now] · next Rina [in 5 min]
          | **Room** #inc-1-checkout
          | **Links** Runbook Checkout errors · [Dashboard](https://grafana.example.com/d/checkout) · [Source](https://prometheus.example.com/graph)
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.room("INC-1").await, @r"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi SEV-1 INC-1 \@[u+200b]everyone \@[u+200b]here \<\@@Budi> \<\@&@Budi> \*\*bold\*\* \`code\` \[x\](https://evil.example) desrever second line. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        ");
        assert_snapshot!(s.rooms().await.join("\n"), @r"
        #inc-1-checkout
        INC-1 @everyone @here <@1266401422468481615> <@&1266401422468481615> **bold** `code`…
        ");
        for person in ["rina", "sari", "dewi"] {
            assert_eq!(s.phone(person).await, "(quiet)", "{person}");
        }
        assert_eq!(s.phone("budi").await.lines().count(), 2);
        s.budi().press("Acknowledge").await.done();
        s.budi().press("Update").await.done();
        s.budi().fills(&[Some(&nasty), Some("@everyone <@&1>"), Some("30")]).await.done();
        s.sari().slash("/incident show", json!({ "incident": "INC-1" })).await.done();
        for person in ["rina", "sari", "dewi"] {
            assert_eq!(s.phone(person).await, "(quiet)", "{person}");
        }
        s.read_all().await;
    });
}

#[test]
fn a_title_of_four_thousand_characters_is_cut_visibly_everywhere() {
    story(async |s| {
        s.alert("checkout").critical().saying(&"Überlast ".repeat(450)).fires().await;
        let card = s.card("INC-1").await;
        assert!(card.contains('…'), "{card}");
        for name in s.rooms().await {
            assert!(name.chars().count() <= 101, "{name}");
        }
        s.sari().slash("/incident show", json!({ "incident": "INC-1" })).await.done();
        s.sari().slash("/incident list", json!({})).await.done();
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;
    });
}

fn without(options: &mut Options, permission: &str) {
    let bot = options.guild.bots.iter_mut().find(|bot| bot.name == "siaga").unwrap();
    bot.permissions.retain(|known| known != permission);
}

#[test]
fn a_card_that_cannot_be_pinned_is_a_warning_and_nothing_else() {
    story_with(
        |options| without(options, "PIN_MESSAGES"),
        async |s| {
            s.checkout_breaks().await;
            assert!(s.room("INC-1").await.starts_with("Siaga (silent): (the card)"), "{}", s.room("INC-1").await);
            assert_eq!(s.warnings("could not be pinned").len(), 1);
            s.budi().press_in("room INC-1", "Acknowledge").await.done();
            s.read_all().await;
        },
    );
}

#[test]
fn a_person_who_takes_no_direct_messages_is_paged_in_the_room_and_the_room_is_told() {
    story(async |s| {
        s.budi().closes_direct_messages().await;
        s.checkout_breaks().await;
        assert_snapshot!(s.room("INC-1").await, @"
        Siaga (silent, pinned): (the card)
        Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
          [Why] [Runbook]
        Siaga (silent): Budi was paged here, but the direct message was not delivered. Use another way to reach them if it is urgent.
        ");
        assert_snapshot!(s.phone("budi").await, @"rings #inc-1-checkout: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.");
        s.budi().press("Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn without_permission_for_channels_the_work_goes_on_in_the_thread_and_operators_are_told() {
    story_with(
        |options| without(options, "MANAGE_CHANNELS"),
        async |s| {
            s.expect_dead_letters(1);
            s.checkout_breaks().await;
            assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Checkout errors 12 %");
            // It goes out beside what the room reads: here both stand in the thread, in either order.
            assert_snapshot!(in_any_order(&s.thread("INC-1").await.replace(WHAT_IS_KNOWN, "")), @r"
            Siaga (silent): Discord gave this incident no channel of its own, so the work goes on here in the thread. The reason: POST /guilds/{guild\_id}/channels: refused with 403 (code 50013): Missing Permissions.
            Siaga (silent): Opened because severity=critical on checkout. First step: check payment-gateway.
              [Why] [Runbook]
            Siaga: (its card)
            Siaga: @Budi SEV-1 INC-1 Checkout errors 12 %. Tap to answer.
              [Acknowledge] [Can't take it] [Runbook]
            ");
            assert_snapshot!(s.channel("#sre-ops").await, @r"Siaga (silent): Could not deliver channel of INC-1: POST /guilds/{guild\_id}/channels: refused with 403 (code 50013): Missing Permissions. Siaga does not try again by itself: find the cause with \`siaga doctor\`, then \`siaga outbox retry 3\`.");
            s.read_all().await;
        },
    );
}

#[test]
fn after_a_restart_nobody_waits_again_for_a_channel_that_was_refused() {
    story_with(
        |options| without(options, "MANAGE_CHANNELS"),
        async |s| {
            s.expect_dead_letters(1);
            s.checkout_breaks().await;
            s.read_all().await;
            s.restart().await;
            s.settled().await;
            s.budi().press("Acknowledge").await.done();
            // A room that may still come is waited for longer than this.
            tokio::time::timeout(Duration::from_secs(10), s.settled()).await.expect("the post waits for a channel");
            assert_snapshot!(s.news("INC-1").await, @"Siaga (silent): Budi acknowledged, [03:10]. Rina will not be paged.");
            s.read_all().await;
        },
    );
}

#[test]
fn a_page_does_not_wait_for_a_thread_that_does_not_come() {
    story(async |s| {
        let fault = s.fault(&json!({ "method": "POST", "route": "/channels/{channel_id}/messages/{message_id}/threads", "do": "hold" })).await;
        s.alert("search").warning().sent("firing").await;
        s.held(&fault).await;
        s.until("the page is in the incidents channel", async || s.channel("#incidents").await.contains("@Agus SEV-3"))
            .await;
        assert_eq!(s.rooms().await, Vec::<String>::new());
        s.release(&fault).await;
        s.settled().await;
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @r#"
        Siaga: (its card)
        Siaga (silent): Opened because severity=warning on search. First step: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Why] [Runbook]
        "#);
        s.read_all().await;
    });
}

#[test]
fn an_answer_that_is_lost_does_not_lead_to_a_second_message_or_thread() {
    story(async |s| {
        for route in ["/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{message_id}/threads"] {
            s.fault(
                &json!({ "method": "POST", "route": route, "bot": "siaga", "at": "applied", "do": "drop", "count": 2 }),
            )
            .await;
        }
        s.search_is_slow().await;
        assert_snapshot!(s.rooms().await.join("\n"), @"INC-1 Search answers in 2.4 s");
        assert_snapshot!(s.channel("#incidents").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_snapshot!(s.thread("INC-1").await, @r#"
        Siaga: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Opened because severity=warning on search. First step: Look at the number of searches per second: twice as many as last week is a crawler or a campaign.
          [Why] [Runbook]
        "#);
        assert_snapshot!(s.phone("agus").await, @r"
        rings #INC-1 Search answers in 2.4 s: @Agus SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        rings DM: SEV-3 INC-1 Search answers in 2.4 s. Tap to answer.
        ");
        s.read_all().await;
    });
}

#[test]
fn an_error_of_discord_is_tried_again_until_it_works() {
    story(async |s| {
        s.fault(&json!({ "bot": "siaga", "do": "status", "status": 503, "count": 3 })).await;
        s.fault(
            &json!({ "bot": "siaga", "do": "status", "status": 429, "retry_after": 0.3, "scope": "user", "count": 2 }),
        )
        .await;
        s.search_is_slow().await;
        assert_snapshot!(s.card("INC-1").await, @"
        Siaga (silent):
          | INC-1 · SEV-3 · TRIGGERED
          | **Search answers in 2.4 s**
          | **Service** search (owner Platform)
          | **Started** [now] ([2 Mar 03:10])
          | **Alerts** 1 firing
          | **Commander** nobody yet: `/commander`
          | **Paged** Agus, [now] · next Dewi [in 5 min]
          | **Links** [Runbook](https://wiki.example.com/search-latency) · [Dashboard](https://grafana.example.com/d/search) · [Source](https://prometheus.example.com/graph)
          | **Missing** the alert names no description
          [Acknowledge] [Can't take it] [Runbook] [Triage] [Silence]
        ");
        assert_eq!(s.phone("agus").await.lines().count(), 2);
        s.read_all().await;
    });
}

#[test]
fn commands_work_again_after_the_gateway_was_cut() {
    story(async |s| {
        s.search_is_slow().await;
        for order in [json!({ "do": "reconnect" }), json!({ "do": "invalid", "resumable": false })] {
            s.cut_gateway(&order).await;
        }
        s.sari().says("#support", "checkout is down").await;
        s.until("the line is read", async || s.bot().engine.totals().await.unwrap().accepted == 2).await;
        s.agus().press("Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn without_the_intent_for_message_contents_everything_but_chat_rules_works() {
    story_with(
        |options| {
            let bot = options.guild.bots.iter_mut().find(|bot| bot.name == "siaga").unwrap();
            bot.message_content = false;
            // The library is loud about it; our own sentence says what follows.
            options.errors = vec!["Disallowed", "Watched channels are not read"];
        },
        async |s| {
            let said = s.sari().says("#general", "Nobody can pay!").await;
            s.rina().menu("Open incident", "#general", &said).await.done();
            assert_snapshot!(s.rina().fills(&[]).await, @"Siaga (private): INC-1 is open as SEV-3. Agus is paged.");
            s.checkout_breaks().await;
            s.budi().press("Acknowledge").await.done();
            assert_snapshot!(s.warnings("Message Content").join("\n"), @"siaga::app: intent Message Content: Watched channels are not read: the intent Message Content is switched off. Switch it on in the Discord developer portal (your application, Bot, Message Content Intent), then `siaga reload`. Everything else works.");
            s.read_all().await;
        },
    );
}
