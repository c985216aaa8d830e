//! Replays the requests of `tests/recorded/cases` against an imported directory.
//!
//! Every case was answered by stock PocketBase; ours must answer alike. `RECORDED=word` selects the
//! cases whose `topic/name` contains the word; `RECORDED_STOCK=1` asks `pocketbase` instead.
//! Documented differences are listed in `tests/recorded/differences.md`.

mod compare;
mod dialects;
pub(crate) mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use place::{Place, Server, corpus};
use purlin_tests::{Backend, wire};
use serde_json::Value;

/// Makes tests of shares of the files: each writing file needs a server, and shares run at once.
macro_rules! shares {
    ($($name:ident $share:literal),* of $shares:literal) => {
        $(
            #[test]
            fn $name() {
                replay($share, $shares);
            }
        )*
    };
}
shares! {
    recorded_requests_are_answered_as_pocketbase_answers_them_first_share 0,
    recorded_requests_are_answered_as_pocketbase_answers_them_second_share 1,
    recorded_requests_are_answered_as_pocketbase_answers_them_third_share 2
    of 3
}

#[expect(clippy::print_stdout, reason = "the counts are read on the terminal")]
fn replay(share: usize, shares: usize) {
    let wanted = std::env::var("RECORDED").unwrap_or_default();
    let files = files();
    let known = files.iter().flat_map(names).any(|name| name.contains(&wanted));
    assert!(known, "no case is called {wanted}");
    let mut replay = Replay::new(share);
    for file in files.iter().skip(share).step_by(shares) {
        replay.file(file, &wanted);
    }
    println!("{} passed, {} differ as documented", replay.passed, replay.excused);
    let asked = replay.passed + replay.failed + replay.excused > 0;
    assert!(asked || !wanted.is_empty(), "the share is empty");
    assert_eq!(replay.failed, 0, "recorded cases are answered differently");
}

/// Members of the tokens and values a file saved on its way, by name.
type Saved = BTreeMap<String, String>;

struct Replay {
    shared: Option<Server>,
    tokens: BTreeMap<String, String>,
    documented: BTreeSet<String>,
    passed: usize,
    failed: usize,
    excused: usize,
    place: Place,
}

impl Replay {
    fn new(share: usize) -> Replay {
        let place = Place::prepare(share);
        let server = place.start("sign-in");
        Replay {
            tokens: sign_in(server.port),
            documented: documented(),
            shared: None,
            passed: 0,
            failed: 0,
            excused: 0,
            place,
        }
    }

    /// Files that write get a copy of the directory of their own, the others share one server.
    fn file(&mut self, file: &Value, wanted: &str) {
        let topic = text(file, "topic");
        let names = names(file);
        let Some(last) = names.iter().rposition(|name| name.contains(wanted)) else { return };
        let writes = file["mutates"] == true;
        let own = writes.then(|| self.place.start(topic));
        if own.is_none() && self.shared.is_none() {
            self.shared = Some(self.place.start("shared"));
        }
        let port = own.as_ref().or(self.shared.as_ref()).map_or(0, |server| server.port);
        let mut saved = Saved::new();
        for (case, name) in cases(file).iter().zip(&names).take(last + 1) {
            let selected = name.contains(wanted);
            if selected || writes || case.get("save").is_some() {
                let wrong = self.case(port, case, &mut saved);
                if selected {
                    self.note(name, case, &wrong);
                }
            }
        }
    }

