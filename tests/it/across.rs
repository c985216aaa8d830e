//! Two datasources: what works across them, and what is refused.

mod apart;
mod cascades;
pub(crate) mod place;
mod without;
