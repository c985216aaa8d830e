//! Schema changes, in one transaction with the writes that record them.

use std::collections::HashMap;
use std::time::Duration;

use purlin_model::Collection;
use purlin_model::plan::Write;
use purlin_model::schema::Kind;

use super::connection::Connection;
use super::error::refused;
use super::{apply, writer};
use crate::store::sql::{Statement, alter, index::IndexText, sqlite::SQLITE, table};
use crate::store::{SchemaChange, StoreError};

/// Applies changes and writes, all or none.
pub(super) fn run(
    connection: &Connection,
    changes: &[SchemaChange],
    writes: &[Write],
    guard_time: Duration,
) -> Result<(), StoreError> {
    let before = connection.definitions.borrow().clone();
    let result = writer::transact(connection, || {
        let mut migration = Migration {
            connection,
            views: Vec::new(),
            made: Vec::new(),
            parked: HashMap::new(),
            names: 0,
        };
        for change in changes {
            match change {
                _ if change.is_adopted() => {}
                SchemaChange::Ensure(collection) => migration.ensure(collection)?,
                SchemaChange::Create(collection) => migration.create(collection)?,
                SchemaChange::Alter { from, to } => migration.alter(from, to)?,
                SchemaChange::Drop(collection) => migration.drop(collection)?,
            }
        }
        migration.finish()?;
        connection.definitions.borrow_mut().note(changes);
        apply::batch(connection, writes, guard_time).map(drop)
    });
    if result.is_err() {
        *connection.definitions.borrow_mut() = before;
    }
    result
}

/// Changes under way.
struct Migration<'c> {
    connection: &'c Connection,
    /// Views out of the way while tables change, name and text: SQLite would rewrite or refuse
    /// what mentions a changed column.
    views: Vec<(String, String)>,
    /// Views made: SQLite does not look at what they read before they are read.
    made: Vec<String>,
    /// Tables whose name another takes before they are renamed themselves: the lower-case name
    /// they had, and the name they have.
    parked: HashMap<String, String>,
    names: usize,
}

