//! What feeds ask of the log of changes.

use std::sync::Arc;
use std::time::Duration;

use super::connection::{Ready, answers, each, execute};
use super::encode::{Cell, cell, forms};
use super::error::Failure;
use super::on_connection;
use super::pool::Pool;
use super::server::Server;
use crate::store::sql::log::{FORGOTTEN, Line, VOID};
use crate::store::sql::{Parameter, Statement};
use crate::store::{ServerOptions, StoreError};

/// How many numbers are made void by one statement.
const VOIDS: u64 = 1_000;

/// Reads the log on the main server.
pub(super) struct Reader {
    pub(super) server: Arc<Server>,
    pub(super) pool: Arc<Pool>,
    pub(super) options: ServerOptions,
}

impl Reader {
    /// How long a statement may take.
    pub(super) fn time(&self) -> Duration {
        self.options.query_timeout
    }

    /// How the first entry after a number is marked, and the last number.
    pub(super) async fn ends(&self, after: u64) -> Result<(Option<i64>, u64), StoreError> {
        let text = "SELECT (SELECT `action` FROM `_purlin_log` WHERE `seq` > ? ORDER BY `seq` \
                    LIMIT 1), (SELECT max(`seq`) FROM `_purlin_log`)";
        let ends = |cells: &[Cell<'_>]| (cells[0].integer(), cells[1].number());
        Ok(self.rows(text, &[after], ends).await?.pop().unwrap_or_default())
    }

    /// The entries after a number.
    pub(super) async fn lines(&self, after: u64, most: usize) -> Result<Vec<Line>, StoreError> {
        let text = "SELECT `seq`, `action`, `collection`, `record`, `was` FROM `_purlin_log` \
                    WHERE `seq` > ? ORDER BY `seq` LIMIT ?";
        self.rows(text, &[after, most as u64], |cells| {
            let named = [&cells[2], &cells[3]].map(|cell| cell.text().unwrap_or_default());
            let action = cells[1].integer().unwrap_or_default();
            Line::of(cells[0].number(), action, named, cells[4].text())
        })
        .await
    }

    /// The numbers there are after one, as lines; and the one up to which all was forgotten.
    pub(super) async fn numbers(
        &self,
        after: u64,
        most: usize,
    ) -> Result<(u64, Vec<Line>), StoreError> {
        let text =
            "SELECT `seq`, `action` FROM `_purlin_log` WHERE `seq` > ? ORDER BY `seq` LIMIT ?";
        let number =
            |cells: &[Cell<'_>]| (cells[0].number(), cells[1].integer() == Some(FORGOTTEN));
        let found = self.rows(text, &[after, most as u64], number).await?;
        let mark = found.iter().rposition(|(_, is_forgotten)| *is_forgotten);
        let forgotten = mark.map_or(0, |mark| found[mark].0);
        let lines = found.into_iter().skip(mark.unwrap_or(0)).map(|(number, _)| Line::Void(number));
        Ok((forgotten, lines.collect()))
    }

    /// Whether somebody holds one of these numbers without having committed it.
    pub(super) async fn is_locked(&self, from: u64, to: u64) -> Result<bool, StoreError> {
        let text = "SELECT `seq` FROM `_purlin_log` WHERE `seq` BETWEEN ? AND ? FOR UPDATE NOWAIT";
        let mut statement = Statement::new(self.server.dialect(), text);
        statement.parameters.extend([from, to].map(number));
        on_connection!(self, self.pool, |raw| {
            let ready = Ready::new(&statement, self.server.packet)?;
            match answers(raw, ready).await {
                Ok(_) => Ok(false),
                Err(Failure::Conflict) => Ok(true),
                Err(failure) => Err(failure.plain()),
            }
        })
    }

    /// Writes void lines under those of these numbers that are missing; whether it did.
    pub(super) async fn make_void(&self, from: u64, to: u64) -> Result<bool, StoreError> {
        let to = to.min(from.saturating_add(VOIDS));
        let text =
            "INSERT IGNORE INTO `_purlin_log` (`seq`, `collection`, `record`, `action`) VALUES ";
        let mut statement = Statement::new(self.server.dialect(), text);
        statement.list(from..=to, ", ", |out, number| {
            out.push(&format!("({number}, '', '', {VOID})"));
        });
        on_connection!(self, self.pool, |raw| {
            let ready = Ready::new(&statement, self.server.packet)?.once();
            match execute(raw, ready).await {
                Ok(_) => Ok(true),
                Err(Failure::Conflict) => Ok(false),
                Err(failure) => Err(failure.plain()),
            }
        })
    }

    async fn rows<T>(
        &self,
        text: &str,
        numbers: &[u64],
        take: impl Fn(&[Cell<'_>]) -> T,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = Statement::new(self.server.dialect(), text);
        statement.parameters.extend(numbers.iter().copied().map(number));
        on_connection!(self, self.pool, |raw| {
            let (ready, mut found) = (Ready::new(&statement, self.server.packet)?, Vec::new());
            let read = each(raw, ready, |row| {
                let forms = forms(row);
                let cells: Result<Vec<_>, _> =
                    (0..forms.len()).map(|column| cell(row, &forms, column)).collect();
                found.push(take(&cells?));
                Ok(())
            });
            read.await.map_err(Failure::plain).map(|()| found)
        })
    }
}

fn number(number: u64) -> Parameter {
    Parameter::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}
