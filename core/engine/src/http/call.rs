//! One API request with everything a service needs to know of it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest, MatchedPath, Request};
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Method, StatusCode};
use purlin_model::Caller;
use purlin_model::Json;
use purlin_model::plan::{Facts, Occasion};
use purlin_model::query::Projection;

use super::answer;
use super::body::{self, BodyError, Submission};
use super::conditional;
use super::journal::Seen;
use super::limit;
use super::peer::client_ip;
use crate::app::App;
use crate::auth::{Session, admit};
use crate::catalog::{HEADERS, Snapshot};
use crate::error::{Answer, ApiError};
use crate::query_string as query;
use crate::records::Ask;

/// A request whose caller is known.
#[derive(Debug)]
pub struct Call {
    /// The whole app.
    pub app: Arc<App>,
    /// The schema and settings the request runs under.
    pub snapshot: Arc<Snapshot>,
    /// Who asks.
    pub caller: Caller,
    /// Whether the caller's token may be refreshed.
    pub refreshable: bool,
    /// The token the caller was known by.
    pub token: String,
    /// The HTTP method.
    pub method: Method,
    /// The request's headers.
    pub headers: HeaderMap,
    /// Query parameters in order, decoded.
    pub query: Vec<(String, String)>,
    /// Headers as rules name them: `x_name`, first value; none where no rule or filter names any.
    pub header_pairs: Vec<(String, String)>,
    /// The client's address, behind trusted proxies too.
    pub ip: Option<IpAddr>,
    route: Option<MatchedPath>,
    body: Option<Body>,
}

impl FromRequest<Arc<App>> for Call {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let snapshot = app.catalog.snapshot();
        let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>();
        let ip = client_ip(&snapshot.settings, &parts.headers, peer.map(|peer| peer.0.ip()));
        let token = bearer(&parts.headers).to_owned();
        let session = match token.is_empty() {
            true => None,
            false => app.sessions.identify(&snapshot, &token).await.map_err(refuse)?,
        };
        let session = session.unwrap_or(Session { caller: Caller::Guest, refreshable: false });
        if let Some(seen) = parts.extensions.get::<Seen>() {
            let _ = seen.0.set(session.caller.clone());
        }
        if let Some(record) = session.caller.record() {
            admit(&snapshot.settings, record, ip).map_err(refuse)?;
        }
        if snapshot.settings.rate_limits.enabled {
            let counted = limit::count(app, &snapshot, &session.caller, ip, &parts).await;
            counted.map_err(refuse)?;
        }
        let query = parts.uri.query().map(query::pairs).unwrap_or_default();
        let named = |(_, text): &(String, String)| text.contains(HEADERS);
        let header_pairs = match snapshot.rules_read_headers() || query.iter().any(named) {
            true => header_pairs(&parts.headers),
            false => Vec::new(),
        };
        Ok(Call {
            app: app.clone(),
            snapshot,
            caller: session.caller,
            refreshable: session.refreshable,
            token,
            query,
            header_pairs,
            method: parts.method,
            headers: parts.headers,
            ip,
            route: parts.extensions.remove::<MatchedPath>(),
            body: Some(body),
        })
    }
}

