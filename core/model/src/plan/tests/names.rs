//! Fields, relations, modifiers, functions, and what clients may name.

use super::*;
use crate::plan::{Key, check_rule};

#[test]
fn fields_and_literals() {
    check(
        &guest(),
        false,
        &[
            ("t = 'a'", "t = \"a\""),
            ("t ?= 'a'", "t = \"a\""),
            ("id = 'a' && n > 1", "id = \"a\" && n > 1"),
            ("t='a' || (n=1 && b=TRUE)", "t = \"a\" || (n = 1 && b = true)"),
            ("t = Null", "t = null"),
            ("true.x = 1", "!true.x!"),
            ("j.a.0 = 1", "j.a.0 = 1"),
            ("j.a:length = 2", "j.a = 2"),
            ("j.a:lower = 'x'", "j.a:lower = \"x\""),
            ("g.lon > 1", "g.lon > 1"),
            ("t:lower = 'a'", "t:lower = \"a\""),
            ("t:each = 'a' && t:length = 'a'", "t = \"a\" && t = \"a\""),
            ("t:isset = 'a' && j:length = 1", "t = \"a\" && j = 1"),
            ("sm:length = 2", "sm:length = 2"),
            ("sm:each = 'a'", "sm:each = \"a\""),
            ("sm:each ?= 'a'", "sm:each ?= \"a\""),
            ("s1:each = 'a'", "s1:each = \"a\""),
            ("sm ?= 'a'", "sm = \"a\""),
            ("t ~ 'a'", "t ~ \"%a%\""),
            ("t ~ 'a%'", "t ~ \"a%\""),
            ("t ~ 'a_\\%'", "t ~ \"%a\\\\_\\\\%%\""),
            ("t ~ 10 && t !~ true", "t ~ \"%10%\" && t !~ \"%1%\""),
            ("t ~ null", "t ~ null"),
            ("t ~ n", "t ~ n"),
            ("'a' ~ t", "\"a\" ~ t"),
            ("t = @year", "t = \"2026\""),
            ("n = @year", "n = 2026"),
            ("@year ~ n", "\"2026\" ~ n"),
            ("nope = 1", "!nope!"),
            ("T = 'a'", "!T!"),
            ("collectionId = 'a'", "!collectionId!"),
            ("expand = 'a'", "!expand!"),
            ("t:foo = 1", "!t:foo!"),
            ("t:lower:lower = 1", "!t:lower:lower!"),
            ("t:LOWER = 1", "!t:LOWER!"),
            ("t.x = 1", "!t.x!"),
            ("#t = 1", "!#t!"),
            ("t = @NOW", "!@NOW!"),
            ("t = @now.x", "!@now.x!"),
        ],
    );
}

#[test]
fn relations() {
    check(
        &guest(),
        false,
        &[
            ("rel.name = 'x'", "rel.name = \"x\""),
            ("rel.id = 'x'", "rel = \"x\""),
            ("rel.id:lower = 'x'", "rel.id:lower = \"x\""),
            ("rm.id = 'x'", "rm.id = \"x\""),
            ("rm.name ?= 'x' && rm.w ?= 2", "rm.name ?= \"x\" && rm.w ?= 2"),
            ("rm.name = 'x'", "rm.name = \"x\""),
            ("comments_via_post.body = 'x'", "comments_via_post.body = \"x\""),
            ("comments_via_post.body ?= 'x'", "comments_via_post.body ?= \"x\""),
            ("pins_via_post.id ?= 'x'", "pins_via_post.id = \"x\""),
            ("rel.posts_via_rel.t ?= 'x'", "rel.posts_via_rel.t ?= \"x\""),
            (
                "author.boss.boss.boss.boss.boss.name = 'x'",
                "author.boss.boss.boss.boss.boss.name = \"x\"",
            ),
            (
                "author.boss.boss.boss.boss.boss.boss.name = 'x'",
                "!author.boss.boss.boss.boss.boss.boss.name!",
            ),
            (
                "author.boss.boss.boss.boss.boss.boss.id = 'x'",
                "author.boss.boss.boss.boss.boss.boss = \"x\"",
            ),
            ("comments_via_body.t = 1", "!comments_via_body.t!"),
            ("comments_via_nope.t = 1", "!comments_via_nope.t!"),
            ("nope_via_post.t = 1", "!nope_via_post.t!"),
            ("tags.name = 1", "!tags.name!"),
            ("rel.comments_via_post.body = 1", "!rel.comments_via_post.body!"),
            ("rel.nope = 1", "!rel.nope!"),
            ("@collection.tags.name = 'x'", "@collection.tags#1.name = \"x\""),
            (
                "@collection.tags.name ?= t && @collection.tags:b.w ?= @collection.tags.w",
                "@collection.tags#1.name ?= t && @collection.tags#2.w ?= @collection.tags#1.w",
            ),
            ("@collection.tags.name:lower ?= 'x'", "@collection.tags#1.name:lower ?= \"x\""),
            ("@collection.tags = 1", "!@collection.tags!"),
            ("@collection.tags:a = 1", "!@collection.tags:a!"),
            ("@collection.nope.x = 1", "!@collection.nope.x!"),
            ("@collection.tags.nope = 1", "!@collection.tags.nope!"),
        ],
    );
}

