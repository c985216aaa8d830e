//! The files of the repository, as text.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One text file: its path from the root of the repository, with `/`, and what is in it.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl SourceFile {
    /// Code that only tests run is free of the rules about where things live.
    pub(super) fn is_test(&self) -> bool {
        let stem = self.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs"));
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.contains("/examples/")
            || stem.is_some_and(|stem| stem == "tests" || stem.ends_with("_tests"))
    }
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file somebody wrote: what is built, fetched or served is left out.
pub(crate) fn all() -> Vec<SourceFile> {
    let mut files = Vec::new();
    collect(&root(), "", &mut files);
    assert!(files.len() > 20, "the tidy test does not find the repository");
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let entry = entry.expect("a readable entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().expect("a file type");
        if kind.is_dir() && !is_foreign(&name) {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push(SourceFile { path, text });
        }
    }
}

fn is_foreign(folder: &str) -> bool {
    let built = ["target", "node_modules", "purlin_data"].contains(&folder);
    built || (folder.starts_with('.') && folder != ".ci")
}