impl Call {
    /// The first value of a query parameter; `""` where there is none.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        query::first(&self.query, name).unwrap_or("")
    }

    /// The route that was matched, with `{…}` where it is open.
    #[must_use]
    pub fn route(&self) -> &str {
        self.route.as_ref().map_or("", MatchedPath::as_str)
    }

    /// Only superusers come past here.
    ///
    /// # Errors
    /// 401 for guests, 403 for others.
    pub fn superuser(&self) -> Answer<()> {
        match self.caller {
            Caller::Superuser(_) | Caller::System => Ok(()),
            Caller::Guest => {
                Err(ApiError::new(401, "The request requires valid record authorization token."))
            }
            Caller::Record(_) => Err(ApiError::new(
                403,
                "The authorized record is not allowed to perform this action.",
            )),
        }
    }

    /// What was submitted, within a limit in bytes; a second call finds nothing.
    ///
    /// # Errors
    /// When the body cannot be read; see [`BodyError`].
    pub async fn submission(&mut self, limit: u64) -> Result<Submission, BodyError> {
        let body = self.body.take().unwrap_or_default();
        body::submission(&self.headers, body, limit).await
    }

    /// What was submitted as an object, where files have no place. `malformed` is what this
    /// endpoint says of a body it cannot read.
    ///
    /// # Errors
    /// 400 or 413.
    pub async fn object(&mut self, malformed: &'static str) -> Answer<Json> {
        let submission = self.submission(body::DEFAULT_LIMIT).await;
        let submission = submission.map_err(|error| error.answer(malformed))?;
        let has_payload =
            |texts: &[(String, String)]| texts.iter().any(|(key, _)| key == body::JSON_PAYLOAD);
        Ok(match submission.texts {
            Some(texts) if !has_payload(&texts) => nested(texts),
            _ => Json::Object(submission.members),
        })
    }

    /// Whether the body is a form, whose values are all texts.
    #[must_use]
    pub fn sends_form(&self) -> bool {
        let content_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        !content_type.unwrap_or("").starts_with("application/json")
    }

    /// The circumstances as a records request: what rules may speak of, and what to expand.
    #[must_use]
    pub fn ask<'a>(&'a self, body: &'a Json) -> Ask<'a> {
        let facts = Facts {
            caller: &self.caller,
            method: self.method.as_str(),
            occasion: Occasion::Default,
            query: &self.query,
            headers: &self.header_pairs,
            body,
            now: self.app.clock.now(),
            scopes: &*self.snapshot,
        };
        Ask::new(&self.snapshot, facts, self.param("expand"))
    }

    /// After a read was refused: goes on under the schema that came into force meanwhile.
    ///
    /// # Errors
    /// The refusal, when the schema is still the same.
    pub async fn again(&mut self, collection: &str, refusal: ApiError) -> Answer<()> {
        let refusal = self.explained(collection, refusal).await;
        if refusal.status != 400 {
            return Err(refusal);
        }
        self.snapshot = self.app.catalog.newer(&self.snapshot).await.ok_or(refusal)?;
        Ok(())
    }

    /// What is to be said of a failure that an adopted table may be the reason of: that it changed,
    /// if it did.
    pub fn explained(
        &self,
        collection: &str,
        failure: ApiError,
    ) -> impl Future<Output = ApiError> + Send + use<> {
        let unexpected = failure.cause.is_some() && failure.faults.is_empty();
        let served = self.snapshot.served(collection).filter(|_| unexpected);
        let served = served.filter(|served| served.standing.is_some()).cloned();
        let (app, is_superuser) = (self.app.clone(), self.caller.is_superuser());
        async move {
            let Some(served) = served else { return failure };
            app.catalog.explain(&served, is_superuser).await.unwrap_or(failure)
        }
    }

    /// 200 with JSON, cut down to the `fields` parameter.
    ///
    /// # Errors
    /// 400 when the parameter cannot be understood.
    pub fn answer(&self, bytes: Vec<u8>) -> Answer<Response> {
        Ok(answer::json_bytes(StatusCode::OK, self.cut_down(bytes)?))
    }

    /// The same for what was read: with a tag, and 304 for a request that names it.
    ///
    /// # Errors
    /// 400 when the parameter cannot be understood.
    pub fn answer_once(&self, bytes: Vec<u8>) -> Answer<Response> {
        Ok(conditional::answer(&self.headers, self.cut_down(bytes)?))
    }

    fn cut_down(&self, bytes: Vec<u8>) -> Answer<Vec<u8>> {
        let fields = self.param("fields");
        if fields.is_empty() {
            return Ok(bytes);
        }
        let projection =
            Projection::parse(fields).map_err(|error| ApiError::unclassified(error.to_string()))?;
        Ok(projection.apply(&bytes))
    }

    /// 200 with JSON, cut down to the `fields` parameter.
    ///
    /// # Errors
    /// 400 when the parameter cannot be understood.
    pub fn answer_json(&self, value: &Json) -> Answer<Response> {
        let mut bytes = Vec::with_capacity(512);
        value.write(&mut bytes);
        self.answer(bytes)
    }
}

/// The texts of a form as an object; dots in keys lead into nested ones. Of repeated keys the first
/// counts.
fn nested(texts: Vec<(String, String)>) -> Json {
    let mut root = Json::Object(Vec::new());
    for (key, text) in texts {
        let (path, last) =
            key.rsplit_once('.').map_or(("", key.as_str()), |(path, last)| (path, last));
        let mut at = &mut root;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            at = at.entry(step, || Json::Object(Vec::new()));
        }
        let _ = at.entry(last, || Json::Text(text));
    }
    root
}

fn refuse(error: ApiError) -> Response {
    error.into_response()
}

/// The token of the request, without an optional `Bearer `.
fn bearer(headers: &HeaderMap) -> &str {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or("");
    match value.get(..7) {
        Some(word) if word.eq_ignore_ascii_case("bearer ") => &value[7..],
        _ => value,
    }
}

fn header_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let first = headers.keys().filter_map(|name| Some((name, headers.get(name)?)));
    first
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().replace('-', "_"), value)
        })
        .collect()
}
