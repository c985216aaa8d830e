//! `@request.*`, macros, and what is decided before anything is read.

use super::*;

#[test]
fn the_caller() {
    let schema = schema();
    let caller = Caller::Record(ann(&schema));
    check(
        &Facts::bare(&caller, now()),
        false,
        &[
            ("author = @request.auth.id", "author = \"ann\""),
            ("t = @request.auth.name", "t = \"Ann\""),
            ("n >= @request.auth.level", "n >= 3"),
            ("t ~ @request.auth.name", "t ~ \"%Ann%\""),
            ("t = @request.auth.name:lower", "t = \"ann\""),
            ("t = @request.auth.collectionName", "t = \"users\""),
            ("t = @request.auth.collectionId", "t = \"users_id\""),
            ("t = @request.auth.roles", "t = \"[\\\"a\\\",\\\"b\\\"]\""),
            ("t = @request.auth.roles:each", "t = [\"a\",\"b\"]:each"),
            ("t ?= @request.auth.roles:each", "t ?= [\"a\",\"b\"]:each"),
            ("n = @request.auth.roles:length", "n = 2"),
            ("t = @request.auth.boss", "t = \"bob\""),
            ("t = @request.auth.boss.id", "t = \"bob\""),
            ("t = @request.auth.boss.name", "t = users[\"bob\"].name"),
            ("t = @request.auth.boss.boss.name", "t = users[\"bob\"].boss.name"),
            ("t ?= @request.auth.tags.name", "t ?= tags[\"t1\",\"t2\"].name"),
            ("t = @request.auth.meta.k", "t = users[\"ann\"].meta.k"),
            ("t ?= @request.auth.posts_via_author.t", "t ?= users[\"ann\"].posts_via_author.t"),
            ("t = @request.auth.tokenKey", "t = \"\""),
            ("t = @request.auth.nope", "t = null"),
            ("t = @request.auth.nope.x.y", "t = null"),
            ("@request.auth.id != '' && t = 'a'", "t = \"a\""),
            ("@request.auth.id = '' || t = 'a'", "t = \"a\""),
            ("@request.auth.level >= 3", "true"),
            ("@request.auth.level = '3'", "true"),
            ("@request.auth.level > 3", "false"),
            ("@request.auth.verified = true", "true"),
            ("@request.auth.email ~ '@X.io'", "true"),
            ("@request.auth.roles ~ 'b'", "true"),
        ],
    );
    check(
        &guest(),
        false,
        &[
            ("author = @request.auth.id", "author = null"),
            ("@request.auth.id != ''", "false"),
            ("@request.auth.id = '' && @request.auth.id = null", "true"),
            ("@request.auth.id != '' && rel.name = 'x'", "false"),
            ("@request.auth.verified = true", "false"),
            ("@request.auth.verified != true", "true"),
            ("@request.auth.level > 0", "false"),
            ("@request.auth.boss.name ~ ''", "false"),
        ],
    );
}

#[test]
fn the_rest_of_the_request() {
    let pairs = [("q", "One"), ("q", "two"), ("n", "7")];
    let query = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let headers = [("x_y".to_owned(), "1".to_owned())];
    let facts = Facts { query: &query, headers: &headers, method: "PATCH", ..guest() };
    check(
        &facts,
        false,
        &[
            ("t = @request.query.q", "t = \"One\""),
            ("t = @request.query.q:lower", "t = \"one\""),
            ("@request.query.n = 7 && @request.query.n != '7'", "true"),
            ("@request.query.q:isset = true && @request.query.x:isset = false", "true"),
            ("@request.query.x = '' && @request.query.q.a = null", "true"),
            ("@request.headers.x_y = '1' && @request.headers.z:isset != true", "true"),
            ("@request.method = 'PATCH' && @request.context = 'default'", "true"),
            ("@request.query.q:each = 1", "!@request.query.q:each!"),
        ],
    );
    check(
        &guest(),
        false,
        &[
            ("t = @now", "t = \"2026-11-21 03:04:05.678Z\""),
            ("t = @yesterday", "t = \"2026-11-20 03:04:05.678Z\""),
            ("t = @tomorrow", "t = \"2026-11-22 03:04:05.678Z\""),
            ("t = @todayStart", "t = \"2026-11-21 00:00:00.000Z\""),
            ("t = @todayEnd", "t = \"2026-11-21 23:59:59.999Z\""),
            ("t = @monthStart", "t = \"2026-11-01 00:00:00.000Z\""),
            ("t = @monthEnd", "t = \"2026-11-30 23:59:59.999Z\""),
            ("t = @yearStart", "t = \"2026-01-01 00:00:00.000Z\""),
            ("t = @yearEnd", "t = \"2026-12-31 23:59:59.999Z\""),
            ("@second = 5 && @minute = 4 && @hour = 3 && @day = 21", "true"),
            ("@month = 11 && @weekday = 6 && @year = 2026", "true"),
        ],
    );
}

