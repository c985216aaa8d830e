//! Who may look at what Purlin keeps.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::private::{make_directory, make_file};

#[test]
fn nobody_else_may_look() {
    let root = std::env::temp_dir().join(format!("purlin-private-{}", std::process::id()));
    let directory = root.join("a/b");
    make_directory(&directory).unwrap();
    make_directory(&directory).unwrap();
    let file = directory.join("data.db");
    make_file(&file).unwrap();
    make_file(&file).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&directory), mode(&file)), (0o700, 0o600));
    std::fs::remove_dir_all(root).unwrap();
}
