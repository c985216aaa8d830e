//! The test kit: the real binary on a folder of its own, asked over the wire.
//!
//! ```no_run
//! let app = purlin_tests::TestApp::start();
//! app.get("/api/collections").expect(401).has("valid record authorization token");
//! app.get("/api/collections").root().expect(200).has("_superusers");
//! ```

mod app;
mod call;
mod home;
pub mod wire;

pub use app::{ROOT, TestApp};
pub use call::{Answer, Asking, percent};
pub use home::{Ended, Home, binary};
