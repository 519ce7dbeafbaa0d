//! Purpose: one process per embedded database: two deciders on one file would page twice.

use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Held as long as the process uses the database.
#[derive(Debug)]
pub struct DatabaseLock {
    file: File,
}

/// The lock file beside a database.
#[must_use]
pub fn path_of(database: &Path) -> PathBuf {
    database.with_extension("lock")
}

impl DatabaseLock {
    /// Takes the lock and writes our process id into it.
    ///
    /// # Errors
    /// When another process holds it, or the file cannot be written.
    pub fn take(database: &Path) -> anyhow::Result<Self> {
        let path = path_of(database);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            store::private::create_folder(folder).with_context(|| format!("create the folder {}", folder.display()))?;
        }
        let mut file = store::private::open_file(&path).with_context(|| format!("open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                bail!(
                    "{} is in use by another siaga (process {}): stop that one first",
                    database.display(),
                    holder.trim()
                );
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("lock {}", path.display())),
        }
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self { file })
    }
}

impl Drop for DatabaseLock {
    /// Let go of by name: a child that was forked a moment ago still has the file until it begins its own program.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// The process that holds the lock of a database; none when nobody does.
#[must_use]
pub fn holder(database: &Path) -> Option<u32> {
    let file = File::open(path_of(database)).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => std::fs::read_to_string(path_of(database)).ok()?.trim().parse().ok(),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}
