//! The test kit: the real binary on a folder of its own, asked over the wire.
//!
//! ```no_run
//! let app = purlin_tests::TestApp::start();
//! app.get("/api/collections").expect(401).has("valid record authorization token");
//! app.get("/api/collections").root().expect(200).has("_superusers");
//! ```

mod alike;
mod app;
mod balancer;
mod call;
mod certificate;
mod chance;
mod database;
mod follower;
mod home;
mod own;
mod redis;
mod several;
mod socket;
mod stream;
pub mod wire;

pub use app::{ROOT, TestApp};
pub use balancer::Balancer;
pub use call::{Answer, Asking, percent};
pub use certificate::Certificate;
pub use chance::Chance;
pub use database::{Backend, Database, tell_mongodb, tell_mysql, tell_postgres};
pub use follower::{Follower, Heard, Message};
pub use home::{Ended, Home, binary};
pub use own::OwnServer;
pub use redis::RedisServer;
pub use several::comes_true;
pub use socket::Socket;
pub use stream::{Frame, Stream};

/// Runs it so many times at once, each with its number; what each returned.
pub fn together<T: Send>(times: usize, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let run = &run;
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..times).map(|number| scope.spawn(move || run(number))).collect();
        let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
        ended
            .map(|outcome| outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
