//! `purlin policy …`, as somebody at a terminal meets it.

mod files;

use std::time::{Duration, Instant};

use purlin_tests::{Ended, Home, TestApp};
use serde_json::{Value, json};

/// How long a running server may take to hear of a command, generously. The promise is a second.
const SOON: Duration = Duration::from_secs(5);

/// Runs `purlin policy` with these arguments.
fn policy(home: &Home, args: &[&str]) -> Ended {
    let all: Vec<&str> = ["policy"].iter().chain(args).copied().collect();
    home.run(&all, "")
}

/// As [`policy`], for a command that succeeds: what it prints.
fn done(home: &Home, args: &[&str]) -> String {
    let ended = policy(home, args);
    assert!(ended.success, "{args:?}: {}{}", ended.out, ended.err);
    assert_eq!(ended.err, "", "{args:?}");
    ended.out.trim_end().to_owned()
}

/// As [`policy`], for a command that fails: what it says.
fn refused(home: &Home, args: &[&str]) -> String {
    let ended = policy(home, args);
    assert!(!ended.success, "{args:?} succeeds: {}", ended.out);
    assert!(ended.err.starts_with("purlin: "), "{args:?}: {}", ended.err);
    assert_eq!(ended.err.trim_end().lines().count(), 1, "{args:?}: {}", ended.err);
    ended.out + &ended.err
}

/// The lines as `list --json` has them.
fn listed(home: &Home, more: &[&str]) -> Value {
    let args: Vec<&str> = ["list", "--json"].iter().chain(more).copied().collect();
    serde_json::from_str(&done(home, &args)).expect("JSON")
}

fn counts(lines: &Value) -> (usize, usize) {
    let count = |name: &str| lines[name].as_array().map_or(0, Vec::len);
    (count("policies"), count("roles"))
}

#[test]
fn lines_are_added_shown_and_removed() {
    let home = Home::new();
    let add =
        ["add", "@auth", "Users", "read", "--rule", "id = @request.auth.id || name = \"a\n\""];
    let own = done(&home, &[&add[..], &["--fields", "name,email", "--note", "their own"]].concat());
    let deny = done(&home, &["add", "role:trial", "*", "delete", "--deny"]);
    let grant = done(&home, &["grant", "USERS/*", "role:trial"]);
    let inherited = done(&home, &["grant", "role:chief", "role:trial"]);

    let lines = listed(&home, &[]);
    assert_eq!(counts(&lines), (2, 2));
    let first = &lines["policies"][0];
    for (key, value) in [
        ("id", json!(own)),
        ("subject", json!("@auth")),
        ("object", json!("users")),
        ("action", json!("read")),
        ("rule", json!("id = @request.auth.id || name = \"a\n\"")),
        ("fields", json!(["name", "email"])),
        ("effect", json!("allow")),
        ("note", json!("their own")),
    ] {
        assert_eq!(first[key], value, "{key}");
    }
    assert_eq!(lines["policies"][1]["effect"], "deny");
    assert_eq!(lines["roles"][0]["member"], "users/*");

    let shown = done(&home, &["list"]);
    for words in [
        vec![own.as_str(), "allow", "@auth", "read", "users", "name email", "their own"],
        vec![deny.as_str(), "deny", "role:trial", "delete", "*"],
        vec![grant.as_str(), "users/*", "role:trial"],
        vec!["policy", "effect", "subject", "action", "object", "fields", "rule", "note"],
    ] {
        let fits = |line: &&str| words.iter().all(|word| line.contains(word));
        assert_eq!(shown.lines().filter(fits).count(), 1, "{words:?} in\n{shown}");
    }
    for (filter, left) in [
        (vec!["--subject", "role:trial"], (1, 2)),
        (vec!["--subject", "role:chief"], (0, 1)),
        (vec!["--object", "users"], (1, 0)),
        (vec!["--object", "*", "--subject", "@auth"], (0, 0)),
    ] {
        assert_eq!(counts(&listed(&home, &filter)), left, "{filter:?}");
    }

    refused(&home, &["remove", &own, "nosuchline"]);
    assert_eq!(counts(&listed(&home, &[])), (2, 2), "nothing is removed when one is not there");
    assert_eq!(done(&home, &["remove", &own, &deny, &inherited]), "3 lines are removed.");
    assert_eq!(done(&home, &["remove", &grant, &grant]), "1 line is removed.");
    assert_eq!(done(&home, &["list"]), "There are no such policies and roles.");
}

