//! What tables there are, as the database describes them.

use sqlx::postgres::PgConnection;

use super::views::native_of;
use super::{encode, run};
use crate::store::sql::{Statement, postgres::POSTGRES};
use crate::store::{Reference, Table, TableColumn};

/// The tables anybody made: what the following queries call `named`, with the name they are known
/// by. Partitions are parts of other tables.
const NAMED: &str = "WITH named AS (SELECT c.oid, c.relkind, c.reltuples, \
    CASE WHEN n.nspname = 'public' OR n.nspname = current_schema() THEN c.relname \
    ELSE n.nspname || '.' || c.relname END::text AS name \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition \
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_') ";

const TABLES: &str = "SELECT name, relkind IN ('v', 'm'), reltuples >= 0 AND relkind <> 'v', \
    greatest(reltuples, 0)::int8 FROM named ORDER BY name COLLATE \"C\"";

/// A domain counts as what it is made of.
const COLUMNS: &str = "SELECT named.name, a.attname::text, format_type(a.atttypid, a.atttypmod), \
    b.typname::text, NOT a.attnotnull, \
    a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '', \
    coalesce((SELECT array_to_json(array_agg(e.enumlabel ORDER BY e.enumsortorder))::text \
      FROM pg_enum e WHERE e.enumtypid = b.oid), '') \
    FROM named JOIN pg_attribute a ON a.attrelid = named.oid \
    JOIN pg_type t ON t.oid = a.atttypid \
    JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END \
    WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY named.name, a.attnum";

const KEYS: &str = "SELECT named.name, i.indisprimary, i.indexrelid::int8, a.attname::text \
    FROM named JOIN pg_index i ON i.indrelid = named.oid \
    JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) ON place <= i.indnkeyatts \
    JOIN pg_attribute a ON a.attrelid = named.oid AND a.attnum = k.attnum \
    WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL \
    ORDER BY named.name, i.indexrelid, k.place";

const REFERENCES: &str = "SELECT named.name, a.attname::text, other.name, b.attname::text, \
    f.confdeltype = 'c' FROM named JOIN pg_constraint f ON f.conrelid = named.oid \
    JOIN named AS other ON other.oid = f.confrelid \
    JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1] \
    JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1] \
    WHERE f.contype = 'f' AND cardinality(f.conkey) = 1 ORDER BY named.name, f.conname";

/// All tables and views but the database's own.
pub(super) async fn look(connection: &mut PgConnection) -> Result<Vec<Table>, sqlx::Error> {
    let mut tables: Vec<Table> = Vec::new();
    ask(connection, TABLES, |row| {
        let estimated = encode::truth(row, 2)?;
        tables.push(Table {
            name: word(row, 0)?,
            is_view: encode::truth(row, 1)?,
            columns: Vec::new(),
            key: Vec::new(),
            unique: Vec::new(),
            references: Vec::new(),
            rows: if estimated { Some(encode::count(row, 3)?) } else { None },
        });
        Ok(())
    })
    .await?;
    ask(connection, COLUMNS, |row| {
        let Some(table) = find(&mut tables, &word(row, 0)?) else { return Ok(()) };
        table.columns.push(column(row)?);
        Ok(())
    })
    .await?;
    let mut last = 0;
    ask(connection, KEYS, |row| {
        let Some(table) = find(&mut tables, &word(row, 0)?) else { return Ok(()) };
        let (index, column) = (encode::count(row, 2)?, word(row, 3)?);
        match (encode::truth(row, 1)?, index == last, table.unique.last_mut()) {
            (true, _, _) => table.key.push(column),
            (false, true, Some(columns)) => columns.push(column),
            _ => table.unique.push(vec![column]),
        }
        last = index;
        Ok(())
    })
    .await?;
    ask(connection, REFERENCES, |row| {
        let Some(table) = find(&mut tables, &word(row, 0)?) else { return Ok(()) };
        table.references.push(Reference {
            column: word(row, 1)?,
            table: word(row, 2)?,
            to: word(row, 3)?,
            cascades: encode::truth(row, 4)?,
        });
        Ok(())
    })
    .await?;
    Ok(tables)
}

fn column(row: &sqlx::postgres::PgRow) -> Result<TableColumn, sqlx::Error> {
    let choices: Vec<String> = serde_json::from_str(&word(row, 6)?).unwrap_or_default();
    let kind = native_of(if choices.is_empty() {
        encode::text(row, 3)?.unwrap_or_default()
    } else {
        "text"
    });
    Ok(TableColumn {
        name: word(row, 1)?,
        type_text: word(row, 2)?,
        kind,
        nullable: encode::truth(row, 4)?,
        filled: encode::truth(row, 5)?,
        choices,
    })
}

fn find<'t>(tables: &'t mut [Table], name: &str) -> Option<&'t mut Table> {
    tables.iter_mut().find(|table| table.name == name)
}

fn word(row: &sqlx::postgres::PgRow, index: usize) -> Result<String, sqlx::Error> {
    Ok(encode::text(row, index)?.unwrap_or_default().to_owned())
}

async fn ask(
    connection: &mut PgConnection,
    query: &str,
    take: impl FnMut(&sqlx::postgres::PgRow) -> Result<(), sqlx::Error> + Send,
) -> Result<(), sqlx::Error> {
    run::rows(connection, Statement::new(POSTGRES, &format!("{NAMED}{query}")), take).await
}
