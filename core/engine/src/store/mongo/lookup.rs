//! Rows to `$lookup` stages, and to the choices expressions go through.

use mongodb::bson::{Bson, Document, doc};
use purlin_model::plan::{Row, RowSet, Source};
use purlin_model::schema::FieldKind;

use super::expr::{cond, filter, is_null, literal, op, or, or_null, two};
use super::field::{Place, is_foreign};
use super::names;
use super::term::value_literal;

/// Where in the document the joined rows of a condition are.
#[derive(Clone, Debug)]
pub(super) struct Joins<'a> {
    /// Sets the arrays of one condition apart from those of others.
    pub(super) prefix: &'a str,
}

impl Joins<'_> {
    /// The member that holds the records that may join in a row.
    pub(super) fn member(&self, row: usize) -> String {
        format!("{}{row}", self.prefix)
    }

    /// The stages that gather the records of these rows, and the members they fill.
    pub(super) fn stages(&self, rows: &[Row], used: &RowSet) -> (Vec<Document>, Vec<String>) {
        let (mut stages, mut members) = (Vec::new(), Vec::new());
        for row in used.joined() {
            if let Some(stage) = self.stage(rows, row) {
                stages.push(stage);
                members.push(self.member(row));
            }
        }
        (stages, members)
    }

    /// Gathers what may join: for a row joined to one of many, what joins any of them.
    fn stage(&self, rows: &[Row], row: usize) -> Option<Document> {
        let collection = rows[row].collection.as_ref()?;
        let own = |from: usize, name: &str| match from {
            0 => name.to_owned(),
            from => format!("{}.{name}", self.member(from)),
        };
        let mut lookup = doc! { "from": collection.table() };
        match &rows[row].source {
            Source::Relation { from, field } => {
                let place = Place::of(rows, *from, *field)?;
                lookup.insert("localField", own(*from, &names::member(place.field)));
                lookup.insert("foreignField", "_id");
            }
            Source::Back { from, field } => {
                let place = Place::of(rows, row, *field)?;
                lookup.insert("localField", own(*from, "_id"));
                lookup.insert("foreignField", &*names::member(place.field));
            }
            Source::Every => {
                lookup.insert("pipeline", Vec::<Bson>::new());
            }
            Source::Ids(ids) => {
                lookup.insert("pipeline", vec![doc! { "$match": { "_id": { "$in": ids } } }]);
            }
            Source::Base | Source::Given(_) | Source::Items { .. } | Source::Values(_) => {
                return None;
            }
        }
        lookup.insert("as", self.member(row));
        Some(doc! { "$lookup": lookup })
    }

    /// The rows that join the ones chosen before: an array, of one null where there are none.
    pub(super) fn choices(&self, rows: &[Row], row: usize) -> Bson {
        let joined = self.joined(rows, row);
        super::expr::with(joined, &format!("j{row}"), |joined| {
            let empty = two("$eq", joined.clone(), Bson::Array(Vec::new()));
            cond(empty, Bson::Array(vec![Bson::Null]), joined)
        })
    }

    /// The one row that joins, or null.
    pub(super) fn one(&self, rows: &[Row], row: usize) -> Bson {
        or_null(op("$first", vec![self.joined(rows, row)]))
    }

    /// The rows that join the ones chosen before.
    fn joined(&self, rows: &[Row], row: usize) -> Bson {
        let gathered = Bson::String(format!("${}", self.member(row)));
        let each = |name: &str| Bson::String(format!("$$each.{name}"));
        match &rows[row].source {
            Source::Relation { from, .. } | Source::Back { from, .. }
                if is_exact(rows, row, *from) =>
            {
                gathered
            }
            Source::Relation { from, field } => {
                let Some(place) = Place::of(rows, *from, *field) else { return none() };
                filter(gathered, "each", holds_id(each("_id"), place))
            }
            Source::Back { from, field } => {
                let Some(place) = Place::of(rows, row, *field) else { return none() };
                let name = names::member(place.field);
                let id = Bson::String(match from {
                    0 => "$_id".to_owned(),
                    from => format!("$$r{from}._id"),
                });
                let test = match place.field.kind.is_multiple() {
                    true => two("$in", or_null(id.clone()), in_list(each(&name))),
                    false => two("$eq", each(&name), id.clone()),
                };
                cond(is_null(or_null(id)), none(), filter(gathered, "each", test))
            }
            Source::Items { from, field } => {
                Place::of(rows, *from, *field).map_or_else(none, |place| place.items())
            }
            Source::Values(values) => literal(values.iter().map(plain_literal).collect::<Vec<_>>()),
            _ => gathered,
        }
    }
}

/// A constant inside of a literal array.
fn plain_literal(value: &purlin_model::Value) -> Bson {
    match value_literal(value) {
        Bson::Document(document) => document.get("$literal").cloned().unwrap_or(Bson::Null),
        other => other,
    }
}

fn none() -> Bson {
    Bson::Array(Vec::new())
}

fn in_list(path: Bson) -> Bson {
    cond(op("$isArray", path.clone()), path, none())
}

/// Whether the relation field at a place holds an id.
fn holds_id(id: Bson, place: Place<'_>) -> Bson {
    let is_relation = matches!(place.field.kind, FieldKind::Relation { .. });
    match is_relation && place.field.kind.is_multiple() {
        true => two("$in", id, in_list(place.raw())),
        false => two("$eq", id, or(place.raw(), Bson::Null)),
    }
}

/// Whether everything gathered for a row joins: it is joined to one row at the most, and what
/// joins nothing is gathered for none.
fn is_exact(rows: &[Row], row: usize, from: usize) -> bool {
    let own = |row: usize| {
        let collection = rows[row].collection.as_deref();
        collection.is_some_and(|collection| {
            !collection.fields.iter().any(|field| is_foreign(collection, field))
        })
    };
    !rows[from].many && own(row) && own(from)
}
