//! Whatever text a client sends, nothing here panics or loops.

use std::hint::black_box;

use crate::json::{Json, compact};
use crate::normalise::{form, normalise, number_from_text};
use crate::query::Projection;
use crate::schema::FieldKind;
use crate::value::Value;
use crate::{date, dialect, draft, pattern};

/// Pieces that mean something to one of the parsers.
const PIECES: [&str; 74] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\",
    "\\u",
    "d83d",
    "\\ud800",
    "null",
    "true",
    "1",
    "-",
    "+",
    ".",
    "e",
    "E",
    "00",
    "2024",
    "2024-01-02",
    "10:20:30",
    "Z",
    "T",
    " ",
    "  ",
    "\t",
    "\n",
    "Jan",
    "Tue, ",
    "GMT",
    "+02:00",
    "é",
    "🙂",
    "\u{0}",
    "\u{a0}",
    "<",
    ">",
    "</",
    "<p",
    "<!--",
    "-->",
    "<script",
    "='",
    "&",
    "&#",
    "x41",
    ";",
    "amp",
    "(",
    ")",
    "|",
    "*",
    "?",
    "^",
    "$",
    "\\d",
    "\\Q",
    "\\E",
    "\\p{",
    "[:",
    ":]",
    "{2,",
    "%",
    "_",
    "day",
    "month",
    "weekday ",
    "start of ",
    ":excerpt(",
    "items",
    "@",
    "://",
];

/// Texts of up to 12 pieces, the same for each run.
fn texts() -> impl Iterator<Item = String> {
    let mut state = 7_u64;
    let mut below = move |limit: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % limit
    };
    (0..20_000).map(move |_| (0..below(13)).map(|_| PIECES[below(PIECES.len())]).collect())
}

#[test]
fn parsers_take_anything() {
    let kinds = [
        FieldKind::Bool,
        FieldKind::GeoPoint,
        FieldKind::Json { max_size: 0 },
        FieldKind::Number { min: None, max: None, only_int: false },
        FieldKind::Date { min: String::new(), max: String::new() },
        FieldKind::Select { values: Vec::new(), max_select: 3 },
        FieldKind::Editor { max_size: 0, convert_urls: false },
    ];
    for text in texts() {
        let sent = Json::from(text.as_str());
        for kind in &kinds {
            if let Ok(Value::Json(json)) = normalise(kind, &sent) {
                assert!(Json::parse_whole(json.as_bytes()).is_ok(), "{text:?} became {json:?}");
            }
        }
        if let Ok(compact_text) = compact(&text) {
            assert_eq!(Json::parse(compact_text.as_bytes()), Json::parse(text.as_bytes()));
        }
        if let Some(canonical) = date::parse(&text) {
            assert_eq!(date::parse(&canonical).as_deref(), Some(canonical.as_str()), "{text:?}");
        }
        black_box(form::infer(&text));
        black_box(number_from_text(&text));
        black_box(draft::validate::is_email(&text));
        black_box(draft::validate::is_url(&text));
        black_box(dialect::decimal(&text));
    }
}

#[test]
fn written_json_reads_as_it_was() {
    for text in texts() {
        let json = Json::List(vec![Json::from(text.as_str()), Json::Null]);
        assert_eq!(Json::parse(json.to_text().as_bytes()), Ok(json));
    }
}

#[test]
fn patterns_formats_and_projections_take_anything() {
    let mut texts = texts().take(4_000);
    while let (Some(one), Some(two)) = (texts.next(), texts.next()) {
        if let Ok(regex) = pattern::compile(&one) {
            black_box(regex.is_match(&two));
        }
        if pattern::check_generator(&one).is_ok() {
            let made = pattern::generate(&one, &mut |limit| limit / 2);
            assert!(pattern::matches(&one, &made), "{one:?}: {made:?}");
        }
        black_box(dialect::like(&two, &one));
        black_box(date::strftime(&one, Some(&Value::from(two.as_str())), &[], 0));
        black_box(date::strftime(
            "%F",
            Some(&Value::from("2024-01-31")),
            &[one.clone(), two.clone()],
            0,
        ));
        if let Ok(projection) = Projection::parse(&one) {
            black_box(projection.apply(two.as_bytes()));
        }
        let excerpt = Projection::parse("*:excerpt(5,1)").expect("known");
        black_box(excerpt.pick(Json::Object(vec![("a".to_owned(), Json::from(one))])));
    }
}
