//! Purpose: `siaga fire`: a test alert through the real HTTP intake, as Alertmanager would send it.

use anyhow::{Context, bail};
use domain::IntegrationName;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::cli::FireArgs;
use crate::keys::Keys;
use crate::settings::{Settings, variable};

/// Sends the alert and says what came back.
///
/// # Errors
/// When the bot is not there, or refuses; the sentence says what to do.
pub async fn fire(args: &FireArgs, settings: &Settings) -> anyhow::Result<()> {
    let key = key(args, settings)?;
    let base = args.to.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let url = format!("{}/intake/{}", base.trim_end_matches('/'), args.integration);
    let client = reqwest::Client::builder().no_proxy().build()?;
    let response = client
        .post(&url)
        .bearer_auth(key.expose_secret())
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
    outln!("{verb} {} (severity={}, service={}).", args.name, args.severity, args.service);
    Ok(())
}

/// The key of the variable that is named, else of the configuration, else the one of a first try.
fn key(args: &FireArgs, settings: &Settings) -> anyhow::Result<SecretString> {
    let integration = &args.integration;
    if args.key_env.is_none()
        && let Ok(loaded) = config::load(&settings.config, &variable)
        && let Some(known) = loaded.setup.integration(integration)
    {
        let (keys, unset) = Keys::read(&loaded.setup, &variable);
        let why = || unset.iter().find(|unset| unset.sender == known.name).map(crate::keys::Unset::sentence);
        return keys
            .first(&IntegrationName(integration.clone()))
            .with_context(|| why().unwrap_or_else(|| format!("{integration} takes no alerts by HTTP")));
    }
    let key_env = args.key_env.as_deref().unwrap_or("SIAGA_KEY_ALERTMANAGER");
    let key = variable(key_env).with_context(|| format!("{key_env} is not set: it holds the key of {integration}"))?;
    Ok(SecretString::from(key))
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
