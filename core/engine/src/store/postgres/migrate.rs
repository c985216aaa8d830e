//! Schema changes, in one transaction with the writes that record them.

use std::collections::HashMap;
use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::plan::Write;
use purlin_model::schema::Kind;
use sqlx::postgres::PgConnection;

use super::error::refused;
use super::pool::{Pool, Pooled};
use super::views::{self, Away};
use super::{apply, retry, run};
use crate::store::pause::pause;
use crate::store::sql::postgres::{POSTGRES, index};
use crate::store::sql::{Parameter, Statement, alter, table};
use crate::store::{SchemaChange, StoreError};

/// How often a migration that meets others' writes is tried.
const ATTEMPTS: u32 = 10;

/// Two nodes never change the schema at once; changes take the time they need.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
    SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'; \
    SET LOCAL client_min_messages = warning; \
    SELECT pg_advisory_xact_lock(8101985443178225249)";

/// Applies changes and writes, all or none.
pub(super) async fn run(
    pool: &Arc<Pool>,
    changes: &[SchemaChange],
    writes: &[Write],
    logs: bool,
) -> Result<(), StoreError> {
    for attempt in 0..ATTEMPTS {
        let mut pooled = pool.take_tested().await?;
        let result = once(&mut pooled, changes, writes, logs).await;
        match result {
            Ok(()) => {
                pooled.done();
                return Ok(());
            }
            // The connection is rolled back where it is dropped.
            Err(StoreError::Conflict) => drop(pooled),
            Err(error) => return Err(error),
        }
        pause(attempt, retry::LONGEST).await;
    }
    Err(StoreError::Conflict)
}

async fn once(
    pooled: &mut Pooled,
    changes: &[SchemaChange],
    writes: &[Write],
    logs: bool,
) -> Result<(), StoreError> {
    let connection = pooled.raw()?;
    run::command(connection, BEGIN).await.map_err(|error| refused(&error))?;
    let result = within(connection, changes, writes, logs).await;
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = run::command(connection, end).await.map_err(|error| refused(&error));
    result.and(ended)
}

async fn within(
    connection: &mut PgConnection,
    changes: &[SchemaChange],
    writes: &[Write],
    logs: bool,
) -> Result<(), StoreError> {
    apply::check(connection, writes).await?;
    let mut migration =
        Migration { connection, away: Vec::new(), parked: HashMap::new(), names: 0 };
    for change in changes {
        match change {
            _ if change.is_adopted() => {}
            SchemaChange::Ensure(collection) => {
                if !migration.exists(&collection.name).await? {
                    migration.create(collection).await?;
                }
            }
            SchemaChange::Create(collection) => migration.create(collection).await?,
            SchemaChange::Alter { from, to } => migration.alter(from, to).await?,
            SchemaChange::Drop(collection) => migration.drop(collection).await?,
        }
    }
    migration.finish().await?;
    let bare: Vec<Write> = writes.iter().cloned().map(without_guards).collect();
    apply::logged_batch(connection, &bare, logs).await.map(drop)
}

/// The guards were checked before anything changed.
fn without_guards(mut write: Write) -> Write {
    match &mut write {
        Write::Create { guards, .. }
        | Write::Update { guards, .. }
        | Write::Delete { guards, .. } => guards.clear(),
    }
    write
}

/// Changes under way.
struct Migration<'c> {
    connection: &'c mut PgConnection,
    /// Views out of the way while what they read changes, in the order to make them again.
    away: Vec<Away>,
    /// Tables whose name another takes before they are renamed themselves: the name they had, and
    /// the name they have.
    parked: HashMap<String, String>,
    names: usize,
}

