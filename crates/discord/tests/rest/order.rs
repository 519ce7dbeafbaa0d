//! Purpose: who goes first: lanes, page slots, the tithe, giving up, giving back.

use std::sync::Arc;
use std::time::Duration;

use discord::rest::{Body, ChannelId, Client, Lane, Reason, Route};
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::server::{Server, ok, until};

const PATIENT: Duration = Duration::from_secs(20);
const NOW: Duration = Duration::ZERO;

fn post(channel: u64) -> Route {
    Route::create_message(ChannelId(channel))
}

fn waiting(client: &Client) -> usize {
    client.stats().lanes.iter().map(|(_, lane)| lane.waiting).sum()
}

/// Sends one held request, queues the others behind it in the given order, lets all go one by one, and says in which
/// order the server saw them.
async fn order_of(server: &Server, client: &Client, gate: &Semaphore, queue: &[(Lane, &'static str)]) -> Vec<String> {
    let first = client.permit(Lane::Update, &post(1), NOW).await.unwrap();
    let first = tokio::spawn(first.send(Body::Json(json!("first")), None));
    until("the first arrives", || server.seen().len() == 1).await;
    let mut queued = JoinSet::new();
    for (index, (lane, name)) in queue.iter().copied().enumerate() {
        let (client_of, client) = (client, client.clone());
        queued.spawn(async move {
            let permit = client.permit(lane, &post(1), PATIENT).await.unwrap();
            permit.send(Body::Json(json!(name)), None).await.unwrap();
        });
        until("it waits", || waiting(client_of) == index + 1).await;
    }
    gate.add_permits(1000);
    queued.join_all().await;
    first.await.unwrap().unwrap();
    server.bodies().split_off(1)
}

/// A server with one channel bucket that lets one request through every 20 ms and holds its answers at the gate.
async fn narrow_server() -> (Server, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    (Server::start(move |_| ok().bucket("narrow", 1, 0, 0.02).held_by(&held)).await, gate)
}

#[tokio::test]
async fn lanes_are_served_by_urgency_and_each_lane_in_order_of_arrival() {
    let (server, gate) = narrow_server().await;
    let queue = [
        (Lane::Housekeeping, "h1"),
        (Lane::Edit, "e1"),
        (Lane::Update, "u1"),
        (Lane::Card, "c1"),
        (Lane::Page, "p1"),
        (Lane::Edit, "e2"),
        (Lane::Page, "p2"),
        (Lane::Card, "c2"),
    ];
    let order = order_of(&server, &server.client(), &gate, &queue).await;
    assert_eq!(order, ["p1", "p2", "c1", "c2", "u1", "e1", "e2", "h1"]);
}

#[tokio::test]
async fn an_overdue_request_of_the_lowest_lane_overtakes_now_and_then() {
    let (server, gate) = narrow_server().await;
    let mut settings = server.settings();
    settings.overdue_after = Duration::ZERO;
    settings.tithe = 4;
    let client = Client::new(settings).unwrap();
    let mut queue = vec![(Lane::Housekeeping, "h"), (Lane::Housekeeping, "h")];
    queue.extend([(Lane::Page, "p"); 9]);
    let order = order_of(&server, &client, &gate, &queue).await.concat();
    assert_eq!(order, "ppphppphppp");
}

#[tokio::test]
async fn the_last_slots_of_a_second_are_for_pages() {
    let server = Server::start(|_| ok()).await;
    let mut settings = server.settings();
    settings.per_second = 5;
    settings.page_slots = 2;
    let client = Client::new(settings).unwrap();
    let mut held = Vec::new();
    for channel in 0..3 {
        held.push(client.permit(Lane::Housekeeping, &post(channel), NOW).await.unwrap());
    }
    for lane in [Lane::Card, Lane::Update, Lane::Edit, Lane::Housekeeping] {
        assert_eq!(client.permit(lane, &post(3), NOW).await.unwrap_err().reason, Reason::Governor, "{lane:?}");
    }
    for channel in 4..6 {
        held.push(client.permit(Lane::Page, &post(channel), NOW).await.unwrap());
    }
    assert_eq!(client.permit(Lane::Page, &post(6), NOW).await.unwrap_err().reason, Reason::Governor);
    held.clear();
    client.permit(Lane::Page, &post(6), NOW).await.unwrap().send(Body::Empty, None).await.unwrap();
}

#[tokio::test]
async fn a_second_never_sees_more_than_the_governor_allows() {
    let server = Server::start(|_| ok()).await;
    let mut settings = server.settings();
    settings.per_second = 10;
    settings.page_slots = 2;
    let client = Client::new(settings).unwrap();
    let mut sends = JoinSet::new();
    let start = std::time::Instant::now();
    for channel in 0..20 {
        let client = client.clone();
        sends.spawn(async move {
            client.permit(Lane::Card, &post(channel), PATIENT).await.unwrap().send(Body::Empty, None).await.unwrap();
        });
    }
    sends.join_all().await;
    // 8 at once, 8 after a second, 4 after two.
    assert!(start.elapsed() >= Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(server.seen().len(), 20);
}

#[tokio::test]
async fn a_permit_that_is_dropped_or_no_longer_awaited_gives_its_place_back() {
    let server = Server::start(|_| ok()).await;
    let client = server.client();
    let held = client.permit(Lane::Card, &post(1), NOW).await.unwrap();
    let waiter = tokio::spawn({
        let client = client.clone();
        async move { client.permit(Lane::Card, &post(1), PATIENT).await.map(drop) }
    });
    until("it waits", || waiting(&client) == 1).await;
    waiter.abort();
    assert!(waiter.await.unwrap_err().is_cancelled());
    assert_eq!(waiting(&client), 0);
    assert_eq!(client.permit(Lane::Page, &post(1), NOW).await.unwrap_err().reason, Reason::Bucket);
    drop(held);
    drop(client.permit(Lane::Page, &post(1), NOW).await.unwrap());
    assert!(server.seen().is_empty());
}
