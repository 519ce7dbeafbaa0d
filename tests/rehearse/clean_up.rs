//! What is made goes away again: after Ctrl-C, after a kill at the worst moment, after answers that were lost.

use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{World, guild_without, on_call, signal};

const CHANNELS: &str = "/guilds/{guild_id}/channels";
const MESSAGES: &str = "/channels/{channel_id}/messages";
const THREADS: &str = "/channels/{channel_id}/messages/{message_id}/threads";
const CHANNEL: &str = "/channels/{channel_id}";
const PIN: &str = "/channels/{channel_id}/messages/pins/{message_id}";
const DIRECT: &str = "/users/@me/channels";

/// Calls on which the process is killed, before and after Discord applied them.
const KILLS: [(&str, &str, u64, &str); 12] = [
    ("POST", CHANNELS, 1, "received"),
    ("POST", CHANNELS, 1, "applied"),
    ("POST", CHANNELS, 2, "applied"),
    ("POST", MESSAGES, 1, "applied"),
    ("POST", THREADS, 1, "applied"),
    ("POST", CHANNELS, 3, "applied"),
    ("PUT", PIN, 1, "received"),
    ("POST", DIRECT, 1, "applied"),
    ("POST", MESSAGES, 5, "applied"),
    ("PATCH", CHANNEL, 1, "applied"),
    ("DELETE", CHANNEL, 1, "applied"),
    ("DELETE", CHANNEL, 3, "received"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_comes_after_a_kill_finds_and_deletes_everything() {
    let mut cases = JoinSet::new();
    for (number, (method, route, nth, at)) in KILLS.into_iter().enumerate() {
        cases.spawn(async move {
            let w = World::start().await;
            let held = w.fault(&on_call(method, route, nth, at, "hold")).await;
            let mut child = w.begin(&["--me", "budi"]);
            w.held(&held).await;
            child.start_kill().unwrap();
            child.wait().await.unwrap();
            w.clear_faults().await;
            // Every second time somebody rehearses again instead of cleaning up.
            let said = match number % 2 {
                0 => w.rehearse(&["--clean-up"]).await,
                _ => w.rehearse(&["--me", "budi"]).await,
            };
            assert_eq!(said.code, Some(0), "{method} {route} {nth} {at}: {}{}", said.out, said.err);
            w.nothing_is_left().await;
        });
    }
    cases.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_incidents_channel_leaves_nothing_there_either() {
    let mut cases = JoinSet::new();
    for (method, route, nth, at) in [
        ("POST", MESSAGES, 1, "applied"),
        ("POST", THREADS, 1, "applied"),
        ("PUT", PIN, 1, "applied"),
        ("POST", MESSAGES, 4, "applied"),
    ] {
        cases.spawn(async move {
            let w = World::of(guild_without(&["MANAGE_CHANNELS"])).await;
            let held = w.fault(&on_call(method, route, nth, at, "hold")).await;
            let mut child = w.begin(&["--me", "budi", "--yes"]);
            w.held(&held).await;
            child.start_kill().unwrap();
            child.wait().await.unwrap();
            w.clear_faults().await;
            let said = w.rehearse(&["--clean-up"]).await;
            assert_eq!(said.code, Some(0), "{method} {route} {nth} {at}: {}{}", said.out, said.err);
            assert!(said.out.starts_with("Deleted "), "{}", said.out);
            w.nothing_is_left().await;
        });
    }
    cases.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_deletes_what_was_made_before_it_ends() {
    let mut cases = JoinSet::new();
    for (name, method, route, nth) in [
        ("INT", "POST", CHANNELS, 2),
        ("TERM", "POST", MESSAGES, 2),
        ("INT", "PUT", PIN, 1),
        ("INT", "DELETE", CHANNEL, 1),
    ] {
        cases.spawn(async move {
            let w = World::start().await;
            let held = w.fault(&on_call(method, route, nth, "applied", "hold")).await;
            let child = w.begin(&["--me", "budi"]);
            w.held(&held).await;
            signal(&child, name).await;
            w.clear_faults().await;
            let said = w.said(child.wait_with_output().await.unwrap());
            assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
            assert!(said.err.contains("what was made is deleted first"), "{}", said.err);
            assert!(said.out.contains("It was stopped before its end."), "{}", said.out);
            w.nothing_is_left().await;
        });
    }
    cases.join_all().await;
}

#[tokio::test]
async fn a_second_ctrl_c_ends_at_once_and_says_what_deletes_the_rest() {
    let w = World::start().await;
    let held = w.fault(&on_call("PUT", PIN, 1, "received", "hold")).await;
    let mut child = w.begin(&["--me", "budi"]);
    w.held(&held).await;
    signal(&child, "INT").await;
    let mut err = tokio::io::BufReader::new(child.stderr.take().unwrap());
    let mut first = String::new();
    tokio::io::AsyncBufReadExt::read_line(&mut err, &mut first).await.unwrap();
    assert!(first.contains("once more ends at once"), "{first}");
    signal(&child, "INT").await;
    assert_eq!(child.wait().await.unwrap().code(), Some(130));
    w.clear_faults().await;
    let said = w.rehearse(&["--clean-up", "--output", "json"]).await;
    assert_eq!((said.code, said.json()["left"].clone()), (Some(0), json!([])));
    w.nothing_is_left().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_makes_nothing_twice_and_leaves_nothing() {
    let mut cases = JoinSet::new();
    for (method, route, nth) in [
        ("POST", CHANNELS, 1),
        ("POST", CHANNELS, 2),
        ("POST", CHANNELS, 3),
        ("POST", MESSAGES, 1),
        ("POST", MESSAGES, 4),
        ("POST", THREADS, 1),
        ("PUT", PIN, 1),
        ("PATCH", CHANNEL, 1),
        ("DELETE", CHANNEL, 1),
    ] {
        for at in ["received", "applied"] {
            cases.spawn(async move {
                let w = World::start().await;
                w.fault(&on_call(method, route, nth, at, "drop")).await;
                let said = w.rehearse(&["--me", "budi", "--output", "json"]).await;
                assert_eq!(said.wrong(), [], "{method} {route} {nth} {at}");
                assert_eq!((said.code, said.not_tried().len()), (Some(0), 0), "{method} {route} {nth} {at}");
                w.nothing_is_left().await;
            });
        }
    }
    cases.join_all().await;
}

#[tokio::test]
async fn what_another_machine_left_behind_goes_when_it_is_old() {
    let w = World::start().await;
    let held = w.fault(&on_call("PUT", PIN, 1, "received", "hold")).await;
    let mut child = w.begin(&["--me", "budi"]);
    w.held(&held).await;
    child.start_kill().unwrap();
    child.wait().await.unwrap();
    w.clear_faults().await;
    // Nothing is written down here.
    std::fs::remove_file(w.folder.path().join("siaga.rehearsal")).unwrap();
    let said = w.rehearse(&["--clean-up"]).await;
    assert_eq!(said.out.trim(), "Nothing was left over.", "it may still go on elsewhere");
    assert!(!w.left_over().await.is_empty());
    w.post("/clock", &json!({ "advance_ms": 16 * 60_000 })).await;
    let said = w.rehearse(&["--clean-up"]).await;
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    w.nothing_is_left().await;
}
