//! Purpose: the state file. Each change is one JSON line, written before anything is answered; a half-written last line
//! (the process was killed) is dropped at the next start, and the file is rewritten whole then.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::world::{World, tables::Line};

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another running sandbox uses it.
    #[error("the state file {0} is used by another sandbox")]
    InUse(PathBuf),
    /// It cannot be read or written.
    #[error("the state file {path} cannot be used: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line in it is not one of ours.
    #[error("line {line} of the state file {path} is not readable: {source}")]
    Line {
        /// The file.
        path: PathBuf,
        /// Counted from one.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The open state file.
pub(crate) struct Journal {
    file: File,
}

impl Journal {
    /// Takes the file into the (seeded) world, or starts the file from it, and keeps it open. Every mark in `world.dirty`
    /// is written by then.
    pub(crate) fn open(path: &Path, world: &mut World) -> Result<Self, StateError> {
        let failed = |source| StateError::Io { path: path.to_owned(), source };
        // The lock lives beside the file, because the file itself is replaced below.
        let lock_path = beside(path, "lock");
        let lock = own().truncate(false).open(&lock_path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => return Err(StateError::InUse(path.to_owned())),
            Err(fs::TryLockError::Error(source)) => return Err(failed(source)),
        }
        match fs::read(path) {
            Ok(bytes) => restore(path, &bytes, world)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(failed(source)),
        }
        let next = beside(path, "next");
        let mut file = own().truncate(true).open(&next).map_err(failed)?;
        let mut text = Vec::new();
        for key in world.all_keys() {
            write_line(&mut text, world, key).map_err(failed)?;
        }
        file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
        fs::rename(&next, path).map_err(failed)?;
        world.dirty.clear();
        // The lock is held as long as its file stays open: for as long as the process lives.
        LOCKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((path.to_owned(), lock));
        Ok(Self { file })
    }

    /// Writes what changed. A killed process loses nothing of it; a power cut may lose the last moments.
    pub(crate) fn write(&mut self, world: &mut World) -> io::Result<()> {
        let mut text = Vec::new();
        for key in std::mem::take(&mut world.dirty) {
            write_line(&mut text, world, key)?;
        }
        self.file.write_all(&text)
    }

    /// Makes sure that the disk has everything, and lets go of the file.
    pub(crate) fn close(self, path: &Path) {
        if let Err(error) = self.file.sync_all() {
            tracing::warn!(%error, "The state file could not be flushed");
        }
        LOCKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).retain(|(held, _)| held != path);
    }
}

static LOCKS: std::sync::Mutex<Vec<(PathBuf, File)>> = std::sync::Mutex::new(Vec::new());

/// A file that only its owner may read: tokens and what people wrote are in it.
fn own() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(extension);
    path.with_file_name(name)
}

fn write_line(text: &mut Vec<u8>, world: &World, key: crate::world::Key) -> io::Result<()> {
    serde_json::to_writer(&mut *text, &world.line(key))?;
    text.push(b'\n');
    Ok(())
}

fn restore(path: &Path, bytes: &[u8], world: &mut World) -> Result<(), StateError> {
    let complete = bytes.iter().rposition(|byte| *byte == b'\n').map_or(&bytes[..0], |end| &bytes[..end]);
    if complete.is_empty() {
        return Ok(());
    }
    world.clear();
    for (index, line) in complete.split(|byte| *byte == b'\n').enumerate() {
        let taken = serde_json::from_slice::<Line>(line).and_then(|line| world.apply(line));
        taken.map_err(|source| StateError::Line { path: path.to_owned(), line: index + 1, source })?;
    }
    Ok(())
}