impl Migration<'_> {
    fn ensure(&mut self, collection: &Collection) -> Result<(), StoreError> {
        let text = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
        let count = self.connection.raw.query_row(text, [&collection.name], |row| row.get(0));
        let count: i64 = count.map_err(refused)?;
        if count > 0 { Ok(()) } else { self.create(collection) }
    }

    fn create(&mut self, collection: &Collection) -> Result<(), StoreError> {
        if let Kind::View { query } = &collection.kind {
            return self.create_view(collection, query);
        }
        self.park(&collection.name)?;
        self.run(&table::create(SQLITE, collection))?;
        for text in &collection.indexes {
            self.create_index(collection, text)?;
        }
        Ok(())
    }

    fn alter(&mut self, from: &Collection, to: &Collection) -> Result<(), StoreError> {
        if let Kind::View { query } = &to.kind {
            self.drop(from)?;
            return self.create_view(to, query);
        }
        let old = self.parked.remove(&from.name.to_lowercase());
        let old = old.unwrap_or_else(|| from.name.clone());
        let steps = alter::Steps::between(from, to);
        // Views follow the new name.
        self.rename(&old, &to.name)?;
        if steps.touches_columns() {
            self.put_views_away()?;
        }
        for name in &steps.dropped_indexes {
            self.run(&table::drop(SQLITE, "INDEX IF EXISTS", name))?;
        }
        for statement in steps.change_columns(SQLITE, &to.name, || self.free_name()) {
            self.run(&statement)?;
        }
        for text in &steps.new_indexes {
            self.create_index(to, text)?;
        }
        Ok(())
    }

    fn drop(&mut self, collection: &Collection) -> Result<(), StoreError> {
        let name = collection.name.to_lowercase();
        if !collection.is_view() {
            let table = self.parked.remove(&name).unwrap_or_else(|| collection.name.clone());
            return self.run(&table::drop(SQLITE, "TABLE", &table));
        }
        let away = self.views.iter().position(|(view, _)| view.to_lowercase() == name);
        match away {
            Some(index) => {
                self.views.remove(index);
                Ok(())
            }
            None => {
                self.made.retain(|made| made.to_lowercase() != name);
                self.run(&table::drop(SQLITE, "VIEW", &collection.name))
            }
        }
    }

    /// Puts the views back, and sees that all can be read.
    fn finish(&mut self) -> Result<(), StoreError> {
        if let Some(name) = self.parked.keys().next() {
            return Err(StoreError::Refused(format!("the name {name} is taken")));
        }
        for (name, text) in std::mem::take(&mut self.views) {
            self.run(&Statement::new(SQLITE, &text))?;
            self.made.push(name);
        }
        for name in &self.made {
            let read = self.connection.answers(&table::nothing_of(SQLITE, name)).map_err(refused);
            read.map_err(|error| match error {
                StoreError::Refused(text) => {
                    StoreError::Refused(format!("error in view {name} - {text}"))
                }
                other => other,
            })?;
        }
        Ok(())
    }

    fn create_view(&mut self, collection: &Collection, query: &str) -> Result<(), StoreError> {
        self.made.push(collection.name.clone());
        self.run(&table::view(SQLITE, collection, query, false))?;
        // Ids are text whatever the query computes; where they are already, an index still serves.
        let text = "SELECT type = 'TEXT' FROM pragma_table_info(?1) WHERE name = 'id'";
        let is_text = self.connection.raw.query_row(text, [&collection.name], |row| row.get(0));
        if is_text.unwrap_or(true) {
            return Ok(());
        }
        self.run(&table::drop(SQLITE, "VIEW", &collection.name))?;
        self.run(&table::view(SQLITE, collection, query, true))
    }

    fn create_index(&self, collection: &Collection, text: &str) -> Result<(), StoreError> {
        let refuse = |name: &str, reason: &str| StoreError::Index {
            name: name.to_owned(),
            reason: reason.to_owned(),
        };
        let index =
            IndexText::parse(text).ok_or_else(|| refuse("", "not a CREATE INDEX statement"))?;
        let created = self.run(&index.create(SQLITE, &collection.name));
        created.map_err(|error| match error {
            StoreError::Refused(reason) => refuse(&index.name, &reason),
            other => other,
        })
    }

    /// Renames a table, over a third name where only the case differs.
    fn rename(&mut self, from: &str, to: &str) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        if from.eq_ignore_ascii_case(to) {
            let between = self.free_name();
            self.rename_with_views(from, &between)?;
            return self.rename_with_views(&between, to);
        }
        self.park(to)?;
        self.rename_with_views(from, to)
    }

    /// Renames a table in what views read too; by itself this connection leaves views alone.
    fn rename_with_views(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.connection.run("PRAGMA legacy_alter_table=OFF").map_err(refused)?;
        let renamed = self.run(&table::rename(SQLITE, from, to));
        self.connection.run("PRAGMA legacy_alter_table=ON").map_err(refused)?;
        renamed
    }

    /// Moves a table out of the way that has a name now needed; it has to be renamed or dropped by
    /// a later change.
    fn park(&mut self, name: &str) -> Result<(), StoreError> {
        let text =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?1)";
        let mut statement = self.connection.raw.prepare(text).map_err(refused)?;
        let mut rows = statement.query([name]).map_err(refused)?;
        let taken: Option<String> =
            rows.next().map_err(refused)?.map(|row| row.get(0)).transpose().map_err(refused)?;
        drop(rows);
        drop(statement);
        if let Some(taken) = taken {
            self.put_views_away()?;
            let parked = self.free_name();
            self.run(&table::rename(SQLITE, &taken, &parked))?;
            self.parked.insert(name.to_lowercase(), parked);
        }
        Ok(())
    }

    fn put_views_away(&mut self) -> Result<(), StoreError> {
        let text = "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid";
        let mut statement = self.connection.raw.prepare(text).map_err(refused)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        let views: Vec<(String, String)> =
            rows.map_err(refused)?.collect::<rusqlite::Result<_>>().map_err(refused)?;
        drop(statement);
        for (name, text) in views {
            self.run(&table::drop(SQLITE, "VIEW", &name))?;
            self.views.push((name, text));
        }
        Ok(())
    }

    /// A name no collection or field can have been given.
    fn free_name(&mut self) -> String {
        self.names += 1;
        format!("purlin moving {}", self.names)
    }

    fn run(&self, statement: &Statement) -> Result<(), StoreError> {
        self.connection.execute_once(statement).map(|_| ()).map_err(refused)
    }
}
