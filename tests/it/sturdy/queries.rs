//! Addresses, parameters and headers.

use purlin_tests::percent;

use super::{Verdict, odd_texts, world};

const THINGS: &str = "/api/collections/things/records";

#[test]
fn paths_and_headers_of_every_shape_are_answered() {
    let app = world();
    let mut verdict = Verdict::default();
    for text in odd_texts() {
        let odd = percent(&text);
        for target in [
            format!("/api/{odd}"),
            format!("/api/collections/{odd}"),
            format!("/api/collections/{odd}/records"),
            format!("{THINGS}/{odd}"),
            format!("/api/collections/{odd}/auth-methods"),
            format!("/api/logs/{odd}"),
            format!("/_/{odd}"),
        ] {
            for method in ["GET", "PATCH", "DELETE"] {
                verdict.on(app.ask(method, &target).root());
            }
        }
        if !text.contains(['\r', '\n', '\0']) {
            verdict.on(app.get("/api/health").bearer(&text).header("X-Forwarded-For", &text));
            verdict.on(app.get(THINGS).header(&format!("X-{odd}"), &text));
        }
    }
    for target in ["%", "%z", "%ff", "%c3%28", "a%2", "%00", "..", "%2e%2e", "//", "a/b/c/d"] {
        verdict.expect(404, app.get(&format!("/api/collections/{target}")).root());
        verdict.expect(404, app.get(&format!("{THINGS}/{target}")).root());
    }
    for method in ["TRACE", "CONNECT", "PUT", "BREW"] {
        verdict.expect(404, app.ask(method, "/api/health"));
    }
    for token in ["", ".", "a.b.c", "Bearer ", "bearer a", "eyJhbGciOiJub25lIn0.e30.", "ä"] {
        verdict.expect(401, app.get("/api/collections").bearer(token));
    }
    verdict.reached(500);
}

#[test]
fn parameters_of_every_shape_are_answered() {
    let app = world();
    let mut verdict = Verdict::default();
    let names = ["filter", "sort", "expand", "fields", "page", "perPage", "skipTotal", "x"];
    for target in [THINGS, "/api/collections", "/api/logs", "/api/logs/stats"] {
        for name in names {
            for text in odd_texts() {
                verdict.on(app.get(target).root().query(name, &text));
            }
            verdict.on(app.get(&format!("{target}?{name}=%ff&{name}=%&={name}&&{name}")).root());
        }
    }
    for (name, wrong) in [
        ("page", ["1.5", "1e3", "x", "9223372036854775808", "99999999999999999999"]),
        ("perPage", ["1.5", "1e3", "x", "9223372036854775808", "-99999999999999999999"]),
        ("skipTotal", ["2", "yes", "tRue", " 1", "-1"]),
    ] {
        for text in wrong {
            verdict.expect(400, app.get(THINGS).query(name, text));
        }
    }
    for text in ["0", "-1", "-9223372036854775808", "9223372036854775807"] {
        verdict.expect(200, app.get(THINGS).query("page", text).query("perPage", text));
    }
    verdict.reached(1_500);
}

#[test]
fn large_questions_are_bounded() {
    let app = world();
    let mut verdict = Verdict::default();
    let listed = |parts: &[String], name: &str| app.get(THINGS).query(name, &parts.join(","));
    let numbered = |text: &str| (0..3_000).map(|n| format!("{text}{n}")).collect::<Vec<_>>();
    // A path of keys once took a stack frame each, and the server with it.
    verdict.expect(400, app.get(&format!("{THINGS}?fields={}", "a.".repeat(20_000))));
    verdict.expect(400, app.get(&format!("/api/health?fields={}", "a.".repeat(20_000))));
    verdict.expect(200, listed(&numbered("f"), "fields"));
    verdict.expect(200, listed(&numbered("things_via_x"), "expand"));
    verdict.expect(200, app.get(&format!("{THINGS}?expand={}", "user.".repeat(10_000))));
    verdict.expect(400, listed(&numbered("text"), "sort"));
    let deep = |depth: usize| format!("{}text=1{}", "(".repeat(depth), ")".repeat(depth));
    verdict.expect(200, app.get(THINGS).query("filter", &deep(100)));
    verdict.expect(400, app.get(THINGS).query("filter", &deep(1_700)));
    verdict.expect(200, app.get(THINGS).query("filter", &vec!["text='x'"; 200].join("&&")));
    verdict.expect(400, app.get(THINGS).query("filter", &vec!["text='x'"; 201].join("||")));
    verdict.expect(400, app.get(THINGS).query("filter", &format!("text='{}'", "x".repeat(4_000))));
    verdict.expect(400, app.get(THINGS).query("filter", &format!("number={}", "9".repeat(400))));
    for (step, times) in [(".a", 1_500), (".0", 1_500), (".a", 40), (".0", 40)] {
        let filter = format!("any{}=1", step.repeat(times));
        verdict.expect(200, app.get(THINGS).query("filter", &filter));
    }
    verdict.expect(200, app.get(THINGS).query("filter", &format!("text~'{}'", "%_".repeat(1_500))));
    verdict.on(app.get(&format!("/api/health?{}", "x".repeat(60_000))));
    verdict.on(app.get(&format!("/api/health?{}", "x".repeat(100_000))));
    verdict.on(app.get("/api/health").header("X-Long", &"x".repeat(60_000)));
    let mut crowded = app.get("/api/health");
    for number in 0..200 {
        crowded = crowded.header(&format!("X-{number}"), "1");
    }
    verdict.on(crowded);
    verdict.reached(18);
}
