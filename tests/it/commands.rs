//! The commands printed in our documents are run as they stand, against the binary.
//!
//! In a Markdown file, `<!-- run -->` marks the next fenced block as one to run, and
//! `<!-- run in background -->` as one that starts a server: it is waited for until it answers,
//! and stopped at the end. `<!-- prints -->` marks the next block as what the last one prints:
//! line by line and in order, with `…` for any text, and further lines are welcome.
//!
//! All marked blocks of a file run in one shell (so variables carry over), in an empty folder,
//! with a free port in the place of 8090. `purlin` and `cargo run` are the binary under test.

mod document;
mod named;
mod session;

use std::fs;

use crate::tidy::source;

#[test]
fn documents_print_commands_that_work() {
    let mut failures = Vec::new();
    for file in source::all().iter().filter(|file| file.path.ends_with(".md")) {
        match document::blocks(&file.text) {
            Ok(blocks) if blocks.is_empty() => {}
            Ok(blocks) => failures.extend(session::run(&file.path, &blocks).err()),
            Err(fault) => failures.push(format!("{}:{fault}", file.path)),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn the_sixty_second_start_is_run() {
    let readme = source::root().join("README.md");
    let text = fs::read_to_string(readme).expect("README.md is there");
    let blocks = document::blocks(&text).expect("well marked blocks");
    assert!(blocks.iter().any(|block| block.background), "README.md starts no server");
    assert!(blocks.iter().any(|block| block.prints.is_some()), "README.md shows no output");
}
