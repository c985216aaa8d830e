//! What Purlin prints about itself.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::LogConfig;

/// Starts printing log lines to standard error.
///
/// # Errors
/// One sentence when the configured filter cannot be understood.
pub fn start(config: &LogConfig) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.filter)
        .map_err(|error| format!("log.filter: `{}` is not a filter: {error}", config.filter))?;
    let started = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    started.map_err(|error| format!("cannot start logging: {error}"))
}
