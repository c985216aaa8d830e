//! Several servers on one database, and what comes about between them.

use std::time::{Duration, Instant};

use crate::{Backend, Home, TestApp};

impl TestApp {
    /// Two servers on a fresh database, started with these arguments; `None` for SQLite, whose file
    /// has one server.
    #[must_use]
    pub fn pair(extra: &[&str]) -> Option<[TestApp; 2]> {
        if Backend::chosen() == Backend::Sqlite {
            return None;
        }
        let one = TestApp::start_with(extra);
        let two = one.beside(extra);
        // What is bound last goes first: who borrows the database before who lends it.
        Some([one, two])
    }

    /// Another server on this one's database; to be dropped before it.
    #[must_use]
    pub fn beside(&self, extra: &[&str]) -> TestApp {
        let home = Home::with(self.home.database().lent());
        let mut beside = TestApp::without_superuser(home, extra);
        beside.sign_in();
        beside
    }
}

/// Waits until that is so, and says how long it took.
///
/// # Panics
/// When it is not `within` that time.
pub fn comes_true(within: Duration, what: &str, is_so: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < within, "not within {within:?}: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    start.elapsed()
}
