//! Reads to SELECT statements.

use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::plan::{
    Condition, Key, Order, Output, Row, RowSet, Select, Slot, Source, Term, Test,
};
use purlin_model::query::Op;
use purlin_model::schema::FieldKind;

use super::condition::{filter, holds, mask};
use super::dialect::Dialect;
use super::rows;
use super::statement::{Parameter, Statement};

/// What a column of a page's result is, in result order; the masks follow the fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    /// Position of the field in the collection.
    pub(crate) field: usize,
}

/// The fields a page's result has, in its order.
pub(crate) fn columns(select: &Select) -> Vec<Column> {
    match &select.output {
        Output::Records => {
            (0..select.collection().fields.len()).map(|field| Column { field }).collect()
        }
        Output::Json(shape) => {
            let field = |slot: &Slot| match slot {
                Slot::Field { field, .. } => Some(Column { field: *field }),
                Slot::Fixed(_) => None,
            };
            shape.slots.iter().filter_map(field).collect()
        }
        Output::Nothing | Output::Counts { .. } => Vec::new(),
    }
}

/// The statement for the page of records: the columns, then one per mask.
pub(crate) fn page(dialect: &'static dyn Dialect, select: &Select) -> Statement {
    page_and(dialect, select, false)
}

/// The same with how many records the condition holds for as a last column, the same in each row.
pub(crate) fn page_with_total(dialect: &'static dyn Dialect, select: &Select) -> Statement {
    page_and(dialect, select, true)
}

/// The same, where the last column is null but in the last row of a full page: one that is not full
/// shows where the records end.
pub(crate) fn page_with_total_if_full(dialect: &'static dyn Dialect, select: &Select) -> Statement {
    let mut out = Statement::new(dialect, "SELECT p.*, CASE WHEN row_number() OVER () = ");
    out.push(&whole(select.limit).to_string()).push(" THEN (");
    counted(&mut out, &select.condition);
    out.push(") END FROM (");
    write_page(&mut out, select, false);
    out.push(") AS p");
    out
}

fn page_and(dialect: &'static dyn Dialect, select: &Select, total: bool) -> Statement {
    let mut out = Statement::new(dialect, "");
    write_page(&mut out, select, total);
    out
}

fn write_page(out: &mut Statement, select: &Select, total: bool) {
    let dialect = out.dialect;
    let condition = &select.condition;
    let collection = select.collection();
    out.push("SELECT ");
    let columns = columns(select);
    out.list(&columns, ", ", |out, column| {
        dialect.field(out, 0, &collection.fields[column.field]);
    });
    if columns.is_empty() {
        out.push("1");
    }
    for condition in &select.masks {
        out.push(", ");
        mask(out, condition);
    }
    if total {
        out.push(", (");
        counted(out, condition);
        out.push(")");
    }
    let mut used = RowSet::of_test(&condition.rows, &condition.test);
    for order in &select.sort {
        if let Key::Term(it) = &order.key {
            used.add_term(&condition.rows, it);
        }
    }
    if dialect.narrows() && narrows(select) {
        // Sorting whole records is dear (a fifth of the time of a usual page): sort keys alone,
        // then fetch the few records of the page.
        out.push(" FROM ").table(collection).push(" AS ").alias(0);
        out.push(" WHERE ").alias(0).push("._rowid_ IN (SELECT ").alias(0).push("._rowid_");
        rows_in_order(out, select, used);
        out.push(")");
        order(out, select);
    } else {
        rows_in_order(out, select, used);
    }
}

/// The statement that counts records by the first characters of a text field.
pub(crate) fn groups(
    dialect: &'static dyn Dialect,
    select: &Select,
    field: usize,
    prefix: usize,
) -> Statement {
    let condition = &select.condition;
    let mut out = Statement::new(dialect, "SELECT substr(");
    out.column(0, select.collection().fields[field].column());
    // Written out: not every database takes a bound count of 64 bits here.
    out.push(", 1, ").push(&prefix.to_string()).push("), count(*)");
    from(&mut out, condition, RowSet::of_test(&condition.rows, &condition.test));
    filter(&mut out, condition);
    out.push(" GROUP BY 1 ORDER BY 1");
    out
}

/// Appends ` FROM … WHERE … ORDER BY … LIMIT …`.
fn rows_in_order(out: &mut Statement, select: &Select, used: RowSet) {
    from(out, &select.condition, used);
    match &select.after {
        None => filter(out, &select.condition),
        Some(id) => filter_after(out, &select.condition, id),
    }
    order(out, select);
    // Written out: SQLite prepares a statement anew whenever a bound limit is set.
    out.push(" LIMIT ").push(&whole(select.limit).to_string());
    if select.offset > 0 {
        out.push(" OFFSET ").bind(Parameter::Integer(whole(select.offset)));
    }
}

