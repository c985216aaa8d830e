//! View queries: which fields a query yields and which collections it reads (http-api.md 3.8).

mod parse;
mod pipeline;

use super::collection::Collection;
use super::field::{Field, FieldKind};
use super::schema::Schema;
use super::sql::Token;
use super::{check, names};
use parse::{Output, Query};

/// What a view query was found to be.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// One for each output column, in their order.
    pub fields: Vec<Field>,
    /// Ids of the collections read anywhere in the query.
    pub reads: Vec<String>,
    /// The statement without the semicolon that may end it.
    pub statement: String,
}

impl View {
    /// Compares with the column names a database reports for the statement.
    ///
    /// # Errors
    /// The names, as a sentence, when they are not those of the fields.
    pub fn confirm(&self, columns: &[String]) -> Result<(), String> {
        // A document database knows what there is, not what there may be.
        if pipeline::is_pipeline(&self.statement)
            || self.fields.iter().map(|field| &field.name).eq(columns)
        {
            return Ok(());
        }
        Err(format!("the query yields other columns than it seems to: {}", columns.join(", ")))
    }

    /// Whether everything read is in that datasource.
    ///
    /// # Errors
    /// The first collection that is not, as a sentence.
    pub fn is_within(&self, schema: &Schema, datasource: &str) -> Result<(), String> {
        let mut read = self.reads.iter().filter_map(|id| schema.by_id(id));
        match read.find(|collection| collection.datasource != datasource) {
            None => Ok(()),
            Some(other) => Err(format!(
                "`{}` is in the datasource `{}` and the view in `{datasource}`: they cannot be \
                 joined",
                other.name, other.datasource
            )),
        }
    }
}

/// Finds the fields of a query.
///
/// # Errors
/// Why it cannot be a view, as a sentence: not one SELECT, `*`, no `id`, an unusable column name.
pub fn infer(schema: &Schema, query: &str) -> Result<View, String> {
    if pipeline::is_pipeline(query) {
        let view = pipeline::infer(schema, query)?;
        check_names(&view.fields)?;
        return Ok(view);
    }
    let query = Query::parse(query)?;
    let fields = seeming_fields(schema, &query);
    check_names(&fields)?;
    if !fields.iter().any(|field| field.name == "id") {
        return Err("missing required id column (you can use `(ROW_NUMBER() OVER()) as id` if \
                    you don't have one)"
            .to_owned());
    }
    let mut reads: Vec<String> = Vec::new();
    for table in query.tables() {
        let Some(collection) = schema.by_name(&table) else {
            return Err(format!("no such collection: {table}"));
        };
        if !reads.contains(&collection.id) {
            reads.push(collection.id.clone());
        }
    }
    Ok(View { fields, reads, statement: query.source.to_owned() })
}

/// Sees that all names can be those of fields.
fn check_names(fields: &[Field]) -> Result<(), String> {
    for (at, field) in fields.iter().enumerate() {
        if let Some(problem) = check::field_name_problem(&field.name) {
            return Err(format!("invalid field {:?} ({at}): name: {problem}", field.name));
        }
    }
    Ok(())
}

/// The fields a query seems to have though [`infer`] refuses it, for saying what is wrong with
/// each; none when it cannot be read.
#[must_use]
pub fn outline(schema: &Schema, query: &str) -> Vec<Field> {
    let Ok(query) = Query::parse(query) else { return Vec::new() };
    let known = query.tables().iter().all(|table| schema.by_name(table).is_some());
    if known { seeming_fields(schema, &query) } else { Vec::new() }
}

/// One field for each output column, whatever its name. The second of a name is called as SQLite
/// calls it, `name:1`, which no field can be.
fn seeming_fields(schema: &Schema, query: &Query<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for output in &query.outputs {
        let mut field = infer_field(schema, query, output);
        let same = |known: &&Field| known.name.eq_ignore_ascii_case(&field.name);
        let before = fields.iter().filter(same).count();
        if before > 0 {
            field.name.push_str(&format!(":{before}"));
        }
        while fields.iter().any(|known| known.id == field.id) {
            field.id.push('_');
        }
        fields.push(field);
    }
    fields
}

