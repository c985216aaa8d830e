//! How sessions are made, and what is asked of a server first.

use std::str::FromStr as _;
use std::sync::Arc;

use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

use super::encode;
use super::pool::Pool;
use super::run;
use crate::store::sql::{Statement, postgres::POSTGRES};
use crate::store::{ServerOptions, StoreError};

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;

/// Reads a URL.
///
/// # Errors
/// `Unavailable` when it is none; the text does not repeat it, for it may hold a password.
pub(super) fn parse(url: &str) -> Result<PgConnectOptions, StoreError> {
    let invalid = |_| StoreError::Unavailable("the URL of the database is not valid".to_owned());
    PgConnectOptions::from_str(url).map_err(invalid)
}

/// What sessions are set to.
pub(super) fn session(
    server: &PgConnectOptions,
    options: &ServerOptions,
    serializable: bool,
) -> PgConnectOptions {
    // A blank ends an option, unless it is escaped.
    let isolation = if serializable { "serializable" } else { r"read\ committed" };
    let millis = |time: std::time::Duration| time.as_millis().max(1).to_string();
    // A caller's own timer ends a transaction; this is for a caller that is gone.
    let idle = options.transaction_life + std::time::Duration::from_secs(5);
    server
        .clone()
        .application_name("purlin")
        // Numbers become texts as SQLite writes them: 15 digits.
        .extra_float_digits(0)
        .statement_cache_capacity(STATEMENTS)
        .options([
            ("default_transaction_isolation", isolation.to_owned()),
            ("statement_timeout", millis(options.query_timeout)),
            ("idle_in_transaction_session_timeout", millis(idle)),
            ("lock_timeout", millis(options.query_timeout)),
            ("standard_conforming_strings", "on".to_owned()),
            // What is said beside errors is about our own habits (a rollback to be sure), nothing
            // for an operator's log.
            ("client_min_messages", "error".to_owned()),
            // Compiling a statement costs more than most of ours take.
            ("jit", "off".to_owned()),
        ])
        .disable_statement_logging()
}

/// Asks what the server is and whether tables can be made.
///
/// # Errors
/// `Unavailable` with one sentence.
pub(super) async fn examine(pool: &Arc<Pool>) -> Result<String, StoreError> {
    let mut pooled = pool.take().await?;
    let text = "SELECT current_setting('server_version'), \
                has_schema_privilege(current_schema(), 'CREATE'), \
                current_setting('server_encoding') = 'UTF8'";
    let (mut version, mut creates, mut utf8) = (String::new(), false, false);
    let asked = run::rows(pooled.raw()?, Statement::new(POSTGRES, text), |row| {
        version = encode::text(row, 0)?.unwrap_or_default().to_owned();
        creates = encode::truth(row, 1)?;
        utf8 = encode::truth(row, 2)?;
        Ok(())
    });
    asked.await.map_err(|error| super::error::unreachable(&error))?;
    pooled.done();
    let refuse = |text: &str| Err(StoreError::Unavailable(text.to_owned()));
    if !utf8 {
        return refuse("the database's encoding is not UTF-8");
    }
    if !creates {
        return refuse("the user may not create tables in the database");
    }
    Ok(format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default()))
}
