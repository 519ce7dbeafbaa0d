//! Purpose: everything read from the environment and from `.env`, in one place. `.env.example` lists the same names; a test
//! compares.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use anyhow::{Context, bail};
use secrecy::{ExposeSecret as _, SecretString};

use crate::env_file::{self, Values};

/// The file that stands in for variables nobody has set, in the working directory.
pub const ENV_FILE: &str = ".env";

/// What that file says.
static FROM_FILE: RwLock<Values> = RwLock::new(BTreeMap::new());

/// Every variable we read ourselves. What ways need ([`ways::Way::needs`]) and what the configuration names comes on top.
pub const VARIABLES: [&str; 8] = [
    "DISCORD_TOKEN",
    "SIAGA_CONFIG",
    "SIAGA_DATABASE",
    "SIAGA_DISCORD",
    "SIAGA_LISTEN",
    "SIAGA_LISTEN_LINKS",
    "SIAGA_LOG",
    "NO_COLOR",
];

/// Settings of the process; what the process does is in the configuration file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's token.
    pub token: Option<SecretString>,
    /// The configuration file.
    pub config: PathBuf,
    /// The SQLite file.
    pub database: PathBuf,
    /// Where alerts and health checks come in.
    pub listen: SocketAddr,
    /// Where links of pages are opened, if not there.
    pub listen_links: Option<SocketAddr>,
    /// Base address of a Discord-compatible server instead of the real Discord.
    pub discord: Option<String>,
    /// Log filter.
    pub log: String,
    /// Whether output may have color.
    pub color: bool,
}

/// Reads a variable, or what `.env` says of it; an empty one counts as absent. What the process was started with wins, also
/// when it is empty: so a line of the file is switched off.
#[must_use]
pub fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let own = std::env::var(name);
    let value = match own {
        Ok(value) => Some(value),
        Err(std::env::VarError::NotUnicode(_)) => None,
        Err(std::env::VarError::NotPresent) => {
            let file = FROM_FILE.read().unwrap_or_else(PoisonError::into_inner);
            file.get(name).map(|value| value.expose_secret().to_owned())
        }
    };
    value.filter(|value| !value.trim().is_empty())
}

/// Reads `.env` in the working directory, at the start and again before each reload. What was read before is forgotten.
/// Returns a sentence when others may read the file.
///
/// # Errors
/// When a line is wrong; then what was read before stays.
pub fn read_env_file() -> anyhow::Result<Option<String>> {
    let env_file::EnvFile { values, warning } = env_file::read(Path::new(ENV_FILE))?;
    *FROM_FILE.write().unwrap_or_else(PoisonError::into_inner) = values;
    Ok(warning)
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// When a value cannot be used; the sentence names the variable.
    pub fn from_environment() -> anyhow::Result<Self> {
        let listen = variable("SIAGA_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let discord = variable("SIAGA_DISCORD");
        if let Some(address) = &discord
            && !address.starts_with("http://")
            && !address.starts_with("https://")
        {
            bail!("SIAGA_DISCORD must be an address like http://127.0.0.1:4010, not {address}");
        }
        Ok(Self {
            token: variable("DISCORD_TOKEN").map(SecretString::from),
            config: variable("SIAGA_CONFIG").unwrap_or_else(|| "siaga.toml".to_owned()).into(),
            database: variable("SIAGA_DATABASE").unwrap_or_else(|| "siaga-data/siaga.db".to_owned()).into(),
            listen: listen.parse().with_context(|| {
                format!("SIAGA_LISTEN must be an address and a port like 127.0.0.1:8080, not {listen}")
            })?,
            listen_links: variable("SIAGA_LISTEN_LINKS")
                .map(|text| {
                    text.parse().with_context(|| {
                        format!("SIAGA_LISTEN_LINKS must be an address and a port like 127.0.0.1:8081, not {text}")
                    })
                })
                .transpose()?,
            discord,
            log: variable("SIAGA_LOG").unwrap_or_else(|| "info".to_owned()),
            color: variable("NO_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stdout()),
        })
    }

    /// The token, or a sentence that says where to get one.
    ///
    /// # Errors
    /// When `DISCORD_TOKEN` is not set.
    pub fn need_token(&self) -> anyhow::Result<SecretString> {
        self.token.clone().context(
            "DISCORD_TOKEN is not set: create a bot in the Discord developer portal (Bot, Reset Token) and put its token into the environment or into .env",
        )
    }
}
