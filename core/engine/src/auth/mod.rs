//! Signing in: passwords, tokens, sessions and superusers (http-api.md 5).

mod form;
mod methods;
mod provider;
mod second_factor;
mod session;
mod superuser;
pub mod token;

use std::net::IpAddr;
use std::sync::Arc;

use purlin_model::plan::{self, Occasion, Output};
use purlin_model::schema::system::SUPERUSERS;
use purlin_model::settings::Settings;
use purlin_model::{Caller, Collection, FieldKind, Json, Record, Value};

pub use form::{PasswordForm, impersonation_seconds};

pub use session::{Session, Sessions};
pub use superuser::{Superusers, Wish};

use crate::catalog::{Rule, Served};
use crate::clock::Clock;
use crate::error::{Answer, ApiError};
use crate::passwords::{Passwords, Verdict};
use crate::records::{Ask, Records};
use crate::store::{Datasources, api_error};

/// Signs records in.
#[derive(Debug)]
pub struct Auth {
    datasources: Datasources,
    records: Arc<Records>,
    passwords: Passwords,
    clock: Clock,
}

/// What every failed sign-in says: never which part was wrong.
fn wrong_credentials() -> ApiError {
    ApiError::bad_request("Failed to authenticate.")
}

impl Auth {
    /// Over these records.
    #[must_use]
    pub fn new(
        datasources: Datasources,
        records: Arc<Records>,
        passwords: Passwords,
        clock: Clock,
    ) -> Self {
        Auth { datasources, records, passwords, clock }
    }

    /// Refuses a collection whose records do not sign in with passwords, whatever is submitted.
    ///
    /// # Errors
    /// 403 for such a collection.
    pub fn takes_passwords(&self, served: &Served) -> Answer<()> {
        let enabled = served.collection.auth().is_some_and(|auth| auth.password_auth.enabled);
        let message = "The collection is not configured to allow password authentication.";
        if enabled { Ok(()) } else { Err(ApiError::new(403, message)) }
    }

    /// Signs in with an identity and a password: token and record as JSON.
    ///
    /// # Errors
    /// 403 when the collection or its rule does not let anyone in this way, 401 with `{"mfaId"}`
    /// when a second factor is wanted, 400 otherwise.
    pub async fn with_password(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        form: PasswordForm,
        ip: Option<IpAddr>,
    ) -> Answer<Vec<u8>> {
        self.takes_passwords(served)?;
        let record = self.find(served, &form).await?;
        let hash = record.as_ref().map(|record| record.text("password").to_owned());
        let verdict = self.passwords.verify(form.password.clone(), hash).await?;
        let (Some(record), Verdict::Right | Verdict::Outdated) = (record, verdict) else {
            return Err(wrong_credentials());
        };
        if verdict == Verdict::Outdated {
            self.rehash(&record, form.password).await;
        }
        admit(&ask.snapshot.settings, &record, ip)?;
        self.grant(ask, served, record, Occasion::Password).await
    }

