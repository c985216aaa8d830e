use super::{policy, role, schema};
use crate::fault::Faults;
use crate::policy::check;

fn told(faults: &Faults) -> String {
    faults.0.iter().map(|(key, fault)| format!("{key}: {fault:?}")).collect::<Vec<_>>().join(" | ")
}

#[test]
fn policies_are_checked_before_they_are_saved() {
    let schema = schema();
    for (texts, expected) in [
        (["*", "posts", "view", "", "", "allow"], ""),
        (["users/a", "*", "*", "title = 'a'", "[]", "deny"], ""),
        (["role:x", "posts", "read", "title = 'a'", r#"["title","id"]"#, "deny"], ""),
        (["role:x", "@console/logs", "read", "", "[]", "allow"], ""),
        (["someone", "posts", "view", "", "", ""], "validation_invalid_subject"),
        (["posts/a", "posts", "view", "", "", ""], "There is no auth collection"),
        (["*", "nothing", "view", "", "", ""], "validation_unknown_object"),
        (["*", "@console/x", "read", "", "", ""], "Must be one of @console,"),
        (["*", "@console", "view", "", "", ""], "validation_unknown_action"),
        (["*", "@console", "read", "a = 1", "", ""], "validation_must_be_blank"),
        (["*", "@console", "read", "", r#"["a"]"#, ""], "validation_must_be_blank"),
        (["*", "posts", "view", "title = (", "", ""], "validation_invalid_rule"),
        (["*", "posts", "view", "nothing = 1", "", ""], "validation_invalid_rule"),
        (["*", "*", "view", "title = (", "", ""], "validation_invalid_rule"),
        (["*", "*", "view", "whatever = 1", "", ""], ""),
        (["*", "posts", "view", "", r#"["nothing"]"#, ""], "has no field \\\"nothing"),
        (["*", "posts", "view", "", r#"{"a":1}"#, ""], "validation_invalid_fields"),
        (["*", "posts", "view", "", r#"["title",1]"#, ""], "validation_invalid_fields"),
    ] {
        let faults = told(&check::policy(&schema, &policy(&schema, texts)));
        match expected {
            "" => assert_eq!(faults, "", "{texts:?}"),
            code => assert!(faults.contains(code), "{texts:?}: {faults}"),
        }
    }
}

#[test]
fn memberships_are_checked_before_they_are_saved() {
    let schema = schema();
    for (texts, expected) in [
        (["users/a", "role:x"], ""),
        (["users/*", "role:x"], ""),
        (["role:y", "role:x"], ""),
        (["*", "role:x"], "Must be COLLECTION/ID, COLLECTION/* or role:NAME"),
        (["@auth", "role:x"], "validation_invalid_member"),
        (["@guest", "role:x"], "validation_invalid_member"),
        (["posts/a", "role:x"], "There is no auth collection"),
        (["users/a", "x"], "validation_invalid_role"),
        (["users/a", "users/b"], "Must be role:NAME"),
        (["users/a", "role:"], "validation_invalid_role"),
    ] {
        let faults = told(&check::role(&schema, &role(&schema, texts)));
        match expected {
            "" => assert_eq!(faults, "", "{texts:?}"),
            code => assert!(faults.contains(code), "{texts:?}: {faults}"),
        }
    }
}
