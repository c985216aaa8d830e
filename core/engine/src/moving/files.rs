//! Uploaded files.

use std::fs;
use std::io;
use std::path::Path;

use super::{Listener, MoveError, Step};

/// How many files are copied between two reports.
const REPORT: u64 = 100;

/// Copies a directory of uploads, as deep as it is; how many files there were. Thumbnails are left
/// out: they are made anew when they are asked for. Links are not followed.
pub(super) async fn copy(from: &Path, to: &Path, hear: Listener<'_>) -> Result<u64, MoveError> {
    let mut directories = vec![(from.to_owned(), to.to_owned())];
    let mut files = 0;
    if !from.is_dir() {
        return Ok(files);
    }
    while let Some((from, to)) = directories.pop() {
        let failed = |error| MoveError::at(&from, error);
        fs::create_dir_all(&to).map_err(failed)?;
        let mut entries: Vec<_> =
            fs::read_dir(&from).and_then(Iterator::collect::<io::Result<_>>).map_err(failed)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let kind = entry.file_type().map_err(failed)?;
            let target = to.join(entry.file_name());
            if kind.is_dir() {
                if !entry.file_name().to_string_lossy().starts_with("thumbs_") {
                    directories.push((entry.path(), target));
                }
            } else if kind.is_file() {
                fs::copy(entry.path(), &target)
                    .map_err(|error| MoveError::at(&entry.path(), error))?;
                // The names of `….attrs` files belong to the file before the dot.
                files += u64::from(!is_attributes(&entry.file_name().to_string_lossy()));
                if files % REPORT == 0 {
                    hear(Step::Files(files));
                }
                // Here the import can be interrupted.
                tokio::task::yield_now().await;
            }
        }
    }
    Ok(files)
}

/// Whether a file only describes the one beside it.
fn is_attributes(name: &str) -> bool {
    name.ends_with(".attrs")
}
