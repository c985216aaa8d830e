use super::{caller, lines, policy, schema};
use crate::caller::Action;
use crate::policy::{Gate, Identity, Lines};
use crate::schema::Schema;

/// The rules of the policies that match, in their order.
fn matching(schema: &Schema, all: &Lines, who: &str, object: &str, action: Action) -> String {
    let gate = Gate::new(schema.by_name(object).unwrap(), all);
    let identity = || Identity::of(&caller(schema, who), &all.roles);
    let decision = gate.decide(identity, action, all, schema);
    let policies = decision.lines.iter().filter(|line| line.id.is_some());
    policies.map(|line| line.rule.text()).collect::<Vec<_>>().join(" ")
}

#[test]
fn lines_match_by_subject_action_and_object() {
    let schema = schema();
    let all = lines(
        &schema,
        &[
            ["*", "posts", "read", "anyone", "", ""],
            ["@guest", "posts", "list", "guest", "", "allow"],
            ["@auth", "*", "view", "signed_in", "", "allow"],
            ["role:editor", "posts", "write", "editor", "", "deny"],
            ["users/*", "posts", "view", "user", "", "allow"],
            ["users/a", "POSTS", "*", "a", "", "allow"],
            ["users/a", "audit", "view", "audited", "", "allow"],
            ["role:chief", "*", "manage", "chief", "", "allow"],
            // These say nothing: nobody, nothing, no action.
            ["nobody/a", "posts", "view", "x", "", "allow"],
            ["*", "nothing", "view", "x", "", "allow"],
            ["*", "posts", "look", "x", "", "allow"],
        ],
        &[["users/b", "role:chief"], ["role:chief", "role:editor"], ["staff/*", "role:editor"]],
    );
    assert_eq!(all.policies().len(), 8);
    assert!(all.policies().iter().enumerate().all(|(at, line)| line.position == at));
    for (who, object, action, expected) in [
        ("@guest", "posts", Action::List, "anyone guest"),
        ("@guest", "posts", Action::View, "anyone"),
        ("@guest", "posts", Action::Create, ""),
        ("@guest", "staff", Action::View, ""),
        ("users/a", "posts", Action::View, "anyone signed_in user a"),
        ("users/a", "posts", Action::Manage, "a"),
        ("users/a", "staff", Action::View, "signed_in"),
        ("users/a", "audit", Action::View, "audited"),
        ("users/c", "audit", Action::View, ""),
        ("users/b", "posts", Action::Delete, "editor"),
        ("users/b", "staff", Action::Manage, "chief"),
        ("users/b", "staff", Action::Delete, ""),
        ("users/b", "audit", Action::Manage, ""),
        ("staff/x", "posts", Action::Update, "editor"),
        ("staff/x", "posts", Action::View, "anyone signed_in"),
    ] {
        let found = matching(&schema, &all, who, object, action);
        assert_eq!(found, expected, "{who} {} {object}", action.text());
    }
}

#[test]
fn callers_with_the_same_lines_share_a_decision() {
    let schema = schema();
    let all = lines(&schema, &[["users/a", "posts", "view", "", "", "allow"]], &[]);
    let gate = Gate::new(schema.by_name("posts").unwrap(), &all);
    let decide = |who: &str| {
        let identity = || Identity::of(&caller(&schema, who), &all.roles);
        gate.decide(identity, Action::View, &all, &schema)
    };
    assert!(std::sync::Arc::ptr_eq(&decide("users/b"), &decide("@guest")));
    assert!(std::sync::Arc::ptr_eq(&decide("users/a"), &decide("users/a")));
    assert!(!std::sync::Arc::ptr_eq(&decide("users/a"), &decide("users/b")));
    assert!(decide("users/a").scope.is_some() && decide("users/b").scope.is_none());
    assert!(gate.has_policies());
    assert!(!Gate::new(schema.by_name("staff").unwrap(), &all).has_policies());
}

#[test]
fn rules_that_were_known_are_not_parsed_again() {
    let schema = schema();
    let texts = ["*", "posts", "view", "title = 'a'", r#"["title","body"]"#, "deny"];
    let policies = [policy(&schema, texts)];
    let before = Lines::read(&schema, &policies, &[], None);
    let after = Lines::read(&schema, &policies, &[], Some(&before));
    let rule = |lines: &Lines| lines.policies()[0].rule.clone();
    let (crate::policy::LineRule::Where(_, old), crate::policy::LineRule::Where(_, new)) =
        (rule(&before), rule(&after))
    else {
        panic!("{:?}", rule(&before));
    };
    assert!(std::sync::Arc::ptr_eq(&old, &new));
    assert_eq!(after.policies()[0].fields, ["title", "body"]);
    assert!(after.mention("title =") && !after.mention("@request.headers."));
}