#[test]
fn what_may_not_be_saved_is_refused_by_name() {
    let home = Home::new();
    done(&home, &["grant", "role:a", "role:b"]);
    for (args, said) in [
        (vec!["add", "nobody", "users", "read"], "subject: Must be *"),
        (vec!["add", "posts/x", "users", "read"], "no auth collection \"posts\""),
        (vec!["add", "*", "posts", "read"], "object: There is no collection \"posts\""),
        (vec!["add", "*", "users", "frob"], "action: "),
        (vec!["add", "*", "users", "read", "--rule", "nope = 1"], "rule: Invalid rule."),
        (vec!["add", "*", "users", "read", "--fields", "nope"], "no field \"nope\""),
        (vec!["grant", "@auth", "role:a"], "member: "),
        (vec!["grant", "users/x", "a"], "role: Must be role:NAME"),
        (vec!["grant", "role:b", "role:a"], "member of itself"),
        (vec!["grant", "role:a", "role:b"], "unique"),
        (vec!["remove", "x"], "there is no policy or role line x"),
    ] {
        let told = refused(&home, &args);
        assert!(told.contains(said), "{args:?}: {told}");
    }
    assert_eq!(counts(&listed(&home, &[])), (0, 1));
}

#[test]
fn a_running_server_hears_of_it() {
    let app = TestApp::start();
    let notes = json!({"name": "notes", "fields": [{"name": "title", "type": "text"}]});
    app.post("/api/collections").root().json(&notes).expect(200);
    let list = || app.get("/api/collections/notes/records").send().status;
    let becomes = |status: u16| {
        let start = Instant::now();
        while list() != status {
            assert!(start.elapsed() < SOON, "not {status} within {SOON:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    assert_eq!(list(), 403);
    let open = done(&app.home, &["add", "@guest", "notes", "list"]);
    becomes(200);
    done(&app.home, &["remove", &open]);
    becomes(403);
}

#[test]
fn expectations_are_held_against_the_installation() {
    let app = TestApp::start();
    let notes = json!({
        "name": "notes", "viewRule": "owner = @request.auth.id", "createRule": "title != ''",
        "fields": [
            {"name": "title", "type": "text"}, {"name": "salary", "type": "number"},
            {"name": "owner", "type": "text"}, {"name": "secret", "type": "text", "hidden": true},
        ],
    });
    app.post("/api/collections").root().json(&notes).expect(200);
    let form =
        json!({"email": "a@example.com", "password": "12345678", "passwordConfirm": "12345678"});
    let user = app.post("/api/collections/users/records").root().json(&form).expect(200);
    let user = user.text("/id");
    let note = json!({"title": "t", "owner": user});
    let note = app.post("/api/collections/notes/records").root().json(&note).expect(200);
    let note = note.text("/id");
    let home = &app.home;
    for args in [
        vec!["add", "role:clerk", "notes", "read", "--fields", "title,owner"],
        vec!["add", "role:clerk", "notes", "update", "--rule", "@request.query.why != ''"],
        vec!["add", "role:clerk", "notes", "delete", "--rule", "@request.auth.roles ?= 'chief'"],
        vec!["add", "@auth", "notes", "list", "--rule", "salary < 5"],
        vec!["grant", "role:chief", "role:clerk"],
    ] {
        done(home, &args);
    }
    let (itself, on) = (format!("users/{user}"), format!("record = '{note}'"));
    // Subject, action, more keys, and what the file has to say for them to hold.
    let cases = [
        ("@guest", "list", "", "decision = 'deny'"),
        ("@guest", "view", on.as_str(), "decision = 'deny'\nreadable = []"),
        (&itself, "view", &on, "decision = 'allow'\nunreadable = ['secret']"),
        (&itself, "view", &on, "decision = 'allow'\nreadable = ['id', 'owner', 'salary', 'title']"),
        ("role:clerk", "view", &on, "decision = 'allow'\nreadable = ['title', 'owner']"),
        ("role:chief", "view", "as = 'users'", "decision = 'allow'\nunreadable = ['secret']"),
        ("role:clerk", "update", &on, "decision = 'deny'"),
        ("role:clerk", "update", "[expect.query]\nwhy = 'so'", "decision = 'allow'"),
        ("role:clerk", "delete", &on, "decision = 'deny'"),
        ("role:chief", "delete", &on, "decision = 'allow'"),
        ("@auth", "list", "", "decision = 'conditional'"),
        ("users/*", "list", &on, "decision = 'allow'"),
        ("@guest", "create", "data = { title = 'a' }", "decision = 'allow'"),
        ("@guest", "create", "data = { title = '' }", "decision = 'deny'"),
    ];
    let file = home.root().join("expected.toml");
    let holds = |text: &str| {
        std::fs::write(&file, text).expect("written");
        policy(home, &["test", "expected.toml"])
    };
    let mut all = String::new();
    for (subject, action, more, expected) in cases {
        let head = format!("subject = '{subject}'\ncollection = 'notes'\naction = '{action}'\n");
        let one = |expected: &str| format!("[[expect]]\n{head}{expected}\n{more}\n");
        all += &one(expected);
        // The same with another decision fails, and says both.
        let (word, other) = match expected.contains("'deny'") {
            true => ("deny", "allow"),
            false if expected.contains("'allow'") => ("allow", "deny"),
            false => ("conditional", "allow"),
        };
        let ended = holds(&one(&expected.replace(&format!("'{word}'"), &format!("'{other}'"))));
        let lines = format!("  - decision: {other}\n  + decision: {word}\n");
        assert!(!ended.success && ended.out.contains(&lines), "{head}{}{}", ended.out, ended.err);
    }
    let ended = holds(&all);
    assert_eq!((ended.out.as_str(), ended.success), ("14 expectations hold.\n", true));
}

#[test]
fn what_an_expectation_gets_wrong_is_shown() {
    let home = Home::new();
    done(&home, &["add", "@auth", "users", "view", "--fields", "name", "--note", "names"]);
    let file = home.root().join("expected.toml");
    let one = "[[expect]]\nsubject = '@guest'\ncollection = 'users'\naction = ['list', 'view']\n\
               decision = 'allow'\nnote = 'all of them'\n";
    let wrong = |from: &str, to: &str| one.replace(from, to);
    for (text, said) in [
        (one.to_owned(), vec!["expected.toml:1: @guest list users (all of them)", "2 of 2"]),
        (format!("\n\n{one}"), vec!["expected.toml:3: ", "# rule of the collection: allow *"]),
        (
            wrong("@guest", "@auth").replace("['list', 'view']", "'view'") + "readable = ['email']",
            vec!["- readable: email", "+ readable: name", "policy ", "1 of 1"],
        ),
        (wrong("@guest", "users/nope"), vec!["! auth.id: There is no \"nope\"."]),
        (wrong("'users'", "'nope'"), vec!["! collection: There is no \"nope\"."]),
        (format!("{one}record = 'nope'"), vec!["! record: There is no \"nope\"."]),
        (wrong("@guest", "role:x") + "as = 'nope'", vec!["! as: There is no \"nope\"."]),
        (wrong("@guest", "*"), vec!["! subject: Name a caller"]),
        (wrong("@guest", "nobody"), vec!["! subject: Must be *"]),
        (wrong("'view'", "'frob'"), vec!["purlin: expected.toml:1: there is no action \"frob\""]),
        (wrong("'allow'", "'perhaps'"), vec!["expected.toml:5: "]),
        (wrong("note", "knote"), vec!["expected.toml:6: ", "knote"]),
        (wrong("decision = 'allow'\n", ""), vec!["expected.toml:1: ", "decision"]),
        ("a = [".to_owned(), vec!["expected.toml:1: "]),
        (String::new(), vec!["there is no [[expect]] in it"]),
    ] {
        std::fs::write(&file, &text).expect("written");
        let told = refused(&home, &["test", "expected.toml"]);
        for words in said {
            assert!(told.contains(words), "{words:?} is not said of\n{text}\nbut\n{told}");
        }
    }
    assert!(refused(&home, &["test", "missing.toml"]).contains("cannot read missing.toml"));
}
