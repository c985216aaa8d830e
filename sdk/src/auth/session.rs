//! A sign-in: the token and the record it belongs to.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::Record;

/// The id that the system collection `_superusers` has on every server.
const SUPERUSERS_ID: &str = "pbc_3142635823";

/// A sign-in. Serialize it to keep a user signed in across restarts; whoever has it is that user.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The token that is sent with every request.
    pub token: String,
    /// The signed-in record, as of the last sign-in or refresh.
    #[serde(default)]
    pub record: Record,
}

/// The claims of an auth token that matter to a client. They are read, not verified: only the
/// server can do that.
#[derive(Deserialize)]
pub(crate) struct Claims {
    /// Unix seconds.
    exp: u64,
    #[serde(default)]
    pub(crate) id: String,
    #[serde(default, rename = "collectionId")]
    pub(crate) collection_id: String,
    #[serde(default)]
    refreshable: bool,
}

impl Session {
    /// A session of which only the token is known.
    pub fn from_token(token: impl Into<String>) -> Self {
        Self { token: token.into(), record: Record::default() }
    }

    /// When the token stops being valid; `None` when it is not a token.
    pub fn expires_at(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.claims()?.exp))
    }

    /// Whether the token is past its time by this computer's clock. What is not a token counts as
    /// expired. A token may be refused earlier: a changed password ends all of them.
    pub fn is_expired(&self) -> bool {
        self.expires_at().is_none_or(|end| end <= SystemTime::now())
    }

    /// Whether a superuser is signed in.
    pub fn is_superuser(&self) -> bool {
        self.claims().is_some_and(|claims| claims.collection_id == SUPERUSERS_ID)
    }

    /// Whether the token may be exchanged for a newer one. Tokens of
    /// [`impersonate`](crate::Records::impersonate) may not.
    pub fn is_refreshable(&self) -> bool {
        self.claims().is_some_and(|claims| claims.refreshable)
    }

    /// The middle part of the token.
    pub(crate) fn claims(&self) -> Option<Claims> {
        let payload = self.token.split('.').nth(1)?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
    }

    /// Whether this is the sign-in of that record.
    pub(crate) fn belongs_to(&self, record: &Record) -> bool {
        self.claims().is_some_and(|claims| {
            claims.id == record.id() && claims.collection_id == record.collection_id()
        })
    }
}

/// Leaves out the token: sessions end up in logs.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("record", &self.record.id()).finish_non_exhaustive()
    }
}
