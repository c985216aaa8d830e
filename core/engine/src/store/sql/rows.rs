//! Row variables to joins.

use purlin_model::plan::{Condition, Row, Source, Term, Test};
use purlin_model::schema::Field;

use super::idiom;
use super::statement::{Parameter, Statement, texts_json, values_json};

/// A set of rows of one condition.
#[derive(Clone, Debug)]
pub(super) struct RowSet(Vec<bool>);

impl RowSet {
    pub(super) fn none(rows: &[Row]) -> Self {
        RowSet(vec![false; rows.len()])
    }

    /// The rows a test names.
    pub(super) fn of_test(rows: &[Row], test: &Test) -> Self {
        let mut set = RowSet::none(rows);
        set.add_test(test);
        set
    }

    pub(super) fn add_test(&mut self, test: &Test) {
        match test {
            Test::Constant(_) => {}
            Test::All(tests) | Test::Any(tests) => {
                tests.iter().for_each(|test| self.add_test(test))
            }
            Test::Not(test) => self.add_test(test),
            Test::In { term, .. } => self.add_term(term),
            Test::Compare { left, right, .. } => {
                self.add_term(left);
                self.add_term(right);
            }
        }
    }

    pub(super) fn add_term(&mut self, term: &Term) {
        match term {
            Term::Value(_) => {}
            Term::Column { row, .. }
            | Term::Path { row, .. }
            | Term::Length { row, .. }
            | Term::Item { row } => self.0[*row] = true,
            Term::Lower(inner) => self.add_term(inner),
            Term::Distance(terms) => terms.iter().for_each(|term| self.add_term(term)),
            Term::Strftime { time, .. } => {
                if let Some(time) = time {
                    self.add_term(time);
                }
            }
        }
    }

    /// With the rows these are joined to.
    pub(super) fn with_origins(mut self, rows: &[Row]) -> Self {
        // A row's origin comes before it, so one pass from the end finds all.
        for index in (1..rows.len()).rev() {
            if let (true, Some(from)) = (self.0[index], origin(&rows[index].source)) {
                self.0[from] = true;
            }
        }
        self
    }

    /// The rows of the set that are or are not `many`, the base left out, in joining order.
    pub(super) fn joined<'a>(
        &'a self,
        rows: &'a [Row],
        many: bool,
    ) -> impl Iterator<Item = usize> + 'a {
        (1..rows.len()).filter(move |index| self.0[*index] && rows[*index].many == many)
    }

    /// Whether no row but the base is in the set.
    pub(super) fn is_base_only(&self) -> bool {
        !self.0.iter().skip(1).any(|used| *used)
    }

    /// Whether any row of the set is `many`.
    pub(super) fn any_many(&self, rows: &[Row]) -> bool {
        self.joined(rows, true).next().is_some()
    }
}

/// The row another is joined to.
fn origin(source: &Source) -> Option<usize> {
    match source {
        Source::Relation { from, .. } | Source::Back { from, .. } | Source::Items { from, .. } => {
            Some(*from)
        }
        Source::Base | Source::Given(_) | Source::Every | Source::Ids(_) | Source::Values(_) => {
            None
        }
    }
}

/// The field at a position of a row's collection.
pub(super) fn field(rows: &[Row], row: usize, field: usize) -> &Field {
    let collection = rows[row].collection.as_ref().expect("a row with fields has a collection");
    &collection.fields[field]
}

/// Appends `"table" AS r0`, or the one given record in that place.
pub(super) fn base(out: &mut Statement, condition: &Condition) {
    if let Source::Given(record) = &condition.rows[0].source {
        out.push("(SELECT ");
        let fields = record.collection.fields.iter().zip(&record.values);
        out.list(fields, ", ", |out, (field, value)| {
            out.push("CAST(").bind(idiom::as_stored(value)).push(" AS ");
            out.push(idiom::affinity(&field.kind)).push(") AS ").name(&field.name);
        });
        out.push(")");
    } else {
        out.name(&condition.base().name);
    }
    out.push(" AS ").alias(0);
}

/// Appends ` LEFT JOIN … ON …` for one row.
pub(super) fn join(out: &mut Statement, rows: &[Row], index: usize) {
    let row = &rows[index];
    out.push(" LEFT JOIN ");
    if let Some(collection) = &row.collection {
        out.name(&collection.name).push(" AS ").alias(index).push(" ON ");
    }
    match &row.source {
        Source::Relation { from, field: position } => {
            let relation = field(rows, *from, *position);
            out.column(index, "id");
            if relation.kind.is_multiple() {
                out.push(" IN (SELECT value FROM ");
                idiom::items(out, *from, relation);
                out.push(")");
            } else {
                out.push(" = ").column(*from, &relation.name);
            }
        }
        Source::Back { from, field: position } => {
            let relation = field(rows, index, *position);
            out.column(*from, "id");
            if relation.kind.is_multiple() {
                out.push(" IN (SELECT value FROM ");
                idiom::items(out, index, relation);
                out.push(")");
            } else {
                out.push(" = ").column(index, &relation.name);
            }
        }
        Source::Every => {
            out.push("1");
        }
        Source::Ids(ids) => {
            out.column(index, "id").push(" IN (SELECT value FROM json_each(");
            out.bind(Parameter::Text(texts_json(ids))).push("))");
        }
        Source::Items { from, field: position } => {
            idiom::items(out, *from, field(rows, *from, *position));
            out.push(" AS ").alias(index).push(" ON 1");
        }
        Source::Values(values) => {
            out.push("json_each(").bind(Parameter::Text(values_json(values))).push(")");
            out.push(" AS ").alias(index).push(" ON 1");
        }
        Source::Base | Source::Given(_) => {
            out.push("1");
        }
    }
}

/// Appends ` FROM (SELECT 1) LEFT JOIN …` for rows of a subquery: where nothing joins, one row of
/// nulls remains.
pub(super) fn from_nothing(
    out: &mut Statement,
    rows: &[Row],
    joined: impl IntoIterator<Item = usize>,
) {
    out.push(" FROM (SELECT 1)");
    for index in joined {
        join(out, rows, index);
    }
}
