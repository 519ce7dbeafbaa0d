//! Purpose: start processes that never outlive this one, and read what they cost from `/proc`.

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

/// Starts the binary.
pub(crate) fn spawn(arguments: &[&str], settings: &[(&'static str, String)], out: Stdio, err: Stdio) -> Child {
    Command::new(crate::binary())
        .args(arguments)
        .envs(settings.iter().map(|(name, value)| (*name, value.as_str())))
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// What a running process has cost so far.
pub(crate) fn usage(child: &Child) -> Usage {
    let folder = format!("/proc/{}", child.id().unwrap());
    let status = std::fs::read_to_string(format!("{folder}/status")).unwrap();
    let mib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1024.0
    };
    let stat = std::fs::read_to_string(format!("{folder}/stat")).unwrap();
    // The name may hold spaces; user and system time are the 12th and 13th value after it.
    let (_, rest) = stat.rsplit_once(')').unwrap();
    let ticks: f64 = rest.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    Usage { rss_mib: mib("VmRSS:"), peak_mib: mib("VmHWM:"), cpu_s: ticks / TICKS }
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