    /// The caller's record, which only its own collection refreshes.
    ///
    /// # Errors
    /// 401 for guests, 403 for records of other collections.
    pub fn refreshed<'c>(
        &self,
        caller: &'c Caller,
        collection: &Collection,
    ) -> Answer<&'c Arc<Record>> {
        match caller.record() {
            None => {
                let message = "The request requires valid record authorization token.";
                Err(ApiError::new(401, message))
            }
            Some(record) if record.collection.id != collection.id => {
                let own = &record.collection.name;
                let message = format!("The request requires auth record from {own} collection.");
                Err(ApiError::new(403, message))
            }
            Some(record) => Ok(record),
        }
    }

    /// A new token for the caller, or the same one where it may not be refreshed (`keep`).
    ///
    /// # Errors
    /// 401 for guests, 403 for records of other collections or by the collection's rule.
    pub async fn refresh(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        keep: Option<&str>,
    ) -> Answer<Vec<u8>> {
        let record = self.refreshed(ask.facts.caller, &served.collection)?;
        self.require_rule(ask, served, record).await?;
        let token = match keep {
            Some(token) => token.to_owned(),
            None => token::sign(record, self.now(), None, true)?,
        };
        self.success(ask, served, record, token).await
    }

    /// A token that speaks for another record for so many seconds, or as long as the collection
    /// says; it cannot be refreshed.
    ///
    /// # Errors
    /// 404 without such a record.
    pub async fn impersonate(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        id: &str,
        seconds: Option<i64>,
    ) -> Answer<Vec<u8>> {
        let select = plan::by_id(&served.collection, id, Output::Records);
        let store = self.datasources.of(&served.collection).map_err(api_error)?;
        let page = store.select(&select).await.map_err(api_error)?;
        let record = page.records.into_iter().next().ok_or_else(ApiError::not_found)?.record;
        let token = token::sign(&record, self.now(), seconds, false)?;
        self.success(ask, served, &record, token).await
    }

    /// Which ways to sign in a collection offers (5.3).
    #[must_use]
    pub fn methods(&self, served: &Served) -> Json {
        methods::json(served)
    }

    /// Gives a token to a record whose credentials were right, if the collection's rule agrees and
    /// no second factor is missing.
    async fn grant(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        record: Record,
        occasion: Occasion,
    ) -> Answer<Vec<u8>> {
        let mut ask = ask.clone();
        ask.facts.occasion = occasion;
        self.require_rule(&ask, served, &record).await?;
        self.second_factor(&ask, served, &record).await?;
        let token = token::sign(&record, self.now(), None, true)?;
        self.success(&ask, served, &record, token).await
    }

    /// The collection's `authRule`, on the stored record (2.8). A superuser who signs somebody in
    /// is above it.
    async fn require_rule(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        record: &Record,
    ) -> Answer<()> {
        let refused = || {
            let message =
                "The request doesn't satisfy the collection requirements to authenticate.";
            ApiError::new(403, message)
        };
        match &served.sign_in {
            _ if ask.facts.caller.is_superuser() => Ok(()),
            Rule::Open => Ok(()),
            Rule::Filter(rule) => {
                let holds = self.records.holds(ask, &served.collection, rule, record.id()).await?;
                if holds == Some(true) { Ok(()) } else { Err(refused()) }
            }
            Rule::Locked => Err(refused()),
            Rule::Broken(why) => Err(refused().because(why.to_string())),
        }
    }

    /// `{"record":…,"token":…}`, the record as it sees itself.
    async fn success(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        record: &Record,
        token: String,
    ) -> Answer<Vec<u8>> {
        let superuser = record.collection.name == SUPERUSERS;
        let itself = Arc::new(record.clone());
        let caller = if superuser { Caller::Superuser(itself) } else { Caller::Record(itself) };
        let mut own = ask.clone();
        own.facts.caller = &caller;
        let record = self.records.own(&own, served, record.id()).await?;
        let mut bytes = b"{\"record\":".to_vec();
        bytes.extend_from_slice(&record);
        bytes.extend_from_slice(b",\"token\":");
        purlin_model::json::write_text(&token, &mut bytes);
        bytes.push(b'}');
        Ok(bytes)
    }

    /// The record an identity names: each identity field is tried, `email` first.
    async fn find(&self, served: &Arc<Served>, form: &PasswordForm) -> Answer<Option<Record>> {
        let collection = &served.collection;
        let store = self.datasources.of(collection).map_err(api_error)?;
        for name in form.fields(collection) {
            let Some(index) = collection.field_index(&name) else { continue };
            let is_email = matches!(collection.fields[index].kind, FieldKind::Email { .. });
            if is_email && form.identity_field.is_none() && !form.identity.contains('@') {
                continue;
            }
            let fold = collection.is_nocase(&name);
            let select = plan::by_value(collection, index, &form.identity, fold);
            let page = store.select(&select).await.map_err(api_error)?;
            if let Some(found) = page.records.into_iter().next() {
                return Ok(Some(found.record));
            }
        }
        Ok(None)
    }

    /// Replaces a hash of an older method; a failure only means that it is tried again next time.
    async fn rehash(&self, record: &Record, password: String) {
        let Some(index) = record.collection.field_index("password") else { return };
        let hashed = match self.passwords.hash(password).await {
            Ok(hash) => self.records.set_quietly(record, vec![(index, Value::Text(hash))]).await,
            Err(error) => Err(error),
        };
        if let Err(error) = hashed {
            tracing::warn!(record = record.id(), ?error, "a password hash could not be renewed");
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().as_second()
    }
}

/// Superusers may come only from the addresses the settings list, if they list any.
///
/// # Errors
/// 403 for a superuser from elsewhere.
pub fn admit(settings: &Settings, record: &Record, ip: Option<IpAddr>) -> Answer<()> {
    match record.collection.name == SUPERUSERS && !settings.admits_superuser(ip) {
        true => Err(ApiError::new(403, "You are not allowed to perform this request.")),
        false => Ok(()),
    }
}
