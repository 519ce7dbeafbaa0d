//! Purpose: the file with what Discord's answers have that the sandbox's lack. It can be sent to us: shapes only.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::Context as _;
use discord::rehearse::Shapes;
use serde_json::json;

/// Writes it, for its owner only. Gives how many fields, types and headers the sandbox lacks.
pub(super) fn write(path: &Path, shapes: &Shapes, sandbox: bool) -> anyhow::Result<usize> {
    let known = Shapes::of_the_sandbox();
    let report = json!({
        "siaga": env!("CARGO_PKG_VERSION"),
        "about": "What these answers have that the sandbox's lack: fields, types, headers. No ids, names or texts.",
        "from": if sandbox { "a Discord-compatible server" } else { "Discord" },
        "answers": shapes.beyond(&known),
    });
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true).mode(0o600);
    let mut file = options.open(path).with_context(|| format!("write {}", path.display()))?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    file.write_all(format!("{report:#}\n").as_bytes())?;
    Ok(shapes.count_beyond(&known))
}

/// What it is for.
pub(super) fn sentence(path: &Path, count: usize) -> String {
    let path = path.display();
    match count {
        0 => format!("Discord answers as our sandbox does. {path} says so."),
        1 => format!(
            "Discord's answers have 1 thing that our sandbox lacks. {path} names it, without ids, names or texts: please send it to us."
        ),
        many => format!(
            "Discord's answers have {many} things that our sandbox lacks. {path} names them, without ids, names or texts: please send it to us."
        ),
    }
}
