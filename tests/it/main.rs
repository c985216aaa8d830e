//! Tests through the front door.

mod across;
mod adopting;
mod authorization;
mod away;
mod commands;
mod console_accounts;
mod copying;
mod crowd;
mod datasources;
mod engines;
mod everywhere;
mod first_start;
mod importing;
mod lasting;
mod nodes;
mod own_model;
mod pipelines;
mod policies;
mod recorded;
mod sign_in;
mod sturdy;
mod superuser;
mod tidy;
