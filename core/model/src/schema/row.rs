//! Collections as rows of the internal table `_collections`, and back.

use std::sync::Arc;

use thiserror::Error;

use super::collection::{Collection, Kind, Rules};
use super::field::{Field, FieldKind};
use super::{Secrets, Unreadable, read, scaffold};
use crate::fault::Faults;
use crate::json::Json;
use crate::record::Record;
use crate::value::Value;

/// A row that is no collection.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the stored definition of collection {name:?} cannot be read: column {column}")]
pub struct BadRow {
    /// The collection's name as far as it is known.
    pub name: String,
    /// Which column is wrong.
    pub column: &'static str,
}

impl Collection {
    /// The row that keeps this definition, secrets included. `table` is
    /// [`collections_table`](super::system::collections_table).
    #[must_use]
    pub fn to_row(&self, table: &Arc<Collection>) -> Record {
        let mut row = Record::blank(table);
        let json = |json: &Json| Value::Json(json.to_text());
        let rule = |rule: &Option<String>| match rule {
            Some(text) => json(&Json::Text(text.clone())),
            None => Value::Null,
        };
        row.set("id", Value::Text(self.id.clone()));
        row.set("system", Value::Bool(self.system));
        row.set("type", Value::from(self.type_name()));
        row.set("name", Value::Text(self.name.clone()));
        row.set("fields", json(&self.fields_json()));
        row.set("indexes", json(&self.indexes_json()));
        row.set("listRule", rule(&self.rules.list));
        row.set("viewRule", rule(&self.rules.view));
        row.set("createRule", rule(&self.rules.create));
        row.set("updateRule", rule(&self.rules.update));
        row.set("deleteRule", rule(&self.rules.delete));
        let mut options = self.keeping_members();
        options.extend(self.option_members(Secrets::Keep));
        row.set("options", json(&Json::Object(options)));
        row.set("created", Value::Text(self.created.clone()));
        row.set("updated", Value::Text(self.updated.clone()));
        row
    }

    /// The definition as one JSON object of its row's columns, secrets included.
    #[must_use]
    pub fn to_stored(&self, table: &Arc<Collection>) -> Json {
        let row = self.to_row(table);
        let members = table.fields.iter().zip(row.values).map(|(field, value)| {
            let json = match value {
                Value::Bool(flag) => Json::Bool(flag),
                Value::Text(text) => Json::Text(text),
                Value::Json(text) => Json::parse(text.as_bytes()).unwrap_or(Json::Null),
                _ => Json::Null,
            };
            (field.name.clone(), json)
        });
        Json::Object(members.collect())
    }

    /// The definition that [`Collection::to_stored`] wrote.
    ///
    /// # Errors
    /// A column that does not hold what it should.
    pub fn from_stored(json: &Json, table: &Arc<Collection>) -> Result<Collection, BadRow> {
        let mut row = Record::blank(table);
        for (field, value) in table.fields.iter().zip(&mut row.values) {
            *value = match (&field.kind, json.get(&field.name)) {
                (FieldKind::Json { .. }, None | Some(Json::Null)) => Value::Null,
                (FieldKind::Json { .. }, Some(json)) => Value::Json(json.to_text()),
                (_, Some(Json::Bool(flag))) => Value::Bool(*flag),
                (_, Some(Json::Text(text))) => Value::Text(text.clone()),
                _ => continue,
            };
        }
        Collection::from_row(&row)
    }

    /// The definition a row keeps. Reads what stock `PocketBase` 0.23 and later wrote too.
    ///
    /// # Errors
    /// A column that does not hold what it should.
    pub fn from_row(row: &Record) -> Result<Collection, BadRow> {
        let bad = |column| BadRow { name: row.text("name").to_owned(), column };
        let json = |column: &'static str| match row.get(column) {
            Some(Value::Json(text)) => Json::parse(text.as_bytes()).map_err(|_| bad(column)),
            Some(Value::Null) => Ok(Json::Null),
            _ => Err(bad(column)),
        };
        let rule = |column| read::maybe_text(&json(column)?).map_err(|_| bad(column));
        let mut collection = Collection {
            id: row.text("id").to_owned(),
            name: row.text("name").to_owned(),
            system: row.flag("system"),
            fields: stored_fields(&json("fields")?).map_err(|_| bad("fields"))?,
            indexes: read::texts(&json("indexes")?).map_err(|_| bad("indexes"))?,
            rules: Rules {
                list: rule("listRule")?,
                view: rule("viewRule")?,
                create: rule("createRule")?,
                update: rule("updateRule")?,
                delete: rule("deleteRule")?,
            },
            created: row.text("created").to_owned(),
            updated: row.text("updated").to_owned(),
            ..scaffold::scaffold(row.text("type"), &mut |_| String::new())
                .ok_or_else(|| bad("type"))?
        };
        read_options(&mut collection, &json("options")?).map_err(|_| bad("options"))?;
        Ok(collection)
    }
}

fn stored_fields(json: &Json) -> Result<Vec<Field>, Unreadable> {
    let mut faults = Faults::default();
    read::items(json)?.iter().map(|item| Field::from_json(item, &mut faults)).collect()
}

fn read_options(collection: &mut Collection, json: &Json) -> Result<(), Unreadable> {
    for (key, value) in read::members(json)?.unwrap_or_default() {
        if collection.read_keeping(key, value)? {
            continue;
        }
        match &mut collection.kind {
            Kind::Base => {}
            Kind::Auth(options) => options.merge(key, value)?,
            Kind::View { query } if key == "viewQuery" => *query = read::text(value)?,
            Kind::View { .. } => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::field::{Native, NativeKind};
    use super::super::system;
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let table = Arc::new(system::collections_table());
        let mut count = 0;
        let mut all = system::defaults("2026-01-02 03:04:05.678Z", &mut |n| {
            count += 1;
            format!("{count:0n$}")
        });
        let mut view = scaffold::view();
        view.kind = Kind::View { query: "select id from users".to_owned() };
        view.rules.view = Some(String::new());
        all.push(view);
        let mut elsewhere = scaffold::base();
        elsewhere.datasource = "archive".to_owned();
        elsewhere.adopted = Some("sales.orders".to_owned());
        elsewhere.fields[0].nullable = true;
        let column = "order_id".to_owned();
        elsewhere.fields[0].native =
            Some(Native { column, kind: NativeKind::Integer, filled: true });
        all.push(elsewhere);
        for collection in all {
            let row = collection.to_row(&table);
            assert_eq!(Collection::from_row(&row).as_ref(), Ok(&collection));
        }
    }

    #[test]
    fn wrong_columns_are_named() {
        let table = Arc::new(system::collections_table());
        let good = scaffold::base().to_row(&table);
        for (column, value) in [
            ("type", Value::from("nope")),
            ("fields", Value::Json("[{\"type\":\"nope\"}]".to_owned())),
            ("fields", Value::Json("[".to_owned())),
            ("options", Value::Json("5".to_owned())),
            ("listRule", Value::Json("5".to_owned())),
        ] {
            let mut row = good.clone();
            row.set(column, value);
            assert_eq!(Collection::from_row(&row).expect_err("a bad row").column, column);
        }
    }
}
