//! Superusers from the command line, and the link under which the first one is made (6.6, 6.8).

use std::sync::Arc;

use purlin_model::plan::{self, Facts};
use purlin_model::schema::system::SUPERUSERS;
use purlin_model::{Caller, Json, Record};

use super::token;
use crate::catalog::{Catalog, Served, Snapshot};
use crate::clock::Clock;
use crate::error::{Answer, ApiError};
use crate::random;
use crate::records::{Ask, INSTALLER, Records, Submitted};
use crate::store::{Datasources, Store, api_error};

/// How long the set-up link is good for, in seconds.
const SETUP_SECONDS: i64 = 30 * 60;

/// Makes, changes and removes superusers on behalf of whoever runs the binary.
#[derive(Debug)]
pub struct Superusers {
    catalog: Arc<Catalog>,
    records: Arc<Records>,
    store: Arc<dyn Store>,
    clock: Clock,
}

/// What is to become of a superuser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// There must be none yet.
    Create,
    /// There must be one.
    Update,
    /// Either.
    Upsert,
}

impl Superusers {
    /// Over these records.
    #[must_use]
    pub fn new(
        catalog: Arc<Catalog>,
        records: Arc<Records>,
        datasources: &Datasources,
        clock: Clock,
    ) -> Self {
        Superusers { catalog, records, store: datasources.main().clone(), clock }
    }

    /// Makes a superuser, or changes the password of one; with a new password all its tokens die.
    ///
    /// # Errors
    /// 400 with what is wrong, 404 when one to update is not there.
    pub async fn save(&self, wish: Wish, email: &str, password: &str) -> Answer<()> {
        let snapshot = self.catalog.snapshot();
        let known = self.find(&snapshot, email).await?;
        let member = |key: &str, text: &str| (key.to_owned(), Json::from(text));
        let mut members = vec![member("password", password), member("passwordConfirm", password)];
        let facts = Facts::bare(&Caller::System, self.clock.now());
        let ask = Ask::new(&snapshot, facts, "");
        let saved = match (wish, known) {
            (Wish::Update, None) => {
                return Err(ApiError::new(404, "there is no superuser of that e-mail address"));
            }
            (Wish::Update | Wish::Upsert, Some(known)) => {
                let submitted = Submitted { members, uploads: Vec::new() };
                self.records.update(&ask, SUPERUSERS, known.id(), submitted).await
            }
            (Wish::Create | Wish::Upsert, _) => {
                members.push(member("email", email));
                let submitted = Submitted { members, uploads: Vec::new() };
                self.records.create(&ask, SUPERUSERS, submitted).await
            }
        };
        saved.map(drop)
    }

    /// Removes a superuser; one that is not there is fine.
    ///
    /// # Errors
    /// 400 for the last one.
    pub async fn delete(&self, email: &str) -> Answer<()> {
        let snapshot = self.catalog.snapshot();
        let Some(known) = self.find(&snapshot, email).await? else { return Ok(()) };
        let facts = Facts::bare(&Caller::System, self.clock.now());
        self.records.delete(&Ask::new(&snapshot, facts, ""), SUPERUSERS, known.id()).await
    }

    /// A token that may make the first superuser; `None` when there is a real one.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn setup_token(&self) -> Answer<Option<String>> {
        let snapshot = self.catalog.snapshot();
        let served = superusers(&snapshot)?;
        let page =
            self.store.select(&plan::first(&served.collection, 2)).await.map_err(api_error)?;
        let real = |record: &Record| record.text("email") != INSTALLER;
        if page.records.iter().any(|found| real(&found.record)) {
            return Ok(None);
        }
        let made = match page.count {
            0 => self.save(Wish::Create, INSTALLER, &random::text(30)).await,
            _ => Ok(()),
        };
        // Another node that starts now may have made it first.
        let Some(installer) = self.find(&snapshot, INSTALLER).await? else {
            return made.and(Err(ApiError::not_found()));
        };
        let now = self.clock.now().as_second();
        token::sign(&installer, now, Some(SETUP_SECONDS), false).map(Some)
    }

    async fn find(&self, snapshot: &Snapshot, email: &str) -> Answer<Option<Record>> {
        let collection = &superusers(snapshot)?.collection;
        let Some(field) = collection.field_index("email") else { return Ok(None) };
        let select = plan::by_value(collection, field, email, collection.is_nocase("email"));
        let page = self.store.select(&select).await.map_err(api_error)?;
        Ok(page.records.into_iter().next().map(|found| found.record))
    }
}

fn superusers(snapshot: &Snapshot) -> Answer<&Arc<Served>> {
    snapshot.served(SUPERUSERS).ok_or_else(|| ApiError::internal("there is no _superusers"))
}
