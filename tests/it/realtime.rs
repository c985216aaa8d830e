//! Realtime (http-api.md 4.4): who subscribes hears of what is committed, if it may see it.

mod access;
mod following;
mod frames;
mod memory;
mod nodes;
mod oplog;
mod place;
mod resuming;
mod several;
mod slow;
mod socket;
