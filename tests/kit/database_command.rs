//! Databases for tests that are not written in Rust, of the kind `PURLIN_TEST_BACKEND` names.
//!
//! ```text
//! purlin-test-database make        prints the URL of an empty one; nothing for SQLite
//! purlin-test-database drop URL    drops it
//! ```

use std::io::Write as _;

use purlin_tests::{Backend, Database};

fn main() {
    let backend = Backend::chosen();
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make"] => {
            let mut database = Database::fresh(backend);
            let url = database.url.take().unwrap_or_default();
            writeln!(std::io::stdout(), "{url}").expect("somebody who reads it");
        }
        ["drop", url] => drop(Database::made(backend, (*url).to_owned())),
        _ => panic!("usage: purlin-test-database make | drop URL"),
    }
}
