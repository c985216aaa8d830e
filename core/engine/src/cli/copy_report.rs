//! What `purlin copy` shows: how far it is, and what came of it.

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::config::Address;
use crate::moving::copy::{Compared, Copied, LeftOut, Step};

/// How often a line is shown while a collection is under way.
const OFTEN: Duration = Duration::from_secs(1);
/// How many digits of a checksum are shown where both sides agree.
const DIGITS: usize = 16;

/// How far it is, on standard error: a line that is written over on a terminal, lines elsewhere.
pub(super) struct Progress {
    live: bool,
    /// Whether the line is to be written over by the next.
    open: bool,
    shown: Instant,
}

impl Progress {
    pub(super) fn new(live: bool) -> Self {
        Progress { live, open: false, shown: Instant::now() }
    }

    pub(super) fn show(&mut self, step: Step<'_>) {
        let (collection, what, done, all) = match step {
            Step::Copied { collection, done, all } => (collection, "copied", done, all),
            Step::Compared { collection, done, all } => (collection, "compared", done, all),
        };
        let complete = done == all;
        if !complete && self.shown.elapsed() < OFTEN {
            return;
        }
        self.shown = Instant::now();
        let line = if complete {
            format!("{collection}: {done} {what}")
        } else {
            format!("{collection}: {done} of {all} {what}")
        };
        let mut out = std::io::stderr().lock();
        let over = if self.live { "\r\x1b[K" } else { "" };
        self.open = self.live && !complete;
        // Progress that cannot be shown is no reason to stop.
        let _ = if self.open {
            write!(out, "{over}{line}").and_then(|()| out.flush())
        } else {
            writeln!(out, "{over}{line}")
        };
    }

    /// Takes away a line that nothing wrote over.
    pub(super) fn end(&self) {
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
pub(super) fn report(copied: &Copied, to: &Address, took: Duration) {
    for note in &copied.notes {
        eprintln!("note: {note}");
    }
    for LeftOut { what, text, .. } in &copied.left_out {
        eprintln!("left out: {what}: {text}");
    }
    let names = copied.tables.iter().map(|table| table.name.chars().count());
    let width = names.max().unwrap_or(0).max("collection".len());
    println!("{:width$}  {:>10}  checksum", "collection", "records");
    for table in &copied.tables {
        println!("{}", line(table, width));
    }
    if copied.is_exact() {
        let records: u64 = copied.tables.iter().map(|table| table.source.records).sum();
        let seconds = took.as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = copied.written as f64 / seconds.max(0.001);
        println!(
            "{records} records are in {to}, the same as in the source ({} copied now in {seconds:.1} s, {rate:.0} a second).",
            copied.written
        );
    }
}

fn line(table: &Compared, width: usize) -> String {
    let (source, target) = (&table.source, &table.target);
    let name = &table.name;
    if table.is_same() {
        let digits = &source.checksum[..DIGITS.min(source.checksum.len())];
        return format!("{name:width$}  {:>10}  {digits}", source.records);
    }
    let first = table.first.as_deref().unwrap_or_default();
    format!(
        "{name:width$}  {:>10}  {}\n{:width$}  {:>10}  {}  DIFFERS in the target, first at {first}",
        source.records, source.checksum, "", target.records, target.checksum
    )
}
