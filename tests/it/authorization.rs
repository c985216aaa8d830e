//! Policies and roles (authorization.md), and that nothing tells what a caller must not see.

mod conditions;
mod explaining;
mod following;
mod itself;
mod leaks;
mod place;
mod probe;
mod reading;
mod requests;
mod saving;
mod subjects;
mod worlds;
mod writing;
