//! Tests through the front door.

mod tidy;
