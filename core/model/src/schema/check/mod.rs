//! What is wrong with a definition (http-api.md 1.4, 3.3 to 3.9).

mod generic;

pub(crate) use generic::*;
