use super::{caller, lines, schema};
use crate::caller::Action;
use crate::policy::{Deed, Identity, Roles, Subject};

#[test]
fn texts_name_somebody_or_nobody() {
    let schema = schema();
    let users = schema.by_name("users").unwrap().id.clone();
    for (text, expected) in [
        ("*", Ok(Subject::Anyone)),
        ("@guest", Ok(Subject::Guest)),
        ("@auth", Ok(Subject::SignedIn)),
        ("role:editor", Ok(Subject::Role("editor".into()))),
        ("role:a-b.c:d", Ok(Subject::Role("a-b.c:d".into()))),
        ("role:Rédaction", Ok(Subject::Role("Rédaction".into()))),
        ("users/*", Ok(Subject::Any(users.as_str().into()))),
        ("users/abc", Ok(Subject::Record(users.as_str().into(), "abc".into()))),
        ("USERS/abc", Ok(Subject::Record(users.as_str().into(), "abc".into()))),
        ("", Err("Must be *, @guest, @auth, role:NAME, COLLECTION/ID or COLLECTION/*")),
        ("@nobody", Err("Must be *,")),
        ("users", Err("Must be *,")),
        ("users/", Err("Must be *,")),
        ("/abc", Err("Must be *,")),
        ("users/a/b", Err("Must be *,")),
        ("role:", Err("Must be *,")),
        ("role:a b", Err("Must be *,")),
        ("role:a,b", Err("Must be *,")),
        ("role:*", Err("Must be *,")),
        ("role:a/b", Err("Must be *,")),
        ("nobody/abc", Err("There is no auth collection \"nobody\"")),
        ("posts/abc", Err("There is no auth collection \"posts\"")),
    ] {
        match (Subject::parse(text, &schema), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{text}"),
            (Err(found), Err(expected)) => {
                assert!(found.to_string().starts_with(expected), "{text}: {found}");
            }
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        }
    }
}

#[test]
fn subjects_are_written_as_they_are_read() {
    let schema = schema();
    for text in ["*", "@guest", "@auth", "role:editor", "users/*", "staff/abc"] {
        assert_eq!(Subject::parse(text, &schema).unwrap().text(&schema), text);
    }
    assert_eq!(Subject::parse("Staff/abc", &schema).unwrap().text(&schema), "staff/abc");
}

#[test]
fn callers_are_covered_by_subjects() {
    let schema = schema();
    let roles = lines(
        &schema,
        &[],
        &[
            ["users/a", "role:editor"],
            ["users/*", "role:reader"],
            ["role:editor", "role:writer"],
            // Nobody may save such members; were they there, they would say nothing.
            ["*", "role:all"],
            ["@auth", "role:all"],
            ["@guest", "role:all"],
        ],
    );
    for (who, subjects, names) in [
        ("@guest", "@guest *", ""),
        ("staff/a", "staff/a staff/* @auth *", ""),
        ("users/b", "users/b users/* @auth * role:reader", "reader"),
        (
            "users/a",
            "users/a users/* @auth * role:editor role:reader role:writer",
            "editor reader writer",
        ),
    ] {
        let identity = Identity::of(&caller(&schema, who), &roles.roles);
        let found: Vec<String> = identity.subjects.iter().map(|it| it.text(&schema)).collect();
        assert_eq!(found.join(" "), subjects, "{who}");
        assert_eq!(identity.roles.join(" "), names, "{who}");
    }
    let nobody = Identity::of(&caller(&schema, "users/a"), &Roles::default());
    assert!(nobody.roles.is_empty());
}

#[test]
fn deeds_cover_actions() {
    for (text, covered) in [
        ("list", "list"),
        ("view", "view"),
        ("create", "create"),
        ("update", "update"),
        ("delete", "delete"),
        ("manage", "manage"),
        ("read", "list view"),
        ("write", "create update delete"),
        ("*", "list view create update delete manage"),
    ] {
        let deed = Deed::parse(text).unwrap();
        let actions = Action::ALL.into_iter().filter(|action| deed.covers(*action));
        let actions: Vec<&str> = actions.map(Action::text).collect();
        assert_eq!(actions.join(" "), covered, "{text}");
        assert_eq!(deed.text(), text);
    }
    for text in ["", "LIST", "all", "list,view"] {
        assert_eq!(Deed::parse(text), None, "{text}");
    }
}
