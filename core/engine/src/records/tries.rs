//! Doing again what a database gave up for the sake of others.

use std::time::Duration;

use tokio::sync::RwLock;

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

/// Where transactions pass whose writes may get in each other's way. They go side by side; who has to
/// begin anew goes alone, or the same would meet again, and a database may take a second to see
/// that they wait for each other.
#[derive(Debug, Default)]
pub(super) struct Lane(RwLock<()>);

impl Lane {
    /// Carries out a try when its turn has come.
    pub(super) async fn pass<T>(&self, tries: &Tries, carry_out: impl Future<Output = T>) -> T {
        if tries.0 == 0 {
            let _beside_others = self.0.read().await;
            return carry_out.await;
        }
        let _alone = self.0.write().await;
        carry_out.await
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::store::{StoreError, api_error};

    #[tokio::test]
    async fn who_begins_anew_goes_alone() {
        let lane = Lane::default();
        let ((first, until_first), (second, until_second)) =
            (oneshot::channel::<()>(), oneshot::channel::<()>());
        let log = std::sync::Mutex::new(Vec::new());
        let say = |what: &'static str| log.lock().unwrap().push(what);
        let (new, anew) = (Tries(0), Tries(1));
        tokio::join!(
            lane.pass(&new, async {
                say("first begins");
                let _ = until_first.await;
                say("first ends");
            }),
            lane.pass(&new, async {
                say("second begins");
                let _ = until_second.await;
                say("second ends");
            }),
            lane.pass(&anew, async { say("alone") }),
            async {
                drop(first);
                tokio::task::yield_now().await;
                drop(second);
            },
        );
        let said = ["first begins", "second begins", "first ends", "second ends", "alone"];
        assert_eq!(*log.lock().unwrap(), said);
    }

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
