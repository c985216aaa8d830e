//! Trying out the query of a view, in transactions that cannot write.

use std::sync::Arc;
use std::time::Duration;

use purlin_model::{Json, Value};
use sqlx::postgres::{PgConnection, PgTypeInfo};
use sqlx::{Column as _, Executor as _, Statement as _};

use super::pool::Pool;
use super::retry::reading;
use super::{encode, run};
use crate::store::sql::{Statement, postgres::POSTGRES, table};
use crate::store::{OddIds, StoreError};

/// The order of insertion, which is no field of anything.
const HIDDEN: &str = "_rowid_";

/// The output columns of a query, which must be one SELECT statement.
pub(super) async fn describe(
    pool: &Arc<Pool>,
    time: Duration,
    query: &str,
) -> Result<Vec<String>, StoreError> {
    check(query)?;
    let columns = reading!(pool, time, |connection| types(connection, query));
    let mut names: Vec<String> = columns?.into_iter().map(|(name, _)| name).collect();
    names.retain(|name| name != HIDDEN);
    if names.is_empty() {
        return Err(StoreError::Refused("not a SELECT statement".to_owned()));
    }
    Ok(names)
}

/// No statement has the character that ends a text in the protocol.
fn check(query: &str) -> Result<(), StoreError> {
    if query.contains('\0') {
        return Err(StoreError::Refused("the query holds the character U+0000".to_owned()));
    }
    Ok(())
}

/// The columns of a query with their types.
pub(super) async fn types(
    connection: &mut PgConnection,
    query: &str,
) -> Result<Vec<(String, PgTypeInfo)>, sqlx::Error> {
    let query = table::single(query);
    // By itself first: inside of parentheses a text could close them.
    connection.prepare(query).await?;
    let wrapped = format!("SELECT * FROM (\n{query}\n) AS q LIMIT 0");
    let statement = connection.prepare(&wrapped).await?;
    let columns = statement.columns().iter();
    Ok(columns.map(|column| (column.name().to_owned(), column.type_info().clone())).collect())
}

/// The first rows of a query that `describe` accepts.
pub(super) async fn sample(
    pool: &Arc<Pool>,
    time: Duration,
    query: &str,
    limit: u64,
) -> Result<Vec<Vec<Value>>, StoreError> {
    describe(pool, time, query).await?;
    let text = format!(
        "SELECT row_to_json(q)::text FROM (\n{}\n) AS q LIMIT {limit}",
        table::single(query)
    );
    reading!(pool, time, |connection| async {
        let mut sample = Vec::new();
        read_only(connection, Statement::new(POSTGRES, &text), |row| {
            let json = encode::text(row, 0)?.unwrap_or_default();
            if let Ok(Json::Object(members)) = Json::parse(json.as_bytes()) {
                let shown = members.into_iter().filter(|(name, _)| name != HIDDEN);
                sample.push(shown.map(|(_, value)| plain(value)).collect());
            }
            Ok(())
        })
        .await?;
        Ok(sample)
    })
}

/// Looks through the ids a query that `describe` accepts yields, which become texts.
pub(super) async fn odd_ids(
    pool: &Arc<Pool>,
    time: Duration,
    query: &str,
) -> Result<Option<OddIds>, StoreError> {
    describe(pool, time, query).await?;
    let ids = format!("SELECT \"id\"::text AS id FROM (\n{}\n) AS q", table::single(query));
    let empty = format!("SELECT 1 FROM ({ids}) AS ids WHERE id IS NULL OR id = '' LIMIT 1");
    let repeated = format!("SELECT 1 FROM ({ids}) AS ids GROUP BY id HAVING count(*) > 1 LIMIT 1");
    for (text, odd) in [(empty, OddIds::Empty), (repeated, OddIds::Repeated)] {
        let found = reading!(pool, time, |connection| async {
            let mut any = false;
            read_only(connection, Statement::new(POSTGRES, &text), |_| {
                any = true;
                Ok(())
            })
            .await?;
            Ok(any)
        });
        if found? {
            return Ok(Some(odd));
        }
    }
    Ok(None)
}

/// Runs a query where nothing can be written.
async fn read_only(
    connection: &mut PgConnection,
    statement: Statement,
    take: impl FnMut(&sqlx::postgres::PgRow) -> Result<(), sqlx::Error> + Send,
) -> Result<(), sqlx::Error> {
    run::command(connection, "BEGIN READ ONLY").await?;
    let result = run::rows(connection, statement, take).await;
    if result.as_ref().err().is_none_or(|error| !super::error::is_broken(error)) {
        run::command(connection, "ROLLBACK").await?;
    }
    result
}

/// A result's value without a field to say what it is.
fn plain(value: Json) -> Value {
    match value {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Number(f64::from(u8::from(flag))),
        Json::Number(number) => Value::Number(number),
        Json::Text(text) => Value::Text(text),
        other => Value::Text(other.to_text()),
    }
}
