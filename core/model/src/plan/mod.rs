//! Plans: what is to be read or written, typed and authorised, with every name resolved and every
//! value bound. A store decides how to carry a plan out, never whether.

pub mod condition;
pub mod scope;
pub mod select;
pub mod shape;
pub mod write;

pub use condition::{Condition, Row, Source, Term, Test};
pub use scope::Scope;
pub use select::{Found, Key, Order, Output, Page, Select, Shape, Slot};
pub use shape::Sight;
pub use write::{Guard, Write};
