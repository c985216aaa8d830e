//! The steps of a schema change. The server knows no transactions over tables, so each step is one
//! statement that happens or not, how to take it back is written down before it, and what loses
//! values comes after the writes that record the change are committed.

use std::collections::HashMap;

use purlin_model::Collection;
use purlin_model::plan::Write;
use purlin_model::schema::{Field, Kind};
use sqlx::mysql::MySqlConnection;

use super::apply::{self, Undone};
use super::columns::is_long;
use super::connection::{Ready, each, execute, run as tell};
use super::encode::{Cell, cell, forms};
use super::error::Failure;
use super::journal::{self, Entry, Undo, exists};
use super::server::Server;
use super::views;
use crate::store::pause::pause;
use crate::store::sql::mysql::{Mysql as Dialect, index};
use crate::store::sql::{Statement, alter, dialect::Dialect as _, table};
use crate::store::{SchemaChange, StoreError};

/// Changes under way.
pub(super) struct Migration<'m> {
    pub(super) raw: &'m mut MySqlConnection,
    pub(super) server: &'m Server,
    pub(super) dialect: &'static Dialect,
    /// What the tables changed are marked by; also the name of the journal's entry.
    pub(super) mark: String,
    pub(super) entry: Entry,
    pub(super) steps: usize,
    /// Tables whose name another takes before they are renamed themselves: the lower-case name
    /// they had, and the name they have.
    pub(super) parked: HashMap<String, String>,
    /// Tables that were renamed, from and to.
    pub(super) renamed: Vec<(String, String)>,
    /// Views made.
    pub(super) made: Vec<String>,
    /// Whether what views read may be gone.
    pub(super) touched: bool,
}

impl<'m> Migration<'m> {
    pub(super) fn new(raw: &'m mut MySqlConnection, server: &'m Server, mark: String) -> Self {
        Migration {
            raw,
            server,
            dialect: server.dialect(),
            mark,
            entry: Entry::default(),
            steps: 0,
            parked: HashMap::new(),
            renamed: Vec::new(),
            made: Vec::new(),
            touched: false,
        }
    }

    pub(super) async fn all(
        &mut self,
        changes: &[SchemaChange],
        writes: &[Write],
    ) -> Result<(), StoreError> {
        let mut working = Vec::new();
        if changes
            .iter()
            .any(|change| matches!(change, SchemaChange::Alter { .. } | SchemaChange::Drop(_)))
        {
            for view in views::all(self.raw, self.server).await.map_err(Failure::plain)? {
                if view.works(self.raw, self.server).await.is_ok() {
                    working.push(view);
                }
            }
        }
        for change in changes {
            match change {
                _ if change.is_adopted() => {}
                SchemaChange::Ensure(collection) => {
                    if !self.is_there(&collection.name).await? {
                        self.create(collection).await?;
                    }
                }
                SchemaChange::Create(collection) => self.create(collection).await?,
                SchemaChange::Alter { from, to } => self.alter(from, to).await?,
                SchemaChange::Drop(collection) => self.drop(collection).await?,
            }
        }
        self.settle_views(&working).await?;
        self.record(writes).await
    }

    pub(super) async fn is_there(&mut self, name: &str) -> Result<bool, StoreError> {
        exists(self.raw, self.server, name, None).await.map_err(Failure::plain)
    }

    /// Takes a step, once it is written down how to take it back.
    pub(super) async fn step(&mut self, statement: &str, undo: Undo) -> Result<(), StoreError> {
        self.entry.undo.push(undo);
        let noted = journal::note(self.raw, self.server, &self.mark, &self.entry).await;
        noted.map_err(Failure::plain)?;
        tell(self.raw, statement).await.map_err(Failure::plain)
    }

    /// As [`Migration::step`], of one that makes keys: which of them could not be made.
    async fn keyed(
        &mut self,
        statement: &str,
        undo: Undo,
        keys: &[index::Keys],
    ) -> Result<(), StoreError> {
        self.entry.undo.push(undo);
        let noted = journal::note(self.raw, self.server, &self.mark, &self.entry).await;
        noted.map_err(Failure::plain)?;
        tell(self.raw, statement).await.map_err(|failure| match failure {
            Failure::NotUnique(key) => {
                let same =
                    |it: &&index::Keys| self.dialect.physical(&it.name).eq_ignore_ascii_case(&key);
                match keys.iter().find(same) {
                    Some(keys) => StoreError::Index {
                        name: keys.name.clone(),
                        reason: "some records have the same values".to_owned(),
                    },
                    None => Failure::NotUnique(key).plain(),
                }
            }
            other => match other.plain() {
                StoreError::Refused(reason) => {
                    let same = |it: &&index::Keys| {
                        let name = self.dialect.physical(&it.name);
                        reason.to_lowercase().contains(&format!("'{}'", name.to_lowercase()))
                    };
                    match keys.iter().find(same) {
                        Some(keys) => StoreError::Index { name: keys.name.clone(), reason },
                        None => StoreError::Refused(reason),
                    }
                }
                other => other,
            },
        })
    }

