//! Purpose: a storm of alerts with Discord's documented limits: how soon pages and acknowledgements get through it, beside the
//! same when all is calm, and how many calls it takes (`scripts/bench storm`).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;

use crate::bot::{Bot, KEY, Start, release};
use crate::load::{SERVICES, alert, body};
use crate::options::Options;
use crate::process::{now_us, temporary, usage};
use crate::sandbox::Sandbox;
use crate::storm_report::{Run, report};

/// Alerts of the storm, and how long it lasts.
const ALERTS: u64 = 100_000;
const LASTS: Duration = Duration::from_secs(60);
const QUICK: (u64, Duration) = (10_000, Duration::from_secs(8));
/// Alerts of one request, all of one service, as Alertmanager groups them.
const PER_REQUEST: u64 = 10;
/// Between two alerts that somebody must be paged for.
const PAGES_APART: Duration = Duration::from_secs(2);
/// Of them while all is calm.
const CALM_PAGES: usize = 15;
/// A page that takes longer counts as this long, and is told apart.
const PAGE_AT_MOST: Duration = Duration::from_secs(60);
/// Whose phone rang waits so long for the mention in the room before they acknowledge: afterwards nobody is mentioned.
const ACK_AFTER: Duration = Duration::from_secs(10);
/// How often phones and calls are looked at. The times are the sandbox's.
const LOOK: Duration = Duration::from_millis(100);
const DRAIN_AT_MOST: Duration = Duration::from_secs(300);
/// Who may be paged by the sample configuration.
const PEOPLE: [&str; 5] = ["agus", "rina", "dewi", "budi", "sari"];

pub(crate) async fn measure(options: &Options) {
    let mut runs = Vec::new();
    for number in options.each_run() {
        runs.push(run(number, options.quick).await);
    }
    report(&runs);
}

async fn run(number: usize, quick: bool) -> Run {
    let (alerts, lasts) = if quick { QUICK } else { (ALERTS, LASTS) };
    let calm_pages = if quick { 3 } else { CALM_PAGES };
    let folder = temporary(&format!("storm-{number}"));
    let sandbox = Arc::new(Sandbox::start(&folder, false).await);
    let bot = Arc::new(Start { program: release(), folder: &folder, more: Vec::new() }.start(&sandbox).await);
    sandbox.quiet().await;
    let mut after = 0;
    sandbox.calls_after(&mut after).await;
    let calm = pages(&bot, &sandbox, "calm", calm_pages).await;
    sandbox.quiet().await;
    let calm_calls = sandbox.calls_after(&mut after).await;

    let (began, cpu) = (Instant::now(), (bot.usage().cpu_s, usage(&sandbox.child).cpu_s));
    let load = tokio::spawn(storm(Arc::clone(&bot), alerts, lasts));
    let count = usize::try_from(lasts.as_secs() / PAGES_APART.as_secs()).unwrap();
    let stormy = pages(&bot, &sandbox, "storm", count).await;
    let accepted_ms = load.await.unwrap();
    let end = bot.progress().await;
    let seconds = began.elapsed().as_secs_f64();
    let cpu = ((bot.usage().cpu_s - cpu.0) / seconds, (usage(&sandbox.child).cpu_s - cpu.1) / seconds);
    let waiting = bot.metric("siaga_outbox_waiting").await;
    let (drain, left) = bot.drained(DRAIN_AT_MOST).await;
    let calls = sandbox.calls_after(&mut after).await;
    let rate_limited = bot.by_label("siaga_discord_rate_limited_total", "scope").await;
    let run = Run {
        calm,
        stormy,
        accepted_ms,
        backlog: end.waiting,
        drain,
        not_drained: left.waiting,
        outbox_waiting: waiting,
        calm_calls,
        calls,
        rate_limited,
        seconds,
        cpu,
        rss_mb: bot.usage().rss_mb(),
        dead: bot.metric("siaga_dead_letters").await,
    };
    drop(bot);
    run
}

/// Sends the storm evenly over its length; milliseconds from each request to its 202.
#[allow(clippy::cast_precision_loss, reason = "counts")]
async fn storm(bot: Arc<Bot>, alerts: u64, lasts: Duration) -> Vec<f64> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let (address, requests) = (format!("{}/intake/alertmanager", bot.address()), alerts / PER_REQUEST);
    let began = Instant::now();
    let mut sent = Vec::new();
    for request in 0..requests {
        let due = lasts.mul_f64(request as f64 / requests as f64);
        sleep(due.saturating_sub(began.elapsed())).await;
        let (http, address) = (http.clone(), address.clone());
        sent.push(tokio::spawn(async move {
            let service = format!("service-{}", request % SERVICES);
            let first = request * PER_REQUEST;
            let alerts: Vec<_> = (first..first + PER_REQUEST)
                .map(|number| alert(&format!("{number:016x}"), "firing", "info", &service))
                .collect();
            let began = Instant::now();
            let answer = http.post(address).bearer_auth(KEY).json(&body(&alerts)).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 202);
            began.elapsed().as_secs_f64() * 1_000.0
        }));
    }
    let mut times = Vec::new();
    for one in sent {
        times.push(one.await.unwrap());
    }
    times
}

