//! Which tests are run on which databases is said in `once.txt`, and is true.

use std::process::Command;

#[test]
fn what_is_left_out_is_there_to_be_left_out() {
    let own = std::env::current_exe().expect("the test binary has a path");
    let listed = Command::new(own).args(["--list", "--format", "terse"]).output().expect("a list");
    let tests = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut left_out = 0;
    for line in include_str!("once.txt").lines() {
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let (part, reason) = line.split_once(' ').expect("a reason beside each name");
        let (part, database) = part.split_once('@').unwrap_or((part, "mysql"));
        assert!(["postgres", "mysql", "mongodb"].contains(&database), "{line}");
        assert!(tests.lines().any(|test| test.contains(part)), "no test is called {part}");
        assert!(!reason.trim().is_empty(), "{part} has no reason");
        left_out += 1;
    }
    assert!(left_out > 0, "the list is not read");
}
