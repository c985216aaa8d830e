//! The query language: filters, sorts and rules as text, and what they parse to.

pub mod expr;

pub use expr::{Comparison, Expr, Op, Operand, Span};
