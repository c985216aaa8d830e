//! Who may do what: the lines of `_policies` and `_roles`, and what they decide together with the
//! rules of collections (docs/authorization.md).
//!
//! `records → Lines → Gate of each collection → Decision → Scope`. Everything that can be worked
//! out before a request comes is: a request looks up the lines of its caller and finds the scope
//! they make.

pub mod check;
pub mod console;
pub mod csv;
pub mod decision;
pub mod gate;
pub mod identity;
pub mod line;
pub mod lines;
pub mod roles;
pub mod row;
pub mod subject;
#[cfg(test)]
mod tests;

pub use console::{Part, Right};
pub use decision::Decision;
pub use gate::Gate;
pub use identity::Identity;
pub use line::{Deed, Effect, Line, LineRule};
pub use lines::{About, Lines, Matcher};
pub use roles::Roles;
pub use row::{PolicyRow, RoleRow, Row};
pub use subject::Subject;
