//! What a write brought about.

use super::Records;
use super::pending::Owed;
use crate::catalog::holds_lines;
use crate::error::ApiError;
use crate::events::Change;

/// What a write brought about, to be told once it is committed.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What happened, in order.
    pub(super) changes: Vec<Change>,
    /// What is left to be done in other datasources.
    pub(super) owed: Vec<Owed>,
}

/// Why something was not deleted.
#[derive(Debug)]
pub(super) enum Halt {
    /// A record that stays requires it.
    Kept,
    /// It could not be carried out.
    Failed(ApiError),
}

impl Outcome {
    /// One change.
    pub(super) fn of(change: Change) -> Self {
        Outcome { changes: vec![change], owed: Vec::new() }
    }

    /// With what came after.
    pub(super) fn append(&mut self, mut next: Outcome) {
        self.changes.append(&mut next.changes);
        self.owed.append(&mut next.owed);
    }
}

impl Records {
    /// Tells what was committed, and does what is left of it in other datasources as far as that
    /// takes no long; the rest is done later.
    pub(super) async fn committed(&self, ask: &super::Ask<'_>, outcome: Outcome) {
        if outcome.changes.iter().any(|change| holds_lines(&change.collection)) {
            self.put_into_force(ask).await;
        }
        self.bus.publish(&outcome.changes);
        if !outcome.owed.is_empty() {
            self.outbox.soon(ask.snapshot.clone(), ask.facts.now, outcome.owed).await;
        }
    }

    /// Puts changed policies and roles into force, here and on other nodes.
    async fn put_into_force(&self, ask: &super::Ask<'_>) {
        if let Err(error) = self.mark_alone(ask).await {
            tracing::error!(?error, "other nodes cannot be told of changed policies");
        }
        if let Err(error) = self.catalog.refresh_lines().await {
            tracing::error!(%error, "changed policies cannot be put into force yet");
        }
    }
}

impl From<Halt> for ApiError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Failed(error) => error,
            Halt::Kept => ApiError::bad_request(
                "Failed to delete record. Make sure that the record is not part of a required relation reference.",
            ),
        }
    }
}

impl From<ApiError> for Halt {
    fn from(error: ApiError) -> Self {
        Halt::Failed(error)
    }
}
