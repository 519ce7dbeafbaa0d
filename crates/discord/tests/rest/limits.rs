//! Purpose: Discord's limits: buckets learned and kept, each kind of 429, the brakes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use discord::rest::{Body, ChannelId, Client, Failure, Lane, MessageId, Reason, Response, Route, Scope};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::server::{Reply, Server, limited, ok, status, until};

const NOW: Duration = Duration::ZERO;
const PATIENT: Duration = Duration::from_secs(20);

fn post(channel: u64) -> Route {
    Route::create_message(ChannelId(channel))
}

async fn send(client: &Client, route: &Route) -> Result<Response, Failure> {
    client.permit(Lane::Card, route, PATIENT).await.unwrap().send(Body::Empty, None).await
}

async fn refused_now(client: &Client, route: &Route) -> Option<Reason> {
    client.permit(Lane::Card, route, NOW).await.err().map(|not_sent| not_sent.reason)
}

#[tokio::test]
async fn one_request_explores_an_unknown_bucket() {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let server = Server::start(move |_| ok().bucket("b", 5, 4, 60.0).held_by(&held)).await;
    let client = server.client();
    let first = client.permit(Lane::Card, &post(1), NOW).await.unwrap();
    let first = tokio::spawn(first.send(Body::Empty, None));
    until("it arrives", || server.seen().len() == 1).await;
    assert_eq!(refused_now(&client, &post(1)).await, Some(Reason::Bucket));
    assert_eq!(refused_now(&client, &post(2)).await, None);
    gate.add_permits(1);
    first.await.unwrap().unwrap();
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(client.permit(Lane::Card, &post(1), NOW).await.unwrap());
    }
    assert_eq!(refused_now(&client, &post(1)).await, Some(Reason::Bucket));
}

#[tokio::test]
async fn routes_that_share_a_bucket_wait_for_each_other_and_channels_do_not() {
    let server = Server::start(|_| ok().bucket("shared by two", 2, 0, 60.0)).await;
    let client = server.client();
    let delete = |channel| Route::delete_message(ChannelId(channel), MessageId(9));
    send(&client, &post(1)).await.unwrap();
    send(&client, &delete(2)).await.unwrap();
    let not_sent = client.permit(Lane::Page, &delete(1), Duration::from_secs(30)).await.unwrap_err();
    assert_eq!(not_sent.reason, Reason::Bucket);
    assert!(not_sent.retry_after > Duration::from_secs(40), "{not_sent:?}");
    assert_eq!(refused_now(&client, &post(3)).await, None);
}

/// A fixed window as Discord keeps it.
fn real_bucket(limit: u32, window: Duration) -> impl FnMut() -> Reply + Send {
    let mut open: Option<(Instant, u32)> = None;
    move || {
        let now = Instant::now();
        let (end, used) = open.filter(|(end, _)| *end > now).unwrap_or((now + window, 0));
        let left = (end - now).as_secs_f64();
        if used == limit {
            return limited("user", left).bucket("real", limit, 0, left);
        }
        open = Some((end, used + 1));
        ok().bucket("real", limit, limit - used - 1, left)
    }
}

#[tokio::test]
async fn a_crowd_goes_through_a_real_bucket_without_a_single_429() {
    let mut bucket = real_bucket(5, Duration::from_millis(150));
    let server = Server::start(move |_| bucket()).await;
    let client = server.client();
    let mut crowd = JoinSet::new();
    for _ in 0..28 {
        let client = client.clone();
        crowd.spawn(async move { send(&client, &post(1)).await });
    }
    for outcome in crowd.join_all().await {
        outcome.unwrap();
    }
    assert_eq!(server.seen().len(), 28);
    assert!(client.stats().rate_limited.is_empty());
}

/// Answers the first request with this, the rest with success.
async fn first_then_ok(first: Reply) -> Server {
    let mut first = Some(first);
    Server::start(move |_| first.take().unwrap_or_else(ok)).await
}

fn scope_of(outcome: Result<Response, Failure>) -> Option<Scope> {
    match outcome {
        Err(Failure::RateLimited { scope, .. }) => Some(scope),
        _ => None,
    }
}

#[tokio::test]
async fn a_user_429_stops_its_bucket_only_and_for_its_time() {
    let server = first_then_ok(limited("user", 1.0).bucket("b", 5, 0, 1.0)).await;
    let client = server.client();
    assert_eq!(scope_of(send(&client, &post(1)).await), Some(Scope::User));
    assert_eq!(refused_now(&client, &post(1)).await, Some(Reason::Bucket));
    assert_eq!(refused_now(&client, &post(2)).await, None);
    let start = Instant::now();
    send(&client, &post(1)).await.unwrap();
    assert!(start.elapsed() > Duration::from_millis(100));
    assert_eq!(client.stats().invalid_requests, 1);
    assert_eq!(client.stats().rate_limited, [(Scope::User, 1)]);
}

#[tokio::test]
async fn a_shared_429_stops_its_bucket_and_is_no_invalid_request() {
    let server = first_then_ok(limited("shared", 60.0).with("x-ratelimit-remaining", 3)).await;
    let client = server.client();
    assert_eq!(scope_of(send(&client, &post(1)).await), Some(Scope::Shared));
    assert_eq!(refused_now(&client, &post(1)).await, Some(Reason::Bucket));
    assert_eq!(refused_now(&client, &post(2)).await, None);
    assert_eq!(client.stats().invalid_requests, 0);
}

