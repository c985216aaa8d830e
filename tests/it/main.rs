//! Tests through the front door.

mod commands;
mod recorded;
mod sign_in;
mod tidy;
