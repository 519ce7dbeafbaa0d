//! Purpose: the file beside the database in which a rehearsal writes down what it makes, before it makes it. It is there as long
//! as something may be left over, and locked as long as somebody rehearses.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail};
use discord::rehearse::{Entry, Ledger};

/// The file.
pub(super) struct LedgerFile {
    path: PathBuf,
    file: Mutex<File>,
}

impl LedgerFile {
    /// Opens or makes it, and keeps others out.
    pub(super) fn open(database: &Path) -> anyhow::Result<Self> {
        let path = database.with_extension("rehearsal");
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).with_context(|| format!("create the folder {}", folder.display()))?;
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true).read(true).mode(0o600);
        let file = options.open(&path).with_context(|| {
            format!("{} cannot be written: what a rehearsal makes is written down there first", path.display())
        })?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("somebody rehearses already ({}): wait for it", path.display()),
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("lock {}", path.display())),
        }
        Ok(Self { path, file: Mutex::new(file) })
    }

    /// Everything that is written down. A line that was cut off by a crash counts for nothing: its request never left.
    pub(super) fn entries(&self) -> anyhow::Result<Vec<Entry>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_string(&mut text).with_context(|| format!("read {}", self.path.display()))?;
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Nothing is left over. The file goes with this value, so that what comes next can still be written down.
    pub(super) fn forget(&self) -> anyhow::Result<()> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.set_len(0).with_context(|| format!("write {}", self.path.display()))
    }
}

/// An empty file says nothing.
impl Drop for LedgerFile {
    fn drop(&mut self) {
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        if file.metadata().is_ok_and(|meta| meta.len() == 0)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!("{} stays, empty: {error}", self.path.display());
        }
    }
}

impl Ledger for LedgerFile {
    fn note(&self, entry: &Entry) -> Result<(), String> {
        let write = || {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            let line = serde_json::to_string(entry)?;
            // A line that a crash cut off must not swallow this one.
            file.write_all(format!("\n{line}\n").as_bytes())?;
            file.sync_data()
        };
        write().map_err(|error: std::io::Error| format!("{} cannot be written: {error}", self.path.display()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_was_written_down_is_there_for_the_next_one_and_a_cut_off_line_hides_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("data/siaga.db");
        let entry = Entry::Message { channel: 1, id: 2 };
        let first = LedgerFile::open(&database).unwrap();
        first.note(&entry).unwrap();
        assert!(LedgerFile::open(&database).is_err_and(|error| error.to_string().contains("rehearses already")));
        drop(first);
        let path = folder.path().join("data/siaga.rehearsal");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let mut torn = std::fs::read_to_string(&path).unwrap();
        torn.push_str("{\"entry\":\"chan");
        std::fs::write(&path, torn).unwrap();
        let second = LedgerFile::open(&database).unwrap();
        second.note(&Entry::Channel { id: 3 }).unwrap();
        assert_eq!(second.entries().unwrap(), [entry, Entry::Channel { id: 3 }]);
        second.forget().unwrap();
        assert!(path.exists());
        drop(second);
        assert!(!path.exists());
    }
}
