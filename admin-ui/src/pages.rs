//! The pages of a signed-in superuser. Each is a template and a module of the same name; what all
//! of them show (the side bar, the application's name) is in the first answer, so nothing jumps.

use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Serialize;
use serde_json::Value;
use tera::Context;

use crate::forward::{call, keep, renew};
use crate::session::{Session, cookie};
use crate::{Engine, assets};

#[derive(Serialize)]
struct Entry {
    id: String,
    name: String,
    kind: String,
    system: bool,
    /// The table it serves as it was found; `""` for one of Purlin's own.
    adopted: String,
}

/// `GET /_/`.
pub(crate) async fn home(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "home.html", None).await
}

/// `GET /_/new-collection`.
pub(crate) async fn new_collection(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "schema.html", None).await
}

/// `GET /_/collections/{name}/records`.
pub(crate) async fn records(
    State(engine): State<Engine>,
    Path(name): Path<String>,
    visit: Parts,
) -> Response {
    show(&engine, &visit, "records.html", Some(&name)).await
}

/// `GET /_/collections/{name}/schema`.
pub(crate) async fn schema(
    State(engine): State<Engine>,
    Path(name): Path<String>,
    visit: Parts,
) -> Response {
    show(&engine, &visit, "schema.html", Some(&name)).await
}

/// `GET /_/adopt`.
pub(crate) async fn adopt(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "adopt.html", None).await
}

/// `GET /_/authorization`.
pub(crate) async fn authorization(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "authorization.html", None).await
}

/// `GET /_/authorization/roles`.
pub(crate) async fn roles(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "roles.html", None).await
}

/// `GET /_/authorization/explain`.
pub(crate) async fn explain(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "explain.html", None).await
}

/// `GET /_/authorization/who`.
pub(crate) async fn who(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "who.html", None).await
}

/// `GET /_/logs`.
pub(crate) async fn logs(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "logs.html", None).await
}

/// `GET /_/settings`.
pub(crate) async fn settings(State(engine): State<Engine>, visit: Parts) -> Response {
    show(&engine, &visit, "settings.html", None).await
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

/// Shows a page to a signed-in superuser, or the way to become one. `collection` is the name in
/// the address, which must exist.
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
    let Some(entries) = collections(engine, visit, &session).await else {
        return to_login(visit);
    };
    let mut values = frame(headers);
    let current = entries.iter().find(|entry| Some(entry.name.as_str()) == collection);
    if collection.is_some() && current.is_none() {
        return draw(StatusCode::NOT_FOUND, "missing.html", &values);
    }
    let (app_name, app_url) = application(engine, visit, &session).await;
    values.insert("current", &current);
    values.insert("path", visit.uri.path());
    values.insert("app_name", &app_name);
    values.insert("app_url", &app_url);
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

/// All collections by name, or nothing when the engine does not accept the session.
async fn collections(engine: &Engine, visit: &Parts, session: &Session) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    for page in 1.. {
        let path = format!(
            "/api/collections?perPage=1000&page={page}&skipTotal=1&fields=id,name,type,system,adopted"
        );
        let (status, answer) =
            call(engine, visit, Method::GET, &path, Some(&session.token), None).await;
        if status != StatusCode::OK {
            return None;
        }
        let items = answer["items"].as_array()?;
        entries.extend(items.iter().map(entry));
        if items.len() < 1000 {
            break;
        }
    }
    entries.sort_by_cached_key(|entry| entry.name.to_lowercase());
    Some(entries)
}

fn entry(item: &Value) -> Entry {
    let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
    Entry {
        id: text("id"),
        name: text("name"),
        kind: text("type"),
        system: item["system"].as_bool().unwrap_or(false),
        adopted: text("adopted"),
    }
}

/// The application's name and address from the settings.
async fn application(engine: &Engine, visit: &Parts, session: &Session) -> (String, String) {
    let path = "/api/settings";
    let (_, answer) = call(engine, visit, Method::GET, path, Some(&session.token), None).await;
    let text = |key: &str| answer["meta"][key].as_str().unwrap_or_default().to_owned();
    (text("appName"), text("appURL"))
}