#[test]
fn functions() {
    check(
        &guest(),
        false,
        &[
            ("geoDistance(g.lon, g.lat, 1, -2) < 5", "geoDistance(g.lon, g.lat, 1, -2) < 5"),
            ("geoDistance(rm.w, n, true, 2) = 5", "geoDistance(rm.w, n, true, 2) ?= 5"),
            ("geoDistance(1, 2, 3) = 1", "!geoDistance(1, 2, 3)!"),
            ("geoDistance(1, 2, 3, '4') = 1", "!'4'!"),
            ("strftime('%Y', d) = '2026'", "strftime(\"%Y\", d) = \"2026\""),
            ("strftime('%Y', d, '+1 day') = d", "strftime(\"%Y\", d, \"+1 day\") = d"),
            ("strftime('%Y', rm.name) = '1'", "strftime(\"%Y\", rm.name) = \"1\""),
            ("strftime('%Y', rm.name) ?= '1'", "strftime(\"%Y\", rm.name) ?= \"1\""),
            ("strftime('%Y') = t", "strftime(\"%Y\", \"2026-11-21 03:04:05.678Z\") = t"),
            ("strftime('%Y', 'now') = t", "strftime(\"%Y\", \"2026-11-21 03:04:05.678Z\") = t"),
            ("strftime('%Y', 2460000.5) = t", "strftime(\"%Y\", 2460000.5) = t"),
            ("strftime() = 1", "!strftime()!"),
            ("strftime(t) = 1", "!t!"),
            ("strftime('%Y', d, n) = 1", "!n!"),
            ("strftime('%Y', strftime('%Y')) = 1", "!strftime('%Y')!"),
            (
                "strftime('%Y',1,'','','','','','','','') = t",
                "strftime(\"%Y\", 1, \"\", \"\", \"\", \"\", \"\", \"\", \"\", \"\") = t",
            ),
            (
                "strftime('%Y',1,'','','','','','','','','') = t",
                "!strftime('%Y',1,'','','','','','','','','')!",
            ),
            ("foo(1) = 1", "!foo!"),
        ],
    );
}

#[test]
fn rows_are_shared_between_rule_and_filter() {
    let (schema, facts) = (schema(), guest());
    let posts = schema.by_name("posts").expect("posts");
    let mut planner = Planner::new(&schema, &facts, posts);
    let rule = planner.rule(&query::parse("rm.name ?= 'red'").expect("parses")).expect("rule");
    let filter = planner.filter(&query::parse("rm.w ?= 2 && rel.w = 1").expect("parses"));
    let condition = planner.finish(vec![rule, filter.expect("filter")]);
    assert_eq!(condition.rows.len(), 3);
    assert_eq!(condition.to_string(), "rm.name ?= \"red\" && rm.w ?= 2 && rel.w = 1");
    assert!(condition.rows[1].many && !condition.rows[2].many);
}

#[test]
fn two_sides_over_the_same_rows_are_compared_pair_by_pair() {
    let (schema, facts) = (schema(), guest());
    for (text, wanted, rows) in [
        ("rm.name = rm.id", "rm.name = rm.id && rm.name ?= rm.id", 3),
        ("rm.name ?= rm.id", "rm.name ?= rm.id", 2),
        ("rm.name = sm:each", "rm.name = sm:each", 3),
        ("rm.posts_via_rm.t = rm.id", "rm.posts_via_rm.t = rm.id && rm.posts_via_rm.t ?= rm.id", 4),
    ] {
        let condition = resolve(&schema, &facts, text, false).expect(text);
        assert_eq!((condition.to_string().as_str(), condition.rows.len()), (wanted, rows));
    }
}

#[test]
fn what_clients_may_name() {
    let guard =
        "((gua.open = true && (gua.owner = null || gua.tags.name = \"x\")) || gua.id = null)";
    check(
        &guest(),
        true,
        &[
            ("hid = 'x'", "!hid!"),
            ("rel.hid = 'x'", "!rel.hid!"),
            ("sec.name = 'x'", "!sec.name!"),
            ("sec.id = 'x'", "sec = \"x\""),
            ("rel.name = 'x'", "rel.name = \"x\""),
            ("author.email = 'x'", "author.email = \"x\" && author.emailVisibility = true"),
            ("author.tokenKey = 'x'", "!author.tokenKey!"),
            ("author.password = 'x'", "!author.password!"),
            (
                "author.email:lower = 'x'",
                "author.email:lower = \"x\" && author.emailVisibility = true",
            ),
            ("t = @request.auth.id", "!@request.auth.id!"),
            ("t = @collection.tags.name", "!@collection.tags.name!"),
            ("gua.name = 'x'", &format!("gua.name = \"x\" && {guard}")),
            ("gua.name = 'x' || t = 'a'", &format!("(gua.name = \"x\" || t = \"a\") && {guard}")),
            (
                "gua.name = 'x' && gua.id:lower = 'a'",
                &format!("gua.name = \"x\" && gua.id:lower = \"a\" && {guard}"),
            ),
        ],
    );
    let root = Caller::System;
    check(
        &Facts::bare(&root, now()),
        true,
        &[
            ("hid = 'x'", "hid = \"x\""),
            ("sec.name = 'x'", "sec.name = \"x\""),
            ("author.email = 'x'", "author.email = \"x\""),
            ("gua.name = 'x'", "gua.name = \"x\""),
            ("t = @collection.tags.name", "t = @collection.tags#1.name"),
        ],
    );
}

