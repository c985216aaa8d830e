//! Bodies.

use serde_json::json;

use super::{FIELDS, Verdict, odd_texts, odd_values, world};

const THINGS: &str = "/api/collections/things/records";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=x";

#[test]
fn what_is_no_json_is_refused() {
    let app = world();
    let mut verdict = Verdict::default();
    let nested = |open: &str, close: &str| {
        format!("{{\"any\":{}1{}}}", open.repeat(10_000), close.repeat(10_000))
    };
    let mut bad: Vec<Vec<u8>> = [
        " ",
        "{",
        "}",
        "[]",
        "\"a\"",
        "1",
        "true",
        "{\"text\"",
        "{\"text\":}",
        "{text:1}",
        "{'text':1}",
        "{\"text\":1,}",
        "{,}",
        "{\"text\":01}",
        "{\"text\":+1}",
        "{\"text\":.5}",
        "{\"text\":1.}",
        "{\"text\":NaN}",
        "{\"text\":Infinity}",
        "{\"number\":1e400}",
        "{\"number\":-1e400}",
        "{\"any\":1e999}",
        "{\"place\":{\"lon\":1e400}}",
        "{\"text\":\"\\ud800\"}",
        "{\"text\":\"\\x\"}",
        "{\"text\":\"a",
        "{\"text\":\"a\nb\"}",
        "{\"text\":1,\"text\":2}",
        "{\"any\":{\"a\":1,\"a\":2}}",
        "nul",
        "\u{feff}{}",
    ]
    .into_iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    bad.extend([
        b"{\"text\":\"\xff\"}".to_vec(),
        b"{\"\xc3\":1}".to_vec(),
        b"\xff\xfe{\0}\0".to_vec(),
    ]);
    bad.extend(
        [nested("[", "]"), nested("{\"a\":", "}"), "[".repeat(100_000)].map(String::into_bytes),
    );
    for body in &bad {
        for target in [THINGS, "/api/batch", "/api/collections/users/auth-with-password"] {
            verdict.expect(400, app.post(target).raw(JSON, body.clone()));
        }
        let one = format!("{THINGS}/a23456789012345");
        verdict.expect(400, app.patch(&one).raw(JSON, body.clone()));
        verdict.expect(400, app.post("/api/collections").root().raw(JSON, body.clone()));
        verdict.expect(400, app.patch("/api/collections/things").root().raw(JSON, body.clone()));
        verdict.expect(400, app.patch("/api/settings").root().raw(JSON, body.clone()));
        verdict
            .expect(400, app.ask("PUT", "/api/collections/import").root().raw(JSON, body.clone()));
    }
    verdict.reached(200);
}

#[test]
fn every_value_meets_every_field() {
    let app = world();
    let mut verdict = Verdict::default();
    for (name, _) in
        FIELDS.iter().chain([&("pick", ""), &("user", ""), &("files", ""), &("id", "")])
    {
        for value in odd_values() {
            let key = ["", "+", "-"][verdict.asked % 3];
            verdict
                .on(app.post(THINGS).json(&json!({*name: value, format!("{name}{key}"): value})));
        }
        for text in odd_texts() {
            verdict.on(app.post(THINGS).json(&json!({*name: text})));
        }
    }
    // What was taken can be given back.
    verdict.expect(200, app.get(THINGS).query("perPage", "1000"));
    verdict
        .expect(200, app.get(THINGS).query("perPage", "1000").query("fields", "*,rich:excerpt(5)"));
    verdict.reached(900);
}

#[test]
fn forms_of_every_shape_are_read_or_refused() {
    let app = world();
    let mut verdict = Verdict::default();
    for text in odd_texts() {
        let encoded = purlin_tests::percent(&text);
        verdict
            .on(app.post(THINGS).raw(FORM, format!("text={encoded}&{encoded}=1&text={encoded}")));
        verdict.on(app.post(THINGS).raw(FORM, format!("@jsonPayload={encoded}")));
        let part = format!(
            "--x\r\nContent-Disposition: form-data; name=\"{text}\"\r\n\r\n{text}\r\n--x--\r\n"
        );
        verdict.on(app.post(THINGS).raw(MULTIPART, part));
        let file = format!(
            "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{text}\"\r\n\r\n{text}\r\n--x--\r\n"
        );
        verdict.on(app.post(THINGS).raw(MULTIPART, file));
    }
    for body in [
        "",
        "--x",
        "--x--",
        "--x\r\n",
        "--x\r\n\r\n",
        "--x\r\n:\r\n\r\n\r\n--x--",
        "--y--\r\n",
        "\0",
    ] {
        for content_type in [
            MULTIPART,
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"",
            "multipart/mixed; boundary=x",
        ] {
            verdict.on(app.post(THINGS).raw(content_type, body));
        }
    }
    for content_type in [
        "",
        " ",
        "text/plain",
        "application/xml",
        "application/jso",
        "json",
        "\u{ff}",
        ";",
        "a/b;c=d;;",
    ] {
        verdict.expect(400, app.post(THINGS).raw(content_type, "{}"));
    }
    // A key each would once have been looked for among all before it.
    let many: String = (0..200_000).map(|number| format!("k{number}=1&")).collect();
    verdict.expect(200, app.post(THINGS).raw(FORM, many));
    verdict.reached(200);
}

#[test]
fn batches_of_every_shape_are_read_or_refused() {
    let app = world();
    let mut verdict = Verdict::default();
    let batch = |requests| app.post("/api/batch").json(&json!({"requests": requests}));
    for value in odd_values() {
        verdict.on(batch(value.clone()));
        verdict.on(batch(json!([value])));
        for key in ["method", "url", "headers", "body"] {
            let mut item = json!({"method": "POST", "url": THINGS, "body": {}});
            item[key] = value.clone();
            verdict.on(batch(json!([item])));
        }
    }
    for text in odd_texts() {
        for url in [
            text.clone(),
            format!("/api/collections/{text}/records"),
            format!("{THINGS}?{text}"),
            format!("{THINGS}?fields={text}&expand={text}"),
        ] {
            verdict.on(batch(json!([{"method": "POST", "url": url, "body": {"id": text}}])));
        }
        for method in ["PATCH", "DELETE", text.as_str()] {
            verdict.on(batch(json!([{"method": method, "url": format!("{THINGS}/{text}")}])));
        }
        verdict.on(batch(json!([{"method": "PUT", "url": THINGS, "headers": {text.clone(): text}, "body": {"id": text}}])));
    }
    let item = json!({"method": "POST", "url": THINGS});
    verdict.expect(400, batch(json!(vec![item; 51])));
    verdict.reached(500);
}
