//! Purpose: the stream of events for the chat page (server-sent events).

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde_json::json;
use tokio::sync::watch;

use crate::hub::Hub;

struct Reader {
    hub: Arc<Hub>,
    changed: watch::Receiver<u64>,
    after: u64,
    ready: VecDeque<(u64, Arc<str>)>,
}

/// `GET /control/events?after=SEQ`; `Last-Event-ID` counts more. Without either it begins now.
pub(crate) async fn stream(
    State(hub): State<Arc<Hub>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let after = last
        .or_else(|| query.get("after").and_then(|text| text.parse().ok()))
        .unwrap_or_else(|| hub.look(|core| core.world.meta.seq));
    let reader = Reader { changed: hub.changed.subscribe(), hub, after, ready: VecDeque::new() };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        Some((Ok::<_, Infallible>(Event::default().id(event.0.to_string()).data(&*event.1)), reader))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

impl Reader {
    async fn next(&mut self) -> Option<(u64, Arc<str>)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.after = event.0;
                return Some(event);
            }
            let after = self.after;
            let (missed, ready) = self.hub.look(|core| {
                let missed = after < core.dropped || after > core.world.meta.seq;
                let from = if missed { 0 } else { core.events.partition_point(|(seq, _)| *seq <= after) };
                (missed.then_some(core.world.meta.seq), core.events.range(from..).cloned().collect::<VecDeque<_>>())
            });
            if let Some(now) = missed {
                // Whoever missed too much reads everything again.
                self.ready.clear();
                self.after = now;
                return Some((now, json!({ "seq": now, "kind": "world" }).to_string().into()));
            }
            if !ready.is_empty() {
                self.ready = ready;
                continue;
            }
            tokio::select! {
                () = self.hub.stop.cancelled() => return None,
                changed = self.changed.changed() => if changed.is_err() { return None },
            }
        }
    }
}
