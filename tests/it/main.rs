//! Tests through the front door.

mod commands;
mod tidy;
