//! Tests through the front door.

mod commands;
mod crowd;
mod first_start;
mod lasting;
mod recorded;
mod sturdy;
mod superuser;
mod sign_in;
mod tidy;
