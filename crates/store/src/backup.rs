//! Purpose: a copy of the database while a bot works on it: whole, of one moment, checked before it has its name.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Store, StoreError};

/// No copy was made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is there already.
    #[error("{path} is there already: a backup never overwrites anything, choose another name")]
    Exists {
        /// Where the copy should go.
        path: PathBuf,
    },
    /// The copy cannot be written.
    #[error("cannot write {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The database could not be copied.
    #[error("the database cannot be copied: {0}")]
    Copy(StoreError),
    /// The copy is not whole.
    #[error(
        "the copy is damaged, so the database may be, too ({found}): `siaga doctor` looks at it, docs/backup.md says what to do"
    )]
    Damaged {
        /// What SQLite found first.
        found: String,
    },
}

impl Store {
    /// Copies the database of this moment into a new file that only its owner may read. Readers and the writer go on
    /// meanwhile. The file has its name only when it is whole: checked, and on the disk.
    ///
    /// # Errors
    /// [`BackupError`]; then nothing is left at `to`.
    pub async fn backup(&self, to: &Path) -> Result<u64, BackupError> {
        let exists = || BackupError::Exists { path: to.to_owned() };
        if to.symlink_metadata().is_ok() {
            return Err(exists());
        }
        let mut name = to.as_os_str().to_owned();
        name.push(".partial");
        let partial = PathBuf::from(name);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| BackupError::File { path, source }
        };
        crate::private::create_new_file(&partial).map_err(failed(&partial))?;
        let copied = self.copy_into(&partial).await;
        let named = copied.and_then(|()| {
            let file = OpenOptions::new().write(true).open(&partial).map_err(failed(&partial))?;
            file.sync_all().map_err(failed(&partial))?;
            // A link does not overwrite what has appeared meanwhile, as a renaming would.
            std::fs::hard_link(&partial, to).map_err(|source| {
                if source.kind() == io::ErrorKind::AlreadyExists { exists() } else { failed(to)(source) }
            })?;
            sync_folder(to);
            Ok(file.metadata().map_err(failed(to))?.len())
        });
        // Whatever happened, the working file goes.
        let _ = std::fs::remove_file(&partial);
        named
    }

    async fn copy_into(&self, partial: &Path) -> Result<(), BackupError> {
        const COPY: &str = "VACUUM INTO $1";
        let copy = |error| BackupError::Copy(StoreError::Database(error));
        sqlx::query(COPY).bind(partial.to_string_lossy().into_owned()).execute(&self.read).await.map_err(copy)?;
        let found = crate::open::look_through(partial, "PRAGMA integrity_check(1)").await.map_err(copy)?;
        found.map_or(Ok(()), |found| Err(BackupError::Damaged { found }))
    }
}

/// The name is on the disk, too. Where folders cannot be synced, the file system does it in its own time.
fn sync_folder(file: &Path) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if let Ok(folder) = std::fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}
