//! Purpose: how `siaga reload` and `siaga check --against-running` talk to the process that holds a database: one request and its answer over a socket beside it,
//! which only the user that runs the bot can open.
//!
//! A signal has no answer, and needs a process id that means the same on both sides. The socket needs only the folder.

use std::fs::{File, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::lock;
use crate::reload::ReloadReport;

/// Reads the configuration again.
const RELOAD: &str = "reload";
/// Says what reading a file would change; its path follows, as JSON.
const CHECK: &str = "check ";
/// How long a request may take to be said.
const SAY: Duration = Duration::from_secs(5);
/// How long `siaga reload` waits: longer than all that a reload may wait for.
const ANSWER: Duration = Duration::from_secs(60);
/// Longest path of a socket that every Unix takes, in bytes.
const LONGEST_PATH: usize = 100;

/// The socket beside a database.
fn path_of(database: &Path) -> PathBuf {
    database.with_extension("control")
}

/// A path that is short enough for a socket, and what has to stay open for it.
fn reachable(path: &Path) -> std::io::Result<(PathBuf, Option<File>)> {
    if path.as_os_str().len() <= LONGEST_PATH {
        return Ok((path.to_owned(), None));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = File::open(parent)?;
    let name = path.file_name().unwrap_or_default();
    Ok((PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name), Some(folder)))
}

/// The side of the bot.
pub(crate) struct Control {
    requests: mpsc::Receiver<Asked>,
    path: PathBuf,
    listener: JoinHandle<()>,
}

/// Somebody waits for the result.
pub(crate) struct Asked {
    stream: UnixStream,
    pub(crate) what: AskedFor,
}

/// What somebody asks a running bot for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AskedFor {
    /// To read its configuration again.
    Reload,
    /// What reading this file would change.
    Check(PathBuf),
}

impl Control {
    /// Listens beside the database. The caller holds its lock, so a socket that is there is a dead one's.
    ///
    /// # Errors
    /// When the folder takes no sockets.
    pub(crate) fn listen(database: &Path) -> anyhow::Result<Self> {
        let path = path_of(database);
        let new = database.with_extension("control-new");
        let _ = std::fs::remove_file(&new);
        let (short, _folder) = reachable(&new)?;
        let listener = UnixListener::bind(short).with_context(|| format!("listen at {}", path.display()))?;
        // Under its name only when nobody else can open it.
        std::fs::set_permissions(&new, Permissions::from_mode(0o600))?;
        std::fs::rename(&new, &path)?;
        let (sender, requests) = mpsc::channel(4);
        let listener = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move {
                    if let Ok(Some(asked)) = tokio::time::timeout(SAY, read(stream)).await {
                        let _ = sender.send(asked).await;
                    }
                });
            }
        });
        Ok(Self { requests, path, listener })
    }

    /// The next request; never comes back when there is no socket any more.
    pub(crate) async fn next(&mut self) -> Asked {
        match self.requests.recv().await {
            Some(asked) => asked,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.listener.abort();
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn read(stream: UnixStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).await.ok()?;
    let line = line.trim();
    let what = match line.strip_prefix(CHECK) {
        Some(path) => AskedFor::Check(serde_json::from_str(path).ok()?),
        None if line == RELOAD => AskedFor::Reload,
        None => return None,
    };
    Some(Asked { stream: reader.into_inner(), what })
}

impl Asked {
    /// Answers.
    pub(crate) async fn answer(mut self, report: &ReloadReport) {
        let answered = async {
            let text = serde_json::to_vec(report).map_err(std::io::Error::other)?;
            self.stream.write_all(&text).await?;
            self.stream.shutdown().await
        };
        match tokio::time::timeout(SAY, answered).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => warn!("Whoever asked did not wait for its result: {error}"),
            Err(_) => warn!("Whoever asked does not take its result"),
        }
    }
}

/// Asks the process that holds the database to read its configuration again, and waits for the result.
///
/// # Errors
/// When there is no such process, it cannot be asked, or it does not answer: a sentence says what to do.
pub(crate) fn reload(database: &Path) -> anyhow::Result<ReloadReport> {
    let Some(process) = lock::holder(database) else {
        bail!("no siaga is running on {}: there is nothing to reload", database.display());
    };
    ask(database, process, RELOAD)
}

/// Asks the process that holds the database what reading this file would change. It changes nothing.
///
/// # Errors
/// As [`reload`].
pub(crate) fn check(database: &Path, file: &Path) -> anyhow::Result<ReloadReport> {
    let Some(process) = lock::holder(database) else {
        bail!("no siaga is running on {}: there is nothing to compare with", database.display());
    };
    let file = file.canonicalize().with_context(|| format!("{} cannot be read", file.display()))?;
    ask(database, process, &format!("{CHECK}{}", serde_json::to_string(&file)?))
}

fn ask(database: &Path, process: u32, request: &str) -> anyhow::Result<ReloadReport> {
    let path = path_of(database);
    let connected = reachable(&path).and_then(|(short, _folder)| BlockingStream::connect(short));
    let mut stream = match connected {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            bail!("process {process} cannot be asked: start this as the user that runs the bot");
        }
        Err(error) => bail!(
            "process {process} holds the database and does not listen at {} ({error}): it starts, stops, or is a demo. \
             SIGHUP makes a running bot read its configuration too; its log says how that went",
            path.display()
        ),
    };
    let answer = (|| -> std::io::Result<String> {
        stream.set_read_timeout(Some(ANSWER))?;
        stream.set_write_timeout(Some(SAY))?;
        writeln!(stream, "{request}")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    })();
    match answer {
        Ok(text) if text.is_empty() => {
            bail!("process {process} ended before it answered: the configuration is read at its next start")
        }
        Ok(text) => {
            serde_json::from_str(&text).context("the answer of the bot cannot be read: it may be of another version")
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => bail!(
            "process {process} did not answer within {} s and may still take the configuration: its log says how it went",
            ANSWER.as_secs()
        ),
        Err(error) => Err(error).with_context(|| format!("process {process} could not be asked")),
    }
}
