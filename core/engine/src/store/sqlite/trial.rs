//! Trying out the query of a view.

use purlin_model::Value;

use super::connection::Connection;
use super::decode;
use super::error::refused;
use crate::store::sql::{Statement, sqlite::SQLITE, table};
use crate::store::{OddIds, StoreError};

/// The output columns of a query, which must be one SELECT statement.
pub(super) fn describe(connection: &Connection, query: &str) -> Result<Vec<String>, StoreError> {
    let query = table::single(query);
    {
        // By itself first: inside of parentheses a text could close them.
        let statement = connection.raw.prepare(query).map_err(refused)?;
        if !statement.readonly() || statement.column_count() == 0 || statement.is_explain() != 0 {
            return Err(StoreError::Refused("not a SELECT statement".to_owned()));
        }
    }
    let wrapped = format!("SELECT * FROM (\n{query}\n)");
    let statement = connection.raw.prepare(&wrapped).map_err(refused)?;
    Ok(statement.column_names().into_iter().map(str::to_owned).collect())
}

/// The first rows of a query that `describe` accepts.
pub(super) fn sample(
    connection: &Connection,
    query: &str,
    limit: u64,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let columns = describe(connection, query)?.len();
    let query = table::single(query);
    let wrapped = format!("SELECT * FROM (\n{query}\n) LIMIT {limit}");
    let mut statement = connection.raw.prepare(&wrapped).map_err(refused)?;
    let mut rows = statement.query([]).map_err(refused)?;
    let mut sample = Vec::new();
    while let Some(row) = rows.next().map_err(refused)? {
        let value = |index| row.get_ref(index).map(decode::plain);
        sample.push((0..columns).map(value).collect::<rusqlite::Result<_>>().map_err(refused)?);
    }
    Ok(sample)
}

/// Looks through the ids a query that `describe` accepts yields, which become texts.
pub(super) fn odd_ids(connection: &Connection, query: &str) -> Result<Option<OddIds>, StoreError> {
    describe(connection, query)?;
    let ids = format!("SELECT CAST(\"id\" AS TEXT) AS id FROM (\n{}\n)", table::single(query));
    let empty = format!("SELECT 1 FROM ({ids}) WHERE id IS NULL OR id = ''");
    let repeated = format!("SELECT 1 FROM ({ids}) GROUP BY id HAVING count(*) > 1");
    for (text, odd) in [(empty, OddIds::Empty), (repeated, OddIds::Repeated)] {
        if connection
            .answers(&Statement::new(SQLITE, &format!("{text} LIMIT 1")))
            .map_err(refused)?
        {
            return Ok(Some(odd));
        }
    }
    Ok(None)
}
