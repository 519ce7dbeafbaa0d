//! Purpose: a signal to a process at an exact moment of a call: how crash tests hit it.

use rustix::process::{Pid, kill_process};

/// A signal for a process of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signal {
    pid: Pid,
    signal: rustix::process::Signal,
}

impl Signal {
    /// Errors: a sentence, when there is no such signal or the process is not one to shoot at.
    pub(crate) fn new(pid: i32, name: &str) -> Result<Self, String> {
        use rustix::process::Signal as Known;
        let signal = match name.to_ascii_uppercase().trim_start_matches("SIG") {
            "KILL" => Known::KILL,
            "TERM" => Known::TERM,
            "INT" => Known::INT,
            "HUP" => Known::HUP,
            "STOP" => Known::STOP,
            "CONT" => Known::CONT,
            other => return Err(format!("The signal is KILL, TERM, INT, HUP, STOP or CONT, not {other:?}.")),
        };
        let own = i32::try_from(std::process::id()).unwrap_or(0);
        let pid = Pid::from_raw(pid)
            .filter(|_| pid > 1 && pid != own)
            .ok_or_else(|| format!("{pid} is not a process that may get a signal."))?;
        Ok(Self { pid, signal })
    }

    /// Sends it. A process that is gone already needs no signal.
    pub(crate) fn send(self) {
        if let Err(error) = kill_process(self.pid, self.signal) {
            tracing::warn!(pid = self.pid.as_raw_nonzero().get(), %error, "The signal could not be sent");
        }
    }
}
