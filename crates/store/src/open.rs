//! Purpose: open the database, bring it up to date, refuse one that is newer than this program.

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::DatabaseFault;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqliteExecutor};

use crate::writer::Writer;
use crate::{BEGIN, Result, StoreError, fault, private, write_point};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// Connections that only read.
const READERS: u32 = 3;
/// `sqlx` keeps what it did there.
const NEWEST_MIGRATION: &str = "SELECT MAX(version) FROM _sqlx_migrations WHERE success = 1";
/// Size of what proves that there is room, in bytes: several pages, so that one that happens to be free is no proof.
const PROOF_BYTES: usize = 16_384;
/// Pages of changes (4 KiB each) that are gathered beside the database before they are brought into it. A page that is changed again
/// meanwhile is brought in once; a start reads what was not.
const CHECKPOINT_PAGES: &str = "4000";
/// What the writer holds of the file, in KiB (SQLite counts them as negative): the pages a burst changes again and again.
const WRITER_CACHE: &str = "-16384";
/// How long a statement waits for another process's lock.
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Damage is looked for at each start up to this size, in bytes; it takes a fraction of a second. Larger ones are looked
/// through by `siaga doctor` and by each backup.
const LOOKED_THROUGH_BYTES: u64 = 64 * 1024 * 1024;
/// Finds pages that do not fit together; leaves out what only an index says.
const QUICK_CHECK: &str = "PRAGMA quick_check(1)";

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) write: Writer,
    pub(crate) read: SqlitePool,
}

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be opened or created.
    #[error("cannot open the database {path}: {source}")]
    Open {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// Its folder cannot be created.
    #[error("cannot create the folder {path}: {source}")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It was written by a newer version.
    #[error(
        "the database {path} was written by a newer version of siaga (migration {version}): start that version, or restore a backup"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// The migration we do not know.
        version: i64,
    },
    /// It is not there.
    #[error("there is no database at {path}: SIAGA_DATABASE names another one")]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// It was written by an older version, and may not be changed now.
    #[error(
        "the database {path} was written by an older version of siaga (migration {version}, this one needs {wanted}): start the bot once, or `siaga migrate`, to bring it up to date"
    )]
    Older {
        /// Which file.
        path: PathBuf,
        /// Its newest migration.
        version: i64,
        /// Ours.
        wanted: i64,
    },
    /// It is no whole SQLite database.
    #[error(
        "the database {path} is damaged ({found}): keep the file, and put the newest backup in its place; docs/backup.md says how"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// It may not be written.
    #[error(
        "the database {path} cannot be written: give the user that runs siaga the right to write it and its folder"
    )]
    ReadOnly {
        /// Which file.
        path: PathBuf,
    },
    /// Others may read it, and that cannot be changed.
    #[error(transparent)]
    Rights(#[from] private::Open),
    /// Another user owns it, and we may not open it.
    #[error("the database {path} cannot be opened: run this as the user who owns it (user {owner})")]
    NotOurs {
        /// Which file.
        path: PathBuf,
        /// Number of the user.
        owner: u32,
    },
    /// Another program holds its lock.
    #[error("the database {path} is locked by another program: end it (an SQLite shell, a copy job) and start again")]
    Locked {
        /// Which file.
        path: PathBuf,
    },
    /// There is no room to open it.
    #[error("the database {path} cannot be opened because the disk is full: make room and start again")]
    Full {
        /// Which file.
        path: PathBuf,
    },
    /// A migration failed.
    #[error("cannot bring the database {path} up to date: {source}")]
    Migrate {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: MigrateError,
    },
}

impl From<private::Failed> for OpenError {
    fn from(failed: private::Failed) -> Self {
        match failed {
            private::Failed::Open(open) => Self::Rights(open),
            private::Failed::Look { path, source } => Self::Open { path, source: sqlx::Error::Io(source) },
        }
    }
}

