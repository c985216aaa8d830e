//! Models of the operator's own: which are refused, and what happens when one fails.

use std::path::Path;

use purlin_model::Action;

use super::super::Model;
use super::{SHIPPED, lines, schema};

/// The shipped model with another matcher.
fn matching_by(matcher: &str) -> String {
    let at = SHIPPED.find("[matchers]").unwrap();
    format!("{}[matchers]\nm = {matcher}\n", &SHIPPED[..at])
}

#[tokio::test]
async fn a_model_that_cannot_decide_is_refused_and_says_why() {
    let p = "must have `p = sub, obj, act, rule, fields, eft` in [policy_definition]";
    let e = "must have `e = some(where (p.eft == allow)) && !some(where (p.eft == deny))` in";
    for (model, why) in [
        (String::new(), "must have `r = sub, obj, act` in [request_definition]"),
        ("nonsense".to_owned(), "is not a Casbin model: parse content error, line=nonsense"),
        (SHIPPED.replace("r = sub, obj, act", "r = sub, dom, obj, act"), "must have `r = sub, obj"),
        (SHIPPED.replace("fields, eft", "eft"), p),
        (SHIPPED.replace("p = sub, obj", "p = obj, sub"), p),
        (SHIPPED.replace("g = _, _", "g = _, _, _"), "must have `g = _, _` in [role_definition]"),
        (SHIPPED.replace("[role_definition]", "[roles]"), "must have `g = _, _` in [role_def"),
        (SHIPPED.replace(" && !some(where (p.eft == deny))", ""), e),
        (
            SHIPPED.replace(
                "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))",
                "e = priority(p.eft) || deny",
            ),
            e,
        ),
        (SHIPPED.replace("p = sub", "p2 = sub, obj\np = sub"), "defines `p2`, which nothing asks"),
        (SHIPPED.replace("m = ", "n = "), "has no `m` in [matchers]"),
        (matching_by("p.sub == (r.sub"), "Failed to compile matcher"),
        (
            matching_by("reaches(r.sub, p.sub)"),
            "has a matcher that fails: Function not found: reaches",
        ),
        // Not asked on the way to an answer, and found all the same.
        (matching_by(r#"p.sub != "" || reaches(r.sub, p.sub)"#), "Function not found: reaches"),
        (matching_by(r#"p.sub == "" && keyMatch(r.sub)"#), "Function not found: keyMatch"),
        (matching_by("r.dom == p.dom"), "Variable not found: r_dom"),
        (matching_by("p.sub"), "has a matcher that fails: "),
        (matching_by(r#"regexMatch(r.sub, "(")"#), "a function cannot take the arguments"),
    ] {
        let refused = Model::parse(&model).await.map(|_| ()).expect_err(why);
        assert!(refused.contains(why), "{why}: {refused}");
        assert!(!refused.contains('\n'), "{refused}");
    }
}

#[tokio::test]
async fn other_models_are_taken() {
    for matcher in [
        "r.sub == p.sub && r.obj == p.obj && r.act == p.act",
        r#"g(r.sub, p.sub) && keyMatch(r.obj, p.obj) && regexMatch(r.act, "^[lv]")"#,
        r#"p.sub != "" && (p.rule == "" || regexMatch(r.sub, "^users/")) && r.act in ["view"]"#,
        // What is skipped for good reason is not tried without it.
        r#"p.sub == "(" && regexMatch("x", p.sub)"#,
        "true",
    ] {
        Model::parse(&matching_by(matcher)).await.expect(matcher);
    }
    let without_g2 = SHIPPED.replace("g2 = _, _", "").replace(r#" && g2(r.obj, "*")"#, "");
    Model::parse(&without_g2).await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let refused = Model::read(Path::new("nowhere/model.conf")).await.unwrap_err().to_string();
    assert!(refused.starts_with("authorization.model: nowhere/model.conf cannot be read: "));
}

#[tokio::test]
async fn a_matcher_that_fails_denies_and_does_not_allow() {
    let policies = [
        ["users/a", "posts", "view", "[]", "allow"],
        ["users/a", "posts", "view", "[]", "deny"],
        ["users/b", "posts", "view", "[]", "allow"],
        ["users/b", "posts", "view", r#"["id"]"#, "deny"],
        ["users/*", "posts", "view", "[]", "allow"],
    ];
    let schema = schema();
    let all = lines(&schema, &policies, &[]);
    for (matcher, found) in [
        // Fails where it meets users/b, for want of a function, with a panic inside of Casbin, or
        // with something that is neither true nor false.
        (
            r#"p.sub == "users/b" && p.act != "list" && r.act == "view" && regexMatch(r.sub, "(") || p.sub == "users/*""#,
            vec![3, 4],
        ),
        (r#"if p.sub == "users/b" { 1 } else { p.sub == "users/*" }"#, vec![3, 4]),
        (r#"p.sub == "users/*""#, vec![4]),
    ] {
        // Such a model would be refused at start.
        let definition = casbin::DefaultModel::from_str(&matching_by(matcher)).await.unwrap();
        let each = Model(definition).matcher(&schema, &all);
        assert_eq!(each.matching("users/a", "posts", Action::View), found, "{matcher}");
    }
    let broken = casbin::DefaultModel::from_str(&matching_by("p.sub ==")).await.unwrap();
    let each = Model(broken).matcher(&schema, &all);
    assert_eq!(each.matching("users/a", "posts", Action::View), [1, 3], "no enforcer at all");
}
