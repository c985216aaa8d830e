//! Checksums of records.

use aws_lc_rs::digest::{Context, SHA256};
use purlin_model::{Record, encode};

/// How many records there are, and what they come down to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub records: u64,
    /// SHA-256 of a line for each record in order: its values as a JSON list, then a line feed.
    /// 64 hexadecimal digits.
    pub checksum: String,
}

/// A sum under way.
pub(super) struct Adding {
    records: u64,
    digest: Context,
}

impl Adding {
    pub(super) fn new() -> Self {
        Adding { records: 0, digest: Context::new(&SHA256) }
    }

    /// Adds a record by its [`line`].
    pub(super) fn add(&mut self, line: &[u8]) {
        self.records += 1;
        self.digest.update(line);
    }

    pub(super) fn records(&self) -> u64 {
        self.records
    }

    pub(super) fn end(self) -> Sum {
        let digest = self.digest.finish();
        let checksum = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Sum { records: self.records, checksum }
    }
}

/// The sum of records at hand.
pub(super) fn of<'r>(records: impl IntoIterator<Item = &'r Record>) -> Sum {
    let mut adding = Adding::new();
    let mut bytes = Vec::new();
    for record in records {
        line(record, &mut bytes);
        adding.add(&bytes);
    }
    adding.end()
}

/// Writes what is summed up of a record in the place of what was in `out`.
pub(super) fn line(record: &Record, out: &mut Vec<u8>) {
    out.clear();
    for value in &record.values {
        out.push(if out.is_empty() { b'[' } else { b',' });
        encode::value(value, out);
    }
    out.extend_from_slice(b"]\n");
}
