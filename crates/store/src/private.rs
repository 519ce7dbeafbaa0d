//! Purpose: files and folders that only their owner may read: the database holds the key that signs links, and what people wrote.
//!
//! Rights are set by path and never on an open file of the database: closing such a file would let go of the locks that SQLite
//! holds on it in this process (SQLite's "How To Corrupt", POSIX advisory locks).

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Reading and writing, for the owner alone.
const FILE: u32 = 0o600;
/// The same for a folder.
const FOLDER: u32 = 0o700;
/// What others than the owner could do.
const OTHERS: u32 = 0o077;
/// What SQLite keeps beside a database, by what is added to its name.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file is open to others and stays so.
#[derive(Debug, thiserror::Error)]
#[error(
    "others than its owner may use {path} (mode {mode:o}), and it holds the key that signs links; that cannot be changed from here ({why}): run `chmod {wanted:o} {path}` as its owner, or use a file system that keeps such rights"
)]
pub struct Open {
    /// Which file or folder.
    pub path: PathBuf,
    mode: u32,
    wanted: u32,
    why: String,
}

/// Creates a folder, and those above it that are not there, each for its owner alone. One that is there stays as it is.
///
/// # Errors
/// When it cannot be created.
pub fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER).create(path)
}

/// Creates a folder that must not be there yet, for its owner alone.
///
/// # Errors
/// When it is there, or cannot be created.
pub fn create_new_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(FOLDER).create(path)
}

/// Creates a file that must not be there yet, for its owner alone, whatever the umask says.
///
/// # Errors
/// When it is there, or cannot be created.
pub fn create_new_file(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(FILE).open(path)?;
    file.set_permissions(Permissions::from_mode(FILE))
}

/// Opens a file for reading and writing as its owner's alone, and creates it if need be. Not for databases.
///
/// # Errors
/// When it cannot be opened, or is open to others and cannot be closed to them.
pub fn open_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(FILE).open(path)?;
    if file.metadata()?.permissions().mode() & OTHERS != 0 {
        file.set_permissions(Permissions::from_mode(FILE))?;
    }
    Ok(file)
}

/// Writes a text into a file of the owner's alone; what stood there is replaced.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = open_file(path)?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())
}

/// Makes the database and what SQLite keeps beside it the owner's alone; an empty file if there is none yet, because SQLite would
/// make one that others may read.
pub(crate) fn keep_database(path: &Path) -> Result<(), Failed> {
    match create_new_file(path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        // What it is, SQLite says better.
        Err(_) => return Ok(()),
    }
    // Beside the file itself, not beside a link to it.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    narrow(&path, FILE)?;
    for end in BESIDE {
        let mut name = path.clone().into_os_string();
        name.push(end);
        narrow(Path::new(&name), FILE)?;
    }
    Ok(())
}

/// Makes the folder of a database the owner's alone, if nothing else is in it: then it was made for the database. Another
/// folder is somebody's choice.
pub(crate) fn keep_folder(folder: &Path, database: &Path) -> Result<(), Failed> {
    let Some(stem) = database.file_stem() else { return Ok(()) };
    let is_own = |name: std::ffi::OsString| name.to_string_lossy().starts_with(&*stem.to_string_lossy());
    let Ok(mut entries) = std::fs::read_dir(folder) else { return Ok(()) };
    // An empty one waits for whatever somebody made it for.
    let Some(first) = entries.next() else { return Ok(()) };
    if std::iter::once(first).chain(entries).all(|entry| entry.is_ok_and(|entry| is_own(entry.file_name()))) {
        // Files in it are closed by themselves, so a folder that stays open gives nothing away but names.
        match narrow(folder, FOLDER) {
            Ok(()) | Err(Failed::Open(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Why rights could not be looked at, or not be changed.
#[derive(Debug)]
pub(crate) enum Failed {
    Open(Open),
    Look { path: PathBuf, source: io::Error },
}

fn narrow(path: &Path, wanted: u32) -> Result<(), Failed> {
    let mode = match mode(path) {
        Ok(mode) => mode,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(Failed::Look { path: path.to_owned(), source }),
    };
    if mode & OTHERS == 0 {
        return Ok(());
    }
    let open = |why: String| Failed::Open(Open { path: path.to_owned(), mode, wanted, why });
    std::fs::set_permissions(path, Permissions::from_mode(wanted)).map_err(|error| open(error.to_string()))?;
    // Some file systems say yes and change nothing.
    match self::mode(path) {
        Ok(now) if now & OTHERS == 0 => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(_) | Err(_) => Err(open("its file system keeps no rights".to_owned())),
    }
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o777)
}
