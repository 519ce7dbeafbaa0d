//! Purpose: how much the sandbox carries: messages per second with a gateway listener, latency at a fixed rate, memory, start.
//!
//! `scripts/bench sandbox` runs it. Server and load are processes of their own; the same program is both.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring program speaks to a terminal"
)]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use sandbox::{Limits, Options};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::Message;

/// Connections that post side by side.
const CONNECTIONS: usize = 16;
/// Length of one run at full speed.
const FULL_SPEED: Duration = Duration::from_secs(5);
const RUNS: usize = 5;
/// The fixed rate, in messages per second, and for how long.
const RATE: u64 = 1_000;
const PACED: Duration = Duration::from_secs(10);
/// Messages for the memory figure.
const KEPT: u64 = 20_000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("serve") => serve().await,
        _ => measure().await,
    }
}

/// The server: prints where it is, and runs until its standard input closes.
async fn serve() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let handle = runtime.spawn(async {
        let sandbox = sandbox::start(Options { limits: Limits::unlimited(), ..Options::default() }).await.unwrap();
        let bot = |name: &str| sandbox.bot(name).unwrap().token;
        let channels: Vec<String> = ["general", "incidents", "sre-ops", "incident-status"]
            .iter()
            .filter_map(|name| sandbox.channel(name))
            .map(|id| id.to_string())
            .collect();
        println!(
            "{}",
            json!({ "address": sandbox.addr().to_string(), "gateway": sandbox.gateway_url(), "author": bot("author"), "observer": bot("observer"), "channels": channels })
        );
        std::future::pending::<()>().await;
    });
    tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await.unwrap();
    handle.abort();
    std::process::exit(0);
}

struct Server {
    process: Child,
    ready: Value,
    started: Duration,
}

impl Server {
    fn start() -> Self {
        let began = Instant::now();
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { process, ready: serde_json::from_str(&line).expect("the server's line"), started: began.elapsed() }
    }

    fn text(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().to_owned()
    }

    fn channels(&self) -> Vec<String> {
        self.ready["channels"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    /// `VmRSS` in MB (10^6 bytes).
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
    }

    /// CPU seconds so far, user and system.
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _status = self.process.wait();
    }
}

/// One keep-alive connection, as plain as possible: the load should cost less than the server.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(8192) }
    }

    /// Sends a request, reads its whole answer, gives the status.
    async fn ask(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        loop {
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server closed the connection");
            let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = std::str::from_utf8(&self.buffer[..end]).unwrap();
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned))
                .map_or(0, |text| text.parse::<usize>().unwrap());
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            while self.buffer.len() < end + 4 + length {
                assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the answer is cut");
            }
            return status;
        }
    }
}