    /// Asks, and asks again for a while where the answer may lag (the log is written behind).
    fn case(&self, port: u16, case: &Value, saved: &mut Saved) -> Vec<String> {
        let patience = case.get("retry").and_then(Value::as_u64).unwrap_or(0) * 4;
        let deadline = Instant::now() + Duration::from_secs(patience);
        loop {
            let answer = match self.ask(port, case, saved) {
                Ok(answer) => answer,
                Err(cause) => return vec![cause],
            };
            let got = read(&answer.body);
            let mut wrong = verdict(case, &answer, got.as_ref());
            if wrong.is_empty() || Instant::now() >= deadline {
                wrong.extend(save(case, got.as_ref(), saved));
                return wrong;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    fn ask(&self, port: u16, case: &Value, saved: &Saved) -> Result<wire::Answer, String> {
        let mut headers = vec![];
        let given = case.get("headers").and_then(Value::as_object);
        let is_given = |name: &str| {
            given.is_some_and(|given| given.keys().any(|key| key.eq_ignore_ascii_case(name)))
        };
        let mut usual = |name: &str, value: &str| {
            if !is_given(name) {
                headers.push((name.to_owned(), value.to_owned()));
            }
        };
        usual("User-Agent", "recorded");
        usual("Accept-Encoding", "identity");
        if case.get("body").is_some() {
            usual("Content-Type", "application/json");
        }
        let who = case.get("as").and_then(Value::as_str).unwrap_or("guest");
        if who != "guest" {
            usual("Authorization", self.tokens.get(who).ok_or(format!("nobody is called {who}"))?);
        }
        for (name, value) in given.into_iter().flatten() {
            headers.push((name.clone(), fill(value.as_str().unwrap_or_default(), saved)));
        }
        let method = case.get("method").and_then(Value::as_str).unwrap_or("GET");
        wire::ask(port, method, &target(case, saved), &headers, &body(case, saved))
    }

    #[expect(clippy::print_stdout, reason = "the report of a failing run is read on the terminal")]
    fn note(&mut self, name: &str, case: &Value, wrong: &[String]) {
        if wrong.is_empty() {
            self.passed += 1;
        } else if self.documented.contains(name) {
            self.excused += 1;
        } else {
            self.failed += 1;
            let part = |key: &str| case.get(key).map(compare::brief).unwrap_or_default();
            println!("FAIL {name}");
            println!("     {} {} {} {}", part("as"), part("method"), part("path"), part("query"));
            for line in wrong.iter().take(6) {
                println!("     {line}");
            }
        }
    }
}

/// What is wrong with one answer, as lines.
fn verdict(case: &Value, answer: &wire::Answer, got: Option<&Value>) -> Vec<String> {
    let mut found = vec![];
    if case["status"] != answer.status {
        found.push(format!("status: expected {}, got {}", case["status"], answer.status));
    }
    for (name, value) in case.get("answerHeaders").and_then(Value::as_object).into_iter().flatten()
    {
        let got = answer.header(name);
        let fits = match (value.as_str(), &got) {
            (Some(value), Some(got)) => compare::text_matches(value, got),
            (expected, got) => expected.is_none() && got.is_none(),
        };
        if !fits {
            found.push(format!("header {name}: expected {value}, got {got:?}"));
        }
    }
    let refused = case.get("refused").map(
        |message| serde_json::json!({"data": {}, "message": message, "status": case["status"]}),
    );
    match (case.get("answer").or(refused.as_ref()), got) {
        (Some(expected), _) if expected == "<any>" => {}
        (Some(expected), got) => {
            let unordered = case.get("unordered").is_some_and(|flag| flag == true);
            let got = got.unwrap_or(&Value::Null);
            found.extend(compare::differences(expected, got, unordered));
        }
        (None, Some(got)) => {
            found.push(format!("$: no body expected, got {}", compare::brief(got)))
        }
        (None, None) => {}
    }
    found
}

fn save(case: &Value, got: Option<&Value>, saved: &mut Saved) -> Vec<String> {
    let mut missing = vec![];
    for (name, path) in case.get("save").and_then(Value::as_object).into_iter().flatten() {
        let pointer = format!("/{}", path.as_str().unwrap_or_default().replace('.', "/"));
        match got.and_then(|got| got.pointer(&pointer)) {
            Some(Value::String(text)) => drop(saved.insert(name.clone(), text.clone())),
            Some(other) => drop(saved.insert(name.clone(), other.to_string())),
            None => missing.push(format!("nothing to save at {path}")),
        }
    }
    missing
}

fn target(case: &Value, saved: &Saved) -> String {
    let mut target = fill(text(case, "path"), saved);
    let query = case.get("query").and_then(Value::as_object).into_iter().flatten();
    for (position, (name, value)) in query.enumerate() {
        target.push(if position == 0 { '?' } else { '&' });
        let value = fill(value.as_str().unwrap_or_default(), saved);
        target += &format!("{}={}", percent(name), percent(&value));
    }
    target
}

fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(byte as char);
            }
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

fn body(case: &Value, saved: &Saved) -> Vec<u8> {
    if let Some(body) = case.get("body") {
        fill(&body.to_string(), saved).into_bytes()
    } else if let Some(raw) = case.get("raw") {
        fill(raw.as_str().unwrap_or_default(), saved).into_bytes()
    } else if let Some(hex) = case.get("rawHex").and_then(Value::as_str) {
        let pair = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal bytes");
        (0..hex.len()).step_by(2).map(pair).collect()
    } else if let Some(parts) = case.get("rawRepeat") {
        let part = |at: usize| parts[at].as_str().unwrap_or_default();
        let times = parts[2].as_u64().and_then(|times| usize::try_from(times).ok()).unwrap_or(0);
        format!("{}{}{}", part(0), part(1).repeat(times), part(3)).into_bytes()
    } else {
        vec![]
    }
}

fn fill(text: &str, saved: &Saved) -> String {
    saved.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    })
}

