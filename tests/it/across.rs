//! Two datasources: what works across them, and what is refused.

mod apart;
mod cascades;
mod place;
mod without;