#[tokio::test]
async fn a_global_429_stops_everything_for_its_time() {
    let server = first_then_ok(limited("global", 1.0)).await;
    let client = server.client();
    let before = client.permit(Lane::Page, &Route::my_guilds(), NOW).await.unwrap();
    assert_eq!(scope_of(send(&client, &post(1)).await), Some(Scope::Global));
    assert_eq!(refused_now(&client, &post(2)).await, Some(Reason::Global));
    assert_eq!(refused_now(&client, &Route::current_user()).await, Some(Reason::Global));
    assert!(client.stats().paused_for.is_some());
    let late = before.send(Body::Empty, None).await.unwrap_err();
    assert!(matches!(late, Failure::NotSent { retry_after, .. } if !retry_after.is_zero()), "{late}");
    assert_eq!(server.seen().len(), 1);
    send(&client, &post(2)).await.unwrap();
}

#[tokio::test]
async fn a_rename_limit_of_ten_minutes_blocks_renames_of_that_channel_and_nothing_else() {
    let mut renames = 0;
    let server = Server::start(move |seen| {
        let reply = if seen.body.contains("name") {
            renames += 1;
            if renames > 1 { limited("user", 583.0) } else { ok() }
        } else {
            ok()
        };
        reply.bucket("channel", 10, 7, 15.0)
    })
    .await;
    let client = server.client();
    let rename = Route::rename_channel(ChannelId(1));
    let name = || Body::Json(serde_json::json!({ "name": "x" }));
    client.permit(Lane::Edit, &rename, NOW).await.unwrap().send(name(), None).await.unwrap();

    let second = client.permit(Lane::Edit, &rename, NOW).await.unwrap();
    assert_eq!(scope_of(second.send(name(), None).await), Some(Scope::SubLimit));
    let start = Instant::now();
    let not_sent = client.permit(Lane::Edit, &rename, Duration::from_secs(60)).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(10), "told at once");
    assert_eq!(not_sent.reason, Reason::SubLimit);
    assert!(not_sent.retry_after > Duration::from_secs(500));
    send(&client, &Route::modify_channel(ChannelId(1))).await.unwrap();
    send(&client, &Route::get_channel(ChannelId(1))).await.unwrap();
    send(&client, &post(1)).await.unwrap();
    assert_eq!(refused_now(&client, &Route::rename_channel(ChannelId(2))).await, None);
}

#[tokio::test]
async fn who_already_waits_is_told_as_soon_as_the_wait_becomes_hopeless() {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let server = Server::start(move |_| limited("user", 583.0).bucket("b", 5, 0, 583.0).held_by(&held)).await;
    let client = server.client();
    let first = client.permit(Lane::Card, &post(1), NOW).await.unwrap();
    let first = tokio::spawn(first.send(Body::Empty, None));
    let second = tokio::spawn({
        let client = client.clone();
        async move { client.permit(Lane::Page, &post(1), Duration::from_secs(60)).await.map(drop) }
    });
    until("it waits", || client.stats().lanes[0].1.waiting == 1).await;
    gate.add_permits(1);
    assert_eq!(scope_of(first.await.unwrap()), Some(Scope::User));
    let told = tokio::time::timeout(Duration::from_secs(10), second).await.unwrap().unwrap().unwrap_err();
    assert!(told.retry_after > Duration::from_secs(500));
}

#[tokio::test]
async fn too_many_invalid_requests_stop_us_before_discord_does() {
    let server = Server::start(|_| status(403, r#"{"message":"Missing Permissions","code":50013}"#)).await;
    let mut settings = server.settings();
    settings.invalid_brake = 3;
    settings.invalid_brake_pages = 4;
    let client = Client::new(settings).unwrap();
    for _ in 0..3 {
        let refused = send(&client, &post(1)).await.unwrap_err();
        assert_eq!(refused.code(), Some(50013));
    }
    let not_sent = client.permit(Lane::Card, &post(1), Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(not_sent.reason, Reason::InvalidRequests);
    assert!(not_sent.retry_after > Duration::from_secs(500));
    client.permit(Lane::Page, &post(1), NOW).await.unwrap().send(Body::Empty, None).await.unwrap_err();
    assert_eq!(client.permit(Lane::Page, &post(1), NOW).await.unwrap_err().reason, Reason::InvalidRequests);
}

#[tokio::test]
async fn a_rejected_token_stops_everything_for_good() {
    let server = Server::start(|_| status(401, r#"{"message":"401: Unauthorized","code":0}"#)).await;
    let client = server.client();
    let before = client.permit(Lane::Page, &post(2), NOW).await.unwrap();
    assert!(matches!(send(&client, &post(1)).await, Err(Failure::TokenRejected { .. })));
    assert!(client.token_rejected());
    let start = Instant::now();
    assert_eq!(client.permit(Lane::Page, &post(1), PATIENT).await.unwrap_err().reason, Reason::TokenRejected);
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(matches!(before.send(Body::Empty, None).await, Err(Failure::TokenRejected { .. })));
    assert_eq!(server.seen().len(), 1);
}
