//! Somebody who looks for a hidden value by halves, and is no wiser at the end.

use purlin_tests::TestApp;
use serde_json::json;

use super::place::{collection, id, lines, make, record, records, relation, with};

const NUMBERS: [u32; 5] = [0, 3, 500, 700, 1023];
const WORDS: [&str; 4] = ["aaaa", "kiwi", "pear", "zzzz"];
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";

fn place() -> TestApp {
    let app = TestApp::start();
    let fields = json!([
        {"name": "word", "type": "text"},
        {"name": "score", "type": "number"},
        {"name": "kind", "type": "text"},
    ]);
    let posts = collection(&app, "posts", json!({"listRule": "", "viewRule": ""}), fields);
    let open = json!({"listRule": "", "viewRule": ""});
    collection(&app, "notes", open, json!([relation("post", &posts, 1)]));
    make(&app, "posts", json!({"id": id("target"), "kind": "closed"}));
    make(&app, "notes", json!({"id": id("target"), "post": id("target")}));
    make(&app, "notes", json!({"id": id("anchor")}));
    make(&app, "posts", json!({"id": id("anchor"), "kind": "anchor"}));
    app
}

/// Where the prober asks: the collection, and how its records come to the post.
const PLACES: [(&str, &str); 2] = [("posts", ""), ("notes", "post.")];

/// Whether the target is among those found.
fn finds(app: &TestApp, place: &str, filter: &str) -> bool {
    let filter = format!("{filter} || id = '{}'", id("anchor"));
    let page = app.get(&with(&records(place), &[("filter", &filter)])).send();
    page.status == 200 && page.json()["items"].to_string().contains(&id("target"))
}

/// What the prober takes the number for, by filters.
fn number_by_filter(app: &TestApp, (place, way): (&str, &str)) -> u32 {
    let (mut low, mut high) = (0, 1024);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        match finds(app, place, &format!("{way}score >= {middle}")) {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

/// What the prober takes the word for, letter by letter.
fn word_by_filter(app: &TestApp, (place, way): (&str, &str)) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        let next = |letter: &char| {
            let begins = format!("{way}word ~ '{word}{letter}%'");
            finds(app, place, &begins)
        };
        word.push(LETTERS.chars().find(next).unwrap_or('?'));
    }
    word
}

/// What the prober takes the number for by its place among posts of its own.
fn number_by_sort(app: &TestApp, (place, way): (&str, &str)) -> u32 {
    let (mut low, mut high) = (0, 1024);
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        let mine = json!({"score": middle, "kind": "mine"});
        app.patch(&record("posts", "mine")).root().json(&mine).expect(200);
        let page = app.get(&with(&records(place), &[("sort", &format!("{way}score"))])).send();
        let order = page.json()["items"].to_string();
        match order.find(&id("mine")) < order.find(&id("target")) {
            true => low = middle,
            false => high = middle,
        }
    }
    low
}

/// What the probers come to for every hidden value.
fn guesses(app: &TestApp) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for place in PLACES {
        let (mut by_filter, mut by_sort, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for number in NUMBERS {
            app.patch(&record("posts", "target"))
                .root()
                .json(&json!({"score": number}))
                .expect(200);
            by_filter.push(number_by_filter(app, place).to_string());
            by_sort.push(number_by_sort(app, place).to_string());
        }
        for word in WORDS {
            app.patch(&record("posts", "target")).root().json(&json!({"word": word})).expect(200);
            words.push(word_by_filter(app, place));
        }
        all.extend([by_filter, by_sort, words]);
    }
    all
}

#[test]
fn halving_finds_nothing() {
    let app = place();
    make(&app, "posts", json!({"id": id("mine"), "kind": "mine"}));
    make(&app, "notes", json!({"id": id("mine"), "post": id("mine")}));
    // Who may see it finds it: the probe is worth something.
    let [by_filter, by_sort, words, ..] = &guesses(&app)[..] else { panic!("no guesses") };
    assert_eq!(*by_filter, NUMBERS.map(|it| it.to_string()));
    assert!(by_sort.windows(2).all(|pair| pair[0] < pair[1] || pair[0].len() < pair[1].len()));
    assert_eq!(*words, WORDS);
    for deny in [
        "deny * * posts [score,word]",
        "deny * * posts [score,word] where kind = 'closed'",
        "deny * * posts where kind = 'closed'",
    ] {
        lines(&app, &[deny]);
        for guesses in guesses(&app) {
            let first = &guesses[0];
            assert!(guesses.iter().all(|guess| guess == first), "{deny}: {guesses:?}");
        }
    }
}
