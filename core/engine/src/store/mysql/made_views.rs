//! View collections made, and views kept working.

use purlin_model::Collection;

use super::connection::{Ready, execute, run as tell};
use super::error::Failure;
use super::journal::{self, Undo};
use super::migration::Migration;
use super::views::{self, View};
use crate::store::StoreError;
use crate::store::sql::mysql::column_as;
use crate::store::sql::{Statement, dialect::Dialect as _, table};

impl Migration<'_> {
    pub(super) async fn create_view(
        &mut self,
        collection: &Collection,
        query: &str,
    ) -> Result<(), StoreError> {
        if self.is_there(&collection.name).await? {
            let text = format!("Table '{}' already exists", collection.name);
            return Err(StoreError::Refused(text));
        }
        self.made.push(collection.name.clone());
        self.entry.undo.push(Undo::View { name: collection.name.clone() });
        let noted = journal::note(self.raw, self.server, &self.mark, &self.entry).await;
        noted.map_err(Failure::plain)?;
        self.make_view(collection, query, &[]).await?;
        // Every column in the form its field has in a table, whatever the query computes.
        let types = self.column_types(&collection.name).await?;
        let collation = self.dialect.collation();
        let casts: Vec<Option<String>> = collection
            .fields
            .iter()
            .map(|field| {
                let name = self.dialect.physical(&field.name);
                let found = types.iter().find(|(it, _, _)| it.eq_ignore_ascii_case(&name));
                let (_, kind, own) = found?;
                column_as(self.dialect, field, kind, own == collation)
            })
            .collect();
        if casts.iter().all(Option::is_none) {
            return Ok(());
        }
        let out = table::drop(self.dialect, "VIEW", &collection.name);
        tell(self.raw, &out.text).await.map_err(Failure::plain)?;
        self.make_view(collection, query, &casts).await
    }

    pub(super) async fn make_view(
        &mut self,
        collection: &Collection,
        query: &str,
        casts: &[Option<String>],
    ) -> Result<(), StoreError> {
        let mut out = Statement::new(self.dialect, "CREATE SQL SECURITY INVOKER VIEW ");
        out.name(&collection.name).push(" AS SELECT ");
        if casts.is_empty() {
            out.push("*");
        } else {
            let columns = collection.fields.iter().zip(casts);
            out.list(columns, ", ", |out, (field, cast)| {
                match cast {
                    Some(cast) => out.push(cast),
                    None => out.name(&field.name),
                };
                out.push(" AS ").name(&field.name);
            });
        }
        out.push(" FROM (\n").push(table::single(query)).push("\n) AS purlin_query");
        // Prepared, so that a query of more than one statement is refused.
        let ready = Ready::new(&out, self.server.packet)?.once();
        execute(self.raw, ready).await.map(drop).map_err(Failure::plain)
    }

    /// Tables must not have gone from under views: those that read renamed ones follow, and all
    /// that could be read before can be read still.
    pub(super) async fn settle_views(&mut self, working: &[View]) -> Result<(), StoreError> {
        if let Some(name) = self.parked.keys().next() {
            return Err(StoreError::Refused(format!("the name {name} is taken")));
        }
        let now = views::all(self.raw, self.server).await.map_err(Failure::plain)?;
        let physical: Vec<(String, String)> = self
            .renamed
            .iter()
            .map(|(a, b)| {
                (self.dialect.physical(a).into_owned(), self.dialect.physical(b).into_owned())
            })
            .collect();
        let is_made = |view: &View| {
            self.made.iter().any(|it| self.dialect.physical(it).eq_ignore_ascii_case(&view.name))
        };
        let (made, kept): (Vec<View>, Vec<View>) = now.into_iter().partition(is_made);
        for view in &kept {
            let query = view.renamed(&self.server.database, &physical);
            if query != view.query {
                let statement = view.create(self.server);
                self.entry.undo.push(Undo::Restore { name: view.name.clone(), statement });
                let noted = journal::note(self.raw, self.server, &self.mark, &self.entry).await;
                noted.map_err(Failure::plain)?;
                let new = View { name: view.name.clone(), query };
                let replaced = new.create(self.server).replacen("CREATE", "CREATE OR REPLACE", 1);
                tell(self.raw, &replaced).await.map_err(Failure::plain)?;
            }
        }
        let worked = |view: &&View| {
            self.touched && working.iter().any(|it| it.name.eq_ignore_ascii_case(&view.name))
        };
        let checked: Vec<&View> = made.iter().chain(kept.iter().filter(worked)).collect();
        for view in checked {
            view.works(self.raw, self.server).await.map_err(|failure| match failure.plain() {
                StoreError::Refused(text) => {
                    StoreError::Refused(format!("error in view {} - {text}", view.name))
                }
                other => other,
            })?;
        }
        Ok(())
    }
}
