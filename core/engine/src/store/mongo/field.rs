//! Fields of a row as expressions.

use mongodb::bson::{Bson, doc};
use purlin_model::plan::compare::Affinity;
use purlin_model::plan::{Row, Source};
use purlin_model::schema::{Collection, Field, FieldKind};

use super::expr::{all, any, cond, is_null, map, op, or, or_null, switch, text, two, with};
use super::names;
use super::number::{decimal_or_text, list_text, number_text};
use super::operand::Operand;
use super::tree::DEPTH;

/// A field of a row: where it is, and what may be expected there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) row: usize,
    pub(super) field: &'a Field,
    /// Whether the member may hold anything: in a view, or what Purlin found.
    foreign: bool,
    /// Whether there may be no row.
    loose: bool,
}

impl<'a> Place<'a> {
    /// The field at a position of a row.
    pub(super) fn of(rows: &'a [Row], row: usize, position: usize) -> Option<Self> {
        let collection = rows[row].collection.as_deref()?;
        let field = &collection.fields[position];
        let foreign =
            is_foreign(collection, field) && !matches!(rows[row].source, Source::Given(_));
        Some(Place { row, field, foreign, loose: row != 0 })
    }

    /// The path of a member of the row.
    pub(super) fn member(&self, name: &str) -> Bson {
        Bson::String(match self.row {
            0 => format!("${name}"),
            row => format!("$$r{row}.{name}"),
        })
    }

    /// The path of the field's own member.
    pub(super) fn raw(&self) -> Bson {
        self.member(&names::member(self.field))
    }

    /// The whole field as comparisons see it.
    pub(super) fn operand(&self) -> Operand {
        let nullable = self.loose || self.field.nullable;
        match &self.field.kind {
            FieldKind::Number { .. } if self.foreign => {
                Operand::numbers(self.here(self.foreign_number()), nullable, Affinity::Number)
            }
            FieldKind::Number { .. } => Operand::numbers(self.raw(), nullable, Affinity::Number),
            FieldKind::Bool => {
                Operand::numbers(self.here(self.truth()), nullable, Affinity::Number)
            }
            FieldKind::Json { .. } if self.foreign => self.foreign_json(&[]),
            FieldKind::Json { .. } => self.tree(&[]),
            FieldKind::GeoPoint if self.foreign => {
                Operand::texts(self.here(self.foreign_point()), nullable, Affinity::Text)
            }
            FieldKind::GeoPoint => {
                let kept = self.member(&names::text_of(self.field));
                Operand::texts(kept, nullable, Affinity::Text)
            }
            kind if kind.is_multiple() => {
                Operand::texts(self.here(list_text(self.items())), nullable, Affinity::Text)
            }
            _ if self.foreign => {
                let zero = if self.field.nullable { Bson::Null } else { text("") };
                let value = with(scalar(self.raw()), "found", |value| {
                    cond(is_null(value.clone()), zero, as_text(value))
                });
                Operand::texts(self.here(value), nullable, Affinity::Text)
            }
            _ => Operand::texts(self.raw(), nullable, Affinity::Text),
        }
    }

    /// A member of a json or geoPoint field.
    pub(super) fn path(&self, steps: &[String]) -> Operand {
        let null = || Operand::either(Bson::Null, Affinity::Json);
        match (&self.field.kind, steps) {
            (FieldKind::GeoPoint, [step]) if step == "lon" || step == "lat" => {
                let Bson::String(path) = self.raw() else { return null() };
                let value = scalar(Bson::String(format!("{path}.{step}")));
                Operand { plain: true, ..Operand::either(value, Affinity::Json) }
            }
            (FieldKind::Json { .. }, steps) if self.foreign => self.foreign_json(steps),
            (FieldKind::Json { .. }, steps) => self.tree(steps),
            _ => null(),
        }
    }

    /// How many items the field holds.
    pub(super) fn length(&self) -> Operand {
        let count = if self.field.kind.is_multiple() {
            op("$size", self.items())
        } else {
            cond(two("$gt", self.operand().settled(), ""), 1, 0)
        };
        Operand::numbers(count, false, Affinity::Free)
    }