impl Migration<'_> {
    async fn create(&mut self, collection: &Collection) -> Result<(), StoreError> {
        self.park(&collection.name).await?;
        if let Kind::View { query } = &collection.kind {
            let made = views::create(self.connection, collection, query).await;
            return made.map_err(|error| refused(&error));
        }
        self.run(table::create(POSTGRES, collection)).await?;
        for text in &collection.indexes {
            self.create_index(collection, text).await?;
        }
        Ok(())
    }

    async fn alter(&mut self, from: &Collection, to: &Collection) -> Result<(), StoreError> {
        if to.is_view() {
            self.drop(from).await?;
            return self.create(to).await;
        }
        let old = self.parked.remove(&from.name).unwrap_or_else(|| from.name.clone());
        let steps = alter::Steps::between(from, to);
        if old != to.name {
            self.park(&to.name).await?;
            self.run(table::rename(POSTGRES, &old, &to.name)).await?;
        }
        if steps.touches_columns() {
            self.put_away(&to.name).await?;
        }
        for name in &steps.dropped_indexes {
            let name = index::name_of(name);
            self.run(table::drop(POSTGRES, "INDEX IF EXISTS", &name)).await?;
        }
        let mut names = self.names;
        let changes = steps.change_columns(POSTGRES, &to.name, || {
            names += 1;
            free_name(names)
        });
        self.names = names;
        for statement in changes {
            self.run(statement).await?;
        }
        for text in &steps.new_indexes {
            self.create_index(to, text).await?;
        }
        Ok(())
    }

    async fn drop(&mut self, collection: &Collection) -> Result<(), StoreError> {
        let name = self.parked.remove(&collection.name).unwrap_or_else(|| collection.name.clone());
        if let Some(place) = self.away.iter().position(|view| view.name == name) {
            self.away.remove(place);
            return Ok(());
        }
        self.put_away(&name).await?;
        let what = if collection.is_view() { "VIEW" } else { "TABLE" };
        self.run(table::drop(POSTGRES, what, &name)).await
    }

    /// Puts the views back.
    async fn finish(&mut self) -> Result<(), StoreError> {
        if let Some(name) = self.parked.keys().next() {
            return Err(StoreError::Refused(format!("the name {name} is taken")));
        }
        for view in &std::mem::take(&mut self.away) {
            let made = views::put_back(self.connection, view).await;
            made.map_err(|error| match refused(&error) {
                StoreError::Refused(text) => {
                    StoreError::Refused(format!("error in view {} - {text}", view.name))
                }
                other => other,
            })?;
        }
        Ok(())
    }

    async fn create_index(
        &mut self,
        collection: &Collection,
        text: &str,
    ) -> Result<(), StoreError> {
        let refuse = |(name, reason)| StoreError::Index { name, reason };
        let (name, statement) = index::create(collection, text).map_err(refuse)?;
        let created = self.run(statement).await;
        created.map_err(|error| match error {
            StoreError::Refused(reason) => StoreError::Index { name, reason },
            other => other,
        })
    }

    /// Moves a table or view out of the way that has a name now needed; it has to be renamed or
    /// dropped by a later change.
    async fn park(&mut self, name: &str) -> Result<(), StoreError> {
        if !self.exists(name).await? {
            return Ok(());
        }
        self.names += 1;
        let parked = free_name(self.names);
        self.run(table::rename(POSTGRES, name, &parked)).await?;
        self.parked.insert(name.to_owned(), parked);
        Ok(())
    }

    async fn put_away(&mut self, table: &str) -> Result<(), StoreError> {
        let away = views::put_away(self.connection, table).await;
        // Names of views that were parked are not theirs.
        self.away.extend(away.map_err(|error| refused(&error))?);
        Ok(())
    }

    async fn exists(&mut self, name: &str) -> Result<bool, StoreError> {
        let mut quoted = Statement::new(POSTGRES, "");
        quoted.name(name);
        let text = "SELECT 1 FROM pg_class WHERE oid = to_regclass($1) \
                    AND relnamespace = current_schema()::regnamespace";
        let mut statement = Statement::new(POSTGRES, text);
        statement.parameters.push(Parameter::Text(quoted.text));
        run::answers(self.connection, statement).await.map_err(|error| refused(&error))
    }

    async fn run(&mut self, statement: Statement) -> Result<(), StoreError> {
        run::execute_once(self.connection, statement).await.map_err(|error| refused(&error))
    }
}

/// A name no collection or field can have been given.
fn free_name(number: usize) -> String {
    format!("purlin moving {number}")
}
