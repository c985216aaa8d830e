//! Conditions over row variables: the meaning of filters and rules (http-api.md 2.6, 2.7).
//!
//! A condition ranges over *rows*: row 0 is the record it speaks of, every further row is joined
//! to an earlier one as a left join does: where nothing joins, one row of nulls stands in. All
//! comparisons that name the same path share one row ("correlation"). The condition holds for a
//! record iff some choice of joined rows makes its test true; unknown (null) is not true.

use std::sync::Arc;

use crate::query::Op;
use crate::record::Record;
use crate::schema::Collection;
use crate::value::Value;

/// A test and the rows it ranges over.
#[derive(Clone, Debug, Hash)]
pub struct Condition {
    /// `rows[0]` is the base row; a row's source names only rows before it.
    pub rows: Vec<Row>,
    /// What must hold.
    pub test: Test,
}

/// A row variable.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where its values come from.
    pub source: Source,
    /// The collection whose fields it has; `None` for items and values, which are single values.
    pub collection: Option<Arc<Collection>>,
    /// Whether several rows may join for one base record: by this step or one on the way to it.
    pub many: bool,
}

/// Where a row variable's rows come from.
#[derive(Clone, Debug, Hash)]
pub enum Source {
    /// The records of the collection.
    Base,
    /// This one record, stored or not: a create rule speaks of the row that would be.
    Given(Arc<Record>),
    /// The record(s) whose ids the relation field of row `from` holds.
    Relation {
        /// Index of the row that holds the field.
        from: usize,
        /// Position of the relation field in that row's collection.
        field: usize,
    },
    /// The records of `collection` whose relation field holds the id of row `from`.
    Back {
        /// Index of the row referred to.
        from: usize,
        /// Position of the relation field in the joined collection.
        field: usize,
    },
    /// Every record of the collection (`@collection.NAME`).
    Every,
    /// The records with these ids (`@request.auth.rel`, `@request.body.rel`).
    Ids(Vec<String>),
    /// The items of a list field of row `from` (`:each`).
    Items {
        /// Index of the row that holds the field.
        from: usize,
        /// Position of the list field in that row's collection.
        field: usize,
    },
    /// These values (`@request.body.list:each`).
    Values(Vec<Value>),
}

/// A condition's test. Three-valued: a comparison with null may be unknown.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Test {
    /// Always or never true.
    Constant(bool),
    /// Every one is true. Never empty.
    All(Vec<Test>),
    /// One is true. Never empty.
    Any(Vec<Test>),
    /// True iff the inner test is not true: unknown becomes true.
    Not(Box<Test>),
    /// True iff the inner test is true for some choice of these rows, chosen afresh: whatever is
    /// chosen for them outside. Rows that are not listed stand for what is chosen outside. Where
    /// nothing joins, one row of nulls does, as everywhere. In a `Not`: no choice makes it true.
    Some {
        /// Indexes of `many` rows, ascending: an origin comes before what is joined to it.
        rows: Vec<usize>,
        /// What must hold for one choice.
        test: Box<Test>,
    },
    /// The term is one of these texts. Not part of the filter language: it gathers records by their
    /// ids. A term over a `many` row is one of them for some joined row.
    In {
        /// A text column, or an item.
        term: Term,
        /// What it may be; possibly many, bound as one parameter.
        texts: Vec<String>,
    },
    /// Two terms compared.
    Compare {
        /// The left side.
        left: Term,
        /// How they are compared. `Like` and `NotLike` are ASCII case-insensitive (2.3).
        op: Op,
        /// The right side. For `Like` a bound text is already a finished pattern (escape `\`), a
        /// term that is not bound is wrapped as `%` + value + `%` by the store.
        right: Term,
        /// Whether *all* joined rows must pass (a plain operator on a term that ranges over a
        /// `many` row): besides holding for the chosen rows, the comparison must fail (be false,
        /// not unknown) for no choice of the many rows its terms name, chosen afresh.
        every: bool,
    },
}

/// One side of a comparison, or what a sort goes by.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Term {
    /// A bound value: a literal, a macro, a member of the request. Bool counts as 1 or 0.
    Value(Value),
    /// A field's whole value. Of a list or geoPoint: its compact JSON text. Of a json field: the
    /// JSON value (scalars typed, arrays and objects as their text).
    Column {
        /// Index of the row.
        row: usize,
        /// Position of the field in that row's collection.
        field: usize,
    },
    /// A member of a json or geoPoint field; all-digit steps are array indexes. Missing = null.
    Path {
        /// Index of the row.
        row: usize,
        /// Position of the field in that row's collection.
        field: usize,
        /// Steps into the value; never empty.
        steps: Vec<String>,
    },
    /// How many items a select, relation or file field holds.
    Length {
        /// Index of the row.
        row: usize,
        /// Position of the field in that row's collection.
        field: usize,
    },
    /// The value of a row of items or values.
    Item {
        /// Index of the row.
        row: usize,
    },
    /// The ASCII lower-case of a term's text (`:lower`).
    Lower(Box<Term>),
    /// Great-circle kilometres between two points: lonA, latA, lonB, latB in degrees (8.11).
    Distance(Box<[Term; 4]>),
    /// SQLite's date formatter (2.5): empty-like (null) for an invalid time or format.
    Strftime {
        /// Format text.
        format: String,
        /// The time; `None` = now, already bound by the planner as a value where given as `now`.
        time: Option<Box<Term>>,
        /// Modifiers in order.
        modifiers: Vec<String>,
    },
    /// The term's value where the test is true, null elsewhere. Compares as the term does.
    When {
        /// Decides for the rows the term is of.
        test: Box<Test>,
        /// Not a bound value, nor the lower-case of one.
        term: Box<Term>,
    },
}