/// Appends ` WHERE …` for a condition on records inserted after the one of an id. Nothing is larger
/// than the null that stands for one that is gone.
fn filter_after(out: &mut Statement, condition: &Condition, id: &str) {
    let (dialect, collection) = (out.dialect, condition.base());
    out.push(" WHERE ").alias(0).push("._rowid_ > (SELECT _rowid_ FROM ").table(collection);
    out.push(" WHERE ");
    dialect.key_is(out, None, collection, id);
    out.push(")");
    if condition.test != Test::Constant(true) {
        out.push(" AND (");
        holds(out, condition);
        out.push(")");
    }
}

/// Whether a page is worth sorting apart from its records: of a table, by the record's own terms.
fn narrows(select: &Select) -> bool {
    let rows = &select.condition.rows;
    let own = |order: &Order| match &order.key {
        Key::Term(it) => {
            let mut used = RowSet::none(rows);
            used.add_term(rows, it);
            used.is_base_only()
        }
        Key::Insertion | Key::Random => false,
    };
    let is_table = matches!(rows[0].source, Source::Base) && select.collection().is_own_table();
    is_table && select.limit > 1 && !select.sort.is_empty() && select.sort.iter().all(own)
}

/// The statement that counts what a condition holds for.
pub(crate) fn count(dialect: &'static dyn Dialect, condition: &Condition) -> Statement {
    let mut out = Statement::new(dialect, "");
    counted(&mut out, condition);
    out
}

fn counted(out: &mut Statement, condition: &Condition) {
    out.push("SELECT count(*)");
    from(out, condition, RowSet::of_test(&condition.rows, &condition.test));
    filter(out, condition);
}

/// Appends ` FROM base LEFT JOIN …` with the single rows used.
pub(super) fn from(out: &mut Statement, condition: &Condition, used: RowSet) {
    out.push(" FROM ");
    rows::base(out, condition);
    for index in used.with_origins(&condition.rows).joined_by(&condition.rows, false) {
        rows::join(out, &condition.rows, index);
    }
}

fn order(out: &mut Statement, select: &Select) {
    let rows = &select.condition.rows;
    let stored = matches!(rows[0].source, Source::Base);
    // Only Purlin's own tables know the order of insertion.
    let is_numbered = stored && select.collection().is_own_table();
    let mut keys = 0;
    for order in &select.sort {
        if order.key == Key::Insertion && !is_numbered {
            continue;
        }
        out.push(if keys == 0 { " ORDER BY " } else { ", " });
        keys += 1;
        match &order.key {
            Key::Term(it) => sort_term(out, rows, it, order.descending),
            Key::Insertion => {
                out.alias(0).push("._rowid_").push(if order.descending { " DESC" } else { "" });
            }
            Key::Random => {
                out.push(out.dialect.random());
            }
        }
    }
    let ends = |key: &Key| matches!(key, Key::Insertion | Key::Random);
    if select.sort.iter().any(|order| ends(&order.key)) && is_numbered {
        return;
    }
    let between = if keys == 0 { " ORDER BY " } else { ", " };
    if is_numbered {
        out.push(between).alias(0).push("._rowid_");
    } else if stored && (keys > 0 || select.collection().adopted.is_some()) {
        // A view or an adopted table has no order of insertion; its keys keep pages apart.
        out.push(between).column(0, select.collection().key_column());
    }
}

/// Appends a sort key. Over a many row: the smallest or largest of the joined rows.
fn sort_term(out: &mut Statement, rows: &[Row], it: &Term, descending: bool) {
    let mut used = RowSet::none(rows);
    used.add_term(rows, it);
    let dialect = out.dialect;
    if !used.any_many(rows) {
        return dialect.sort_key(out, rows, it, descending, None);
    }
    let used = used.with_origins(rows);
    let from = |out: &mut Statement| rows::from_nothing(out, rows, used.joined_by(rows, true));
    dialect.sort_key(out, rows, it, descending, Some(&from));
}

/// How many records by their ids are still few.
const HANDFUL: usize = 8;

/// Whether a read touches a handful of rows at the most: records by their ids, and those their
/// single relations name.
pub(crate) fn is_point(select: &Select) -> bool {
    let condition = &select.condition;
    let single = |row: &Row| {
        let relation = matches!(row.source, Source::Base | Source::Relation { .. });
        relation && !row.many && !row.collection.as_deref().is_some_and(Collection::is_view)
    };
    let names_id = |test: &Test| match test {
        Test::Compare {
            left: Term::Column { row: 0, field },
            op: Op::Equal,
            right: Term::Value(_),
            ..
        } => is_key(condition.base(), *field),
        Test::In { term: Term::Column { row: 0, field }, texts } => {
            texts.len() <= HANDFUL && is_key(condition.base(), *field)
        }
        _ => false,
    };
    let by_id = match &condition.test {
        Test::All(tests) => tests.iter().any(names_id),
        test => names_id(test),
    };
    by_id
        && condition.rows.iter().all(single)
        && select.masks.iter().all(|mask| mask.rows.iter().all(single))
}

fn is_key(collection: &Arc<Collection>, field: usize) -> bool {
    let field = &collection.fields[field];
    field.name == "id" && matches!(field.kind, FieldKind::Text { .. })
}

/// A count as SQLite knows it.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
