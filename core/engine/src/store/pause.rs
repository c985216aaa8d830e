//! Waiting before a next try.

use std::time::Duration;

/// Waits before what others got in the way of is tried again: longer after each attempt, `longest` at
/// the most, and never as long as another who waits.
pub(super) async fn pause(attempt: u32, longest: Duration) {
    let most = Duration::from_millis(2 << attempt.min(8)).min(longest);
    let millis = u32::try_from(most.as_millis()).unwrap_or(u32::MAX);
    let wait = 1 + crate::random::below(millis);
    tokio::time::sleep(Duration::from_millis(u64::from(wait))).await;
}
