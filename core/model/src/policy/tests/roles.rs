use std::sync::Arc;

use crate::policy::{Roles, Subject};

fn member(text: &str) -> Subject {
    match (text.strip_prefix("role:"), text.split_once('/')) {
        (Some(role), _) => Subject::Role(role.into()),
        (None, Some((collection, "*"))) => Subject::Any(collection.into()),
        (None, Some((collection, id))) => Subject::Record(collection.into(), id.into()),
        (None, None) => panic!("{text}"),
    }
}

/// Pairs like `u/a:editor`, and `role:editor:writer`, between blanks.
fn roles(pairs: &str) -> Roles {
    Roles::new(pairs.split_whitespace().map(|pair| {
        let (who, role) = pair.rsplit_once(':').unwrap();
        (member(who), Arc::from(role))
    }))
}

#[test]
fn roles_are_inherited_each_once_the_direct_ones_first() {
    for (pairs, members, expected) in [
        ("", "u/a", ""),
        ("u/a:x", "u/b", ""),
        ("u/a:x", "u/a", "x"),
        ("u/a:x u/a:x", "u/a", "x"),
        ("u/*:x u/a:y", "u/a u/*", "y x"),
        ("u/a:x role:x:y role:y:z", "u/a", "x y z"),
        ("role:x:deep u/a:x u/a:y", "u/a", "x y deep"),
        ("u/a:x u/a:y role:x:z role:y:z", "u/a", "x y z"),
        ("u/a:x role:x:y role:y:x", "u/a", "x y"),
        ("u/a:x role:x:x", "u/a", "x"),
        ("u/a:x role:y:x", "u/a", "x"),
    ] {
        let members: Vec<Subject> = members.split(' ').map(member).collect();
        let found = roles(pairs).of(&members);
        assert_eq!(found.join(" "), expected, "{pairs}");
    }
}

#[test]
fn the_shortest_way_to_a_role_is_told() {
    for (pairs, members, to, expected) in [
        ("", "u/a", "x", None),
        ("u/a:x", "u/a", "y", None),
        ("u/a:x", "u/a", "x", Some("u/a role:x")),
        ("u/*:x", "u/a u/*", "x", Some("u/* role:x")),
        ("u/a:x role:x:y role:y:z u/a:z", "u/a", "z", Some("u/a role:z")),
        ("u/a:x role:x:y role:y:z u/*:y", "u/a u/*", "z", Some("u/* role:y role:z")),
        ("u/a:x role:x:y role:y:x", "u/a", "z", None),
        ("role:x:y", "role:x", "x", Some("role:x")),
    ] {
        let members: Vec<Subject> = members.split(' ').map(member).collect();
        let way = roles(pairs).way(&members, to);
        let expected = expected.map(|way| way.split(' ').map(member).collect::<Vec<_>>());
        assert_eq!(way, expected, "{pairs}");
    }
}

#[test]
fn circles_are_seen_before_they_are_closed() {
    for (pairs, who, role, closes) in [
        ("", "x", "x", true),
        ("", "x", "y", false),
        ("role:y:x", "x", "y", true),
        ("role:x:y", "x", "y", false),
        ("role:y:z role:z:x", "x", "y", true),
        ("role:y:z role:z:x", "y", "x", false),
        ("role:y:z role:z:y", "x", "y", false),
        ("u/a:x", "x", "y", false),
    ] {
        assert_eq!(roles(pairs).closes_circle(who, role), closes, "{who} in {role} with {pairs}");
    }
}

#[test]
fn pairs_come_out_as_they_went_in() {
    let roles = roles("u/a:x u/a:y role:x:z u/a:x");
    let mut pairs: Vec<(Subject, String)> =
        roles.pairs().map(|(member, role)| (member.clone(), role.to_string())).collect();
    pairs.sort();
    let mut expected = vec![
        (member("u/a"), "x".to_owned()),
        (member("u/a"), "y".to_owned()),
        (member("role:x"), "z".to_owned()),
    ];
    expected.sort();
    assert_eq!(pairs, expected);
    assert!(!roles.is_empty() && Roles::default().is_empty());
}
