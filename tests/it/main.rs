//! Tests through the front door.

mod commands;
mod recorded;
mod tidy;
