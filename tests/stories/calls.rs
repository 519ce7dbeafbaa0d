//! What an incident costs in calls: each is a moment in which Discord may refuse, and each message is one more to read. The nearest peer
//! takes four from alert to end and shows less; so every call of ours is named here, and a new one has to be argued for.
//!
//! Elsewhere a topic that followed every change got bots banned (DiscordSRV/DiscordSRV issue 238), names that showed a status ran into
//! the limit of two changes in ten minutes (python-discord/bot pull request 966), and alerts that said too much ran into the limit of
//! their channel just when they mattered (cvisionai/tator issue 234).
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use insta::assert_snapshot;

use crate::harness::control::list;
use crate::harness::view::text;
use crate::harness::{Story, story};

/// The number of the newest call.
async fn newest(s: &Story) -> u64 {
    let calls = s.control.get("/calls").await;
    list(&calls["calls"]).last().and_then(|call| call["seq"].as_u64()).unwrap_or(0)
}

/// The calls of the bot after this one that change something in Discord, in order, each with the first words it brings. Answers to a
/// press are none of them: Discord counts them against no limit, and nobody else sees them.
async fn changes(s: &Story, after: u64) -> Vec<String> {
    let calls = s.control.get(&format!("/calls?after={after}")).await;
    let mut told = Vec::new();
    let mention = regex::Regex::new(r"<@\d+>").unwrap();
    let changing = |call: &&serde_json::Value| {
        call["method"] != "GET" && call["bot"] == "siaga" && !text(&call["route"]).starts_with("/interactions/")
    };
    for call in list(&calls["calls"]).iter().filter(changing) {
        let whole = s.control.get(&format!("/calls/{}", call["seq"])).await;
        let body = &whole["request"];
        let embed = text(&body["embeds"][0]["title"]);
        let said = [text(&body["content"]), embed, text(&body["name"]), text(&body["topic"])];
        let said: Vec<&str> =
            said.iter().map(String::as_str).filter(|text| !text.is_empty() && *text != "null").collect();
        let said: String = said.join(" ").chars().take(48).collect();
        let said = mention.replace_all(&said, "@somebody").replace('\n', " ");
        told.push(format!("{} {} {said}", text(&call["method"]), text(&call["route"])).trim_end().to_owned());
    }
    told
}

/// Cards, pages and what is said in a room leave at the same time by several ways: their order is not what this is about.
fn sorted(mut calls: Vec<String>) -> String {
    calls.sort();
    calls.join("\n")
}

#[test]
fn from_firing_to_resolved_an_incident_with_a_thread_takes_at_most_twelve_calls() {
    story(async |s| {
        let began = newest(s).await;
        s.search_is_slow().await;
        let fired = changes(s, began).await;
        let acknowledging = newest(s).await;
        s.agus().press_in("INC-1", "Acknowledge").await.done();
        s.settled().await;
        let acknowledged = changes(s, acknowledging).await;
        let resolving = newest(s).await;
        s.agus().press_in("#incidents", "Resolve").await.done();
        s.agus().fills(&[Some("Blocked the crawler")]).await.done();
        s.settled().await;
        let resolved = changes(s, resolving).await;
        assert_snapshot!(sorted(fired.clone()), @"
        POST /channels/{channel_id}/messages @somebody SEV-3 INC-1 Search answer
        POST /channels/{channel_id}/messages INC-1 · SEV-3 · TRIGGERED
        POST /channels/{channel_id}/messages Opened because severity=warning on search. First
        POST /channels/{channel_id}/messages SEV-3 INC-1 Search answers in 2.4 s. Tap to answ
        POST /channels/{channel_id}/messages/{message_id}/threads INC-1 Search answers in 2.4 s
        POST /users/@me/channels
        ");
        assert_snapshot!(sorted(acknowledged.clone()), @"
        PATCH /channels/{channel_id}/messages/{message_id} Acknowledged by Agus <t:1772395800:t>. SEV-3 INC
        PATCH /channels/{channel_id}/messages/{message_id} Agus was paged <t:1772395800:t>. SEV-3 INC-1 Sea
        PATCH /channels/{channel_id}/messages/{message_id} INC-1 · SEV-3 · ACKNOWLEDGED
        POST /channels/{channel_id}/messages Agus acknowledged, <t:1772395800:t>. Dewi will n
        ");
        assert_snapshot!(sorted(resolved.clone()), @"
        PATCH /channels/{channel_id}/messages/{message_id} INC-1 · SEV-3 · RESOLVED
        POST /channels/{channel_id}/messages Resolved after 0 seconds by Agus: Blocked the cr
        ");
        let count = fired.len() + acknowledged.len() + resolved.len();
        assert!(count <= 12, "{count} calls");
        s.read_all().await;
    });
}
