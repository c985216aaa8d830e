//! `purlin superuser …`, `--help` and `--version`, as somebody at a terminal meets them.

use purlin_tests::{Home, ROOT, TestApp};
use serde_json::json;

#[test]
fn superusers_are_made_changed_and_removed() {
    let home = Home::new();
    let word = "long enough";
    // Arguments, standard input, whether it succeeds, what is said.
    for (args, input, success, said) in [
        (vec!["create", "a@example.com", word], "", true, "Superuser a@example.com is created."),
        (vec!["create", "a@example.com", word], "", false, "a@example.com"),
        (vec!["create", "b@example.com", "--stdin"], "long enough\n", true, "is created"),
        (vec!["update", "b@example.com", "another one"], "", true, "is updated"),
        (vec!["update", "c@example.com", word], "", false, "There is no superuser"),
        (vec!["upsert", "c@example.com", word], "", true, "is saved"),
        (vec!["upsert", "c@example.com", "--stdin"], "also this one\r\n", true, "is saved"),
        (vec!["delete", "c@example.com"], "", true, "is deleted"),
        (vec!["create", "d@example.com"], "", false, "no password"),
        (vec!["create", "d@example.com", "--stdin"], "", false, "password"),
        (vec!["create", "d@example.com", "short"], "", false, "at least 8 character"),
        (vec!["create", "nonsense", word], "", false, "valid email address"),
        (vec!["upsert", "", word], "", false, "email"),
        (vec!["update", "a@example.com", "short"], "", false, "at least 8 character"),
        (vec!["delete", "b@example.com"], "", true, "is deleted"),
        (vec!["delete", "a@example.com"], "", false, "only existing superuser"),
    ] {
        let all: Vec<&str> = ["superuser"].into_iter().chain(args).collect();
        let ended = home.run(&all, input);
        assert_eq!(ended.success, success, "{all:?}: {}{}", ended.out, ended.err);
        let (text, silent) = if success { (ended.out, ended.err) } else { (ended.err, ended.out) };
        assert_eq!(silent, "", "{all:?}");
        assert_eq!(text.trim_end().lines().count(), 1, "{all:?}: {text}");
        assert!(text.contains(said), "{all:?}: {text}");
        assert!(!text.contains(['{', '}', '"']), "{all:?} answers a person with JSON: {text}");
    }
}

#[test]
fn a_running_server_hears_of_a_new_password() {
    let app = TestApp::start();
    app.get("/api/collections").root().expect(200);
    let changed = app.home.run(&["superuser", "update", ROOT.0, "quite another"], "");
    assert!(changed.success, "{}", changed.err);
    let form = |word: &str| json!({"identity": ROOT.0, "password": word});
    let sign_in = "/api/collections/_superusers/auth-with-password";
    app.post(sign_in).json(&form("quite another")).expect(200);
    app.post(sign_in).json(&form(ROOT.1)).expect(400);
}

#[test]
fn help_and_version_are_for_newcomers() {
    let home = Home::new();
    for (args, words) in [
        (vec!["--help"], vec!["serve", "superuser", "Start with `purlin serve`"]),
        (
            vec!["serve", "--help"],
            vec![
                "--http",
                "127.0.0.1:8090",
                "--dir",
                "./purlin_data",
                "--config",
                "PURLIN_DATABASE_URL",
                "--redis",
            ],
        ),
        (vec!["superuser", "--help"], vec!["create", "update", "upsert", "delete"]),
        (vec!["superuser", "create", "--help"], vec!["EMAIL", "--stdin", "at least 8 characters"]),
        (vec!["--version"], vec!["purlin 0."]),
    ] {
        let ended = home.run(&args, "");
        assert!(ended.success, "{args:?}: {}", ended.err);
        for word in words {
            assert!(ended.out.contains(word), "{args:?} does not say {word}:\n{}", ended.out);
        }
        let widest = ended.out.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(110), "{args:?} is wider than a terminal:\n{}", ended.out);
    }
    for args in
        [vec!["serv"], vec!["serve", "--nonsense"], vec!["superuser"], vec!["superuser", "create"]]
    {
        let ended = home.run(&args, "");
        assert!(!ended.success && ended.out.is_empty() && !ended.err.is_empty(), "{args:?}");
    }
}
