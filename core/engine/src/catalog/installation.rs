//! What tells an installation from others: drawn when it is first asked for, kept in the main
//! database, the same for all its nodes.

use std::fmt;

use purlin_model::plan::{self, Output, Write};
use purlin_model::schema::system::INSTALLATION;
use purlin_model::{Json, Record};

use super::load::json_text;
use super::{Catalog, CatalogError};
use crate::random;
use crate::store::StoreError;

/// Characters of the id, and of the secret.
const LENGTHS: (usize, usize) = (12, 48);

/// An installation.
#[derive(Clone, PartialEq, Eq)]
pub struct Installation {
    /// Letters and digits; no secret.
    pub id: String,
    /// What only its nodes know.
    pub secret: String,
}

impl Catalog {
    /// Which installation this is.
    ///
    /// # Errors
    /// When the store fails, or holds something else in its place.
    pub async fn installation(&self) -> Result<Installation, CatalogError> {
        if let Some(known) = self.kept_installation().await? {
            return Ok(known);
        }
        let drawn = [("id", LENGTHS.0), ("secret", LENGTHS.1)];
        let drawn = drawn.map(|(key, length)| (key.to_owned(), Json::from(random::text(length))));
        let row = self.param(INSTALLATION, Json::Object(drawn.into()).to_text());
        match self.store().write(vec![Write::create(row)]).await {
            // Another node may have drawn another one.
            Ok(_) | Err(StoreError::NotUnique { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.kept_installation().await?.ok_or_else(broken)
    }

    async fn kept_installation(&self) -> Result<Option<Installation>, CatalogError> {
        let select = plan::by_id(&self.params, INSTALLATION, Output::Records);
        let page = self.store().select(&select).await?;
        page.records.first().map(|found| read(&found.record).ok_or_else(broken)).transpose()
    }
}

fn read(row: &Record) -> Option<Installation> {
    let json = Json::parse(json_text(row)?.as_bytes()).ok()?;
    let text = |key| json.get(key).and_then(Json::text).map(str::to_owned);
    Some(Installation { id: text("id")?, secret: text("secret")? })
}

fn broken() -> CatalogError {
    CatalogError::Broken("what tells this installation from others cannot be read".to_owned())
}

impl fmt::Debug for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Installation").field(&self.id).finish()
    }
}
