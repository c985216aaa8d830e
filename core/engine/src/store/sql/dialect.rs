//! What the SQL databases say differently. The shape of a statement (joins, subqueries, which
//! tests go where) is one for all of them and lives beside this file; a dialect has the phrases.

use std::borrow::Cow;
use std::fmt;

use purlin_model::plan::{Row, Term};
use purlin_model::query::Op;
use purlin_model::schema::Field;
use purlin_model::{Collection, Value};

use super::statement::{Parameter, Statement};

/// How a SQL database compares and sorts: by itself, or as [`Typed`](super::typed::Typed) spells it
/// out.
pub(crate) trait Comparing {
    /// One comparison as a condition in parentheses (three-valued), by the meaning
    /// `purlin_model::plan::compare` gives it.
    fn compare(&self, out: &mut Statement, rows: &[Row], left: &Term, op: Op, right: &Term);

    /// One or more sort keys with their directions, nulls smallest, then numbers, then texts by
    /// their bytes. `from` appends the FROM clause of a subquery over the many rows the term
    /// names, of which the smallest (largest if `descending`) value counts; `None` if it names
    /// none.
    fn sort_key(
        &self,
        out: &mut Statement,
        rows: &[Row],
        it: &Term,
        descending: bool,
        from: Option<&dyn Fn(&mut Statement)>,
    );
}

/// The phrases of one SQL database. Everything is appended to a statement of that dialect; values
/// are bound, never written into the text.
pub(crate) trait Dialect: Comparing + fmt::Debug + Send + Sync {
    /// What stands around a name; doubled where it is part of one.
    fn quote(&self) -> char;

    /// What a table, column or index is called in the database: its name, but where that is too long
    /// for the database. The same name always becomes the same.
    fn physical<'n>(&self, name: &'n str) -> Cow<'n, str> {
        Cow::Borrowed(name)
    }

    /// Writes the placeholder of the parameter of that number, counted from 1.
    fn placeholder(&self, text: &mut String, number: usize);

    /// Appends the name of a collection's table, quoted, with its schema where it has one.
    fn table(&self, out: &mut Statement, collection: &Collection) {
        out.name(collection.table());
    }

    /// True and false as conditions.
    fn truth(&self, truth: bool) -> &'static str {
        if truth { "TRUE" } else { "FALSE" }
    }

    /// ` FROM` one row without columns.
    fn nothing(&self) -> &'static str;

    /// What follows the table of an INSERT that names no column.
    fn nothing_given(&self) -> &'static str {
        " DEFAULT VALUES"
    }

    /// The type that a cast turns anything into text by.
    fn text_type(&self) -> &'static str {
        "TEXT"
    }

    /// The operator that takes two nulls for equal.
    fn same(&self) -> &'static str;

    /// A column as it is answered and compared: the column itself, or, where an adopted table keeps
    /// it in another form, an expression that turns it into the canonical one.
    fn field(&self, out: &mut Statement, row: usize, field: &Field) {
        out.column(row, field.column());
    }

    /// Appends a value in the form the field's column holds it in.
    fn store(&self, out: &mut Statement, field: &Field, value: &Value) {
        let _ = field;
        out.bind(Parameter::stored(value));
    }

    /// A condition: the field of row 0 holds this value.
    fn holds(&self, out: &mut Statement, field: &Field, value: &Value) {
        out.column(0, field.column()).push(self.same());
        self.store(out, field, value);
    }

    /// A condition: the key of a row, or of the (one) table in scope, is this text.
    fn key_is(&self, out: &mut Statement, row: Option<usize>, collection: &Collection, id: &str) {
        self.key_among(out, row, collection, &[id.to_owned()]);
    }

    /// A condition: the key of a row, or of the (one) table in scope, is among these texts.
    fn key_among(
        &self,
        out: &mut Statement,
        row: Option<usize>,
        collection: &Collection,
        ids: &[String],
    );

    /// A condition: the term is one of these texts. However many there are, the text of the
    /// statement is one of a few.
    fn among(&self, out: &mut Statement, rows: &[Row], it: &Term, texts: &[String]);

    /// One field of a record that is given, not stored: ` expression AS "name"`, of the type the
    /// column would have.
    fn given(&self, out: &mut Statement, field: &Field, value: &Value);

    /// A condition that joins row `key` by its id to a relation field of row `holder`.
    fn refers(
        &self,
        out: &mut Statement,
        holder: usize,
        field: &Field,
        key: usize,
        to: &Collection,
    );

    /// ` LEFT JOIN … ON …`: the records that a relation field of row `holder` refers to.
    fn join_related(
        &self,
        out: &mut Statement,
        holder: usize,
        field: &Field,
        index: usize,
        to: &Collection,
    ) {
        out.push(" LEFT JOIN ").table(to).push(" AS ").alias(index).push(" ON ");
        self.refers(out, holder, field, index, to);
    }

    /// ` LEFT JOIN … AS rN ON …` over the items of a list field of row `holder`; one column
    /// `value`.
    fn join_items(&self, out: &mut Statement, index: usize, holder: usize, field: &Field);

    /// ` LEFT JOIN … AS rN ON …` over these values; one column `value` (typed dialects may have
    /// more).
    fn join_values(&self, out: &mut Statement, index: usize, values: &[Value]);

    /// A new random number for each row.
    fn random(&self) -> &'static str {
        "random()"
    }

    /// Whether a page that is sorted by own columns is better sorted by its keys alone first.
    fn narrows(&self) -> bool {
        false
    }

    /// The definition of a field's column: name, type, default, not null.
    fn define(&self, out: &mut Statement, field: &Field);

    /// What a table has besides its fields, after the last one: `, …`.
    fn define_rest(&self, out: &mut Statement);

    /// What follows the parentheses of a CREATE TABLE.
    fn table_options(&self) -> &'static str {
        ""
    }

    /// A text expression whose value is a list of that one text.
    fn wrap(&self, out: &mut Statement, column: &str);

    /// ` SET to = (the last item of the list in from) WHERE (from is a list with items)`.
    fn unwrap(&self, out: &mut Statement, from: &str, to: &str);
}
