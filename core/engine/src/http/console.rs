//! Which endpoints are parts of the console, and `GET /api/console`: what the caller may use of it
//! (docs/authorization.md, "Console accounts").

use axum::response::Response;
use http::Method;
use purlin_model::policy::{Part, Right};
use purlin_model::{Caller, Json};

use super::call::Call;
use crate::error::Answer;

use Part::{Authorization, Collections, Console, Datasources, Logs, Settings};
use Right::{Read, Write};

/// What each endpoint needs. What asks for [`Call::console`] and is not here is for superusers only.
const NEEDS: [(&str, &str, Part, Right); 22] = [
    ("GET", "/api/console", Console, Read),
    ("GET", "/api/collections", Collections, Read),
    ("POST", "/api/collections", Collections, Write),
    ("PUT", "/api/collections/import", Collections, Write),
    ("GET", "/api/collections/meta/scaffolds", Collections, Read),
    ("GET", "/api/collections/meta/oauth2-providers", Collections, Read),
    // Both run on records as they are, or tell about them.
    ("POST", "/api/collections/meta/dry-run-view", Collections, Write),
    ("POST", "/api/collections/meta/dry-run-save", Collections, Write),
    ("GET", "/api/collections/{collection}", Collections, Read),
    ("PATCH", "/api/collections/{collection}", Collections, Write),
    ("DELETE", "/api/collections/{collection}", Collections, Write),
    ("DELETE", "/api/collections/{collection}/truncate", Collections, Write),
    ("GET", "/api/settings", Settings, Read),
    ("PATCH", "/api/settings", Settings, Write),
    ("GET", "/api/logs", Logs, Read),
    ("GET", "/api/logs/{id}", Logs, Read),
    ("GET", "/api/logs/stats", Logs, Read),
    ("DELETE", "/api/logs", Logs, Write),
    ("POST", "/api/authz/explain", Authorization, Read),
    ("GET", "/api/datasources", Datasources, Read),
    ("GET", "/api/datasources/{name}/tables", Datasources, Read),
    ("POST", "/api/datasources/{name}/tables", Datasources, Write),
];

impl Call {
    /// Only superusers, and whom lines allow the part of the console that this endpoint belongs to,
    /// come past here.
    ///
    /// # Errors
    /// 401 for guests, 403 for others.
    pub fn console(&self) -> Answer<()> {
        let method = if self.method == Method::HEAD { "GET" } else { self.method.as_str() };
        let mut needs = NEEDS.iter().filter(|need| need.0 == method && need.1 == self.route());
        match needs.next() {
            Some((_, _, part, right)) if self.right(*part) >= Some(*right) => Ok(()),
            _ => self.superuser(),
        }
    }

    /// What the caller may do with a part of the console; `None` = nothing.
    #[must_use]
    pub fn right(&self, part: Part) -> Option<Right> {
        match self.caller {
            Caller::Superuser(_) | Caller::System => Some(Write),
            Caller::Record(_) => self.snapshot.console(&self.caller, part),
            // Lines for everybody speak of accounts here: a guest has none.
            Caller::Guest => None,
        }
    }
}

/// What the console has to know before it draws anything: how the application is called, and what
/// the caller may use.
pub(super) async fn view(call: Call) -> Answer<Response> {
    call.console()?;
    let text = |text: &str| Json::Text(text.to_owned());
    let parts = Part::ALL.into_iter().filter_map(|part| {
        let name = part.object().rsplit_once('/')?.1;
        Some((name.to_owned(), text(call.right(part)?.text())))
    });
    let meta = call.snapshot.settings.to_stored().get("meta");
    let meta = |key: &str| meta.and_then(|meta| meta.get(key)).cloned().unwrap_or_default();
    let application = [("name", "appName"), ("url", "appURL")];
    let application = application.map(|(key, stored)| (key.to_owned(), meta(stored)));
    call.answer_json(&Json::Object(vec![
        ("application".to_owned(), Json::Object(application.into())),
        ("parts".to_owned(), Json::Object(parts.collect())),
        ("superuser".to_owned(), Json::Bool(call.caller.is_superuser())),
    ]))
}
