//! Every letter of `strftime`, of every way to write a moment, on every store.

use std::sync::Arc;

use purlin_core::store::Store;
use purlin_model::Collection;
use purlin_model::date::strftime;
use purlin_model::plan::{Condition, Term, Test};
use purlin_model::query::Op::{Equal, NotEqual};

use crate::backends::{Bench, on_stores};
use crate::kit::*;

on_stores! { moments_are_spelled_alike, two_moments_are_two }

const EVERY_LETTER: &str =
    "%d %e %f %F %g %G %V %H %k %I %l %j %J %m %M %p %P %R %s %S %T %u %w %U %W %Y %%";

const MOMENTS: &[&str] = &[
    "2024-01-31 10:20:30",
    "2024-01-31 10:20:30.456Z",
    "2024-02-29T23:59:59.9996",
    "2024-12-30 00:00",
    "2023-01-01",
    "0001-01-01 12:00:00",
    "9999-12-31 23:59:59.999",
    "-0044-03-15 06:30:00",
    "1969-12-31 23:59:59+05:30",
    "2000-01-01 00:00:00.1234567890123456789-11:45",
    "10:20",
    "10:20:30",
    "23:59:59.5Z",
    "2460340.930902778",
    "1000000",
    "2024-02-29 00:01:24.375",
    "2024-13-01",
    "no moment",
    "",
];

const MODIFIERS: &[&[&str]] = &[
    &[],
    &["subsec"],
    &["+1 month"],
    &["-2 days", "start of month"],
    &["weekday 0"],
    &["+12:34:56.789"],
];

async fn moments_are_spelled_alike(bench: &Bench) {
    let store = bench.open().await;
    let moments = Arc::new(collection("moments", vec![field("t", text())]));
    let records = MOMENTS.iter().map(|text| record(&moments, &id(text), &[("t", (*text).into())]));
    seed(&*store, &[&moments], records.collect()).await;
    let spellings = Spellings { store, moments };
    for modifiers in MODIFIERS {
        let modifiers: Vec<_> = modifiers.iter().map(|it| (*it).to_owned()).collect();
        if spellings.missing(EVERY_LETTER, &modifiers).await.is_empty() {
            continue;
        }
        let mut wrong = Vec::new();
        for letter in EVERY_LETTER.split(' ') {
            wrong.extend(spellings.missing(letter, &modifiers).await);
        }
        panic!("{modifiers:?}:\n{}", wrong.join("\n"));
    }
    spellings.store.close().await;
}

async fn two_moments_are_two(bench: &Bench) {
    let store = bench.open().await;
    let moments = Arc::new(collection("moments", vec![field("t", text())]));
    seed(&*store, &[&moments], vec![record(&moments, "m0", &[])]).await;
    let day = |text: &str, modifier: &str| Term::Strftime {
        format: "%J".to_owned(),
        time: Some(Box::new(Term::Value(text.into()))),
        modifiers: vec![modifier.to_owned()],
    };
    let nought = || day("2024-01-31 10:20:30", "unixepoch");
    for (left, op, right, holds) in [
        (day("2024-01-31", "+1 day"), NotEqual, nought(), true),
        (day("2024-01-31", "+1 day"), Equal, nought(), false),
        (day("2024-01-31", "+1 day"), Equal, day("2024-02-01", "-0 days"), true),
        (day("2024-01-31", "+1 day"), NotEqual, day("2024-02-02", "-0 days"), true),
    ] {
        let case = format!("{left:?} {op:?} {right:?}");
        let test = Test::Compare { left, op, right, every: false };
        let found = matching(&*store, condition(&moments, test)).await;
        assert_eq!(found == "m0", holds, "{case}");
    }
    store.close().await;
}

struct Spellings {
    store: Arc<dyn Store>,
    moments: Arc<Collection>,
}

impl Spellings {
    /// The moments the store spells otherwise, with what they should be.
    async fn missing(&self, format: &str, modifiers: &[String]) -> Vec<String> {
        let rows = vec![base(&self.moments)];
        let spelled = Term::Strftime {
            format: format.to_owned(),
            time: Some(Box::new(column(&rows, 0, "t"))),
            modifiers: modifiers.to_vec(),
        };
        let spelling = |text: &str| strftime(format, Some(&text.into()), modifiers, 0);
        let wanted: Vec<_> =
            MOMENTS.iter().filter_map(|text| Some((*text, spelling(text)?))).collect();
        assert!(wanted.len() > MOMENTS.len() / 2, "{format} {modifiers:?}");
        let as_wanted = wanted.iter().map(|(text, spelling)| {
            let named = compare(column(&rows, 0, "t"), Equal, *text);
            Test::All(vec![named, compare(spelled.clone(), Equal, spelling.as_str())])
        });
        let condition = Condition { test: Test::Any(as_wanted.collect()), rows: rows.clone() };
        let found = ids(&*self.store, &everything(condition)).await;
        let missing = wanted.iter().filter(|(text, _)| !found.contains(&id(text)));
        missing.map(|(text, spelling)| format!("{text:?} {format}: not {spelling:?}")).collect()
    }
}

/// The id of a moment's record.
fn id(text: &str) -> String {
    format!("m{}", MOMENTS.iter().position(|it| *it == text).unwrap())
}