#[test]
fn sorts() {
    let (schema, facts) = (schema(), guest());
    let sort = |collection: &str, caller: &Caller, text: &str| {
        let facts = Facts { caller, ..facts };
        let collection = schema.by_name(collection).expect("known");
        let mut planner = Planner::new(&schema, &facts, collection);
        planner.sort(&query::sort(text).expect("parses")).map(|orders| {
            let condition = planner.finish(Vec::new());
            (orders.into_iter().map(|order| order.key).collect::<Vec<_>>(), condition)
        })
    };
    for text in
        ["t", "rm.name", "sm:each", "sm:length", "j.a.0", "t:lower", "rel.id", "g.lon", "gua.name"]
    {
        let (keys, _) = sort("posts", &Caller::Guest, text).expect(text);
        assert!(matches!(keys[..], [Key::Term(_)]), "{text}");
    }
    let (_, condition) = sort("posts", &Caller::Guest, "gua.name").expect("allowed");
    assert!(condition.to_string().contains("gua.open"));
    let (keys, _) = sort("posts", &Caller::Guest, "-@random,@rowid").expect("allowed");
    assert_eq!(keys, [Key::Random, Key::Insertion]);
    for text in
        ["nope", "hid", "sec.name", "true", "null", "@now", "@request.method", "@rowid:lower"]
    {
        assert!(sort("posts", &Caller::Guest, text).is_err(), "{text}");
    }
    for text in ["@request.auth.id", "@request.method", "@now"] {
        assert!(sort("posts", &Caller::System, text).is_err(), "{text}");
    }
    assert!(sort("posts", &Caller::System, "hid,@collection.tags.name,sec.name").is_ok());
    assert!(sort("seen", &Caller::Guest, "@rowid").is_err());
    assert!(sort("seen", &Caller::Guest, "t").is_ok());
}

#[test]
fn rules_when_saved() {
    let schema = schema();
    let posts = schema.by_name("posts").expect("posts");
    for (text, wrong) in [
        ("t = 'a'", ""),
        ("@request.auth.id != '' && author = @request.auth.id", ""),
        ("@request.auth.nofield = 1", ""),
        ("@request.auth.a.b.c.d.e.f.g.h.i = 1", ""),
        ("@request.auth.id:foo = 1", "@request.auth.id:foo"),
        ("@request.body.rel.nofield = null", ""),
        ("@request.body.zzz = 1 && @request.query.a:isset = true", ""),
        ("@request.body.t:changed = true", ""),
        ("@request.headers.x_y:isset = 1", ""),
        ("hid = 'x' && sec.name = 1 && j.zzz = 1", ""),
        ("false = true && nope = 1", "nope"),
        ("true = true || nope = 1", "nope"),
        ("@request.auth.id != '' && nope = 1", "nope"),
        ("@request.body.t:each = null", "@request.body.t:each"),
        ("@request.body.t:length = 0", "@request.body.t:length"),
        ("@request.body.t:foo = null", "@request.body.t:foo"),
        ("@request.body.zzz:each = null", "@request.body.zzz:each"),
        ("@request.body.zzz:changed = true", "@request.body.zzz:changed"),
        ("@request.body.j.x:changed = true", "@request.body.j.x:changed"),
        ("@request.body.sm.x:each = 1", "@request.body.sm.x:each"),
        ("@request.query.x:changed = true", "@request.query.x:changed"),
        ("@request.foo = 1", "@request.foo"),
        ("@request = 1", "@request"),
        ("@request.auth = 1", "@request.auth"),
        ("@request.context:isset = 1", "@request.context:isset"),
        ("@request.method:lower = 'get'", "@request.method:lower"),
        ("@requestfoo = 1", "@requestfoo"),
        ("t = 1 &&", ""),
    ] {
        match (check_rule(&schema, posts, text), wrong) {
            (Ok(()), "") => {}
            (Err(error), _) => {
                assert_eq!(&text[error.span.start..error.span.end], wrong, "{text}: {error}");
                assert!(!wrong.is_empty() || text.ends_with('&'), "{text}: {error}");
            }
            (Ok(()), _) => panic!("accepted: {text}"),
        }
    }
}
