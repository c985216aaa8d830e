//! The log of changes: a table, written in the transactions of the writes themselves.
//!
//! An entry is written by the statement of a single write, or by the last one of a transaction, so
//! that between the number it is given and the commit there is as little as possible. See
//! [`log`](crate::store::sql::log) for what the numbers promise.

use std::sync::Arc;
use std::time::Duration;

use purlin_model::plan::{Entry, Write};
use sqlx::postgres::PgConnection;

use super::error::{database, refused};
use super::pool::Pool;
use super::retry::reading;
use super::{encode, run};
use crate::store::StoreError;
use crate::store::sql::log::number_of;
use crate::store::sql::postgres::POSTGRES;
use crate::store::sql::postgres::columns::Column;
use crate::store::sql::{Parameter, Statement};

/// How many entries are forgotten by one statement.
const CHUNK: i64 = 5_000;

/// Nodes that start together make it one after the other.
const MAKE: &str = "BEGIN; SET LOCAL client_min_messages = error; \
    SELECT pg_advisory_xact_lock(8101985443178225250); \
    CREATE TABLE IF NOT EXISTS \"_purlin_changes\" (\
    \"seq\" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
    \"collection\" text COLLATE \"C\" NOT NULL, \"record\" text COLLATE \"C\" NOT NULL, \
    \"action\" smallint NOT NULL, \
    \"at\" bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, \
    \"was\" text COLLATE \"C\"); COMMIT";

/// Makes the table, unless it is there. The inner error is one sentence: why it cannot be made.
pub(super) async fn prepare(pool: &Arc<Pool>) -> Result<Result<(), String>, StoreError> {
    let mut pooled = pool.take().await?;
    let connection = pooled.raw()?;
    let there = "SELECT 1 FROM pg_class WHERE oid = to_regclass('\"_purlin_changes\"')";
    let there = run::answers(connection, Statement::new(POSTGRES, there)).await;
    if there.map_err(|error| refused(&error))? {
        pooled.done();
        return Ok(Ok(()));
    }
    match run::command(connection, MAKE).await {
        Ok(()) => {
            pooled.done();
            Ok(Ok(()))
        }
        // No privilege, or nothing may be written.
        Err(error)
            if database(&error).is_some_and(|it| ["42501", "25006"].contains(&it.code())) =>
        {
            Ok(Err(format!("the table _purlin_changes cannot be made: {}", refused(&error))))
        }
        Err(error) => Err(refused(&error)),
    }
}

/// Makes the statement of a write, which answers its key or anything, write its entry too; it
/// answers the key then. The write happens first: its row is locked when the number is given.
pub(super) fn logged(mut inner: Statement, write: &Write, entry: Entry) -> Statement {
    inner.text.insert_str(0, "WITH w(k) AS (");
    inner.push(
        ") INSERT INTO \"_purlin_changes\" (\"collection\", \"record\", \"action\", \"was\") SELECT ",
    );
    inner.bind_text(entry.collection).push(", ");
    match write.leaves_key_out() {
        true => inner.push("k"),
        false => inner.bind_text(entry.record),
    };
    inner.push(", ").push(&number_of(entry.action).to_string()).push(", ");
    inner.bind(entry.was.map_or(Parameter::Null, Parameter::Text)).push(" FROM w");
    if write.leaves_key_out() {
        inner.push(" RETURNING \"record\"");
    }
    inner
}

/// Writes entries down: the last thing that is done before the commit.
pub(super) async fn write(
    connection: &mut PgConnection,
    entries: Vec<Entry>,
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let text = "INSERT INTO \"_purlin_changes\" (\"collection\", \"record\", \"action\", \"was\") \
                SELECT c, r, a::smallint, w \
                FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS e(c, r, a, w)";
    let mut columns = [(); 4].map(|()| Vec::with_capacity(entries.len()));
    for entry in entries {
        let action = number_of(entry.action).to_string();
        let values = [Some(entry.collection), Some(entry.record), Some(action), entry.was];
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
    }
    let columns = columns.into_iter().map(Column::Texts).collect();
    let written = run::execute_columns(connection, text.to_owned(), columns).await;
    written.map_err(|error| refused(&error))
}

/// Forgets what is older than that, but for the newest entry; how many. Of what is forgotten the
/// last one stays as a mark, so that a feed that has not come so far sees that it is too late.
pub(super) async fn prune(
    pool: &Arc<Pool>,
    time: Duration,
    age: Duration,
) -> Result<u64, StoreError> {
    const TEXT: &str = "WITH chunk AS (SELECT \"seq\", \"at\", \"action\" FROM \"_purlin_changes\" \
        ORDER BY \"seq\" LIMIT $2), \
        young AS (SELECT min(\"seq\") AS \"seq\" FROM chunk WHERE \"action\" <> 0 \
        AND \"at\" >= (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1), \
        last AS (SELECT max(chunk.\"seq\") AS \"seq\" FROM chunk, young \
        WHERE chunk.\"seq\" < (SELECT max(\"seq\") FROM \"_purlin_changes\") \
        AND (young.\"seq\" IS NULL OR chunk.\"seq\" < young.\"seq\")), \
        gone AS (DELETE FROM \"_purlin_changes\" WHERE \"seq\" < (SELECT \"seq\" FROM last) \
        RETURNING \"action\"), \
        marked AS (UPDATE \"_purlin_changes\" SET \"action\" = 0, \"collection\" = '', \
        \"record\" = '', \"was\" = NULL \
        WHERE \"seq\" = (SELECT \"seq\" FROM last) AND \"action\" <> 0 RETURNING 1) \
        SELECT (SELECT count(*) FROM gone WHERE \"action\" <> 0) + (SELECT count(*) FROM marked)";
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let mut forgotten = 0;
    loop {
        let mut some = 0;
        reading!(pool, time, |connection| {
            let mut statement = Statement::new(POSTGRES, TEXT);
            statement.parameters.extend([age, CHUNK].map(Parameter::Integer));
            run::rows(connection, statement, |row| {
                some = encode::count(row, 0)?;
                Ok(())
            })
        })?;
        forgotten += some;
        if some == 0 {
            return Ok(forgotten);
        }
    }
}