/// The parsed body, its text if it is no JSON, nothing if it is empty.
fn read(body: &[u8]) -> Option<Value> {
    let text = || Value::String(String::from_utf8_lossy(body).into_owned());
    (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap_or_else(|_| text()))
}

fn files() -> Vec<Value> {
    let mut paths: Vec<_> =
        fs::read_dir(corpus().join("cases")).expect("cases").flatten().map(|e| e.path()).collect();
    paths.sort();
    let spoken = |text: String| dialects::spoken(Backend::chosen(), text);
    let file = |path| parsed(&spoken(fs::read_to_string(path).expect("a case file")));
    paths.iter().map(file).collect()
}

/// `topic/name` of each case.
fn names(file: &Value) -> Vec<String> {
    let topic = text(file, "topic");
    cases(file).iter().map(|case| format!("{topic}/{}", text(case, "name"))).collect()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("the corpus is JSON")
}

fn cases(file: &Value) -> &[Value] {
    file["cases"].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Lines of `differences.md` of the form "- `topic/name`: reason"; those below a heading that
/// names databases are for them.
fn documented() -> BTreeSet<String> {
    let text = fs::read_to_string(corpus().join("differences.md")).expect("differences.md");
    let name = |line: &str| Some(line.strip_prefix("- `")?.split_once("`:")?.0.to_owned());
    let own = match Backend::chosen() {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
        Backend::Mysql => "MariaDB",
        Backend::Mongodb => "MongoDB",
    };
    let sections = text.split("\n## On ");
    let ours = sections.enumerate().filter(|(position, section)| {
        *position == 0 || section.lines().next().is_some_and(|heading| heading.contains(own))
    });
    ours.flat_map(|(_, section)| section.lines().filter_map(name)).collect()
}

fn sign_in(port: u16) -> BTreeMap<String, String> {
    let personas =
        parsed(&fs::read_to_string(corpus().join("personas.json")).expect("personas.json"));
    let mut tokens = BTreeMap::new();
    for (name, row) in personas.as_object().into_iter().flatten() {
        let target =
            format!("/api/collections/{}/auth-with-password", row[0].as_str().unwrap_or_default());
        let body = serde_json::json!({"identity": row[1], "password": row[2]}).to_string();
        let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
        let answer =
            wire::ask(port, "POST", &target, &headers, body.as_bytes()).expect("an answer");
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200, "{name} cannot sign in: {said}");
        tokens.insert(name.clone(), text(&parsed(&said), "token").to_owned());
    }
    tokens
}
