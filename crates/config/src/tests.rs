//! Purpose: what people see for each mistake, and that the samples and the reference stay true.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod cases;
mod samples;
mod scenarios;
mod whole;

use crate::{Loaded, Problems, from_text};

/// The smallest configuration that is accepted without a warning: somebody is paged.
const SMALL: &str = r##"version = 1
[discord]
incidents = "#incidents"
[severities]
SEV-3 = { means = "Degraded", page = true }
[routing]
rules = [{ match = [], severity = "SEV-3" }]
escalation = "all"
[people]
budi = { discord = "budi" }
[[escalations]]
name = "all"
steps = [{ page = "budi" }]
[discord.access]
responder = "@sre"
"##;

fn load(text: &str) -> Result<Loaded, Problems> {
    from_text("siaga.toml", text, &[])
}

/// Each problem as `line:column message | help`.
fn found(result: Result<Loaded, Problems>) -> Vec<String> {
    let problems = match result {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    };
    problems
        .iter()
        .map(|problem| {
            let help = problem.help.as_ref().map_or_else(String::new, |help| format!(" | {help}"));
            format!("{}:{} {}{help}", problem.line, problem.column, problem.message)
        })
        .collect()
}
