//! The log of one datasource, read again from where a client was.

use std::collections::VecDeque;

use crate::error::{Answer, ApiError};
use crate::store::{Datasources, Feed, Logged, Position, api_error};

/// How often a feed that is pushed may have nothing to say before that is believed.
const SILENCES: usize = 3;

/// A log that is read up to one position, and later on to another.
pub(super) struct Reading {
    feed: Box<dyn Feed>,
    /// What was read beyond the position that was asked for.
    ahead: VecDeque<Logged>,
}

impl Reading {
    /// From a position on.
    ///
    /// # Errors
    /// When the datasource is not there, or its log does not reach back so far.
    pub(super) async fn begin(
        datasources: &Datasources,
        source: &str,
        after: Position,
    ) -> Answer<Self> {
        let store = datasources.named(source);
        let store = store.ok_or_else(|| ApiError::internal("a datasource is gone"))?;
        let feed = store.follow(Some(after)).await.map_err(api_error)?;
        Ok(Reading { feed, ahead: VecDeque::new() })
    }

    /// The next changes up to a position; none when all were read.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) async fn next(&mut self, until: Position) -> Answer<Vec<Logged>> {
        let mut silences = 0;
        while self.ahead.is_empty() && self.feed.position() < until && silences < SILENCES {
            self.ahead = self.feed.next().await.map_err(api_error)?.into();
            silences += if self.feed.is_pushed() { 1 } else { SILENCES };
        }
        let beyond = self.ahead.iter().position(|change| change.position > until);
        Ok(self.ahead.drain(..beyond.unwrap_or(self.ahead.len())).collect())
    }
}
