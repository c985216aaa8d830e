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

    /// Signs in through the form; gives the session's cookie.
    async fn sign_in(&self) -> String {
        let form = cookie_of(&self.get("/_/login", "").await).expect("the form's cookie");
        let csrf = form.split_once('=').expect("a value").1;
        let body = format!("email=root%40example.com&password=password%201&csrf={csrf}");
        let answer = self.send(Method::POST, "/_/session", &form, &body).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        cookie_of(&answer).expect("the session's cookie")
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
