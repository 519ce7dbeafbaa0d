//! Purpose: from a listening address to requests: takes connections, gives each a place and a bound on how long it keeps us
//! waiting, and ends them in order when the program stops.
//!
//! Every connection has its deadline here: from the connection, or from the last answer, to the end of the next request's
//! head. hyper's own time-out for heads counts from the same moment but knows one length for all, and a sender's idle
//! connection may wait longer than a stranger's. Bodies have theirs where they are read (`intake_endpoint`).

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::door::{Door, Patience, Place};
use crate::visitor::Visitor;
use crate::{App, Front};

/// Largest head of a request, in bytes. Each connection may hold so much before it has shown anything.
const HEAD_BYTES: usize = 32 * 1024;
/// Between two looks at what strangers did that is not in the log yet.
const SUMS: Duration = Duration::from_secs(5);
/// How long it is waited after an attempt to take a connection failed: the reason is mostly that no file can be opened, and
/// goes away when connections end.
const BREATH: Duration = Duration::from_millis(50);
/// How many have to leave at once when no file can be opened.
const ROOM: usize = 8;
/// Between two log lines about connections that could not be taken.
const SAY_AGAIN: Duration = Duration::from_secs(60);
/// During a stop, a connection over which nothing comes is closed after so long.
const SETTLE: Duration = Duration::from_millis(200);

/// Connections that the system holds for us until we take them. The standard library says 128: when 500 strangers come again
/// at once, that is full, and a sender's first packet is dropped and repeated after a second.
const WAITING: u32 = 1_024;

/// Listens at an address, ready for many who come at once.
///
/// # Errors
/// When the address cannot be used.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As the standard library does: the address can be used again at once after a restart.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Takes connections until `shutdown`; from then on takes none, lets requests that are being answered end for at most
/// `grace`, and closes the rest.
pub(crate) async fn run<F: Front>(
    listener: TcpListener,
    app: App<F>,
    door: Door,
    router: Router,
    shutdown: CancellationToken,
) {
    let (guests, all_out) = (TaskTracker::new(), CancellationToken::new());
    let mut sums = tokio::time::interval(SUMS);
    let mut said: Option<Instant> = None;
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            _ = sums.tick() => {
                for line in app.strangers.sums(Instant::now()) {
                    tracing::warn!("{line}");
                }
            }
            taken = listener.accept() => match taken {
                Ok((stream, peer)) => {
                    let proxy = app.front.is_proxy(peer.ip().to_canonical());
                    let Some(place) = door.enter(peer.ip(), proxy) else { continue };
                    let visitor = Visitor { peer: peer.ip(), place: Arc::new(place) };
                    let guest = receive(stream, visitor, router.clone(), shutdown.clone(), all_out.clone());
                    guests.spawn(guest);
                }
                // It broke off before we took it.
                Err(error) if matches!(
                    error.kind(),
                    ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
                ) => {}
                Err(error) => {
                    let left = door.make_room(ROOM);
                    if said.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
                        said = Some(Instant::now());
                        tracing::warn!(
                            "A connection could not be taken ({error}); {left} silent ones are closed to make room. \
                             More files per process (ulimit -n, LimitNOFILE) allow more connections."
                        );
                    }
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
    drop(listener);
    guests.close();
    if tokio::time::timeout(app.shutdown_grace, guests.wait()).await.is_err() {
        tracing::warn!("{} HTTP requests did not end in time; their connections are closed.", guests.len());
        all_out.cancel();
        guests.wait().await;
    }
}

/// Answers what comes over one connection, until it ends or its place is wanted.
async fn receive(
    stream: TcpStream,
    visitor: Visitor,
    router: Router,
    shutdown: CancellationToken,
    all_out: CancellationToken,
) {
    // Answers are small and written whole: there is nothing to collect.
    let _ = stream.set_nodelay(true);
    let place = Arc::clone(&visitor.place);
    let answering = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let busy = visitor.place.begin();
        request.extensions_mut().insert(visitor.clone());
        let answer = answering.call(request);
        async move {
            let answer = answer.await;
            drop(busy);
            answer as Result<_, Infallible>
        }
    });
    let connection = http1::Builder::new().max_buf_size(HEAD_BYTES).serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let mut look = pin!(tokio::time::sleep(Duration::ZERO));
    let mut stopping = false;
    loop {
        tokio::select! {
            biased;
            () = place.leave.cancelled() => return,
            () = all_out.cancelled() => return,
            // Who breaks off has nobody who could be told.
            _ = connection.as_mut() => return,
            () = shutdown.cancelled(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
                look.as_mut().reset(tokio::time::Instant::now() + SETTLE);
            }
            () = look.as_mut() => match next_look(&place, stopping) {
                Some(at) => look.as_mut().reset(at.into()),
                None => return,
            },
        }
    }
}

/// When to look again whether the connection keeps us waiting for too long; none when it does.
fn next_look(place: &Place, stopping: bool) -> Option<Instant> {
    if stopping {
        return (!place.has_rested(SETTLE)).then(|| Instant::now() + SETTLE);
    }
    match place.patience() {
        Patience::Until(at) => Some(at),
        Patience::Over => None,
    }
}
