//! How long to leave a server alone that could not be reached.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(5);

/// Doubles with every failure in a row.
#[derive(Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// How long to wait this time: between half and one and a half of the step, so that the clients
    /// of a server that restarts do not all come at once.
    pub(super) fn next(&mut self) -> Duration {
        let step = FIRST.saturating_mul(1 << self.failures.min(16)).min(LONGEST);
        self.failures += 1;
        // A new state of the standard library's hasher is random.
        let random = RandomState::new().build_hasher().finish() % 1000;
        step / 2 + step.mul_f64(random as f64 / 1000.0)
    }

    /// All is well again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_scatter() {
        let mut backoff = Backoff::default();
        for step in [200_u64, 400, 800, 1600, 3200, 5000, 5000, 5000] {
            let step = Duration::from_millis(step);
            let wait = backoff.next();
            assert!(step / 2 <= wait && wait < step * 3 / 2, "{wait:?} for {step:?}");
        }
        backoff.reset();
        let waits: std::collections::HashSet<Duration> = (0..20)
            .map(|_| {
                backoff.reset();
                backoff.next()
            })
            .collect();
        assert!(waits.len() > 10, "{waits:?} are hardly random");
    }
}
