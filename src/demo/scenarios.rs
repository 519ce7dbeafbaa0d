//! Purpose: the scenarios that come with the program, and the one a demo plays.

use std::path::Path;

use anyhow::bail;
use domain::Setup;
use domain::scenario::Scenario;

/// The story when nobody asks for another.
const USUAL: &str = "checkout-outage";
/// As in `examples/scenarios`.
pub(super) const FILES: [(&str, &str); 3] = [
    ("checkout-outage.toml", include_str!("../../examples/scenarios/checkout-outage.toml")),
    ("noisy-neighbour.toml", include_str!("../../examples/scenarios/noisy-neighbour.toml")),
    ("stock-runs-dry.toml", include_str!("../../examples/scenarios/stock-runs-dry.toml")),
];

/// The scenario that was asked for: one that comes along, by name, or a file.
pub(super) fn chosen(asked: Option<&str>, setup: &Setup, color: bool) -> anyhow::Result<Scenario> {
    let name = asked.unwrap_or(USUAL);
    if let Some(scenario) = setup.scenario(name) {
        return Ok(scenario.clone());
    }
    let path = Path::new(name);
    if path.exists() || path.extension().is_some() || path.components().count() > 1 {
        return config::load_scenario(path, setup)
            .map_err(|problems| anyhow::anyhow!("the scenario cannot be played:\n{}", problems.render(color)));
    }
    let known = || setup.scenarios.iter().map(|scenario| scenario.name.as_str());
    match config::did_you_mean(name, known()) {
        Some(near) => {
            bail!("no scenario is called {name}: did you mean {near}? A file is named with its ending, .toml")
        }
        None => bail!(
            "no scenario is called {name}. There are: {}. A file is named with its ending, .toml",
            known().collect::<Vec<_>>().join(", ")
        ),
    }
}

/// `siaga demo --list-scenarios`.
pub(super) fn list(setup: &Setup) {
    let width = setup.scenarios.iter().map(|scenario| scenario.name.len()).max().unwrap_or_default();
    for scenario in &setup.scenarios {
        let about = scenario.about.as_ref().map(|about| format!(" ({about})")).unwrap_or_default();
        outln!("{:width$}  {}{about}", scenario.name, scenario.title);
    }
}
