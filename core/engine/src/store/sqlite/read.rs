//! Carrying out reads.

use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::plan::{Found, Output, Page, Select};
use rusqlite::params_from_iter;

use super::connection::Connection;
use super::error::refused;
use super::{decode, encode};
use crate::store::StoreError;
use crate::store::sql::{self, Statement, sqlite::SQLITE};

/// A read lowered to statements, free of the plan so that it can go to a thread.
pub(super) struct Read {
    page: Option<Statement>,
    count: Option<Statement>,
    collection: Arc<Collection>,
    output: Output,
    /// How many columns come before the masks.
    fields: usize,
    masks: usize,
    offset: u64,
    limit: u64,
    /// Whether it begins after a record, which totals know nothing of.
    goes_on: bool,
    /// Whether it touches a handful of rows at the most.
    pub(super) is_point: bool,
}

impl Read {
    pub(super) fn new(select: &Select) -> Self {
        let fields = match &select.output {
            // A statement has to answer some column.
            Output::Json(_) | Output::Records => sql::columns(select).len().max(1),
            Output::Nothing | Output::Counts { .. } => 1,
        };
        Read {
            page: match select.output {
                Output::Counts { field, prefix } => {
                    Some(sql::groups(SQLITE, select, field, prefix))
                }
                _ => (select.limit > 0).then(|| sql::page(SQLITE, select)),
            },
            count: select.total.then(|| sql::count(SQLITE, &select.condition)),
            collection: select.collection().clone(),
            output: select.output.clone(),
            fields,
            masks: select.masks.len(),
            offset: select.offset,
            limit: select.limit,
            goes_on: select.after.is_some(),
            is_point: !select.total && sql::is_point(select),
        }
    }

    /// Carries it out. Page and count see the same state of the database.
    pub(super) fn run(&self, connection: &Connection) -> Result<Page, StoreError> {
        let both = self.page.is_some() && self.count.is_some();
        // Inside of a transaction there is one state anyway.
        let apart = both && connection.raw.is_autocommit();
        if apart {
            connection.run("BEGIN").map_err(refused)?;
        }
        let result = self.answer(connection).map_err(refused);
        if apart {
            connection.run("COMMIT").map_err(refused)?;
        }
        result
    }

    fn answer(&self, connection: &Connection) -> rusqlite::Result<Page> {
        let mut page = Page::default();
        if let Some(statement) = &self.page {
            self.rows(connection, statement, &mut page)?;
        }
        if let Some(statement) = &self.count {
            // A page that is not full shows where the records end.
            let records = self.page.is_some() && !matches!(self.output, Output::Counts { .. });
            let ends = records && page.count < self.limit && !self.goes_on;
            page.total = Some(if ends && (page.count > 0 || self.offset == 0) {
                self.offset + page.count
            } else {
                let mut prepared = connection.prepare(statement)?;
                let count: i64 = prepared
                    .query_row(params_from_iter(&statement.parameters), |row| row.get(0))?;
                u64::try_from(count).unwrap_or(0)
            });
        }
        Ok(page)
    }

    fn rows(
        &self,
        connection: &Connection,
        statement: &Statement,
        page: &mut Page,
    ) -> rusqlite::Result<()> {
        let mut prepared = connection.prepare(statement)?;
        let mut rows = prepared.query(params_from_iter(&statement.parameters))?;
        while let Some(row) = rows.next()? {
            match &self.output {
                Output::Json(shape) => {
                    if page.count == 0 {
                        page.json.reserve(if self.limit == 1 { 1 << 10 } else { 16 << 10 });
                    } else {
                        page.json.push(b',');
                    }
                    encode::object(&mut page.json, row, &self.collection, shape, self.fields)?;
                }
                Output::Records => {
                    let mask = |index| row.get(self.fields + index);
                    page.records.push(Found {
                        record: decode::record(row, &self.collection)?,
                        masks: (0..self.masks).map(mask).collect::<rusqlite::Result<_>>()?,
                    });
                }
                Output::Counts { .. } => {
                    let count: i64 = row.get(1)?;
                    page.counts.push((row.get(0)?, u64::try_from(count).unwrap_or(0)));
                }
                Output::Nothing => {}
            }
            page.count += 1;
        }
        Ok(())
    }
}
