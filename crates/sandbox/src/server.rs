//! Purpose: the HTTP server: routes of all parts, and connections that can be cut without an answer.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Request, State, connect_info::Connected},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{self, Next},
    response::IntoResponse,
    routing::{any, get},
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

use crate::{
    control::{self, signal::Signal},
    gateway,
    hub::Hub,
    id::Id,
    page, rest,
};

/// How often threads are looked at for archiving.
const ARCHIVE_EVERY: Duration = Duration::from_secs(20);

/// Serves until the hub is told to stop.
pub(crate) async fn serve(hub: Arc<Hub>, listener: TcpListener) {
    let keeper = tokio::spawn(keep_threads(Arc::clone(&hub)));
    let stop = hub.stop.clone();
    let app = routes(hub).into_make_service_with_connect_info::<Line>();
    let served = axum::serve(CuttableListener { listener }, app)
        .with_graceful_shutdown(async move { stop.cancelled().await })
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "The sandbox stopped serving");
    }
    keeper.abort();
}

async fn keep_threads(hub: Arc<Hub>) {
    loop {
        tokio::time::sleep(ARCHIVE_EVERY).await;
        hub.change(crate::hub::Core::archive_idle_threads);
    }
}

fn routes(hub: Arc<Hub>) -> Router {
    Router::new()
        .route("/api", any(rest::serve))
        .route("/api/{*path}", any(rest::serve))
        .route("/gw", get(gateway::connect))
        .route("/gw/", get(gateway::connect))
        .route("/cdn/{folder}/{channel}/{attachment}/{filename}", get(attachment))
        .merge(control::routes(&hub))
        .route("/", get(async || page_file(Path(String::new())).await))
        .route("/page/{file}", get(page_file))
        .layer(middleware::from_fn(line))
        .layer(DefaultBodyLimit::disable())
        .with_state(hub)
}

/// Hands the connection's line to handlers as an extension.
async fn line(connection: axum::extract::ConnectInfo<Line>, mut request: Request, next: Next) -> Response<Body> {
    request.extensions_mut().insert(connection.0);
    next.run(request).await
}

/// `GET /` and `GET /page/{file}`. The page runs its own scripts only.
async fn page_file(Path(name): Path<String>) -> Response<Body> {
    let Some((kind, text)) = page::asset(&name) else {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    };
    let policy = HeaderValue::from_static("default-src 'self'; img-src 'self' data:");
    (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ],
        text,
    )
        .into_response()
}

/// `GET /cdn/attachments/{channel}/{attachment}/{filename}`.
async fn attachment(
    State(hub): State<Arc<Hub>>,
    Path((_, _, attachment, _)): Path<(String, String, String, String)>,
) -> Response<Body> {
    let found = attachment.parse::<Id>().ok().and_then(|id| hub.look(|core| core.world.files.get(&id).cloned()));
    let Some(file) = found else {
        return (StatusCode::NOT_FOUND, "This content is no longer available.").into_response();
    };
    let kind =
        HeaderValue::from_str(&file.content_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    // What bots upload must not run as part of the page.
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ],
        file.bytes.clone(),
    )
        .into_response()
}

/// A connection's line. Once cut, nothing more is written to it and it closes: an answer gets lost.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    cut: Arc<AtomicBool>,
    /// Sent as soon as the next answer has been handed to the system.
    signal: Arc<Mutex<Option<Signal>>>,
}

impl Line {
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    /// Sends this signal when the answer has been written.
    pub(crate) fn after_answer(&self, signal: Signal) {
        *self.signal.lock().unwrap_or_else(PoisonError::into_inner) = Some(signal);
    }
}

struct CuttableListener {
    listener: TcpListener,
}

pub(crate) struct CuttableStream {
    stream: TcpStream,
    line: Line,
    /// Bytes were written since the last flush.
    wrote: bool,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = (SocketAddr, Line);

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Small frames go out at once; a failure only makes them slower.
                    let _slower = stream.set_nodelay(true);
                    let line = Line::default();
                    return (CuttableStream { stream, line: line.clone(), wrote: false }, (address, line));
                }
                // Out of file handles, or a client that left while connecting: try again soon.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok((self.listener.local_addr()?, Line::default()))
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.remote_addr().1.clone()
    }
}

impl CuttableStream {
    fn check(&self) -> io::Result<()> {
        if self.line.cut.load(Ordering::SeqCst) {
            Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut on order"))
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        self.wrote = true;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if self.wrote && flushed.is_ready() {
            self.wrote = false;
            let signal = self.line.signal.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(signal) = signal {
                signal.send();
            }
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        self.wrote = true;
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
