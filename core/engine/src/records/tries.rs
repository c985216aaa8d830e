//! Doing again what a database gave up for the sake of others.

use std::time::Duration;

use crate::error::ApiError;
use crate::random;

/// How often a transaction is begun, at the most.
const MOST: u32 = 30;
/// The longest pause before the second time, in milliseconds; it doubles from then on, up to 32
/// times as long.
const PAUSE_MS: u32 = 4;

/// How often a transaction was begun.
#[derive(Debug, Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// Whether a transaction that ended with this error is to be begun anew; waits a little first,
    /// by chance, so that those who met do not meet again.
    pub(super) async fn again(&mut self, error: &ApiError) -> bool {
        self.0 += 1;
        if !error.again || self.0 >= MOST {
            return false;
        }
        let pause = random::below(PAUSE_MS << (self.0 - 1).min(5));
        tokio::time::sleep(Duration::from_millis(u64::from(pause))).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{StoreError, api_error};

    #[tokio::test]
    async fn only_conflicts_are_repeated_and_not_forever() {
        let (mut tries, conflict) = (Tries::default(), api_error(StoreError::Conflict));
        for _ in 1..MOST {
            assert!(tries.again(&conflict).await);
        }
        assert!(!tries.again(&conflict).await);
        let away = api_error(StoreError::Unavailable(String::new()));
        assert!(!Tries::default().again(&away).await);
        assert_eq!((conflict.status, away.status), (503, 503));
    }
}
