//! Tables to the collections they could be.

use std::sync::Arc;

use super::table::{Table, TableColumn};
use super::{column, key, name, renew};
use crate::schema::index::{Column, Index};
use crate::schema::{Collection, Field, FieldKind, Kind, NativeKind, Schema, names, scaffold};

/// What could be made of a table.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The table.
    pub table: Table,
    /// The collection it could be, which nobody but superusers may reach; for a table that is
    /// served already, its collection brought up to date. Else why it cannot be served, as a
    /// sentence. Dates are left blank.
    pub collection: Result<Collection, String>,
    /// The collection that serves the table as of now.
    pub served: Option<Arc<Collection>>,
    /// What a person should know before, as sentences.
    pub notes: Vec<String>,
}

impl Proposal {
    /// What is left to say of an adopted collection whose table is gone.
    #[must_use]
    pub fn of_gone(served: &Arc<Collection>) -> Self {
        let table = Table {
            name: served.table().to_owned(),
            is_view: served.is_view(),
            columns: Vec::new(),
            key: Vec::new(),
            unique: Vec::new(),
            references: Vec::new(),
            rows: None,
        };
        let collection = Err("It is gone.".to_owned());
        Proposal { table, collection, served: Some(served.clone()), notes: Vec::new() }
    }
}

/// The records that a foreign key of a table can refer to.
struct Target<'a> {
    table: &'a str,
    column: &'a str,
    collection_id: String,
}

/// Proposals for the tables of a datasource that are wanted, in their order. Tables Purlin made
/// are left out. Relations lead to collections served already and to those proposed together.
#[must_use]
pub fn propose(
    schema: &Schema,
    datasource: &str,
    tables: &[Table],
    wanted: &dyn Fn(&Table) -> bool,
) -> Vec<Proposal> {
    let here = |known: &&Arc<Collection>| known.datasource == datasource;
    let served: Vec<&Arc<Collection>> = schema.collections().iter().filter(here).collect();
    let foreign = |table: &&Table| !is_own(&served, &table.name) && wanted(table);
    let mut seeds: Vec<Seed<'_>> = Vec::new();
    for table in tables.iter().filter(foreign) {
        let by = served.iter().find(|known| known.adopted.as_deref() == Some(&*table.name));
        let given: Vec<String> = seeds.iter().map(|seed| seed.name.clone()).collect();
        let name = by.map(|by| by.name.clone());
        let name = name.unwrap_or_else(|| name::collection(&table.name, schema, &given));
        let type_name = if table.is_view { "view" } else { "base" };
        let taken = |id: &str| schema.by_id(id).is_some() || seeds.iter().any(|seed| seed.id == id);
        let id = match by {
            Some(by) => by.id.clone(),
            None => names::collection_id(type_name, &name, taken),
        };
        seeds.push(Seed { table, key: key::column(table), served: by.copied(), name, id });
    }
    let targets = targets(&served, &seeds);
    let mut indexes = index_names(schema.collections());
    seeds.iter().map(|seed| seed.grow(datasource, &targets, &mut indexes)).collect()
}

/// Whether a table is one that Purlin made for itself or for a collection.
fn is_own(served: &[&Arc<Collection>], table: &str) -> bool {
    let own = |known: &&Arc<Collection>| known.adopted.is_none() && known.name == table;
    let internal = names::INTERNAL_TABLES.contains(&table) || table.starts_with("_purlin");
    internal || served.iter().any(own)
}

fn targets<'a>(served: &[&'a Arc<Collection>], seeds: &[Seed<'a>]) -> Vec<Target<'a>> {
    let known = served.iter().filter(|known| !known.is_view()).map(|known| Target {
        table: known.table(),
        column: known.key_column(),
        collection_id: known.id.clone(),
    });
    let new = seeds.iter().filter(|seed| seed.served.is_none() && !seed.table.is_view);
    let new = new.filter_map(|seed| {
        let column = &seed.key.as_ref().ok()?.name;
        Some(Target { table: &seed.table.name, column, collection_id: seed.id.clone() })
    });
    known.chain(new).collect()
}

fn index_names(collections: &[Arc<Collection>]) -> Vec<String> {
    let texts = collections.iter().flat_map(|known| &known.indexes);
    texts.filter_map(|text| Index::parse(text)).map(|index| index.name).collect()
}

/// A table with what is settled before its fields: those may refer to the others.
struct Seed<'a> {
    table: &'a Table,
    key: Result<&'a TableColumn, String>,
    served: Option<&'a Arc<Collection>>,
    name: String,
    id: String,
}