    /// The texts of a list field; of one that holds a single value a list of that, empty or not.
    /// Of no row none.
    pub(super) fn items(&self) -> Bson {
        if !self.field.kind.is_multiple() {
            let single = self.operand();
            return with(single.settled(), "single", |value| match single.nullable {
                true => {
                    cond(is_null(value.clone()), Bson::Array(Vec::new()), Bson::Array(vec![value]))
                }
                false => Bson::Array(vec![value]),
            });
        }
        if !self.foreign {
            return or(self.raw(), Bson::Array(Vec::new()));
        }
        with(or_null(self.raw()), "list", |list| {
            let each = with(scalar("$$one".into()), "plain", |plain| or(as_text(plain), ""));
            let single = Bson::Array(vec![as_text(scalar(list.clone()))]);
            let none = Bson::Array(Vec::new());
            let is_single = cond(is_null(list.clone()), none, single);
            cond(op("$isArray", list.clone()), map(list, "one", each), is_single)
        })
    }

    /// Null where there is no row, else the value.
    fn here(&self, value: Bson) -> Bson {
        if !self.loose {
            return value;
        }
        cond(is_null(Bson::String(format!("$$r{}", self.row))), Bson::Null, value)
    }

    fn truth(&self) -> Bson {
        let absent = if self.field.nullable { Bson::Null } else { Bson::Double(0.0) };
        let raw = self.raw();
        cond(two("$in", raw.clone(), vec![Bson::Boolean(true), Bson::Double(1.0)]), 1.0, {
            if self.foreign {
                cond(is_null(or_null(raw)), absent, 0.0)
            } else {
                or(cond(two("$eq", raw, false), 0.0, Bson::Null), absent)
            }
        })
    }

    fn foreign_number(&self) -> Bson {
        let zero = if self.field.nullable { Bson::Null } else { Bson::Double(0.0) };
        with(scalar(self.raw()), "found", |value| {
            with(decimal_or_text(or(value.clone(), "")), "counted", |counted| {
                let number = op("$isNumber", counted.clone());
                cond(is_null(value), zero, cond(number, op("$toDouble", counted), 0.0))
            })
        })
    }

    /// What is at the end of some steps into json that Purlin found, or that a view yields. A text of
    /// a view is JSON: a collection's own with its tree, or one the pipeline made, which may be a
    /// scalar.
    fn foreign_json(&self, steps: &[String]) -> Operand {
        let end = steps.iter().fold(self.raw(), |value, step| inside(value, step));
        let found = scalar(end);
        let value = if self.field.native.is_some() {
            found
        } else {
            let is = |value: Bson, kind: &str| two("$eq", op("$type", value), kind);
            let tree = self.member(&names::tree_of(self.field));
            let said = if steps.is_empty() { said(self.raw()) } else { Bson::Null };
            let text = cond(is(tree, "missing"), said, self.tree(steps).value);
            cond(is(self.raw(), "string"), text, found)
        };
        Operand { plain: true, ..Operand::either(value, Affinity::Json) }
    }

    fn foreign_point(&self) -> Bson {
        let part = |step: &str| {
            let value = self.path(&[step.to_owned()]).settled();
            with(or(value, 0), "part", |part| {
                cond(op("$isNumber", part.clone()), number_text(part, true), "0")
            })
        };
        let parts = vec![text("{\"lon\":"), part("lon"), text(",\"lat\":"), part("lat"), text("}")];
        op("$concat", parts)
    }

    /// What a json field's tree holds at the end of some steps.
    fn tree(&self, steps: &[String]) -> Operand {
        let Some(node) = node(self.member(&names::tree_of(self.field)), steps) else {
            return Operand::either(Bson::Null, Affinity::Json);
        };
        let value = with(or_null(node), "node", |node| {
            let of = |name: &str| {
                Bson::String(match &node {
                    Bson::String(path) => format!("{path}.{name}"),
                    _ => String::new(),
                })
            };
            let kept = self.raw();
            let part = op("$substrBytes", vec![kept, of("o"), of("n")]);
            cond(two("$eq", op("$type", node.clone()), "object"), part, node)
        });
        Operand::either(value, Affinity::Json)
    }
}

/// Whether a field's member may hold anything.
pub(super) fn is_foreign(collection: &Collection, field: &Field) -> bool {
    collection.is_view() || field.native.is_some()
}

/// The node of a tree at the end of some steps; `None` where there can be none.
fn node(root: Bson, steps: &[String]) -> Option<Bson> {
    if steps.len() > DEPTH {
        return None;
    }
    let mut node = root;
    for (depth, step) in steps.iter().enumerate() {
        let name = format!("step{depth}");
        let is_index = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        if is_index {
            let index: i32 = step.parse().ok()?;
            node = with(node, &name, |node| match node {
                Bson::String(path) => {
                    let items = or(Bson::String(format!("{path}.a")), Bson::Array(Vec::new()));
                    two("$arrayElemAt", items, index)
                }
                other => other,
            });
        } else {
            let key = names::tree_key(step);
            node = with(node, &name, |node| match node {
                Bson::String(path) => Bson::String(format!("{path}.m.{key}")),
                other => other,
            });
        }
    }
    Some(node)
}

