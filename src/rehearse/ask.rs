//! Purpose: questions at a terminal that Ctrl-C ends.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How a question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Yes,
    No,
    Stopped,
}

/// Whether somebody can be asked.
pub(super) fn has_terminal() -> bool {
    std::io::stdin().is_terminal()
}

/// Asks yes or no; anything but a yes is a no.
pub(super) async fn agrees(question: &str, stop: &CancellationToken) -> anyhow::Result<Asked> {
    let answer = line(&format!("{question} [y/N]"), stop).await?;
    Ok(match answer.map(|answer| answer.to_ascii_lowercase()).as_deref() {
        None => Asked::Stopped,
        Some("y" | "yes") => Asked::Yes,
        Some(_) => Asked::No,
    })
}

/// Reads a line; none when it is to stop.
pub(super) async fn line(question: &str, stop: &CancellationToken) -> anyhow::Result<Option<String>> {
    eprint_question(question)?;
    let (tell, told) = oneshot::channel();
    // A thread of its own: one of the runtime's would hold up the end of the process until a line comes.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).map(|_| line);
        drop(tell.send(read));
    });
    tokio::select! {
        read = told => Ok(Some(read??.trim().to_owned())),
        () = stop.cancelled() => Ok(None),
    }
}

/// Questions go where people look while data goes elsewhere.
fn eprint_question(question: &str) -> std::io::Result<()> {
    let mut out = std::io::stderr();
    write!(out, "{question} ")?;
    out.flush()
}
