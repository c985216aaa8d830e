//! Policies in files: out, in, and in again.

use std::fs;

use purlin_tests::{Home, TestApp};
use serde_json::json;

use super::{counts, done, listed, refused};

/// Rules, fields and notes that a file must not lose anything of.
fn fill(app: &TestApp) {
    let odd_rules = [
        "",
        "name = \"a, b\"",
        "name = 'a'\n  || name = \"\\\"\r\n\"\n  || name = '#'",
        " name = 'a' ",
    ];
    for (rule, note) in odd_rules.iter().zip(["", "plain", " \"odd\" ", "two\n\nlines\r\n"]) {
        let line = json!({
            "subject": "role:a", "object": "users", "action": "read", "rule": rule, "note": note,
            "fields": ["name", "email"], "effect": "deny",
        });
        app.post("/api/collections/_policies/records").root().json(&line).expect(200);
    }
    let odd = json!({
        "subject": "*", "object": "*", "action": "*", "fields": ["a b", "", "[", "c,\"d\n"],
    });
    app.post("/api/collections/_policies/records").root().json(&odd).expect(200);
    // Nothing tells them apart.
    app.post("/api/collections/_policies/records").root().json(&odd).expect(200);
    for (member, role) in [("users/*", "role:a"), ("role:b", "role:a")] {
        let line = json!({"member": member, "role": role});
        app.post("/api/collections/_roles/records").root().json(&line).expect(200);
    }
}

#[test]
fn lines_go_out_and_come_back_exactly() {
    let app = TestApp::start();
    fill(&app);
    let told = done(&app.home, &["export", "lines.csv"]);
    assert_eq!(told, "Policies: 6, role lines: 2, written to lines.csv.");
    let text = fs::read_to_string(app.home.root().join("lines.csv")).expect("a file");
    assert!(text.starts_with("# p, subject, object, action, rule, fields, effect\n"), "{text}");
    assert_eq!(done(&app.home, &["export"]), text.trim_end());
    for replace in [&[][..], &["--replace"]] {
        let again = [&["import", "lines.csv"][..], replace].concat();
        assert_eq!(done(&app.home, &again), "Nothing to change.");
    }

    let other = Home::new();
    fs::write(other.root().join("lines.csv"), &text).expect("written");
    assert_eq!(done(&other, &["import", "lines.csv"]), "Added: 8, removed: 0, new notes: 0.");
    assert_eq!(done(&other, &["import", "lines.csv"]), "Nothing to change.");
    assert_eq!(done(&other, &["export"]), text.trim_end());
    let plain = |home: &Home| {
        let mut lines = listed(home, &[]);
        let all = lines.as_object_mut().expect("an object").values_mut();
        for record in all.flat_map(|list| list.as_array_mut().expect("a list")) {
            let record = record.as_object_mut().expect("a record");
            ["id", "created", "updated"].iter().for_each(|key| drop(record.remove(*key)));
        }
        lines
    };
    assert_eq!(plain(&app.home), plain(&other));
}

#[test]
fn a_file_is_brought_in_whole_or_not_at_all() {
    let home = Home::new();
    let write = |text: &str| fs::write(home.root().join("f.csv"), text).expect("written");
    write("p, *, users, read\ng, users/*, role:a\n");
    assert_eq!(done(&home, &["import", "f.csv"]), "Added: 2, removed: 0, new notes: 0.");
    // The file, what is said.
    for (text, said) in [
        ("p, *, users, view\np, *, nope, view", "f.csv:2: object: There is no collection \"nope\""),
        ("p, *, users, view\n\n# x\np, *, users, view, a =", "f.csv:4: rule: "),
        ("p, *, users, view\np, *, users", "f.csv:2: p has 2 values"),
        ("p, *, users, view, , , perhaps", "f.csv:1: effect: "),
        ("p, alice, users, read", "f.csv:1: subject: "),
        ("g, role:b, role:c\ng, role:c, role:b", "f.csv:2: role: "),
        ("g, users/*, role:b\ng, users/*, role:b", "f.csv:2: "),
        ("p, *, users, view, \"", "f.csv:1: a quote is not closed"),
    ] {
        write(text);
        for more in [&[][..], &["--replace"], &["--dry-run"]] {
            let told = refused(&home, &[&["import", "f.csv"][..], more].concat());
            assert!(told.contains(said), "{more:?} {text}: {told}");
            assert_eq!(counts(&listed(&home, &[])), (1, 1), "{more:?} {text}");
        }
    }
    assert!(refused(&home, &["import", "g.csv"]).contains("cannot read g.csv"));
}

#[test]
fn replacing_leaves_what_is_in_the_file() {
    let home = Home::new();
    let write = |text: &str| fs::write(home.root().join("f.csv"), text).expect("written");
    let kept = done(&home, &["add", "*", "users", "view", "--note", "old"]);
    let gone = done(&home, &["add", "*", "users", "list"]);
    done(&home, &["grant", "role:a", "role:b"]);
    // Written otherwise, the same line; what it takes the place of goes first.
    write("p, *, USERS, view, , , allow\ng, role:b, role:a\n");
    let dry = done(&home, &["import", "f.csv", "--replace", "--dry-run"]);
    assert_eq!(
        dry,
        "- p, *, users, list, , , allow\n- g, role:a, role:b\n~ p, *, users, view, , , allow # note: \n\
         + g, role:b, role:a\nTo be added: 1, to be removed: 2, new notes: 1."
    );
    assert_eq!(counts(&listed(&home, &[])), (2, 1), "a dry run changes nothing");

    // Without --replace the two roles would be members of each other.
    assert!(refused(&home, &["import", "f.csv"]).contains("f.csv:2: role: "));
    let told = done(&home, &["import", "f.csv", "--replace"]);
    assert_eq!(told, "Added: 1, removed: 2, new notes: 1.");
    let lines = listed(&home, &[]);
    assert_eq!(counts(&lines), (1, 1));
    assert_eq!(
        (&lines["policies"][0]["id"], &lines["policies"][0]["note"]),
        (&json!(kept), &json!(""))
    );
    assert!(refused(&home, &["remove", &gone]).contains("there is no policy"));

    write("# note: new\np, *, users, view\n");
    assert_eq!(done(&home, &["import", "f.csv"]), "Added: 0, removed: 0, new notes: 1.");
    write("p, *, users, view\n");
    assert_eq!(done(&home, &["import", "f.csv"]), "Nothing to change.");
    assert_eq!(listed(&home, &[])["policies"][0]["note"], "new");
}