impl Store {
    /// Opens (and creates) the database and brings it up to date.
    ///
    /// # Errors
    /// [`OpenError`] names the file and what to do.
    pub async fn open(path: &Path) -> std::result::Result<Self, OpenError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            private::create_folder(folder).map_err(|source| OpenError::Folder { path: folder.to_owned(), source })?;
            private::keep_folder(folder, path)?;
        }
        private::keep_database(path)?;
        let failed = |source| open_failed(path, source);
        if path.metadata().is_ok_and(|file| file.permissions().readonly()) {
            return Err(OpenError::ReadOnly { path: path.to_owned() });
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An accepted alert survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_WAIT);
        let writer = options.clone().pragma("wal_autocheckpoint", CHECKPOINT_PAGES).pragma("cache_size", WRITER_CACHE);
        let write = Writer::open(&writer).await.map_err(failed)?;
        let mut connection = write.lock().await.map_err(failed)?;
        #[cfg(feature = "slow-commits")]
        crate::slow::commits(&mut connection).await.map_err(failed)?;
        write_point!("migrate:writing");
        match MIGRATIONS.run(&mut *connection).await {
            Ok(()) => write_point!("migrate:written"),
            Err(MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _)) => {
                return Err(OpenError::Newer { path: path.to_owned(), version });
            }
            Err(MigrateError::Execute(source)) if fault::of(&source).is_some() => return Err(failed(source)),
            Err(source) => return Err(OpenError::Migrate { path: path.to_owned(), source }),
        }
        if path.metadata().is_ok_and(|file| file.len() <= LOOKED_THROUGH_BYTES)
            && let Some(found) = look_through_with(&mut *connection, QUICK_CHECK).await.map_err(failed)?
        {
            return Err(OpenError::Damaged { path: path.to_owned(), found });
        }
        drop(connection);
        let read = SqlitePoolOptions::new()
            .max_connections(READERS)
            .idle_timeout(None)
            .max_lifetime(None)
            // It is a file: to ask before each look-up whether it is still there costs as much as the look-up.
            .test_before_acquire(false)
            .connect_with(options.read_only(true))
            .await
            .map_err(failed)?;
        Ok(Self { write, read })
    }

    /// Opens the database for reading only, also while a bot works on it: takes no lock, migrates nothing, writes nothing.
    ///
    /// # Errors
    /// [`OpenError`] when it is not there, or newer or older than this program.
    pub async fn open_to_read(path: &Path) -> std::result::Result<Self, OpenError> {
        if !path.is_file() {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
        let failed = |source| open_failed(path, source);
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_WAIT);
        let write = Writer::open(&options).await.map_err(failed)?;
        let read = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.map_err(failed)?;
        let version: Option<i64> = sqlx::query_scalar(NEWEST_MIGRATION).fetch_one(&read).await.map_err(failed)?;
        let (version, wanted) = (version.unwrap_or(0), MIGRATIONS.iter().map(|one| one.version).max().unwrap_or(0));
        let path = path.to_owned();
        match version.cmp(&wanted) {
            std::cmp::Ordering::Equal => Ok(Self { write, read }),
            std::cmp::Ordering::Greater => Err(OpenError::Newer { path, version }),
            std::cmp::Ordering::Less => Err(OpenError::Older { path, version, wanted }),
        }
    }

    /// Opens the database for a few changes beside a running bot: it is there, and of our version. Migrates nothing.
    ///
    /// # Errors
    /// [`OpenError`] when it is not there, or newer or older than this program.
    pub async fn open_beside(path: &Path) -> std::result::Result<Self, OpenError> {
        let reading = Self::open_to_read(path).await?;
        let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_WAIT);
        let write = Writer::open(&options).await.map_err(|source| open_failed(path, source))?;
        Ok(Self { write, read: reading.read })
    }

    /// Whether the lock can be had. Writes nothing.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn can_write(&self) -> Result<()> {
        self.write.lock().await?.begin_with(BEGIN).await?.rollback().await?;
        Ok(())
    }

    /// Writes something, with everything a commit needs.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn prove_write(&self, now: domain::Timestamp) -> Result<()> {
        self.meta_replace("proved_ms", &format!("{}{}", now.as_millisecond(), " ".repeat(PROOF_BYTES))).await
    }

    /// Bounds the size of the file, in pages (`PRAGMA max_page_count`), until the process ends; then the disk counts as
    /// full. `None` takes the bound away. For stories: nobody has a full disk at hand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bound_pages(&self, pages: Option<u32>) -> Result<()> {
        let pages = pages.unwrap_or(u32::MAX - 1);
        sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
            .execute(&mut *self.write.lock().await?)
            .await?;
        Ok(())
    }

    /// Refuses every change (`PRAGMA query_only`) as a file does that cannot be written. For stories, as above.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse_changes(&self, refuse: bool) -> Result<()> {
        let sql = if refuse { "PRAGMA query_only = 1" } else { "PRAGMA query_only = 0" };
        sqlx::query(sql).execute(&mut *self.write.lock().await?).await?;
        Ok(())
    }

    /// What is damaged, if anything: reads the whole file, also beside a running bot.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn damage(&self) -> Result<Option<String>> {
        Ok(look_through_with(&self.read, QUICK_CHECK).await?)
    }

    /// Takes the lock as another program would, until it is let go; this store can write no more then. For stories.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold(&self) -> Result<Held> {
        let mut connection = self.write.take().await.ok_or(sqlx::Error::PoolClosed)?;
        sqlx::query(BEGIN).execute(&mut connection).await?;
        Ok(Held(connection))
    }

    /// Closes all connections; what was committed is on the disk.
    pub async fn close(&self) {
        self.read.close().await;
        if let Some(connection) = self.write.take().await {
            // What was committed is on the disk, whatever closing says.
            let _ = connection.close().await;
        }
    }

    /// A value of the installation, set once: the first caller's value stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meta_or_set(&self, name: &str, value: &str) -> Result<String> {
        const SET: &str = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = meta.value RETURNING value";
        write_point!("meta:writing", name);
        let stored: String = sqlx::query_scalar(SET)
            .bind(name)
            .bind(value)
            .fetch_one(&mut *self.write.lock().await?)
            .await
            .map_err(StoreError::Database)?;
        write_point!("meta:written", name);
        Ok(stored)
    }

    /// A value of the installation, replaced.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meta_replace(&self, name: &str, value: &str) -> Result<()> {
        const SET: &str =
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        write_point!("meta:writing", name);
        sqlx::query(SET).bind(name).bind(value).execute(&mut *self.write.lock().await?).await?;
        write_point!("meta:written", name);
        Ok(())
    }

    /// A value of the installation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meta(&self, name: &str) -> Result<Option<String>> {
        const GET: &str = "SELECT value FROM meta WHERE name = $1";
        Ok(sqlx::query_scalar(GET).bind(name).fetch_optional(&self.read).await?)
    }
}

