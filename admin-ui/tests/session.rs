//! A session over time, through the front door: the real engine under a clock that we turn.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use purlin_core::app::App;
use purlin_core::auth::Wish;
use purlin_core::clock::Clock;
use purlin_core::config::{self, Overrides};
use purlin_core::http;
use tower::ServiceExt;

/// 2026-01-01 in seconds since the epoch; superusers' tokens live for a day.
const START: i64 = 1_767_225_600;
const HOUR: i64 = 3600;

struct House {
    app: Arc<App>,
    console: Router,
    now: Arc<AtomicI64>,
    dir: PathBuf,
}

impl House {
    async fn open(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("purlin-{name}-{}", std::process::id()));
        let overrides = Overrides { dir: Some(dir.clone()), ..Overrides::default() };
        let config = config::load(overrides).expect("config");
        let now = Arc::new(AtomicI64::new(START));
        let told = now.clone();
        let clock = Clock::of(move || {
            jiff::Timestamp::from_second(told.load(Ordering::Relaxed)).expect("a time")
        });
        let app = App::open(&config, clock).await.expect("app");
        app.superusers.save(Wish::Create, "root@example.com", "password 1").await.expect("root");
        let console = purlin_admin_ui::routes(&app, http::api(&app));
        House { app, console, now, dir }
    }

    async fn close(self) {
        self.app.close().await;
        std::fs::remove_dir_all(self.dir).expect("the directory was ours");
    }

    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn send(&self, method: Method, path: &str, cookie: &str, body: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .expect("request");
        let Ok(response) = self.console.clone().oneshot(request).await;
        response
    }

    async fn get(&self, path: &str, cookie: &str) -> Response {
        self.send(Method::GET, path, cookie, "").await
    }

    /// Signs the superuser in through the form; gives the session's cookie.
    async fn sign_in(&self) -> String {
        self.sign_in_as("", "root%40example.com").await.expect("the session's cookie")
    }

    /// Signs an account of a collection in; nothing where it is not let in.
    async fn sign_in_as(&self, collection: &str, email: &str) -> Option<String> {
        let form = cookie_of(&self.get("/_/login", "").await).expect("the form's cookie");
        let csrf = form.split_once('=').expect("a value").1;
        let body =
            format!("collection={collection}&email={email}&password=password%201&csrf={csrf}");
        let answer = self.send(Method::POST, "/_/session", &form, &body).await;
        if answer.status() == StatusCode::SEE_OTHER {
            return cookie_of(&answer);
        }
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        None
    }

    /// Makes a record as whoever has the session; gives its id.
    async fn make(&self, cookie: &str, collection: &str, record: &str) -> String {
        let csrf = cookie.split(['=', '.']).nth(1).expect("the page's value");
        let request = Request::post(format!("/_/api/collections/{collection}/records"))
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-csrf-token", csrf)
            .body(Body::from(record.to_owned()))
            .expect("request");
        let Ok(response) = self.console.clone().oneshot(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{record}");
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("an answer");
        let made: serde_json::Value = serde_json::from_slice(&bytes).expect("a record");
        made["id"].as_str().expect("an id").to_owned()
    }
}

/// The first cookie that an answer sets, as the browser sends it back.
fn cookie_of(answer: &Response) -> Option<String> {
    let line = answer.headers().get(header::SET_COOKIE)?.to_str().ok()?;
    line.split(';').next().map(str::to_owned)
}

#[tokio::test]
async fn a_session_is_renewed_in_the_second_half_of_its_life() {
    let house = House::open("renewal").await;
    let cookie = house.sign_in().await;
    house.pass(11 * HOUR);
    assert_eq!(cookie_of(&house.get("/_/", &cookie).await), None, "young enough");
    house.pass(2 * HOUR);
    let page = house.get("/_/", &cookie).await;
    assert_eq!(page.status(), StatusCode::OK);
    let younger = cookie_of(&page).expect("a renewed cookie");
    let csrf = |cookie: &str| cookie.split('.').next().map(str::to_owned);
    assert_eq!(csrf(&younger), csrf(&cookie), "open pages go on");
    assert_ne!(younger, cookie);
    // The API renews as well, and the renewed session outlives the first.
    house.pass(13 * HOUR);
    let answer = house.get("/_/api/settings", &younger).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(cookie_of(&answer).is_some());
    house.close().await;
}

#[tokio::test]
async fn an_ended_session_leads_to_the_login_and_back() {
    let house = House::open("ended").await;
    let cookie = house.sign_in().await;
    house.pass(25 * HOUR);
    let page = house.get("/_/logs?level=8", &cookie).await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER);
    assert_eq!(page.headers()[header::LOCATION], "/_/login?next=/_/logs?level=8");
    let answer = house.get("/_/api/settings", &cookie).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    house.close().await;
}

#[tokio::test]
async fn a_token_that_was_revoked_ends_the_session() {
    let house = House::open("revoked").await;
    let cookie = house.sign_in().await;
    house.app.superusers.save(Wish::Update, "root@example.com", "password 2").await.expect("save");
    let page = house.get("/_/settings", &cookie).await;
    assert_eq!(page.headers()[header::LOCATION], "/_/login?next=/_/settings");
    house.close().await;
}

#[tokio::test]
async fn an_account_that_is_no_superuser_is_let_in_renewed_and_put_out_again() {
    let house = House::open("accounts").await;
    let root = house.sign_in().await;
    let ann =
        r#"{"email":"ann@example.com","password":"password 1","passwordConfirm":"password 1"}"#;
    let id = house.make(&root, "users", ann).await;
    assert_eq!(house.sign_in_as("users", "ann%40example.com").await, None, "no line yet");
    let line = r#"{"subject":"users/*","object":"@console","action":"read"}"#;
    let _ = house.make(&root, "_policies", line).await;
    assert_eq!(house.sign_in_as("_mfas", "ann%40example.com").await, None, "nobody's collection");
    let cookie = house.sign_in_as("users", "ann%40example.com").await.expect("a session");
    house.pass(4 * 24 * HOUR);
    let page = house.get("/_/", &cookie).await;
    assert_eq!(page.status(), StatusCode::OK);
    let younger = cookie_of(&page).expect("a renewed cookie");
    assert_eq!(house.get("/_/settings", &younger).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(house.get("/_/api/settings", &younger).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(house.get("/_/api/collections", &younger).await.status(), StatusCode::OK);
    // One line later.
    let deny =
        format!(r#"{{"subject":"users/{id}","object":"@console","action":"*","effect":"deny"}}"#);
    let root = house.sign_in().await;
    let _ = house.make(&root, "_policies", &deny).await;
    let page = house.get("/_/", &younger).await;
    assert_eq!(page.headers()[header::LOCATION], "/_/login");
    assert_eq!(cookie_of(&page).as_deref(), Some("purlin_console="), "or the login leads back");
    let answer = house.get("/_/api/collections", &younger).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    house.close().await;
}
