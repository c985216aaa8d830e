//! One process per data directory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;

use thiserror::Error;

use super::private;

/// Name of the lock file in a data directory. The file stays; what counts is the lock on it.
pub const LOCK_FILE: &str = "purlin.lock";

/// The right to use a data directory, held until dropped. The operating system takes it back from
/// a process that dies.
#[derive(Debug)]
pub struct DirLock {
    file: File,
}

/// Why a directory could not be locked.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("another process is using {0}")]
    Taken(String),
    /// The directory or the file in it cannot be used.
    #[error("cannot lock {path}: {reason}")]
    Unusable {
        /// The lock file.
        path: String,
        /// The operating system's reason.
        reason: std::io::Error,
    },
}

impl DirLock {
    /// Takes the lock of a directory, which is made when it is missing.
    ///
    /// # Errors
    /// `Taken` while another process (or another lock of this one) holds it.
    pub fn take(directory: &Path) -> Result<Self, LockError> {
        let path = directory.join(LOCK_FILE);
        let unusable = |reason| LockError::Unusable { path: path.display().to_string(), reason };
        private::make_directory(directory).map_err(unusable)?;
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(LockError::Taken(directory.display().to_string()));
            }
            Err(TryLockError::Error(reason)) => return Err(unusable(reason)),
        }
        // For people who wonder which process it is; nothing reads it.
        let noted = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        noted.map_err(unusable)?;
        Ok(DirLock { file })
    }
}

impl Drop for DirLock {
    fn drop(&mut self) {
        // Closing the file would do; a copy of the descriptor in a child process must not keep it.
        let _ = self.file.unlock();
    }
}
