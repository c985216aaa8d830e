//! Schema changes, with the writes that record them.

use std::collections::HashMap;

use mongodb::bson::{Document, doc};
use purlin_model::plan::Write;
use purlin_model::schema::{Collection, Kind};

use super::apply::{self, Patience};
use super::error::{Failure, refused};
use super::journal::Journal;
use super::lease::Lease;
use super::server::Server;
use super::{alter, guard, index, view, write};
use crate::store::{SchemaChange, StoreError};

/// Applies changes and writes, all or none.
pub(super) async fn run(
    server: &Server,
    changes: &[SchemaChange],
    writes: &[Write],
) -> Result<(), StoreError> {
    let mut definitions = server.definitions.write().await;
    let mut next = definitions.clone();
    next.note(changes);
    next.check(writes)?;
    let lease = Lease::take(server).await?;
    let result = under_lease(server, &lease.owner, changes, writes).await;
    lease.give_back().await;
    result?;
    server.note_gone(changes);
    server.note_known(|known| known.after(changes));
    *definitions = next;
    Ok(())
}

async fn under_lease(
    server: &Server,
    owner: &str,
    changes: &[SchemaChange],
    writes: &[Write],
) -> Result<(), StoreError> {
    let journal = Journal::begin(server, owner).await?;
    let result = all(server, &journal, changes, writes).await;
    // What remains to be done is in the journal: a failure here is made good later.
    let finished = journal.finish().await;
    result?;
    if let Err(error) = finished {
        tracing::warn!(%error, "a change of the schema is made, but not cleared up after");
    }
    Ok(())
}

async fn all(
    server: &Server,
    journal: &Journal<'_>,
    changes: &[SchemaChange],
    writes: &[Write],
) -> Result<(), StoreError> {
    for numbered in writes.iter().enumerate() {
        // Guards may speak of what writes before them make; those are asked again in time.
        if numbered.0 == 0 {
            guard::check(server, None, numbered).await.map_err(Failure::last)?;
        }
    }
    let there = names(server).await?;
    let mut migration = Migration { server, journal, there, parked: HashMap::new(), names: 0 };
    for change in changes {
        match change {
            _ if change.is_adopted() => {}
            SchemaChange::Ensure(collection) => migration.ensure(collection).await?,
            SchemaChange::Create(collection) => migration.create(collection).await?,
            SchemaChange::Alter { from, to } => migration.alter(from, to).await?,
            SchemaChange::Drop(collection) => migration.drop(collection).await?,
        }
    }
    if let Some(name) = migration.parked.keys().next() {
        return Err(StoreError::Refused(format!("the name {name} is taken")));
    }
    view::check_all(server).await?;
    decide(server, journal, writes).await
}

/// Makes the writes and decides the change.
async fn decide(
    server: &Server,
    journal: &Journal<'_>,
    writes: &[Write],
) -> Result<(), StoreError> {
    if !server.has_transactions() {
        for numbered in writes.iter().enumerate() {
            guard::check(server, None, numbered).await.map_err(Failure::last)?;
            let (collection, id) = written(numbered.1);
            journal.remember(collection.table(), write::key(collection, id)).await?;
            let done = write::carry_out(server, None, numbered, Vec::new()).await;
            done.map_err(Failure::last)?;
        }
        return journal.decide(None).await.map_err(Failure::last);
    }
    let mut patience = Patience::new(server.transaction_life);
    loop {
        let mut session = server.client.start_session().await.map_err(refused)?;
        session.start_transaction().await.map_err(refused)?;
        let result = async {
            apply::all(server, &mut session, writes).await?;
            journal.decide(Some(&mut session)).await?;
            apply::commit(&mut session).await
        };
        match result.await {
            Ok(()) => return Ok(()),
            Err(Failure::Conflict(text)) => {
                let _ = session.abort_transaction().await;
                patience.wait(text).await?;
            }
            Err(Failure::Store(error)) => {
                let _ = session.abort_transaction().await;
                return Err(error);
            }
        }
    }
}

fn written(write: &Write) -> (&Collection, &str) {
    match write {
        Write::Create { record, .. } => (&record.collection, record.id()),
        Write::Update { collection, id, .. } | Write::Delete { collection, id, .. } => {
            (collection, id)
        }
    }
}

/// The names of all collections and views.
async fn names(server: &Server) -> Result<Vec<String>, StoreError> {
    server.database.list_collection_names().await.map_err(refused)
}

/// Changes under way.
pub(super) struct Migration<'m> {
    pub(super) server: &'m Server,
    pub(super) journal: &'m Journal<'m>,
    /// The collections and views there are now.
    there: Vec<String>,
    /// Collections whose name another takes before they are renamed themselves: the name they had,
    /// and the one they have.
    parked: HashMap<String, String>,
    names: usize,
}

