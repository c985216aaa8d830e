//! A collection brought up to date with its table.

use super::column;
use crate::schema::{Collection, Field, FieldKind};

/// The collection with the shape of `fresh`, which was proposed for its table as it is now. Names,
/// rules and what people set of fields stay.
pub(super) fn renew(served: &Collection, fresh: Collection) -> Collection {
    let mut new = Collection { fields: Vec::new(), ..served.clone() };
    new.kind = fresh.kind;
    let known = |fresh: &Field| {
        let same = |known: &&Field| known.column() == fresh.column();
        served.fields.iter().find(same)
    };
    // What people named keeps its name and id; what is new makes way.
    let kept: Vec<&Field> = fresh.fields.iter().filter_map(known).collect();
    for fresh in &fresh.fields {
        let field = match known(fresh) {
            Some(known) => merged(known, fresh),
            None => {
                let mut field = fresh.clone();
                while kept.iter().any(|known| known.name.eq_ignore_ascii_case(&field.name)) {
                    field.name.push('_');
                }
                while kept.iter().any(|known| known.id == field.id) {
                    field.id.push('_');
                }
                field
            }
        };
        new.fields.push(field);
    }
    new
}

fn merged(known: &Field, fresh: &Field) -> Field {
    let mut field = known.clone();
    field.native.clone_from(&fresh.native);
    field.nullable = fresh.nullable;
    let native = fresh.native_kind();
    let fits = native.is_some_and(|native| column::holds(native, &known.kind));
    let refers = matches!(fresh.kind, FieldKind::Relation { .. })
        && matches!(known.kind, FieldKind::Text { .. } | FieldKind::Number { .. });
    if !fits || refers && native == known.native_kind() {
        field.kind = fresh.kind.clone();
        field.required = fresh.required;
    }
    field
}