/// A member or item of a document Purlin found.
fn inside(value: Bson, step: &str) -> Bson {
    with(value, "outer", |outer| {
        let is_index = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        match step.parse::<i32>() {
            Ok(index) if is_index => {
                let item = two("$arrayElemAt", outer.clone(), index);
                cond(op("$isArray", outer), item, Bson::Null)
            }
            _ if is_index => Bson::Null,
            _ => {
                let get = doc! { "field": { "$literal": step }, "input": outer.clone() };
                let is_object = two("$eq", op("$type", outer), "object");
                cond(is_object, op("$getField", get), Bson::Null)
            }
        }
    })
}

/// What a text says as JSON, if it is a scalar; else the text.
fn said(value: Bson) -> Bson {
    with(value, "said", |said| {
        let shaped =
            |shape: &str| op("$regexMatch", doc! { "input": said.clone(), "regex": shape });
        let number = doc! { "input": said.clone(), "to": "double", "onError": said.clone() };
        let length = two("$subtract", op("$strLenBytes", said.clone()), 2);
        let inner = op("$substrBytes", vec![said.clone(), Bson::Int32(1), length]);
        let word = |word: &str| two("$eq", said.clone(), word);
        switch(
            vec![
                (
                    shaped(r"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z"),
                    op("$convert", number),
                ),
                (shaped(r#"\A"[^"\\]*"\z"#), inner),
                (word("true"), Bson::Int32(1)),
                (word("false"), Bson::Int32(0)),
                (word("null"), Bson::Null),
            ],
            said.clone(),
        )
    })
}

/// A value of any type as null, a number or a text: true is 1, moments are canonical dates, what
/// has no such form is the name of its type.
fn scalar(value: Bson) -> Bson {
    with(or_null(value), "any", |value| {
        let is = |names: &[&str]| {
            let names: Vec<Bson> = names.iter().map(|name| (*name).into()).collect();
            two("$in", op("$type", value.clone()), names)
        };
        let date = doc! {
            "date": value.clone(), "format": "%Y-%m-%d %H:%M:%S.%LZ", "timezone": "UTC",
        };
        let as_is = is(&["string", "double", "int", "long", "null", "missing", "undefined"]);
        switch(
            vec![
                (as_is, value.clone()),
                (is(&["bool"]), cond(value.clone(), 1, 0)),
                (is(&["decimal"]), op("$toDouble", value.clone())),
                (is(&["date"]), op("$dateToString", date)),
                (is(&["objectId"]), op("$toString", value.clone())),
                (is(&["array"]), array_text(value.clone())),
            ],
            op("$type", value.clone()),
        )
    })
}

/// The JSON text of an array as far as it holds texts and numbers.
fn array_text(value: Bson) -> Bson {
    let item = Bson::String("$$element".to_owned());
    let kind = op("$type", item.clone());
    let number = all([op("$isNumber", item.clone()), two("$ne", kind.clone(), "decimal")]);
    let quoted = |value: Bson| {
        with(value, "item", |value| {
            op("$concat", vec![text("\""), super::number::escaped(value), text("\"")])
        })
    };
    let each = switch(
        vec![
            (number, number_text(item.clone(), true)),
            (two("$eq", kind.clone(), "string"), quoted(item.clone())),
            (two("$eq", kind.clone(), "objectId"), quoted(op("$toString", item.clone()))),
            (two("$eq", kind.clone(), "bool"), cond(item, "true", "false")),
            (any([two("$eq", kind.clone(), "null")]), text("null")),
        ],
        quoted(kind),
    );
    let joined = doc! {
        "input": map(value, "element", each),
        "initialValue": "",
        "in": op("$concat", vec![
            Bson::String("$$value".to_owned()),
            cond(two("$eq", "$$value", ""), "", ","),
            Bson::String("$$this".to_owned()),
        ]),
    };
    op("$concat", vec![text("["), op("$reduce", joined), text("]")])
}

/// A value [`scalar`] yields as text; null stays.
fn as_text(value: Bson) -> Bson {
    with(value, "spelt", |value| {
        cond(op("$isNumber", value.clone()), number_text(value.clone(), true), value)
    })
}