impl Migration<'_> {
    async fn ensure(&mut self, collection: &Collection) -> Result<(), StoreError> {
        if self.there.contains(&collection.name) {
            return Ok(());
        }
        self.create(collection).await
    }

    async fn create(&mut self, collection: &Collection) -> Result<(), StoreError> {
        if let Kind::View { query } = &collection.kind {
            return self.create_view(collection, query).await;
        }
        self.park(&collection.name).await?;
        let name = collection.name.as_str();
        self.journal.step(doc! { "create": name }, doc! { "drop": name }).await?;
        self.there.push(name.to_owned());
        if let Some(name) = index::repeated(&collection.indexes) {
            let reason = "there is an index of that name".to_owned();
            return Err(StoreError::Index { name, reason });
        }
        self.create_index(name, index::of_order()).await?;
        for text in &collection.indexes {
            self.create_index(name, index::specification(collection, text)?).await?;
        }
        Ok(())
    }

    async fn alter(&mut self, from: &Collection, to: &Collection) -> Result<(), StoreError> {
        if let Kind::View { query } = &to.kind {
            self.drop(from).await?;
            return self.create_view(to, query).await;
        }
        let old = self.parked.remove(&from.name).unwrap_or_else(|| from.name.clone());
        if old != to.name {
            self.park(&to.name).await?;
            self.rename(&old, &to.name).await?;
            view::follow(self, &from.name, &to.name).await?;
        }
        alter::members_and_indexes(self, from, to).await
    }

    async fn drop(&mut self, collection: &Collection) -> Result<(), StoreError> {
        let name = match self.parked.remove(&collection.name) {
            Some(parked) => parked,
            None => collection.name.clone(),
        };
        if collection.is_view() {
            self.there.retain(|there| *there != name);
            let undo = view::command(&name, &view::definition(self.server, &name).await?);
            return self.journal.step(doc! { "drop": &name }, undo).await;
        }
        if !self.there.contains(&name) {
            return Err(StoreError::Refused(format!("there is no collection {name}")));
        }
        // What is dropped cannot be brought back: it is put aside until the change is decided.
        let aside = self.free_name();
        self.rename(&name, &aside).await?;
        self.journal.later(doc! { "drop": aside }).await
    }

    async fn create_view(
        &mut self,
        collection: &Collection,
        query: &str,
    ) -> Result<(), StoreError> {
        self.park(&collection.name).await?;
        let parsed = view::Query::parse(query)?;
        let command = view::command(&collection.name, &parsed);
        self.journal.step(command, doc! { "drop": &collection.name }).await?;
        self.there.push(collection.name.clone());
        Ok(())
    }

    /// Makes an index; its reason if that is not possible.
    pub(super) async fn create_index(
        &self,
        collection: &str,
        specification: Document,
    ) -> Result<(), StoreError> {
        let name = specification.get_str("name").unwrap_or_default().to_owned();
        let undo = doc! { "dropIndexes": collection, "index": &name };
        let create = doc! { "createIndexes": collection, "indexes": [specification] };
        self.journal.step(create, undo).await.map_err(|error| match error {
            StoreError::Refused(reason) => {
                // `Index build failed: <id>: Collection db.posts ( <id> ) :: caused by :: …`
                let cause = reason.rsplit(" :: caused by :: ").next().unwrap_or_default();
                StoreError::Index { name, reason: cause.to_owned() }
            }
            other => other,
        })
    }

    async fn rename(&mut self, from: &str, to: &str) -> Result<(), StoreError> {
        let database = self.server.database.name();
        let full = |name: &str| format!("{database}.{name}");
        let there = |from: &str, to: &str| doc! { "renameCollection": full(from), "to": full(to) };
        self.journal.step(there(from, to), there(to, from)).await?;
        self.there.retain(|name| name != from);
        self.there.push(to.to_owned());
        Ok(())
    }

    /// Moves a collection out of the way that has a name now needed; it has to be renamed or
    /// dropped by a later change.
    async fn park(&mut self, name: &str) -> Result<(), StoreError> {
        if self.there.iter().any(|there| there == name) {
            let parked = self.free_name();
            self.rename(name, &parked).await?;
            self.parked.insert(name.to_owned(), parked);
        }
        Ok(())
    }

    /// A name no collection can have been given.
    fn free_name(&mut self) -> String {
        loop {
            self.names += 1;
            let name = format!("purlin:moving:{}", self.names);
            if !self.there.contains(&name) {
                return name;
            }
        }
    }
}
