//! What the signed-in account may use. The API is asked with every page and every call, so that who
//! loses the right is out with the next one.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use serde::Serialize;
use serde_json::Value;

use crate::Engine;
use crate::forward::call;
use crate::session::Session;

/// The parts of the console, as `GET /api/console` names them.
const PARTS: [&str; 5] = ["authorization", "collections", "datasources", "logs", "settings"];

/// What routes need besides the console itself: how they begin, the part, whether to write.
const NEEDS: [(&str, &str, bool); 6] = [
    ("/_/new-collection", "collections", true),
    ("/_/collections/{name}/schema", "collections", false),
    ("/_/adopt", "datasources", true),
    ("/_/authorization", "authorization", false),
    ("/_/logs", "logs", false),
    ("/_/settings", "settings", false),
];

/// Pages about the server as a whole: the API tells what they show to superusers only.
const SUPERUSERS: [&str; 3] = ["/_/realtime", "/_/cache", "/_/nodes"];

/// What an account may use of the console, and how the application is called.
pub(crate) struct Access {
    pub(crate) app_name: String,
    pub(crate) app_url: String,
    pub(crate) may: BTreeMap<&'static str, May>,
    pub(crate) superuser: bool,
}

/// What may be done with a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct May {
    read: bool,
    write: bool,
}

impl Access {
    /// What the session's account may use.
    ///
    /// # Errors
    /// The API's answer when it is not let in: 401 or 403 for a session that has ended or has lost
    /// the right, others when the server cannot say.
    pub(crate) async fn of(
        engine: &Engine,
        visit: &Parts,
        session: &Session,
    ) -> Result<Self, (StatusCode, Value)> {
        let token = Some(session.token.as_str());
        let (status, answer) = call(engine, visit, Method::GET, "/api/console", token, None).await;
        if status != StatusCode::OK {
            return Err((status, answer));
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let application = &answer["application"];
        let may = |part: &str| May::read_from(&answer["parts"][part]);
        Ok(Access {
            app_name: text(&application["name"]),
            app_url: text(&application["url"]),
            may: PARTS.into_iter().map(|part| (part, may(part))).collect(),
            superuser: answer["superuser"].as_bool().unwrap_or(false),
        })
    }

    /// Whether the account may open the page of a route.
    pub(crate) fn opens(&self, route: &str) -> bool {
        if SUPERUSERS.contains(&route) && !self.superuser {
            return false;
        }
        let mut needs = NEEDS.iter().filter(|(start, ..)| route.starts_with(start));
        needs.all(|(_, part, write)| {
            self.may.get(part).is_some_and(|may| if *write { may.write } else { may.read })
        })
    }
}

impl May {
    fn read_from(value: &Value) -> Self {
        let right = value.as_str().unwrap_or_default();
        May { read: ["read", "write"].contains(&right), write: right == "write" }
    }
}

/// Whether an answer means that the session is over, and not that the server is in trouble.
pub(crate) fn is_end(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_open_by_what_they_need() {
        let read = May { read: true, write: false };
        let may = [("collections", read), ("logs", read), ("datasources", read)];
        let access = Access {
            app_name: String::new(),
            app_url: String::new(),
            may: may.into_iter().collect(),
            superuser: false,
        };
        for (route, opens) in [
            ("/_/", true),
            ("/_/collections/{name}/records", true),
            ("/_/collections/{name}/schema", true),
            ("/_/new-collection", false),
            ("/_/adopt", false),
            ("/_/logs", true),
            ("/_/settings", false),
            ("/_/realtime", false),
            ("/_/nodes", false),
            ("/_/authorization/roles", false),
        ] {
            assert_eq!(access.opens(route), opens, "{route}");
        }
    }
}
