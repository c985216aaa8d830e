//! Trying out the query of a view.

use purlin_model::Value;
use sqlx::mysql::MySqlConnection;
use sqlx::{Column as _, Executor as _, Statement as _};

use super::connection::{Ready, answers, each, run};
use super::decode;
use super::encode::{cell, forms};
use super::error::{Failure, refused};
use super::server::Server;
use crate::store::sql::{Statement, table};
use crate::store::{OddIds, StoreError};

/// The output columns of a query, which must be one SELECT statement. Prepared, never run: the
/// server refuses to prepare more than one.
pub(super) async fn describe(
    on: &mut MySqlConnection,
    query: &str,
) -> Result<Vec<String>, StoreError> {
    let query = table::single(query);
    let first = query.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let word = first.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if !["select", "with", "values", "table"].iter().any(|it| word.eq_ignore_ascii_case(it))
        || query.contains('\0')
    {
        return Err(StoreError::Refused("not a SELECT statement".to_owned()));
    }
    // By itself first: inside of parentheses a text could close them.
    prepare(on, query).await?;
    prepare(on, &wrapped("*", query, "")).await
}

async fn prepare(on: &mut MySqlConnection, text: &str) -> Result<Vec<String>, StoreError> {
    let statement = on.prepare(text).await.map_err(|error| refused(&error))?;
    let columns: Vec<String> =
        statement.columns().iter().map(|column| column.name().to_owned()).collect();
    on.clear_cached().await;
    if columns.is_empty() {
        return Err(StoreError::Refused("not a SELECT statement".to_owned()));
    }
    Ok(columns)
}

/// Statements prepared to be looked at are not kept.
trait Forgets {
    async fn clear_cached(&mut self);
}

impl Forgets for MySqlConnection {
    async fn clear_cached(&mut self) {
        let _ = sqlx::Connection::clear_cached_statements(self).await;
    }
}

fn wrapped(what: &str, query: &str, rest: &str) -> String {
    format!("SELECT {what} FROM (\n{query}\n) AS purlin_query{rest}")
}

/// The first rows of a query that `describe` accepts.
pub(super) async fn sample(
    on: &mut MySqlConnection,
    server: &Server,
    query: &str,
    limit: u64,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let columns = describe(on, query).await?.len();
    let text = wrapped("*", table::single(query), &format!(" LIMIT {limit}"));
    let statement = Statement::new(server.dialect(), &text);
    let ready = Ready::new(&statement, server.packet)?.once();
    let mut sample = Vec::new();
    begin(on).await?;
    let read = each(on, ready, |row| {
        let forms = forms(row);
        let value = |index| cell(row, &forms, index).map(decode::plain);
        sample.push((0..columns).map(value).collect::<Result<_, _>>()?);
        Ok(())
    });
    let read = read.await;
    end(on, read).await?;
    Ok(sample)
}

/// Looks through the ids a query that `describe` accepts yields, which become texts.
pub(super) async fn odd_ids(
    on: &mut MySqlConnection,
    server: &Server,
    query: &str,
) -> Result<Option<OddIds>, StoreError> {
    describe(on, query).await?;
    let collation = server.dialect().collation();
    let id = format!("CONVERT(`id` USING utf8mb4) COLLATE {collation} AS id");
    let ids = wrapped(&id, table::single(query), "");
    let empty = format!("SELECT 1 FROM ({ids}) AS ids WHERE id IS NULL OR id = ''");
    let repeated = format!("SELECT 1 FROM ({ids}) AS ids GROUP BY id HAVING count(*) > 1");
    for (text, odd) in [(empty, OddIds::Empty), (repeated, OddIds::Repeated)] {
        let statement = Statement::new(server.dialect(), &format!("{text} LIMIT 1"));
        let ready = Ready::new(&statement, server.packet)?.once();
        begin(on).await?;
        let found = answers(on, ready).await;
        if end(on, found).await? {
            return Ok(Some(odd));
        }
    }
    Ok(None)
}

/// Begins what can only read: a query may call functions that write.
async fn begin(on: &mut MySqlConnection) -> Result<(), StoreError> {
    let alone = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    run(on, alone).await.map_err(Failure::plain)?;
    run(on, "START TRANSACTION").await.map_err(Failure::plain)
}

/// Ends it.
async fn end<T>(on: &mut MySqlConnection, result: Result<T, Failure>) -> Result<T, StoreError> {
    run(on, "ROLLBACK").await.map_err(Failure::plain)?;
    result.map_err(Failure::plain)
}