/// One alert that somebody is paged for.
pub(crate) struct Paged {
    /// From its 202 to the first sound of a phone, and to the mention in the room.
    pub(crate) first_ms: Option<f64>,
    pub(crate) room_ms: Option<f64>,
    /// From typing `/ack` to the answer.
    pub(crate) ack_ms: Option<f64>,
}

/// What one is waited for.
struct Waited {
    title: String,
    accepted_us: u64,
    /// Who was paged first, for which incident, and when we saw that; until they acknowledge.
    rang: Option<(&'static str, String, Instant)>,
    paged: Paged,
}

/// Sends alerts that somebody must be paged for, one after the other, each of a service of its own; acknowledges each by a slash
/// command when a phone rings.
async fn pages(bot: &Bot, sandbox: &Arc<Sandbox>, name: &str, count: usize) -> Vec<Paged> {
    let mut waited: Vec<Waited> = Vec::new();
    let mut seen: BTreeMap<&str, u64> = PEOPLE.iter().map(|person| (*person, 0)).collect();
    let mut acknowledging = Vec::new();
    let began = Instant::now();
    let lasts = PAGES_APART * u32::try_from(count).unwrap();
    loop {
        let elapsed = began.elapsed();
        if waited.len() < count && elapsed >= PAGES_APART * u32::try_from(waited.len()).unwrap() {
            let service = format!("{name}-{}", waited.len());
            let accepted_us = page_worthy(bot, sandbox, &service).await;
            let paged = Paged { first_ms: None, room_ms: None, ack_ms: None };
            waited.push(Waited { title: format!("{service} answers slowly"), accepted_us, rang: None, paged });
        }
        for (person, after) in &mut seen {
            for notice in sandbox.rang(person, after).await {
                let (Some(text), Some(at)) = (notice["text"].as_str(), notice["at"].as_u64()) else { continue };
                let Some(at_page) = waited.iter().position(|one| text.contains(&one.title)) else { continue };
                let one = &mut waited[at_page];
                let ms = crate::latency::ms_between(one.accepted_us, at * 1_000);
                if one.paged.first_ms.is_none() {
                    one.rang = Some((person, incident_in(text), Instant::now()));
                }
                one.paged.first_ms = Some(one.paged.first_ms.map_or(ms, |first| first.min(ms)));
                if notice["kind"] == "mention" {
                    one.paged.room_ms = Some(one.paged.room_ms.map_or(ms, |first| first.min(ms)));
                }
            }
        }
        for (number, one) in waited.iter_mut().enumerate() {
            let now = |(_, _, since): &mut (_, _, Instant)| one.paged.room_ms.is_some() || since.elapsed() >= ACK_AFTER;
            let Some((person, incident, _)) = one.rang.take_if(now) else { continue };
            let sandbox = Arc::clone(sandbox);
            acknowledging.push(tokio::spawn(async move {
                let began = Instant::now();
                sandbox.slash(person, "ack", json!({ "incident": incident })).await;
                (number, began.elapsed().as_secs_f64() * 1_000.0)
            }));
        }
        // After an acknowledgement nobody is mentioned any more.
        let all = waited.len() == count && waited.iter().all(|one| one.paged.first_ms.is_some() && one.rang.is_none());
        if (all && elapsed >= lasts) || elapsed >= lasts + PAGE_AT_MOST {
            break;
        }
        sleep(LOOK).await;
    }
    for one in acknowledging {
        let (at, ms) = one.await.unwrap();
        waited[at].paged.ack_ms = Some(ms);
    }
    waited.into_iter().map(|one| one.paged).collect()
}

/// The incident that a page names.
fn incident_in(text: &str) -> String {
    let (_, rest) = text.split_once("INC-").unwrap_or_else(|| panic!("a page names its incident: {text}"));
    format!("INC-{}", rest.chars().take_while(char::is_ascii_digit).collect::<String>())
}

/// Sends it; when it was accepted.
async fn page_worthy(bot: &Bot, sandbox: &Sandbox, service: &str) -> u64 {
    let address = format!("{}/intake/alertmanager", bot.address());
    let alerts = [alert(service, "firing", "critical", service)];
    let answer = sandbox.http.post(address).bearer_auth(KEY).json(&body(&alerts)).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
    now_us()
}
