//! When nothing is imported, and what is said then.

use std::fs;

use super::place::{Home, contents, ids, said};
use crate::recorded::place::binary;

#[test]
fn a_target_that_holds_something_is_replaced_only_by_force() {
    let home = Home::recorded("force");
    home.import(&[]).expect("an empty target is fine");
    fs::create_dir_all(home.target.join("storage/old/record")).expect("a folder");
    fs::write(home.target.join("storage/old/record/file.txt"), "old").expect("a file");
    let before = home.target_contents();
    let refused = home.import(&[]).expect_err("the target holds something");
    assert!(refused.contains("it already holds"), "{refused}");
    assert!(refused.contains("--force"), "{refused}");
    assert_eq!(home.target_contents(), before);

    home.change("UPDATE tags SET name = 'other ' || name");
    home.import(&["--force"]).expect("--force replaces it");
    let names = ids(&home.target_database(), "SELECT name FROM tags");
    assert!(!names.is_empty() && names.iter().all(|name| name.starts_with("other ")), "{names:?}");
    assert_eq!(contents(&home.target.join("storage")), contents(&home.source.join("storage")));
    assert_eq!(home.entries(), ["data.db", "purlin.lock", "storage"]);
}

#[test]
fn a_fresh_installation_counts_as_empty_until_it_is_used() {
    let home = Home::recorded("fresh");
    // A server that was started and stopped; its first superuser was never made.
    let superuser = |more: &[&str]| {
        let mut command = std::process::Command::new(binary());
        command.arg("superuser").args(more).arg("--dir").arg(&home.target);
        said(command)
    };
    superuser(&["delete", "nobody@example.com"]).expect("makes the installation");
    assert!(home.target.join("data.db").exists());
    home.import(&[]).expect("a fresh installation is fine");

    let other = Home::recorded("used");
    let mut command = std::process::Command::new(binary());
    command.args(["superuser", "create", "ann@example.com", "correct-horse", "--dir"]);
    command.arg(&other.target);
    said(command).expect("a superuser");
    let refused = other.import(&[]).expect_err("a superuser is something to lose");
    assert!(refused.contains("it already holds records"), "{refused}");
}

#[test]
fn an_import_that_fails_late_leaves_the_target_as_it_was() {
    let home = Home::recorded("late");
    home.import(&[]).expect("the first import works");
    let before = home.target_contents();
    home.change(
        "UPDATE comments SET text = 'same';
         UPDATE _collections
         SET indexes = '[\"CREATE UNIQUE INDEX `idx_same` ON `comments` (`text`)\"]'
         WHERE name = 'comments';",
    );
    let refused = home.import(&["--force"]).expect_err("texts are not unique");
    let last = refused.lines().last().unwrap_or_default();
    assert!(
        last.contains("the collection comments cannot be brought over: index idx_same"),
        "{last}"
    );
    assert_eq!(home.target_contents(), before);
}

/// What is done to the recorded directory, and what is said of it then.
const BROKEN: [(&str, &str, &str); 4] = [
    (
        "old",
        "ALTER TABLE _collections RENAME COLUMN fields TO schema",
        "it was written by a PocketBase before 0.23",
    ),
    (
        "other",
        "DROP TABLE _migrations; DROP TABLE _params; DROP TABLE _collections",
        "it is not a database of PocketBase",
    ),
    (
        "types",
        "UPDATE _collections SET fields = replace(fields, '\"type\":\"text\"', '\"type\":\"colour\"')
         WHERE name = 'tags'",
        "of the collection tags is of the type \"colour\"",
    ),
    ("tables", "DROP TABLE tags", "the collection tags has no table"),
];

#[test]
fn what_cannot_be_read_is_said_in_one_sentence() {
    for (name, change, expected) in BROKEN {
        let home = Home::recorded(name);
        home.change(change);
        let refused = home.import(&[]).expect_err(name);
        let last = refused.lines().last().unwrap_or_default();
        assert!(last.starts_with("purlin: ") && last.contains(expected), "{name}: {refused}");
        assert!(!home.target.join("data.db").exists(), "{name}");
    }

    let home = Home::empty("nothing");
    let refused = home.import(&[]).expect_err("an empty folder");
    assert!(refused.contains("there is no data.db in it"), "{refused}");
    fs::write(home.source.join("data.db"), "this is a text file and no database").expect("a file");
    let refused = home.import(&[]).expect_err("a text file");
    assert!(refused.contains("file is not a database"), "{refused}");
    fs::remove_dir_all(&home.source).expect("gone");
    fs::write(&home.source, "a file").expect("a file");
    let refused = home.import(&[]).expect_err("a file in the place of the folder");
    assert!(refused.contains("it is not a directory"), "{refused}");
}

#[test]
fn encrypted_settings_stay_behind_and_everything_else_comes() {
    let home = Home::recorded("encrypted");
    home.change("UPDATE _params SET value = 'aGVsbG8gd29ybGQ=' WHERE id = 'settings'");
    let output = home.command(&[]).output().expect("purlin starts");
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("warning: the settings are encrypted and stay behind"), "{said}");
    let settings = "SELECT id FROM _params WHERE id = 'settings'";
    assert!(ids(&home.target_database(), settings).is_empty());
    assert!(!ids(&home.target_database(), "SELECT id FROM posts").is_empty());
}

#[test]
fn the_source_is_no_target() {
    let home = Home::recorded("inside");
    let before = contents(&home.source);
    for target in [home.source.clone(), home.source.join("purlin_data")] {
        let mut command = std::process::Command::new(binary());
        command.args(["import", "pocketbase"]).arg(&home.source).arg("--force");
        let refused = said({
            command.arg("--dir").arg(&target);
            command
        });
        let refused = refused.expect_err("the source must not be written to");
        assert!(refused.contains("must not be written to"), "{refused}");
    }
    assert_eq!(contents(&home.source), before);

    let other = Home::recorded("another");
    fs::create_dir_all(&home.target).expect("a folder");
    fs::copy(other.source.join("data.db"), home.target.join("data.db")).expect("a copy");
    let refused = home.import(&["--force"]).expect_err("another PocketBase's directory");
    assert!(refused.contains("it is a database of PocketBase and is left alone"), "{refused}");
    assert_eq!(
        fs::read(home.target.join("data.db")).ok(),
        fs::read(other.source.join("data.db")).ok()
    );
}