    fn next_mark(&mut self) -> String {
        self.steps += 1;
        format!("{}/{}", self.mark, self.steps)
    }

    /// A name no collection or field can have been given.
    fn free_name(&mut self) -> String {
        self.steps += 1;
        format!("{} gone {}", self.mark, self.steps)
    }

    pub(super) fn keys(
        &self,
        collection: &Collection,
        texts: &[&str],
        is_long: &dyn Fn(&Field) -> bool,
    ) -> Result<Vec<index::Keys>, StoreError> {
        let mut all: Vec<index::Keys> = Vec::new();
        for text in texts {
            let keys = index::keys(self.dialect, collection, text, is_long)
                .map_err(|(name, reason)| StoreError::Index { name, reason })?;
            if all.iter().any(|it| it.name.eq_ignore_ascii_case(&keys.name)) {
                let reason = "there already is an index of that name".to_owned();
                return Err(StoreError::Index { name: keys.name, reason });
            }
            all.push(keys);
        }
        Ok(all)
    }

    async fn create(&mut self, collection: &Collection) -> Result<(), StoreError> {
        if let Kind::View { query } = &collection.kind {
            return self.create_view(collection, query).await;
        }
        self.park(&collection.name).await?;
        let texts: Vec<&str> = collection.indexes.iter().map(String::as_str).collect();
        let keys = self.keys(collection, &texts, &is_long)?;
        let mark = self.next_mark();
        let mut made = table::create(self.dialect, collection);
        comment(&mut made, &mark);
        let undo = Undo::Table { name: collection.name.clone(), mark };
        self.step(&made.text, undo).await?;
        if keys.is_empty() {
            return Ok(());
        }
        let undo = Undo::Alter {
            name: collection.name.clone(),
            mark: String::new(),
            statement: String::new(),
        };
        let statement = self.change(&collection.name, keys.iter().flat_map(|it| it.added.clone()));
        // Undone with the table.
        self.keyed(&statement, undo, &keys).await
    }

    /// An ALTER TABLE of these parts.
    pub(super) fn change(&self, name: &str, parts: impl IntoIterator<Item = String>) -> String {
        let mut out = Statement::new(self.dialect, "ALTER TABLE ");
        out.name(name).push(" ").push(&parts.into_iter().collect::<Vec<_>>().join(", "));
        out.text
    }

    async fn alter(&mut self, from: &Collection, to: &Collection) -> Result<(), StoreError> {
        if let Kind::View { query } = &to.kind {
            self.drop(from).await?;
            return self.create_view(to, query).await;
        }
        let parked = self.parked.remove(&from.name.to_lowercase());
        let old = parked.unwrap_or_else(|| from.name.clone());
        let steps = alter::Steps::between(from, to);
        self.touched |= steps.touches_columns();
        if old != to.name && !old.eq_ignore_ascii_case(&to.name) {
            self.park(&to.name).await?;
        }
        if from.name != to.name {
            self.renamed.push((from.name.clone(), to.name.clone()));
        }
        let long = self.long_columns(&old).await?;
        let change = self.columns(from, to, &steps, &old, &long)?;
        let new_keys = self.keys(to, &steps.new_indexes, &|field| {
            is_long(field) && !change.short.contains(&field.name)
                || change.long.contains(&field.name)
        })?;
        if let Some((forth, back)) = &change.statements {
            let mark = self.next_mark();
            let forth = format!("{forth}, COMMENT = '{mark}'");
            let undo = Undo::Alter { name: to.name.clone(), mark, statement: back.clone() };
            self.step(&forth, undo).await?;
            for statement in &change.fill {
                let ready = Ready::new(statement, self.server.packet)?.once();
                execute(self.raw, ready).await.map_err(Failure::plain)?;
            }
        }
        if !new_keys.is_empty() {
            let mark = self.next_mark();
            let mut forth: Vec<String> = new_keys.iter().flat_map(|it| it.added.clone()).collect();
            forth.push(format!("COMMENT = '{mark}'"));
            let back: Vec<String> = new_keys.iter().flat_map(|it| it.dropped.clone()).collect();
            let before = match &change.statements {
                Some(_) => format!("{}/{}", self.mark, self.steps - 1),
                None => String::new(),
            };
            let back =
                self.change(&to.name, back.into_iter().chain([format!("COMMENT = '{before}'")]));
            let forth = self.change(&to.name, forth);
            let undo = Undo::Alter { name: to.name.clone(), mark, statement: back };
            self.keyed(&forth, undo, &new_keys).await?;
        }
        Ok(())
    }

