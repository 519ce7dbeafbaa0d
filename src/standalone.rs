//! Purpose: `siaga sandbox`: the Discord-compatible server alone, for bots of all kinds.

use std::path::{Path, PathBuf};

use anyhow::Context;
use sandbox::{Guild, Limits, Options, Sandbox};
use serde_json::json;

use crate::cli::{Output, SandboxArgs};
use crate::demo::{start_sandbox, terminated};

/// Runs until it is interrupted.
///
/// # Errors
/// When a file cannot be used, or the address.
pub async fn run(args: &SandboxArgs) -> anyhow::Result<()> {
    let options = Options {
        listen: args.listen,
        guild: read(args.guild.as_ref(), Guild::from_toml)?,
        limits: read(args.limits.as_ref(), Limits::from_toml)?,
        state: args.state.clone(),
        ..Options::default()
    };
    let sandbox = start_sandbox(options).await?;
    match args.output {
        Output::Json => outln!("{}", line_for_scripts(&sandbox)),
        Output::Text => greet(&sandbox),
    }
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        () = terminated() => {}
    }
    sandbox.shutdown().await;
    Ok(())
}

/// A file of the person's, or the default.
fn read<T: Default, E: std::error::Error + Send + Sync + 'static>(
    file: Option<&PathBuf>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> anyhow::Result<T> {
    let Some(file) = file.map(PathBuf::as_path) else { return Ok(T::default()) };
    let shown = Path::display(file);
    let text = std::fs::read_to_string(file).with_context(|| format!("read {shown}"))?;
    parse(&text).with_context(|| shown.to_string())
}

fn line_for_scripts(sandbox: &Sandbox) -> serde_json::Value {
    let bots: Vec<_> = sandbox.bots().into_iter().map(|bot| json!({ "name": bot.name, "token": bot.token })).collect();
    let people: Vec<_> = sandbox
        .people()
        .into_iter()
        .map(|person| json!({ "name": person.username, "id": person.id.to_string() }))
        .collect();
    json!({
        "page": sandbox.page_url(),
        "api": sandbox.api_url(),
        "gateway": sandbox.gateway_url(),
        "guild": sandbox.guild_id().to_string(),
        "control": format!("{}/control", sandbox.base_url()),
        "bots": bots,
        "people": people,
    })
}

fn greet(sandbox: &Sandbox) {
    outln!("Page      {}", sandbox.page_url());
    outln!("REST      {}/v10", sandbox.api_url());
    outln!("Gateway   {}", sandbox.gateway_url());
    outln!("Control   {}/control", sandbox.base_url());
    outln!();
    for bot in sandbox.bots() {
        outln!("Bot {:<13} token {}", bot.name, bot.token);
    }
    outln!();
    outln!(
        "Open the page, choose who you are, and talk. docs/sandbox.md tells how to point a bot here. Ctrl-C stops it."
    );
}
