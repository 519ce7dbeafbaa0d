//! Purpose: start processes that never outlive this one, and read what they cost from `/proc`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::{Child, Command};

/// Ticks of a second in `/proc/PID/stat`: 100 on every Linux this is likely to meet.
const TICKS: f64 = 100.0;

/// What a process has cost.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) rss_mib: f64,
    pub(crate) peak_mib: f64,
    pub(crate) cpu_s: f64,
}

/// A process that is to be started.
pub(crate) struct Spawn {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) settings: Vec<(&'static str, String)>,
}

impl Spawn {
    pub(crate) fn start(&self, out: Stdio, err: Stdio) -> Child {
        Command::new(&self.program)
            .args(&self.arguments)
            .envs(self.settings.iter().map(|(name, value)| (*name, value.as_str())))
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} cannot be started: {error}", self.program.display()))
    }
}

/// What a running process has cost so far.
pub(crate) fn usage(child: &Child) -> Usage {
    let folder = format!("/proc/{}", child.id().unwrap());
    let status = std::fs::read_to_string(format!("{folder}/status")).unwrap();
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1024.0
    };
    // The name may hold spaces; user and system time are the 12th and 13th value after it.
    Usage { rss_mib: mib("VmRSS:"), peak_mib: mib("VmHWM:"), cpu_s: seconds(&folder, 11) }
}

impl Usage {
    /// `VmRSS` in MB (10^6 bytes).
    pub(crate) fn rss_mb(&self) -> f64 {
        self.rss_mib * 1.048_576
    }
}

/// CPU seconds of all children of this process that have ended.
pub(crate) fn ended_children_cpu_s() -> f64 {
    seconds("/proc/self", 13)
}

/// User and system time together, from this value on after the name.
fn seconds(folder: &str, first: usize) -> f64 {
    let stat = std::fs::read_to_string(format!("{folder}/stat")).unwrap();
    let (_, rest) = stat.rsplit_once(')').unwrap();
    let ticks: f64 = rest.split_whitespace().skip(first).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / TICKS
}

/// A folder that is removed when this is dropped.
pub(crate) struct Temporary(PathBuf);

impl std::ops::Deref for Temporary {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _gone_already = std::fs::remove_dir_all(&self.0);
    }
}

/// A new folder for the files of one measurement.
pub(crate) fn temporary(name: &str) -> Temporary {
    let folder = std::env::temp_dir().join(format!("siaga-bench-{}-{}-{name}", std::process::id(), now_us()));
    std::fs::create_dir_all(&folder).unwrap();
    Temporary(folder)
}

/// The real time in microseconds, as the sandbox writes it.
#[allow(clippy::disallowed_methods, reason = "two processes are compared by the machine's clock")]
pub(crate) fn now_us() -> u64 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(elapsed.as_micros()).unwrap()
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
