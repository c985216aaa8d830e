//! Carrying out reads.

use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::plan::{Found, Output, Page, Select};
use sqlx::mysql::{MySqlConnection, MySqlRow};

use super::connection::{Ready, each};
use super::encode::{Cell, Form, cell, forms};
use super::error::Failure;
use super::server::Server;
use super::{decode, encode};
use crate::store::StoreError;
use crate::store::sql::{self, Statement};

/// A read lowered to statements.
pub(super) struct Read {
    page: Option<Statement>,
    /// Counts where the page did not.
    count: Option<Statement>,
    collection: Arc<Collection>,
    output: Output,
    /// How many columns come before the masks.
    fields: usize,
    masks: usize,
    offset: u64,
    packet: usize,
    /// Whether each row of the page holds the total too: one trip, one state of the database.
    counts_within: bool,
    /// Whether it begins after a record, which totals know nothing of.
    goes_on: bool,
}

impl Read {
    pub(super) fn new(server: &Server, select: &Select) -> Self {
        let dialect = server.dialect();
        let fields = match &select.output {
            // A statement has to answer some column.
            Output::Json(_) | Output::Records => sql::columns(select).len().max(1),
            Output::Nothing | Output::Counts { .. } => 1,
        };
        let groups = matches!(select.output, Output::Counts { .. });
        let counts_within = select.total && select.limit > 0 && !groups;
        Read {
            page: match select.output {
                Output::Counts { field, prefix } => {
                    Some(sql::groups(dialect, select, field, prefix))
                }
                _ if counts_within => Some(sql::page_with_total(dialect, select)),
                _ => (select.limit > 0).then(|| sql::page(dialect, select)),
            },
            count: select.total.then(|| sql::count(dialect, &select.condition)),
            collection: select.collection().clone(),
            output: select.output.clone(),
            fields,
            masks: select.masks.len(),
            offset: select.offset,
            packet: server.packet,
            counts_within,
            goes_on: select.after.is_some(),
        }
    }

    /// Carries it out.
    pub(super) async fn run(&self, on: &mut MySqlConnection) -> Result<Page, Failure> {
        let mut page = Page::default();
        let ready = |it: &Statement| Ready::new(it, self.packet).map_err(Failure::Other);
        if let Some(statement) = &self.page {
            let mut known: Vec<Form> = Vec::new();
            let page = &mut page;
            each(on, ready(statement)?, |row| {
                if known.is_empty() {
                    known = forms(row);
                }
                self.row(page, row, &known)
            })
            .await?;
        }
        if self.counts_within && page.count == 0 && self.offset == 0 && !self.goes_on {
            page.total = Some(0);
        }
        if let (Some(statement), None) = (&self.count, page.total) {
            each(on, ready(statement)?, |row| {
                page.total = Some(cell(row, &forms(row), 0)?.number());
                Ok(())
            })
            .await?;
        }
        Ok(page)
    }

    fn row(&self, page: &mut Page, row: &MySqlRow, forms: &[Form]) -> Result<(), StoreError> {
        match &self.output {
            Output::Json(shape) => {
                if page.count > 0 {
                    page.json.push(b',');
                }
                encode::object(&mut page.json, row, forms, &self.collection, shape, self.fields)?;
            }
            Output::Records => {
                let mask = |index| cell(row, forms, self.fields + index).map(|it| it.is_true());
                page.records.push(Found {
                    record: decode::record(row, forms, &self.collection)?,
                    masks: (0..self.masks).map(mask).collect::<Result<_, _>>()?,
                });
            }
            Output::Counts { .. } => {
                let text = match cell(row, forms, 0)? {
                    Cell::Text(text) => text.into_owned(),
                    _ => String::new(),
                };
                page.counts.push((text, cell(row, forms, 1)?.number()));
            }
            Output::Nothing => {}
        }
        if self.counts_within && page.total.is_none() {
            page.total = Some(cell(row, forms, self.fields + self.masks)?.number());
        }
        page.count += 1;
        Ok(())
    }
}
