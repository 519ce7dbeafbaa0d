//! Our own policy holds everywhere: buttons, forms and commands.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;
use serde_json::json;

use crate::harness::phone::PushServer;
use crate::harness::{CONFIG, Options, Story, setup_of, story, story_with};
use crate::outside::{link, with_phone};

#[test]
fn a_member_without_the_role_may_look_and_open_but_not_run_an_incident() {
    story(async |s| {
        s.checkout_breaks().await;
        let before = s.everything().await;
        assert_snapshot!(s.sari().press_in("#incidents", "Acknowledge").await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
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
            assert!(told.contains("Only responders can do this: ask"), "{command}: {told}");
        }
        assert_eq!(s.everything().await, before);
        s.read_all().await;
    });
}

#[test]
fn a_form_is_not_shown_to_a_member_whom_it_would_be_refused() {
    story(async |s| {
        s.search_is_slow().await;
        s.agus().press("Acknowledge").await.done();
        let before = s.everything().await;
        assert_snapshot!(s.sari().press_in("#incidents", "Resolve").await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
        assert_snapshot!(s.sari().slash_in("INC-1", "/update", json!({})).await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
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
        Siaga (silent):
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
          [Update] [Resolve] [More] [Silence]
        ");
        s.read_all().await;
    });
}

/// The sample configuration with another line for access.
fn with_access(access: &str) -> impl FnOnce(&mut Options) {
    let config = CONFIG.replace("access    = { responder = \"@sre\", admin = \"@sre-lead\" }", access);
    assert_ne!(config, CONFIG);
    move |options| options.setup = setup_of(&config)
}

/// Takes the incidents channel away from everybody, or gives it back.
async fn incidents_channel_is(s: &Story, seen: bool) {
    let everyone = s.sandbox.guild_id().to_string();
    let channel = s.place("dewi", "#incidents").await;
    let role = s.role_id("siaga").await;
    let path = |role: &str| format!("/channels/{channel}/permissions/{role}");
    // First the bot's own, so that it does not lock itself out.
    s.bot_calls("author", "PUT", &path(&role), &json!({ "type": 0, "allow": "1024", "deny": "0" })).await;
    let (allow, deny) = if seen { ("1024", "0") } else { ("0", "1024") };
    s.bot_calls("author", "PUT", &path(&everyone), &json!({ "type": 0, "allow": allow, "deny": deny })).await;
}

#[test]
fn without_a_role_for_responders_only_admins_of_the_server_and_the_paged_person_act() {
    story_with(with_access(""), async |s| {
        s.checkout_breaks().await;
        // Agus has the role @sre, which nobody configured.
        assert_snapshot!(s.agus().slash_in("room INC-1", "/ack", json!({})).await, @"Siaga (private): Only admins of this server can do this, because the configuration names no role for it: ask one of them to name yours in `access`.");
        assert_snapshot!(s.agus().slash_in("room INC-1", "/resolve", json!({})).await, @"Siaga (private): Only admins of this server can do this, because the configuration names no role for it: ask one of them to name yours in `access`.");
        // Budi was paged; Dewi owns the server.
        s.budi().press_in("DM", "Acknowledge").await.done();
        assert_snapshot!(s.budi().slash_in("#general", "/siaga status", json!({})).await, @"Siaga (private): Only admins of this server can do this: ask somebody with the permission Manage Server.");
        s.dewi().slash_in("room INC-1", "/note", json!({ "text": "I look, too" })).await.done();
        s.read_all().await;
    });
}

#[test]
fn whoever_manages_the_server_is_an_admin_from_the_moment_they_do() {
    story_with(with_access(""), async |s| {
        s.search_is_slow().await;
        let told = s.sari().slash_in("INC-1", "/ack", json!({})).await.to_string();
        assert!(told.contains("Only admins of this server can do this"), "{told}");
        let path = format!("/guilds/{}/roles/{}", s.sandbox.guild_id(), s.role_id("support").await);
        s.bot_calls("author", "PATCH", &path, &json!({ "permissions": "32" })).await;
        s.until("the bot knows the new permission", async || {
            s.sari().slash_in("INC-1", "/ack", json!({})).await.to_string().contains("You have it.")
        })
        .await;
        s.read_all().await;
    });
}

#[test]
fn a_role_that_does_not_exist_gives_nothing() {
    story_with(with_access("access = { responder = \"@sre-team\", admin = \"@boss\" }"), async |s| {
        s.search_is_slow().await;
        assert_snapshot!(s.rina().slash_in("INC-1", "/ack", json!({})).await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre-team.");
        assert_snapshot!(s.rina().slash("/siaga status", json!({})).await, @"Siaga (private): Only admins can do this: ask an admin of this server for the role @boss.");
        assert_eq!(s.warnings("until then nobody has it").len(), 2);
        s.read_all().await;
    });
}

#[test]
fn who_cannot_see_the_incidents_channel_reads_nothing_and_who_can_again_does() {
    story(async |s| {
        s.search_is_slow().await;
        let reads = async || s.sari().slash("/incident list", json!({})).await.to_string();
        assert!(reads().await.contains("Search answers in 2.4 s"));
        incidents_channel_is(s, false).await;
        s.until("the bot knows that the channel is closed", async || !reads().await.contains("Search answers")).await;
        assert_snapshot!(reads().await, @"Siaga (private): Only people who can see #incidents can read incidents: ask an admin of this server to let you in there.");
        for (command, options) in [
            ("/incident show", json!({ "incident": "INC-1" })),
            ("/incident export", json!({ "incident": "INC-1" })),
            ("/why", json!({ "incident": "INC-1" })),
            ("/why", json!({ "alert": "search" })),
            ("/why", json!({ "alert": "#1" })),
            ("/follow", json!({ "incident": "INC-1" })),
            ("/runbook search", json!({ "query": "search" })),
            ("/oncall show", json!({})),
            // A number that nobody has is no news either.
            ("/incident show", json!({ "incident": "INC-77" })),
        ] {
            let told = s.sari().slash(command, options).await.to_string();
            assert!(told.contains("Only people who can see #incidents"), "{command}: {told}");
        }
        assert_eq!(s.sari().suggestions("/incident show", "incident", "").await, "");
        assert_eq!(s.sari().suggestions("/why", "alert", "").await, "");
        assert_snapshot!(s.sari().slash("/incident open", json!({ "title": "x" })).await, @"Siaga (private): Only people who can see #incidents can open incidents: ask an admin of this server to let you in there.");
        // A responder acts all the same: the role says so.
        s.agus().slash("/ack", json!({ "incident": "INC-1" })).await.done();
        incidents_channel_is(s, true).await;
        s.until("the bot knows that the channel is open", async || reads().await.contains("Search answers")).await;
        s.read_all().await;
    });
}

#[test]
fn an_opening_that_would_page_becomes_a_question_when_somebody_else_asks() {
    story(async |s| {
        let open = json!({ "title": "Customers cannot log in", "service": "login", "severity": "SEV-2", "impact": "Nobody gets in." });
        assert_snapshot!(s.sari().slash("/incident open", open).await, @"Siaga (private): Responders were asked whether to open it, because SEV-2 pages people. The question stands in #incidents.");
        assert_snapshot!(s.news("#incidents").await, @r"
        Siaga: Sari asks to open a SEV-2 incident, which pages people. Is this an incident? It would be called: Customers cannot log in
          [Open incident] [Not an incident]
        ");
        for person in ["agus", "sari"] {
            assert_eq!(s.phone(person).await, "(quiet)", "{person}");
        }
        // Whoever asked cannot answer, nor can others like them.
        assert_snapshot!(s.sari().press_in("#incidents", "Open incident").await, @"Siaga (private): Only people with the role @sre decide whether this is an incident: ask an admin of this server for it.");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 0);
        let question = s.rina().button("Open incident").await;
        assert_snapshot!(s.rina().press_seen(&question).await, @"Siaga (private): INC-1 is open as SEV-2. Agus is paged.");
        // The question is settled: it has no buttons any more.
        assert_eq!(s.count("#incidents", "Rina opened INC-1").await, 1);
        assert_eq!(s.count("#incidents", "v1:asked").await, 0);
        assert_snapshot!(s.thread("INC-1").await, @"
        Siaga: @Agus SEV-2 INC-1 Customers cannot log in. Tap to answer.
          [Acknowledge] [Can't take it] [Runbook]
        Siaga: (its card)
        Siaga (silent): Sari opened it.
          [Why] [Runbook]
        Siaga (silent): Note by Rina: Confirmed the opening that Sari asked for.
        ");
        s.read_all().await;
    });
}

#[test]
fn an_opening_that_is_declined_opens_nothing_and_counts_towards_the_three_of_an_hour() {
    story(async |s| {
        for title in ["one", "two", "three"] {
            s.sari().slash("/incident open", json!({ "title": title })).await.done();
        }
        s.rina().press("Not an incident").await.done();
        assert_snapshot!(s.sari().slash("/incident open", json!({ "title": "four" })).await, @"Siaga (private): You opened 3 incidents in the last hour; more is not possible. Use `/note` in one of them, or ask a responder.");
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 0);
        assert_eq!(s.count("#incidents", "Marked as not an incident by Rina.").await, 1);
        // A question is answered after a restart, too.
        s.restart().await;
        s.rina().press("Open incident").await.done();
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.read_all().await;
    });
}

#[test]
fn a_role_that_may_page_opens_at_once_and_answers_questions() {
    story_with(with_access("access = { page = \"@support\", responder = \"@sre\" }"), async |s| {
        assert_snapshot!(s.sari().slash("/incident open", json!({ "title": "x" })).await, @"Siaga (private): INC-1 is open as SEV-3. Agus is paged.");
        s.sari().says("#support", "checkout is down").await;
        s.sari().press("Not an incident").await.done();
        assert_snapshot!(s.sari().slash_in("INC-1", "/ack", json!({})).await, @"Siaga (private): Only responders can do this: ask an admin of this server for the role @sre.");
        s.read_all().await;
    });
}

#[test]
fn the_question_about_a_line_is_answered_by_responders_only() {
    story(async |s| {
        s.sari().says("#support", "Checkout is down, twelve tickets").await;
        for answer in ["Open incident", "Not an incident"] {
            let told = s.sari().press(answer).await.to_string();
            assert!(told.contains("Only people with the role @sre decide whether this is an incident"), "{told}");
        }
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 0);
        s.agus().press("Open incident").await.done();
        assert_eq!(s.bot().engine.totals().await.unwrap().incidents, 1);
        s.read_all().await;
    });
}

#[test]
fn who_left_the_server_gets_nothing_from_old_direct_messages() {
    story(async |s| {
        s.checkout_breaks().await;
        // Once while they are there: nothing of it may be kept.
        s.budi().press_in("DM", "Runbook").await.done();
        s.control.post("/people/budi/leave", &json!({})).await;
        s.until("that they left is known", async || s.card("INC-1").await.contains("(left the server)")).await;
        s.settled().await;
        let before = s.everything().await;
        assert_snapshot!(s.budi().press_in("DM", "Acknowledge").await, @"Siaga (private): Nothing was done, because you are not in the server of these incidents any more: ask an admin of it for an invitation.");
        for label in ["Can't take it", "Runbook"] {
            let told = s.budi().press_in("DM", label).await.to_string();
            assert!(told.contains("you are not in the server of these incidents any more"), "{label}: {told}");
        }
        assert_eq!(s.everything().await, before);
        s.control.post("/people/budi/join", &json!({})).await;
        s.budi().press_in("DM", "Acknowledge").await.done();
        s.read_all().await;
    });
}

#[test]
fn a_link_of_somebody_who_left_does_nothing_and_works_while_discord_cannot_be_asked() {
    let server = PushServer::start();
    let phone = server.clone();
    story_with(
        |options| with_phone(options, &server),
        async move |s| {
            s.checkout_breaks().await;
            s.advance(1).await;
            s.until("the push message", async || !phone.messages("budi").is_empty()).await;
            s.settled().await;
            let token = phone.token("budi");
            s.control.post("/people/budi/leave", &json!({})).await;
            for method in [reqwest::Method::GET, reqwest::Method::POST] {
                let (status, told) = link(s, method, &token).await;
                assert!(status == 404 && told.contains("This link is not ours"), "{status} {told}");
            }
            let order = json!({ "method": "GET", "route": "/guilds/{guild_id}/members/{user_id}", "do": "status", "status": 500, "count": 1000 });
            s.fault(&order).await;
            let (status, told) = link(s, reqwest::Method::POST, &token).await;
            assert_eq!(status, 200, "{told}");
            s.clear_faults().await;
            s.settled().await;
            s.read_all().await;
        },
    );
}

#[test]
fn a_merge_needs_access_to_both_incidents() {
    story_with(with_access("access = { admin = \"@sre-lead\" }"), async |s| {
        s.checkout_breaks().await;
        s.search_is_slow().await;
        // Budi was paged for INC-1 only.
        let told = s.budi().slash("/incident merge", json!({ "incident": "INC-1", "into": "INC-2" })).await.to_string();
        assert!(told.contains("Only admins of this server can do this"), "{told}");
        let asked = s.rina().slash("/incident merge", json!({ "incident": "INC-1", "into": "INC-2" })).await;
        s.rina().sure(asked).await.done();
        s.read_all().await;
    });
}
