//! Indexes: their texts are SQLite's, what is built is PostgreSQL's.

use purlin_model::Collection;
use purlin_model::schema::index::{Column, Index};
use purlin_model::schema::{Field, FieldKind};

use super::super::index::{IndexText, unquote, words};
use super::super::statement::Statement;
use super::super::typed::{Literal, Part, Typed, index_condition};
use super::{POSTGRES, Postgres};

/// What an index is called in the database, where names of indexes differ by more than case.
pub(crate) fn name_of(name: &str) -> String {
    name.to_lowercase()
}

/// The statement that makes an index of a collection.
///
/// # Errors
/// The index's name (empty where there is none) and why it cannot be made.
pub(crate) fn create(
    collection: &Collection,
    text: &str,
) -> Result<(String, Statement), (String, String)> {
    let Some(index) = Index::parse(text) else {
        let name = IndexText::parse(text).map(|index| index.name).unwrap_or_default();
        return Err((name, "not a CREATE INDEX statement".to_owned()));
    };
    let name = index.name.clone();
    build(collection, &index)
        .map(|statement| (name.clone(), statement))
        .map_err(|reason| (name, reason))
}

fn build(collection: &Collection, index: &Index) -> Result<Statement, String> {
    let head = if index.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " };
    let mut out = Statement::new(POSTGRES, head);
    out.name(&name_of(&index.name)).push(" ON ").table(collection).push(" (");
    for (place, column) in index.columns.iter().enumerate() {
        let (name, folded) = named(column);
        let same = |field: &&Field| field.name.eq_ignore_ascii_case(&name);
        let Some(field) = collection.fields.iter().find(same) else {
            return Err(match column.expression {
                true => {
                    format!("`{}` is not understood; name fields, or lower(field)", column.name)
                }
                false => format!("`{name}` is no field"),
            });
        };
        let is_text = super::column_type(&field.kind).starts_with("TEXT");
        if place > 0 {
            out.push(", ");
        }
        let nocase = match column.collation.to_ascii_lowercase().as_str() {
            "" | "binary" => false,
            "nocase" => true,
            other => return Err(format!("the collation `{other}` is not known")),
        };
        if (nocase || folded) && is_text {
            out.push("(");
            Postgres.fold(&mut out, &|out| {
                out.name(field.column());
            });
            out.push(")");
        } else {
            out.name(field.column());
        }
        if column.order == "DESC" {
            out.push(" DESC");
        }
    }
    out.push(")");
    if !index.condition.is_empty() {
        out.push(" WHERE ");
        condition(&mut out, &index_condition(collection, &index.condition)?)?;
    }
    Ok(out)
}

/// The name of the field a column of an index is made of, and whether its case is folded:
/// `lower(field)` is the one expression there is.
fn named(column: &Column) -> (String, bool) {
    if !column.expression {
        return (column.name.clone(), false);
    }
    match words(&column.name).as_slice() {
        [lower, "(", field, ")"] if lower.eq_ignore_ascii_case("lower") => (unquote(field), true),
        _ => (String::new(), false),
    }
}

fn condition(out: &mut Statement, part: &Part<'_>) -> Result<(), String> {
    match part {
        Part::Joined { all, parts } => {
            out.push("(");
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    out.push(if *all { " AND " } else { " OR " });
                }
                condition(out, part)?;
            }
            out.push(")");
        }
        Part::Not(part) => {
            out.push("NOT (");
            condition(out, part)?;
            out.push(")");
        }
        Part::Null { field, not } => {
            out.name(field.column()).push(if *not { " IS NOT NULL" } else { " IS NULL" });
        }
        Part::Compare { field, op, value } => {
            out.name(field.column()).push(" ").push(op).push(" ");
            literal(out, field, value)?;
        }
        Part::Among { field, values, not } => {
            out.name(field.column()).push(if *not { " NOT IN (" } else { " IN (" });
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(", ");
                }
                literal(out, field, value)?;
            }
            out.push(")");
        }
    }
    Ok(())
}

/// Definitions cannot have parameters: texts are written out, quoted.
fn literal(out: &mut Statement, field: &Field, value: &Literal) -> Result<(), String> {
    match (&field.kind, value) {
        (FieldKind::Bool, Literal::Bool(truth)) => drop(out.push(out.dialect.truth(*truth))),
        (FieldKind::Bool, Literal::Number(number)) if *number == 0.0 || *number == 1.0 => {
            out.push(out.dialect.truth(*number == 1.0));
        }
        (FieldKind::Number { .. }, Literal::Number(number)) => {
            out.push(&format!("{number:?}"));
        }
        (FieldKind::Number { .. }, Literal::Bool(truth)) => {
            out.push(if *truth { "1" } else { "0" });
        }
        (FieldKind::Bool | FieldKind::Number { .. }, _) => {
            return Err(format!("`{}` does not hold such a value", field.name));
        }
        (_, Literal::Text(text)) if !text.contains('\0') => {
            out.push("'").push(&text.replace('\'', "''")).push("'");
        }
        _ => return Err(format!("`{}` holds texts; compare it with one", field.name)),
    }
    Ok(())
}
