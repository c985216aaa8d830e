//! `purlin import`

use std::io::{IsTerminal as _, Write as _};

use super::{Failed, PocketbaseArgs, serve};
use crate::clock::Clock;
use crate::config::{self, Address};
use crate::moving::{self, Moved, Step, Wish};

pub(super) async fn run(args: PocketbaseArgs) -> Result<(), Failed> {
    let config = config::load(args.place.overrides())?;
    let Address::Sqlite(database) = config.database.address else {
        let place = config.database.address;
        return Err(Failed(format!("an import is built as a SQLite file, and {place} is none")));
    };
    let wish = Wish { source: args.source, dir: config.server.dir, database, force: args.force };
    let mut progress = Progress { live: std::io::stderr().is_terminal(), open: false };
    let mut hear = |step: Step<'_>| progress.show(step);
    let clock = Clock::system();
    let moved = tokio::select! {
        moved = moving::import(&wish, &clock, &mut hear) => moved,
        () = serve::asked_to_end() => {
            return Err(Failed("interrupted: nothing was imported".to_owned()));
        }
    };
    progress.end();
    let moved = moved.map_err(|error| Failed(error.to_string()))?;
    report(&moved, &wish.dir.display().to_string());
    Ok(())
}

/// How far it is, on standard error.
struct Progress {
    /// Whether a line can be written over.
    live: bool,
    /// Whether the line is to be written over by the next.
    open: bool,
}

impl Progress {
    fn show(&mut self, step: Step<'_>) {
        let (line, complete) = match step {
            Step::Records { collection, done, all } if done == all => {
                (format!("{collection}: {done}"), true)
            }
            Step::Records { collection, done, all } => {
                (format!("{collection}: {done} of {all}"), false)
            }
            Step::Files(files) => (format!("files: {files}"), false),
        };
        self.open = self.live && !complete;
        let mut out = std::io::stderr().lock();
        // Progress that cannot be shown is no reason to stop.
        let _ = match (self.live, complete) {
            (true, true) => writeln!(out, "\r\x1b[K{line}"),
            (true, false) => write!(out, "\r\x1b[K{line}").and_then(|()| out.flush()),
            (false, true) => writeln!(out, "{line}"),
            (false, false) => Ok(()),
        };
    }

    /// Takes away a line that nothing wrote over.
    fn end(&self) {
        if self.open {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}

#[allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the outcome is for the person who typed it"
)]
fn report(moved: &Moved, target: &str) {
    for warning in &moved.warnings {
        eprintln!("warning: {warning}");
    }
    let names = moved.collections.iter().map(|count| count.name.chars().count());
    let width = names.max().unwrap_or(0).max("collection".len());
    println!("{:width$}  {:>10}", "collection", "records");
    let mut records = 0;
    for count in &moved.collections {
        records += count.records.unwrap_or(0);
        let shown = count.records.map_or_else(|| "view".to_owned(), |records| records.to_string());
        println!("{:width$}  {shown:>10}", count.name);
    }
    let (collections, files) = (moved.collections.len(), moved.files);
    println!("{collections} collections, {records} records and {files} files are now in {target}.");
}
