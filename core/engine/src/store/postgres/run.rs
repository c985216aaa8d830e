//! Statements on a connection.

use futures_util::TryStreamExt as _;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgRow, PgTypeInfo, types::Oid};
use sqlx::{Arguments as _, Either, Encode, Executor as _, Postgres, Type};

use crate::store::sql::postgres::columns::Column;
use crate::store::sql::{Parameter, Statement};

/// Runs a statement; answers how many rows it changed.
pub(super) async fn execute(
    connection: &mut PgConnection,
    statement: Statement,
) -> Result<u64, sqlx::Error> {
    let mut changed = 0;
    let mut bound = Bound::new(statement)?;
    let mut results = connection.fetch_many(bound.query(true));
    while let Some(result) = results.try_next().await? {
        if let Either::Left(done) = result {
            changed += done.rows_affected();
        }
    }
    Ok(changed)
}

/// Runs a statement whose parameters are whole columns.
pub(super) async fn execute_columns(
    connection: &mut PgConnection,
    text: String,
    columns: Vec<Column>,
) -> Result<(), sqlx::Error> {
    let mut arguments = PgArguments::default();
    for column in columns {
        match column {
            Column::Texts(texts) => arguments.add(texts),
            Column::Reals(numbers) => arguments.add(numbers),
            Column::Bools(flags) => arguments.add(flags),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    connection.execute(sqlx::query_with(&text, arguments)).await.map(drop)
}

/// Runs a statement that is not worth keeping: changes of the schema.
pub(super) async fn execute_once(
    connection: &mut PgConnection,
    statement: Statement,
) -> Result<(), sqlx::Error> {
    let mut bound = Bound::new(statement)?;
    connection.execute(bound.query(false)).await.map(drop)
}

/// Runs commands of ours that have no parameters, one or several.
pub(super) async fn command(
    connection: &mut PgConnection,
    text: &'static str,
) -> Result<(), sqlx::Error> {
    connection.execute(text).await.map(drop)
}

/// Runs a query; `take` gets each row.
pub(super) async fn rows(
    connection: &mut PgConnection,
    statement: Statement,
    mut take: impl FnMut(&PgRow) -> Result<(), sqlx::Error> + Send,
) -> Result<(), sqlx::Error> {
    let mut bound = Bound::new(statement)?;
    let mut results = connection.fetch_many(bound.query(true));
    while let Some(result) = results.try_next().await? {
        if let Either::Right(row) = result {
            take(&row)?;
        }
    }
    Ok(())
}

/// Whether a query answers a row.
pub(super) async fn answers(
    connection: &mut PgConnection,
    statement: Statement,
) -> Result<bool, sqlx::Error> {
    let mut any = false;
    rows(connection, statement, |_| {
        any = true;
        Ok(())
    })
    .await?;
    Ok(any)
}

/// A statement with its values as they are sent.
struct Bound {
    text: String,
    arguments: PgArguments,
}

impl Bound {
    fn new(mut statement: Statement) -> Result<Self, sqlx::Error> {
        sign(&mut statement);
        let mut arguments = PgArguments::default();
        arguments.reserve(statement.parameters.len(), statement.parameters.len() * 16);
        for parameter in statement.parameters {
            match parameter {
                Parameter::Null => arguments.add(None::<String>),
                Parameter::Bool(flag) => arguments.add(flag),
                Parameter::Integer(number) => arguments.add(number),
                Parameter::Real(number) => arguments.add(number),
                Parameter::Text(text) => arguments.add(held(text)),
                Parameter::Label(text) => arguments.add(Label(held(text))),
                Parameter::Texts(texts) => {
                    arguments.add(texts.into_iter().map(held).collect::<Vec<_>>())
                }
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(Bound { text: statement.text, arguments })
    }

    fn query(&mut self, keep: bool) -> sqlx::query::Query<'_, Postgres, PgArguments> {
        let arguments = std::mem::take(&mut self.arguments);
        sqlx::query_with(&self.text, arguments).persistent(keep)
    }
}

/// Notes the types of the parameters at the end of a statement that has others than texts.
/// Prepared statements are found again by their text alone, and the same text may be asked with
/// values of other types: before and after a field changed its kind.
fn sign(statement: &mut Statement) {
    let letter = |parameter: &Parameter| match parameter {
        Parameter::Null | Parameter::Text(_) => 't',
        Parameter::Bool(_) => 'b',
        Parameter::Integer(_) => 'i',
        Parameter::Real(_) => 'r',
        Parameter::Label(_) => 'l',
        Parameter::Texts(_) => 'a',
    };
    if statement.parameters.iter().any(|it| letter(it) != 't') {
        statement.text.push_str(" --");
        statement.text.extend(statement.parameters.iter().map(letter));
    }
}

/// No text in the database has U+0000 (writes with one are refused): compared with one it is as
/// well another.
fn held(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// A text whose type the server finds out from where it stands.
struct Label(String);

/// The server's type of literals.
const UNKNOWN: Oid = Oid(705);

impl Type<Postgres> for Label {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(UNKNOWN)
    }
}

impl Encode<'_, Postgres> for Label {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend_from_slice(self.0.as_bytes());
        Ok(IsNull::No)
    }
}
