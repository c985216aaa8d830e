//! What a fresh start prints works as printed.

use std::process::Command;

use purlin_tests::{Home, TestApp};
use serde_json::{Value, json};

const SUPERUSERS: &str = "/api/collections/_superusers/records";

#[test]
fn the_printed_commands_work() {
    let app = TestApp::without_superuser(Home::new(), &[]);
    let said = app.said();
    let lines: Vec<&str> =
        said.lines().map(str::trim).filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(lines.len(), 3, "{said}");
    for line in lines {
        let command = line.replacen("curl ", "curl --silent --show-error --fail-with-body ", 1);
        let output = Command::new("sh").args(["-c", &command]).output().expect("a shell");
        let answer = String::from_utf8_lossy(&output.stdout);
        let body: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        assert!(output.status.success() && body.is_object(), "{line}: {answer}");
    }
}

#[test]
fn the_link_makes_the_first_superuser_once() {
    let mut app = TestApp::without_superuser(Home::new(), &[]);
    let said = app.said();
    let link = said.lines().map(str::trim).find(|line| line.contains("/_/setup/")).expect("a link");
    let path = link.split_once(&app.port.to_string()).expect("an address of its own").1.to_owned();
    let token = path.rsplit('/').next().expect("a token").to_owned();
    app.get(&path).expect(200).has("<form");
    app.get(SUPERUSERS).bearer(&token).expect(200).has("__pbinstaller@example.com");
    let body =
        json!({"email": "me@example.com", "password": "12345678", "passwordConfirm": "12345678"});
    app.post(SUPERUSERS).bearer(&token).json(&body).expect(200);
    app.get("/api/collections").bearer(&token).expect(401);
    app.post(SUPERUSERS).bearer(&token).json(&body).expect(403);
    let form = json!({"identity": "me@example.com", "password": "12345678"});
    let signed =
        app.post("/api/collections/_superusers/auth-with-password").json(&form).expect(200);
    app.token = signed.text("/token");
    app.get(SUPERUSERS).root().expect(200).has("me@example.com").lacks("__pbinstaller");
    app.get(&path).send().lacks("<form");
    app.restart();
    assert!(!app.said().contains("/_/setup/"), "{}", app.said());
}
