//! The pages of a signed-in account. Each is a template and a module of the same name; what all
//! of them show (the side bar, the application's name) is in the first answer, so nothing jumps.

use axum::Router;
use axum::extract::{MatchedPath, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Serialize;
use serde_json::Value;
use tera::Context;

use crate::access::{Access, is_end};
use crate::forward::{call, keep, renew};
use crate::session::{COOKIE, Session, cookie, set_cookie};
use crate::{Engine, assets};

#[derive(Serialize)]
struct Entry {
    id: String,
    name: String,
    kind: String,
    system: bool,
    /// The table it serves as it was found; `""` for one of Purlin's own.
    adopted: String,
    /// Whether the account may create records, as far as that can be said without one.
    creates: bool,
    /// The same of deleting.
    deletes: bool,
}

/// Where each page is, and its template.
const PAGES: [(&str, &str); 14] = [
    ("/_/", "home.html"),
    ("/_/new-collection", "schema.html"),
    ("/_/collections/{name}/records", "records.html"),
    ("/_/collections/{name}/schema", "schema.html"),
    ("/_/adopt", "adopt.html"),
    ("/_/authorization", "authorization.html"),
    ("/_/authorization/roles", "roles.html"),
    ("/_/authorization/explain", "explain.html"),
    ("/_/authorization/who", "who.html"),
    ("/_/logs", "logs.html"),
    ("/_/realtime", "realtime.html"),
    ("/_/cache", "cache.html"),
    ("/_/nodes", "nodes.html"),
    ("/_/settings", "settings.html"),
];

/// The routes of the pages; `{name}` is that of a collection, which must exist.
pub(crate) fn routes() -> Router<Engine> {
    PAGES.into_iter().fold(Router::new(), |router, (address, template)| {
        let page = async move |State(engine): State<Engine>,
                               collection: Option<Path<String>>,
                               visit: Parts| {
            show(&engine, &visit, template, collection.as_deref().map(String::as_str)).await
        };
        router.route(address, get(page))
    })
}

/// Any other address below `/_/`.
pub(crate) async fn missing(headers: HeaderMap) -> Response {
    draw(StatusCode::NOT_FOUND, "missing.html", &frame(&headers))
}

/// What every page has: the assets' version and the colour scheme that was chosen.
pub(crate) fn frame(headers: &HeaderMap) -> Context {
    let chosen = cookie(headers, "purlin_theme").filter(|theme| ["light", "dark"].contains(theme));
    let mut values = Context::new();
    values.insert("version", &*assets::VERSION);
    values.insert("theme", chosen.unwrap_or("auto"));
    values
}

/// Renders a page.
pub(crate) fn draw(status: StatusCode, name: &str, values: &Context) -> Response {
    assets::page(status, name, values)
}

/// Shows a page to an account that may open it, or the way to sign in. `collection` is the name in
/// the address.
async fn show(
    engine: &Engine,
    visit: &Parts,
    template: &str,
    collection: Option<&str>,
) -> Response {
    let headers = &visit.headers;
    let now = (engine.now)();
    let Some(session) = Session::of(headers, now) else {
        return to_login(visit);
    };
    let (session, renewed) = renew(engine, visit, session).await;
    let found = async {
        let access = Access::of(engine, visit, &session).await?;
        Ok((access, collections(engine, visit, &session).await?))
    };
    let (access, entries) = match found.await {
        Ok(found) => found,
        Err((status, _)) if is_end(status) => {
            let mut response = to_login(visit);
            // A session that is over must not lead back here from the login.
            keep(&mut response, set_cookie(COOKIE, "", 0, headers));
            return response;
        }
        Err((status, answer)) => return in_trouble(headers, status, &answer),
    };
    let mut values = frame(headers);
    let route = visit.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if !access.opens(route) {
        return draw(StatusCode::FORBIDDEN, "refused.html", &values);
    }
    let current = entries.iter().find(|entry| Some(entry.name.as_str()) == collection);
    if collection.is_some() && current.is_none() {
        return draw(StatusCode::NOT_FOUND, "missing.html", &values);
    }
    values.insert("current", &current);
    values.insert("path", visit.uri.path());
    values.insert("app_name", &access.app_name);
    values.insert("app_url", &access.app_url);
    values.insert("superuser", &access.superuser);
    values.insert("may", &access.may);
    values.insert("may_text", &serde_json::to_string(&access.may).unwrap_or_default());
    values.insert("csrf", &session.csrf);
    values.insert("index", &serde_json::to_string(&entries).unwrap_or_default());
    let (system, own): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.system);
    // What every installation begins with.
    values.insert("untouched", &own.iter().all(|entry| entry.name == "users"));
    values.insert("own", &own);
    values.insert("system", &system);
    let mut response = draw(StatusCode::OK, template, &values);
    if renewed {
        keep(&mut response, session.keep(headers, now));
    }
    response
}

fn to_login(visit: &Parts) -> Response {
    let here = visit.uri.path_and_query().map_or("/_/", |path| path.as_str());
    let mut next = String::new();
    for byte in here.bytes() {
        // Everything that could end the parameter is escaped; the rest stays readable.
        match byte {
            b'&' | b'+' | b'#' | b'%' => next.push_str(&format!("%{byte:02X}")),
            _ => next.push(char::from(byte)),
        }
    }
    let place = if here == "/_/" { "/_/login".to_owned() } else { format!("/_/login?next={next}") };
    Redirect::to(&place).into_response()
}

/// The server cannot say who may see what.
fn in_trouble(headers: &HeaderMap, status: StatusCode, answer: &Value) -> Response {
    let mut values = frame(headers);
    values.insert("text", answer["message"].as_str().unwrap_or("The server did not answer."));
    draw(status, "trouble.html", &values)
}

/// All collections that the account is shown, by name.
///
/// # Errors
/// The API's answer when it gives none.
async fn collections(
    engine: &Engine,
    visit: &Parts,
    session: &Session,
) -> Result<Vec<Entry>, (StatusCode, Value)> {
    let mut entries = Vec::new();
    for page in 1.. {
        let path = format!(
            "/api/collections?perPage=1000&page={page}&skipTotal=1&fields=id,name,type,system,adopted,actions"
        );
        let (status, answer) =
            call(engine, visit, Method::GET, &path, Some(&session.token), None).await;
        if status != StatusCode::OK {
            return Err((status, answer));
        }
        let items = answer["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        entries.extend(items.iter().map(entry));
        if items.len() < 1000 {
            break;
        }
    }
    entries.sort_by_cached_key(|entry| entry.name.to_lowercase());
    Ok(entries)
}

fn entry(item: &Value) -> Entry {
    let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
    // Superusers are not told what they may do: it is all there is to be done.
    let does = |action: &str| match &item["actions"] {
        Value::Null => item["type"] != "view",
        actions => actions[action].is_array(),
    };
    Entry {
        id: text("id"),
        name: text("name"),
        kind: text("type"),
        system: item["system"].as_bool().unwrap_or(false),
        adopted: text("adopted"),
        creates: does("create"),
        deletes: does("delete"),
    }
}
