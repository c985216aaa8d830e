//! Tests through the front door.

mod commands;
mod importing;
mod recorded;
mod tidy;