/// The lock of the database, until this is dropped.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "dropping it lets go")] sqlx::SqliteConnection);

/// The first thing that is wrong with a file.
pub(crate) async fn look_through(path: &Path, sql: &'static str) -> sqlx::Result<Option<String>> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    let found = look_through_with(&pool, sql).await;
    pool.close().await;
    found
}

async fn look_through_with<'c>(connection: impl SqliteExecutor<'c>, sql: &'static str) -> sqlx::Result<Option<String>> {
    match sqlx::query_scalar::<_, String>(sql).fetch_one(connection).await {
        Ok(found) if found == "ok" => Ok(None),
        Ok(found) => Ok(Some(found.lines().last().unwrap_or_default().to_owned())),
        Err(error) if fault::of(&error) == Some(DatabaseFault::Damaged) => Ok(Some(said(&error))),
        Err(error) => Err(error),
    }
}

/// Why a database cannot be opened, with what to do where that is known.
fn open_failed(path: &Path, source: sqlx::Error) -> OpenError {
    let path = path.to_owned();
    match fault::of(&source) {
        Some(DatabaseFault::Damaged) => OpenError::Damaged { path, found: said(&source) },
        Some(DatabaseFault::ReadOnly) => OpenError::ReadOnly { path },
        Some(DatabaseFault::Busy) => OpenError::Locked { path },
        Some(DatabaseFault::Full) => OpenError::Full { path },
        // Its owner may always open it; whoever is refused a file that is there is somebody else.
        Some(DatabaseFault::Unreachable) => match path.metadata() {
            Ok(file) if file.is_file() && said(&source) == "unable to open database file" => {
                OpenError::NotOurs { owner: std::os::unix::fs::MetadataExt::uid(&file), path }
            }
            Ok(_) | Err(_) => OpenError::Open { path, source },
        },
        Some(DatabaseFault::Slow) | None => OpenError::Open { path, source },
    }
}

/// What SQLite says, without the codes around it.
fn said(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}