impl Seed<'_> {
    fn grow(
        &self,
        datasource: &str,
        targets: &[Target<'_>],
        indexes: &mut Vec<String>,
    ) -> Proposal {
        let mut notes = Vec::new();
        let collection = self.key.clone().map(|key| {
            let mut new = self.collection(datasource, key, targets, &mut notes);
            if let Some(served) = self.served {
                let own = index_names(std::slice::from_ref(served));
                indexes.retain(|name| !own.contains(name));
                new = renew::renew(served, new);
            }
            self.note_indexes(&mut new, indexes);
            new
        });
        let served = self.served.cloned();
        Proposal { table: self.table.clone(), collection, served, notes }
    }

    fn collection(
        &self,
        datasource: &str,
        key: &TableColumn,
        targets: &[Target<'_>],
        notes: &mut Vec<String>,
    ) -> Collection {
        let mut new = scaffold::base();
        (new.id, new.name) = (self.id.clone(), self.name.clone());
        datasource.clone_into(&mut new.datasource);
        new.adopted = Some(self.table.name.clone());
        if self.table.is_view {
            new.kind = Kind::View { query: String::new() };
        }
        new.fields = vec![key::field(key, self.table.is_view)];
        let mut given = Vec::new();
        for column in self.table.columns.iter().filter(|column| column.name != key.name) {
            let name = name::field(&column.name, &given);
            let mut field = self.field(&name, column, targets, notes);
            field.id = names::field_id(field.kind.type_name(), &name, |id| {
                new.fields.iter().any(|known| known.id == id)
            });
            remark(&field, column, self.table.is_view, notes);
            given.push(name);
            new.fields.push(field);
        }
        new
    }

    fn field(
        &self,
        name: &str,
        column: &TableColumn,
        targets: &[Target<'_>],
        notes: &mut Vec<String>,
    ) -> Field {
        let plain = || column::field(name, column, self.table.is_view);
        let Some(reference) = self.table.references.iter().find(|it| it.column == column.name)
        else {
            return plain();
        };
        let target = targets
            .iter()
            .find(|target| target.table == reference.table && target.column == reference.to);
        let relates = |id: &str| column::relation(name, column, id, reference.cascades);
        let relation = target.map(|target| relates(&target.collection_id));
        match relation.filter(|field| column::holds(column.kind, &field.kind)) {
            Some(field) => field,
            None => {
                notes.push(format!(
                    "{} refers to {}, which is not served by {}: a plain field.",
                    column.name, reference.table, reference.to
                ));
                plain()
            }
        }
    }

    /// Unique indexes as texts, so that errors find their fields. They are never made.
    fn note_indexes(&self, new: &mut Collection, taken: &mut Vec<String>) {
        if new.is_view() {
            return;
        }
        new.indexes.clear();
        for columns in &self.table.unique {
            let named = columns.iter().map(|column| {
                let field = new.fields.iter().find(|field| field.column() == column)?;
                Some(Column { name: field.name.clone(), ..Column::default() })
            });
            let Some(columns) = named.collect::<Option<Vec<Column>>>() else { continue };
            let fields: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let base = format!("idx_{}_{}", new.name, fields.join("_"));
            let used = |name: &str| taken.iter().any(|known| known.eq_ignore_ascii_case(name));
            let name = name::free(&base, used);
            taken.push(name.clone());
            let table = new.name.clone();
            let index = Index { unique: true, name, table, columns, ..Index::default() };
            new.indexes.push(index.to_text());
        }
    }
}

/// What is not obvious of a field.
fn remark(field: &Field, column: &TableColumn, is_view: bool, notes: &mut Vec<String>) {
    if field.hidden {
        notes.push(format!("{} looks like a secret and is hidden.", column.name));
    }
    if column.kind == NativeKind::Other {
        let given = column.nullable || column.filled || is_view;
        notes.push(match given {
            true => format!("{} ({}) can be read, not written.", column.name, column.type_text),
            false => format!(
                "{} ({}) can be read, not written, and must not be null: records cannot be created.",
                column.name, column.type_text
            ),
        });
    }
    if let FieldKind::Json { .. } = field.kind
        && column.kind == NativeKind::Texts
    {
        notes.push(format!("{} is a JSON list of texts.", column.name));
    }
}