/// A message as a bot of a storm posts it: content, embed, nonce.
fn post(token: &str, channel: &str, number: u64) -> Vec<u8> {
    let body = json!({
        "content": format!("**Checkout errors {number}** on node-{}", number % 50), "nonce": format!("n{number}"), "enforce_nonce": true,
        "embeds": [{ "title": "SEV-2", "description": "Error ratio is above 5 %", "color": 0xd0_3a_44 }],
        "allowed_mentions": { "parse": [] },
    })
    .to_string();
    format!(
        "POST /api/v10/channels/{channel}/messages HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bot {token}\r\nUser-Agent: DiscordBot (load, 1)\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Listens to everything on the gateway and counts the MESSAGE_CREATE it got.
async fn listen(server: &Server) -> Arc<AtomicU64> {
    let heard = Arc::new(AtomicU64::new(0));
    let (mut socket, _) =
        tokio_tungstenite::connect_async(format!("{}?v=10&encoding=json", server.text("gateway"))).await.unwrap();
    let identify = json!({ "op": 2, "d": { "token": server.text("observer"), "intents": 1 | (1 << 9) | (1 << 15), "properties": { "os": "linux", "browser": "load", "device": "load" } } });
    socket.send(Message::text(identify.to_string())).await.unwrap();
    let (count, ready) = (Arc::clone(&heard), Arc::new(tokio::sync::Notify::new()));
    let tell = Arc::clone(&ready);
    tokio::spawn(async move {
        while let Some(Ok(frame)) = socket.next().await {
            let Message::Text(text) = frame else { continue };
            // The event's name is within the first or last bytes, wherever the server puts it; the rest is not read.
            if text.contains(r#""t":"MESSAGE_CREATE""#) {
                count.fetch_add(1, Ordering::Relaxed);
            } else if text.contains(r#""t":"GUILD_CREATE""#) {
                tell.notify_one();
            }
        }
    });
    ready.notified().await;
    heard
}

/// Posts as fast as it goes. Gives messages made and the seconds it took.
async fn full_speed(server: &Server, numbers: &Arc<AtomicU64>, until: Until) -> (u64, f64) {
    let began = Instant::now();
    let first = numbers.load(Ordering::Relaxed);
    let made = Arc::new(AtomicU64::new(0));
    let channels = server.channels();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|index| {
            let (numbers, made, channel) =
                (Arc::clone(numbers), Arc::clone(&made), channels[index % channels.len()].clone());
            let (address, token) = (server.text("address"), server.text("author"));
            tokio::spawn(async move {
                let mut line = Line::open(&address).await;
                loop {
                    match until {
                        Until::Time(length) if began.elapsed() >= length => break,
                        Until::Count(count) if numbers.load(Ordering::Relaxed) - first >= count => break,
                        Until::Time(_) | Until::Count(_) => {}
                    }
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    let status = line.ask(&post(&token, &channel, number)).await;
                    assert_eq!(status, 200);
                    made.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    (made.load(Ordering::Relaxed), began.elapsed().as_secs_f64())
}

#[derive(Clone, Copy)]
enum Until {
    Time(Duration),
    Count(u64),
}

/// Posts at a fixed rate. Latencies count from the moment a message was due, in ms.
async fn paced(server: &Server, numbers: &Arc<AtomicU64>) -> Vec<f64> {
    let channels = server.channels();
    let lines = 8;
    let began = tokio::time::Instant::now();
    let tasks: Vec<_> = (0..lines)
        .map(|index| {
            let (numbers, channel) =
                (Arc::clone(numbers), channels[usize::try_from(index).unwrap() % channels.len()].clone());
            let (address, token) = (server.text("address"), server.text("author"));
            tokio::spawn(async move {
                let mut line = Line::open(&address).await;
                let mut took = Vec::new();
                for turn in 0.. {
                    let due = began + Duration::from_micros((turn * lines + index) * 1_000_000 / RATE);
                    if due - began >= PACED {
                        break;
                    }
                    tokio::time::sleep_until(due).await;
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    // The timer of the load is as coarse as a millisecond, so what it oversleeps is not the server's.
                    let sent = tokio::time::Instant::now();
                    let from = if sent - due > Duration::from_millis(2) { due } else { sent };
                    assert_eq!(line.ask(&post(&token, &channel, number)).await, 200);
                    took.push(from.elapsed().as_secs_f64() * 1e3);
                }
                took
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all
}

/// The nearest-rank percentile.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few thousand samples"
)]
fn percentile(samples: &mut [f64], percent: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    let rank = (percent / 100.0 * samples.len() as f64).ceil() as usize;
    samples[rank.saturating_sub(1).min(samples.len() - 1)]
}

fn row(what: &str, values: &[f64], digits: usize) {
    let mut sorted = values.to_vec();
    let middle = percentile(&mut sorted, 50.0);
    let cells: Vec<String> = values.iter().map(|value| format!("{value:.digits$}")).collect();
    println!("| {what} | {} | {middle:.digits$} |", cells.join(" | "));
}

/// A yardstick of the same run: the same load, against a route that does nothing.
async fn nothing(server: &Server) -> f64 {
    let began = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let address = server.text("address");
            tokio::spawn(async move {
                let (mut line, mut made) = (Line::open(&address).await, 0_u32);
                while began.elapsed() < Duration::from_secs(2) {
                    line.ask(b"GET /api/v10/gateway HTTP/1.1\r\nHost: sandbox\r\n\r\n").await;
                    made += 1;
                }
                made
            })
        })
        .collect();
    let mut all = 0;
    for task in tasks {
        all += task.await.unwrap();
    }
    f64::from(all) / began.elapsed().as_secs_f64()
}

#[allow(clippy::cast_precision_loss, reason = "counts of a run")]
async fn measure() {
    let mut figures: [Vec<f64>; 11] = Default::default();
    for _ in 0..RUNS {
        let starts: Vec<f64> = (0..5).map(|_| Server::start().started.as_secs_f64() * 1e3).collect();
        figures[0].push(percentile(&mut starts.clone(), 50.0));

        let server = Server::start();
        let numbers = Arc::new(AtomicU64::new(1));
        let heard = listen(&server).await;
        let cpu = server.cpu();
        let (made, seconds) = full_speed(&server, &numbers, Until::Time(FULL_SPEED)).await;
        let used = server.cpu() - cpu;
        let deadline = Instant::now() + Duration::from_secs(20);
        while heard.load(Ordering::Relaxed) < made && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(heard.load(Ordering::Relaxed), made, "the listener hears each message once");
        figures[1].push(made as f64 / seconds);
        figures[2].push(used / made as f64 * 1e6);
        figures[3].push(nothing(&server).await);
        drop(server);

        let server = Server::start();
        let heard = listen(&server).await;
        let before = heard.load(Ordering::Relaxed);
        let mut took = paced(&server, &numbers).await;
        assert!(heard.load(Ordering::Relaxed) > before);
        figures[4].push(percentile(&mut took, 50.0));
        figures[5].push(percentile(&mut took, 99.0));
        figures[6].push(took.last().copied().unwrap());
        drop(server);

        let server = Server::start();
        figures[7].push(server.memory());
        full_speed(&server, &numbers, Until::Count(KEPT)).await;
        figures[8].push(server.memory());
        full_speed(&server, &numbers, Until::Count(KEPT * 5)).await;
        figures[9].push(server.memory());
        full_speed(&server, &numbers, Until::Count(KEPT * 5)).await;
        figures[10].push(server.memory());
    }
    println!("| | {} | median |", (1..=RUNS).map(|run| format!("run {run}")).collect::<Vec<_>>().join(" | "));
    println!("|---|{}---:|", "---:|".repeat(RUNS));
    row("start, from the process to its line with the addresses (ms)", &figures[0], 1);
    row("messages created per second, one gateway listener attached", &figures[1], 0);
    row("CPU of the server per message, listener included (us)", &figures[2], 0);
    row("yardstick: requests per second to a route that does nothing", &figures[3], 0);
    row(&format!("latency at {RATE} messages per second, p50 (ms)"), &figures[4], 2);
    row(&format!("latency at {RATE} messages per second, p99 (ms)"), &figures[5], 2);
    row(&format!("latency at {RATE} messages per second, worst (ms)"), &figures[6], 2);
    row("memory after start (VmRSS, MB)", &figures[7], 1);
    row(&format!("memory with {KEPT} messages (MB)"), &figures[8], 1);
    row(&format!("memory after {} messages (MB)", KEPT * 6), &figures[9], 1);
    row(&format!("memory after {} messages (MB)", KEPT * 11), &figures[10], 1);
}
