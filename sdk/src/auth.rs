//! Signing in, and staying signed in.

mod methods;
mod refresh;
mod session;
mod sign_in;
mod store;

pub use methods::{AuthMethods, AuthProvider, OAuth2Methods, PasswordMethod, TimedMethod};
pub(crate) use refresh::{RefreshTurn, keep_fresh};
pub use session::Session;
pub use sign_in::{Auth, AuthRefresh, AuthWithPassword, Impersonate};
pub use store::AuthStore;
