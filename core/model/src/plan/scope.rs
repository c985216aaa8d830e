//! What a caller may reach, made concrete by authorization.

use std::sync::Arc;

use super::select::Shape;
use super::shape::Sight;
use crate::query::Expr;
use crate::schema::Collection;

/// What a caller may reach of a collection with one action: which rows, and which fields of them.
/// Plans are made from a scope, and JSON is written by the shape of a scope; only authorization
/// makes scopes (a test holds every other module to that).
#[derive(Clone, Debug)]
pub struct Scope {
    rows: Option<Terms>,
    fields: Vec<Reach>,
    classes: Vec<Terms>,
    hidden: bool,
    /// The mask of the first class: that of e-mail addresses comes before.
    first_class: usize,
    shape: Arc<Shape>,
}

/// What must be true of a row: one of the rules, if there are any, and none of the others.
#[derive(Clone, Debug, PartialEq)]
pub enum Terms {
    /// No row.
    Never,
    /// Where this rule of the collection itself holds. Its names speak of the same joined rows as
    /// those of a client's filter (http-api.md 2.7).
    Rule(Arc<Expr>),
    /// Where one of the allows holds, of which none means every row, and no deny does. Each rule
    /// stands for itself.
    Lines {
        /// One of them holds.
        allow: Vec<Arc<Expr>>,
        /// None of them holds.
        deny: Vec<Arc<Expr>>,
    },
}

/// Where a field may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// On every row in scope.
    Always,
    /// On no row.
    Never,
    /// Where the terms of this class hold: a position in [`Scope::classes`].
    Where(usize),
}

impl Scope {
    /// Every record with hidden fields: superusers, and Purlin itself.
    #[must_use]
    pub fn everything(collection: &Collection) -> Self {
        Scope::made(collection, None, Vec::new(), Vec::new(), true)
    }

    /// Every record but for hidden fields.
    #[must_use]
    pub fn every_row(collection: &Collection) -> Self {
        Scope::of(collection, None, Vec::new(), Vec::new())
    }

    /// What lines allow: `rows` = `None` for every row, `fields` by their positions (none = all
    /// wherever the row is), `classes` what fields name.
    #[must_use]
    pub(crate) fn of(
        collection: &Collection,
        rows: Option<Terms>,
        fields: Vec<Reach>,
        classes: Vec<Terms>,
    ) -> Self {
        Scope::made(collection, rows, fields, classes, false)
    }

    fn made(
        collection: &Collection,
        rows: Option<Terms>,
        fields: Vec<Reach>,
        classes: Vec<Terms>,
        hidden: bool,
    ) -> Self {
        let email = collection.is_auth() && !hidden;
        let first_class = usize::from(email);
        let sight = Sight {
            hidden,
            email_mask: email.then_some(0),
            first_class,
            reach: &fields,
            only: None,
        };
        let shape = Arc::new(Shape::of(collection, &sight));
        Scope { rows, fields, classes, hidden, first_class, shape }
    }

    /// What must be true of a row; `None` = nothing.
    #[must_use]
    pub fn rows(&self) -> Option<&Terms> {
        self.rows.as_ref()
    }

    /// Where the field at a position may be reached.
    #[must_use]
    pub fn reach(&self, field: usize) -> Reach {
        self.fields.get(field).copied().unwrap_or(Reach::Always)
    }

    /// Whether the field at a position may be reached on a record in scope, by what the record's
    /// masks ([`super::masks`]) answered. Hidden fields and e-mail addresses are another matter.
    #[must_use]
    pub fn reaches(&self, field: usize, masks: &[bool]) -> bool {
        match self.reach(field) {
            Reach::Always => true,
            Reach::Never => false,
            Reach::Where(class) => masks.get(self.first_class + class) == Some(&true),
        }
    }

    /// What fields that may be reached on some rows are held to.
    #[must_use]
    pub fn classes(&self) -> &[Terms] {
        &self.classes
    }

    /// Whether some field may be reached on fewer rows than the record.
    #[must_use]
    pub fn narrows_fields(&self) -> bool {
        !self.fields.is_empty()
    }

    /// Whether rows are told apart by lines, and not by a collection's own rule alone.
    #[must_use]
    pub fn is_lined(&self) -> bool {
        self.narrows_fields() || !matches!(self.rows, None | Some(Terms::Rule(_)))
    }

    /// Whether hidden fields are seen and written.
    #[must_use]
    pub fn sees_hidden(&self) -> bool {
        self.hidden
    }

    /// How a record of this scope is written; its masks are those of [`super::masks`].
    #[must_use]
    pub fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }
}