    async fn drop(&mut self, collection: &Collection) -> Result<(), StoreError> {
        if collection.is_view() {
            let all = views::all(self.raw, self.server).await.map_err(Failure::plain)?;
            let name = self.dialect.physical(&collection.name).into_owned();
            self.made.retain(|made| !made.eq_ignore_ascii_case(&collection.name));
            let found = all.into_iter().find(|view| view.name.eq_ignore_ascii_case(&name));
            let out = table::drop(self.dialect, "VIEW", &collection.name);
            return match found {
                Some(view) => {
                    let statement = view.create(self.server);
                    self.step(&out.text, Undo::Restore { name: view.name, statement }).await
                }
                None => tell(self.raw, &out.text).await.map_err(Failure::plain),
            };
        }
        let parked = self.parked.remove(&collection.name.to_lowercase());
        let name = parked.unwrap_or_else(|| collection.name.clone());
        let gone = self.free_name();
        self.rename(&name, &gone).await?;
        let out = table::drop(self.dialect, "TABLE IF EXISTS", &gone);
        self.entry.rest.push(out.text);
        Ok(())
    }

    async fn rename(&mut self, from: &str, to: &str) -> Result<(), StoreError> {
        let mut out = Statement::new(self.dialect, "RENAME TABLE ");
        out.name(from).push(" TO ").name(to);
        let undo = Undo::Rename { from: to.to_owned(), to: from.to_owned() };
        self.step(&out.text, undo).await
    }

    /// Moves a table out of the way that has a name now needed; it has to be renamed or dropped by
    /// a later change.
    async fn park(&mut self, name: &str) -> Result<(), StoreError> {
        let mut out = Statement::new(
            self.dialect,
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() \
             AND table_type = 'BASE TABLE' AND LOWER(table_name) = ",
        );
        out.bind_text(self.dialect.physical(name).to_lowercase());
        let mut taken = None;
        each(self.raw, Ready::new(&out, self.server.packet)?, |row| {
            if let Cell::Text(name) = cell(row, &forms(row), 0)? {
                taken = Some(name.into_owned());
            }
            Ok(())
        })
        .await
        .map_err(Failure::plain)?;
        if let Some(taken) = taken {
            let parked = self.free_name();
            self.rename(&taken, &parked).await?;
            self.parked.insert(name.to_lowercase(), parked);
        }
        Ok(())
    }

    /// The writes, and that the change is made, in one transaction.
    async fn record(&mut self, writes: &[Write]) -> Result<(), StoreError> {
        let mut tries = 0;
        loop {
            let done = async {
                tell(self.raw, "START TRANSACTION").await?;
                apply::logged_batch(self.raw, self.server, writes).await?;
                if !self.entry.undo.is_empty() {
                    let entry =
                        Entry { undo: Vec::new(), done: true, rest: self.entry.rest.clone() };
                    journal::note(self.raw, self.server, &self.mark, &entry).await?;
                }
                tell(self.raw, "COMMIT").await?;
                Ok(())
            };
            match done.await {
                Ok(()) => {
                    self.entry.done = true;
                    return Ok(());
                }
                Err(undone) => {
                    tell(self.raw, "ROLLBACK").await.map_err(Failure::plain)?;
                    tries += 1;
                    match undone {
                        Undone::Again if tries < super::TRIES => pause(tries, super::LONGEST).await,
                        Undone::Again => return Err(super::conflict()),
                        Undone::For(error) => return Err(error),
                    }
                }
            }
        }
    }
}

fn comment(out: &mut Statement, mark: &str) {
    out.push(" COMMENT = '").push(mark).push("'");
}
