//! The lock on a directory: SQLite only, for a server looks after its own.

use purlin_core::store::lock::{DirLock, LockError};

use crate::backends::sqlite::Database;

#[test]
fn a_directory_has_one_user_at_a_time() {
    let database = Database::new();
    let directory = &database.directory;
    let inner = directory.join("made/on/the/way");
    let lock = DirLock::take(&inner).unwrap();
    assert!(matches!(DirLock::take(&inner), Err(LockError::Taken(_))));
    drop(lock);
    DirLock::take(&inner).unwrap();
    std::fs::write(directory.join("file"), "").unwrap();
    assert!(matches!(DirLock::take(&directory.join("file")), Err(LockError::Unusable { .. })));
}
