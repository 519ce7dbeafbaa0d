//! Purpose: `siaga fire`: a test alert through the real HTTP intake, as Alertmanager would send it.
#![expect(clippy::print_stdout, reason = "the command line speaks to a terminal")]

use anyhow::{Context, bail};
use domain::setup::IntegrationKind;
use serde_json::{Value, json};

use crate::cli::FireArgs;
use crate::settings::{Settings, variable};

/// Sends the alert and says what came back.
///
/// # Errors
/// When the bot is not there, or refuses; the sentence says what to do.
pub async fn fire(args: &FireArgs, settings: &Settings) -> anyhow::Result<()> {
    let key_env = args.key_env.clone().unwrap_or_else(|| configured_key(settings, &args.integration));
    let key = variable(&key_env)
        .with_context(|| format!("{key_env} is not set: it holds the key of {}", args.integration))?;
    let base = args.to.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let url = format!("{}/intake/{}", base.trim_end_matches('/'), args.integration);
    let client = reqwest::Client::builder().no_proxy().build()?;
    let response = client
        .post(&url)
        .bearer_auth(key)
        .json(&payload(args))
        .send()
        .await
        .with_context(|| format!("no bot answers at {base}: is `siaga run` up, and SIAGA_LISTEN the same?"))?;
    let status = response.status();
    let body: Value = response.json().await.unwrap_or(Value::Null);
    if !status.is_success() {
        bail!("{url} answered {status}: {}", body["error"].as_str().unwrap_or("no reason given"));
    }
    let verb = if args.resolve { "Resolved" } else { "Fired" };
    println!("{verb} {} (severity={}, service={}).", args.name, args.severity, args.service);
    Ok(())
}

fn configured_key(settings: &Settings, integration: &str) -> String {
    let key_env = config::load(&settings.config, &variable).ok().and_then(|loaded| {
        match &loaded.setup.integration(integration)?.kind {
            IntegrationKind::Alertmanager { key_env } => Some(key_env.clone()),
            IntegrationKind::Json(mapping) => Some(mapping.key_env.clone()),
            IntegrationKind::Chat(_) => None,
        }
    });
    key_env.unwrap_or_else(|| "SIAGA_KEY_ALERTMANAGER".to_owned())
}

/// Alertmanager's webhook, version 4, with one alert.
fn payload(args: &FireArgs) -> Value {
    let status = if args.resolve { "resolved" } else { "firing" };
    let title = args.title.clone().unwrap_or_else(|| format!("Test alert {} for {}", args.name, args.service));
    let labels = json!({ "alertname": args.name, "severity": args.severity, "service": args.service });
    json!({
        "version": "4",
        "groupKey": format!("{{}}:{{alertname=\"{}\"}}", args.name),
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "siaga",
        "groupLabels": { "alertname": args.name },
        "commonLabels": labels,
        "commonAnnotations": {},
        "externalURL": "",
        "alerts": [{
            "status": status,
            "labels": labels,
            "annotations": { "summary": title, "description": "Sent by `siaga fire` to try the way from alert to room." },
            "startsAt": engine::Clock::system().now().to_string(),
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "",
            "fingerprint": format!("siaga-fire-{}-{}-{}", args.name, args.severity, args.service),
        }],
    })
}