/// The ids of the collections a stored view reads; none when its query is broken.
#[must_use]
pub fn reads(schema: &Schema, view: &Collection) -> Vec<String> {
    match &view.kind {
        super::Kind::View { query } => {
            infer(schema, query).map(|view| view.reads).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The views that read a collection, directly.
#[must_use]
pub fn readers<'a>(schema: &'a Schema, id: &str) -> Vec<&'a Collection> {
    let views = schema.collections().iter().filter(|collection| collection.is_view());
    views.filter(|view| reads(schema, view).iter().any(|read| read == id)).map(|c| &**c).collect()
}

/// Inferred fields with the ids of the stored ones where name and type are the same.
#[must_use]
pub fn keep_ids(mut fields: Vec<Field>, old: Option<&Collection>) -> Vec<Field> {
    for field in &mut fields {
        let known = old.and_then(|old| old.field(&field.name));
        if let Some(known) = known
            && known.kind.type_name() == field.kind.type_name()
        {
            field.id.clone_from(&known.id);
        }
    }
    fields
}

fn infer_field(schema: &Schema, query: &Query<'_>, output: &Output) -> Field {
    let name = output.name.as_str();
    if name == "id" {
        return id_field(name);
    }
    if let Some(field) = copied_field(schema, query, output) {
        return field;
    }
    let kind = computed_kind(query.expression(output)).unwrap_or(FieldKind::Json { max_size: 1 });
    Field::new(name, kind)
}

/// The id of a view.
fn id_field(name: &str) -> Field {
    let kind = FieldKind::Text {
        min: 0,
        max: 0,
        pattern: "^[a-z0-9]+$".to_owned(),
        autogenerate_pattern: String::new(),
        primary_key: true,
    };
    Field { system: true, required: true, ..Field::new(name, kind) }
}

/// The kind of `count(…)`, `total(…)` and `cast(… as type)`.
fn computed_kind(expression: &[Token]) -> Option<FieldKind> {
    let [function, open, arguments @ .., close] = expression else { return None };
    if !open.is_symbol('(') || !close.is_symbol(')') || !parse::balanced(arguments) {
        return None;
    }
    let number = |only_int| FieldKind::Number { min: None, max: None, only_int };
    if function.is("count") {
        return Some(number(true));
    }
    if function.is("total") {
        return Some(number(false));
    }
    let [.., keyword, target] = arguments else { return None };
    if !function.is("cast") || !keyword.is("as") {
        return None;
    }
    match target.text.to_ascii_lowercase().as_str() {
        "int" | "integer" => Some(number(true)),
        "real" | "decimal" | "numeric" => Some(number(false)),
        "text" => Some(FieldKind::Text {
            min: 0,
            max: 0,
            pattern: String::new(),
            autogenerate_pattern: String::new(),
            primary_key: false,
        }),
        "bool" | "boolean" => Some(FieldKind::Bool),
        _ => None,
    }
}

/// A column that is a collection's field, or its id, which becomes a relation.
fn copied_field(schema: &Schema, query: &Query<'_>, output: &Output) -> Option<Field> {
    let (source, column) = match query.expression(output) {
        // Without a table it can only be told for the first one.
        [column] if column.is_name() => (query.sources.first()?, column),
        [alias, dot, column] if dot.is_symbol('.') => {
            (query.sources.iter().find(|source| source.alias == alias.text)?, column)
        }
        _ => return None,
    };
    let collection = schema.by_name(source.table.as_ref()?)?;
    if column.text == "id" {
        let kind = FieldKind::Relation {
            collection_id: collection.id.clone(),
            cascade_delete: false,
            min_select: 0,
            max_select: 1,
        };
        return Some(Field::new(&output.name, kind));
    }
    let field = collection.field(&column.text)?;
    let id = clone_id(&collection.id, &field.id, &output.name);
    Some(Field { id, name: output.name.clone(), ..field.clone() })
}

/// `_clone_` and four characters that depend on what is copied and under which name.
fn clone_id(collection: &str, field: &str, name: &str) -> String {
    const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let derived = names::derived_id("", &format!("{collection}/{field}/{name}"));
    let mut rest: u64 = derived.parse().unwrap_or_default();
    let mut id = "_clone_".to_owned();
    for _ in 0..4 {
        id.push(char::from(ALPHABET[usize::try_from(rest % 36).unwrap_or_default()]));
        rest /= 36;
    }
    id
}

#[cfg(test)]
mod tests;