#[test]
fn the_body() {
    let list = |items: &[&str]| Json::List(items.iter().map(|&item| item.into()).collect());
    let body = object(&[
        ("t", "Hi".into()),
        ("n", "12".into()),
        ("b", Json::Bool(true)),
        ("j", object(&[("a", list(&["x", "y"]))])),
        ("sm", list(&["a", "b"])),
        ("s1", "".into()),
        ("rel", "t1".into()),
        ("rm", list(&["t1", "t2", "t1"])),
        ("sec", "".into()),
        ("other", Json::Null),
    ]);
    let facts = Facts { body: &body, ..guest() };
    check(
        &facts,
        false,
        &[
            ("@request.body.t = 'Hi' && @request.body.t:lower = 'hi'", "true"),
            ("@request.body.n = 12 && @request.body.b = true", "true"),
            ("@request.body.j.a.1 = 'y' && @request.body.j.a.5 = null", "true"),
            ("@request.body.j.a = '[\"x\",\"y\"]'", "true"),
            ("@request.body.t:isset = true && @request.body.other:isset = true", "true"),
            ("@request.body.d:isset = false && @request.body.other = null", "true"),
            ("@request.body.sm:length = 2 && @request.body.s1:length = 1", "true"),
            ("@request.body.d = '' && @request.body.zzz.a = null", "true"),
            ("@request.body.sm:each = 'a'", "[\"a\",\"b\"]:each = \"a\""),
            ("@request.body.sm:each ?= 'a'", "[\"a\",\"b\"]:each ?= \"a\""),
            ("@request.body.rel.name = 'x'", "tags[\"t1\"].name = \"x\""),
            ("@request.body.rm.name = 'x'", "tags[\"t1\",\"t2\"].name = \"x\""),
            ("@request.body.rm.name ?= 'x'", "tags[\"t1\",\"t2\"].name ?= \"x\""),
            ("@request.body.sec.name = ''", "true"),
            ("@request.body.t:changed = true", "\"Hi\" != t"),
            ("@request.body.t:changed = false", "not \"Hi\" != t"),
            ("@request.body.t:changed != true", "not \"Hi\" != t"),
            ("false = @request.body.t:changed", "not \"Hi\" != t"),
            ("@request.body.d:changed = false", "true"),
            ("@request.body.d:changed = true", "false"),
            ("@request.body.sm:changed = true", "\"[\\\"a\\\",\\\"b\\\"]\" != sm"),
            ("@request.body.t:changed = 5", "false"),
            ("@request.body.t:changed = b", "(\"Hi\" != t && 1 = b) || (not \"Hi\" != t && 0 = b)"),
        ],
    );
}

#[test]
fn given_records_are_decided_at_once() {
    let (schema, facts) = (schema(), guest());
    let mut record = Record::blank(schema.by_name("posts").expect("posts"));
    record.set("t", "Hi".into());
    record.set("sm", Value::List(vec!["a".into()]));
    record.set("j", Value::Json("[1]".into()));
    let record = Arc::new(record);
    for (text, wanted) in [
        ("t = 'Hi' && t:lower = 'hi' && n = 0 && b = false && d = ''", "true"),
        ("sm = '[\"a\"]' && sm:length = 1 && s1:length = 0 && j = '[1]'", "true"),
        ("t = n", "false"),
        ("n = ''", "false"),
        ("t ~ 'h'", "true"),
        ("rel.name = 'x'", "rel.name = \"x\""),
        ("sm:each = 'a' && t = 'Hi'", "sm:each = \"a\""),
    ] {
        let mut planner = Planner::given(&schema, &facts, &record);
        let test = planner.rule(&query::parse(text).expect(text)).expect(text);
        assert_eq!(planner.finish(vec![test]).to_string(), wanted, "{text}");
    }
}
