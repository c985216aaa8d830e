//! Creating, reading, updating and deleting.

use std::sync::Arc;

use purlin_core::store::{Engine, StoreError};
use purlin_model::Value;
use purlin_model::plan::{Guard, Key, Order, Term, Test, Write};
use purlin_model::query::Op;
use purlin_model::schema::{Collection, FieldKind};

use crate::backends::{Bench, on_stores};
use crate::kit::*;

on_stores! {
    a_record_comes_back_as_it_was_written,
    updates_and_deletes_name_one_record_or_fail,
    guards_are_checked_just_before_their_write,
    what_is_not_unique_is_named_by_field,
    records_written_together_are_as_if_written_one_by_one,
    documents_are_kept_whatever_the_server_can_read,
    many_are_created_at_once_or_the_one_that_cannot_be_is_named,
}

fn everything_kind() -> Arc<Collection> {
    Arc::new(collection(
        "all",
        vec![
            field("order", text()),
            field("n", number()),
            field("b", FieldKind::Bool),
            field("j", json()),
            field("g", FieldKind::GeoPoint),
            field("s1", select(1)),
            field("sm", select(2)),
        ],
    ))
}

async fn a_record_comes_back_as_it_was_written(bench: &Bench) {
    let store = bench.open().await;
    let all = everything_kind();
    let full = record(
        &all,
        "r1",
        &[
            ("order", "a\"\\\n\u{1}é".into()),
            ("n", Value::Number(1e21)),
            ("b", Value::Bool(true)),
            ("j", Value::Json("1.50".into())),
            ("g", Value::Point { lon: 12.5, lat: -3.0 }),
            ("s1", "a".into()),
            ("sm", Value::List(vec!["b".into(), "a".into()])),
        ],
    );
    let blank = record(&all, "r0", &[]);
    seed(&*store, &[&all], vec![full.clone(), blank.clone()]).await;
    for expected in [&full, &blank] {
        let page = store.select(&everything(by_id(&all, expected.id()))).await.unwrap();
        assert_eq!(&page.records[0].record, expected);
    }
    let mut select = everything(condition(&all, Test::Constant(true)));
    select.output = shape(&all);
    select.total = true;
    let page = store.select(&select).await.unwrap();
    assert_eq!((page.count, page.total), (2, Some(2)));
    let expected = concat!(
        r#"{"id":"r1","order":"a\"\\\n\u0001é","n":1e+21,"b":true,"j":1.50,"#,
        r#""g":{"lon":12.5,"lat":-3},"s1":"a","sm":["b","a"]},"#,
        r#"{"id":"r0","order":"","n":0,"b":false,"j":null,"g":{"lon":0,"lat":0},"s1":"","sm":[]}"#,
    );
    assert_eq!(String::from_utf8(page.json).unwrap(), expected);
}

async fn updates_and_deletes_name_one_record_or_fail(bench: &Bench) {
    let store = bench.open().await;
    let all = everything_kind();
    seed(&*store, &[&all], vec![record(&all, "r1", &[]), record(&all, "r2", &[])]).await;
    let update = |id: &str, n: f64| Write::Update {
        collection: all.clone(),
        id: id.into(),
        set: vec![(2, Value::Number(n))],
        guards: vec![],
    };
    let delete = |id: &str| Write::Delete {
        collection: all.clone(),
        id: id.into(),
        guards: vec![],
        was: None,
    };
    store.write(vec![update("r1", 5.0), delete("r2")]).await.unwrap();
    let rows = [base(&all)];
    let test = compare(column(&rows, 0, "n"), Op::Equal, Value::Number(5.0));
    assert_eq!(matching(&*store, condition(&all, test)).await, "r1");

    // All or none: the first write of a failing batch leaves nothing.
    let failed = store.write(vec![update("r1", 6.0), delete("r2")]).await;
    assert!(matches!(failed, Err(StoreError::Missing { write: 1 })), "{failed:?}");
    let test = compare(column(&rows, 0, "n"), Op::Equal, Value::Number(6.0));
    assert_eq!(matching(&*store, condition(&all, test)).await, "");
}

async fn guards_are_checked_just_before_their_write(bench: &Bench) {
    let store = bench.open().await;
    let all = everything_kind();
    seed(&*store, &[&all], vec![record(&all, "r1", &[])]).await;
    let new = |id: &str, guards| Write::Create {
        record: record(&all, id, &[]),
        left_out: vec![],
        guards,
    };
    let exist = |ids: &[&str]| Guard::Exist {
        collection: all.clone(),
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
    };
    // The second write's guard sees the first write.
    let batch = vec![new("r2", vec![exist(&["r1"])]), new("r3", vec![exist(&["r1", "r2"])])];
    store.write(batch).await.unwrap();
    let refused = store.write(vec![new("r4", vec![exist(&["r3"]), exist(&["r5"])])]).await;
    assert!(matches!(refused, Err(StoreError::Guard { write: 0, guard: 1 })), "{refused:?}");
    let unchanged = |n: f64| Guard::Unchanged {
        collection: all.clone(),
        id: "r1".into(),
        values: vec![(2, Value::Number(n)), (5, Value::Point { lon: 0.0, lat: 0.0 })],
    };
    store.write(vec![new("r4", vec![unchanged(0.0)])]).await.unwrap();
    let refused = store.write(vec![new("r5", vec![unchanged(1.0)])]).await;
    assert!(matches!(refused, Err(StoreError::Guard { write: 0, guard: 0 })), "{refused:?}");
    store.write(vec![new("r5", vec![Guard::Matches(by_id(&all, "r4"))])]).await.unwrap();
    let refused = store.write(vec![new("r6", vec![Guard::Matches(by_id(&all, "x"))])]).await;
    assert!(matches!(refused, Err(StoreError::Guard { write: 0, guard: 0 })), "{refused:?}");
}

async fn what_is_not_unique_is_named_by_field(bench: &Bench) {
    let store = bench.open().await;
    let fields = ["a", "B", "c", "d"].map(|name| field(name, text()));
    let mut all = collection("u", fields.to_vec());
    all.indexes = vec![
        "CREATE UNIQUE INDEX one ON x (a COLLATE NOCASE)".into(),
        "CREATE UNIQUE INDEX two ON x (B, c)".into(),
        "CREATE UNIQUE INDEX three ON x (lower(d)) WHERE d != ''".into(),
    ];
    let all = Arc::new(all);
    let values = |texts: [&str; 4]| {
        ["a", "B", "c", "d"].into_iter().zip(texts.map(Value::from)).collect::<Vec<_>>()
    };
    seed(&*store, &[&all], vec![record(&all, "r1", &values(["x", "1", "1", "x"]))]).await;
    for (id, set, fields) in [
        ("r1", ["y", "2", "1", "y"], vec!["id"]),
        ("r2", ["X", "2", "1", "y"], vec!["a"]),
        ("r2", ["y", "1", "1", "y"], vec!["B", "c"]),
        ("r2", ["y", "2", "1", "X"], vec!["d"]),
    ] {
        let first = create(record(&all, "r9", &values(["9", "9", "9", ""])));
        let batch = vec![first, create(record(&all, id, &values(set)))];
        match store.write(batch).await {
            Err(StoreError::NotUnique { write: 1, fields: found }) => assert_eq!(found, fields),
            other => panic!("{id} {set:?}: {other:?}"),
        }
    }
    let twice = ["8", "9"].map(|id| create(record(&all, id, &values([id, id, "9", ""]))));
    store.write(twice.to_vec()).await.unwrap();
}

async fn records_written_together_are_as_if_written_one_by_one(bench: &Bench) {
    let store = bench.open().await;
    let all = everything_kind();
    seed(&*store, &[&all], vec![record(&all, "x20", &[])]).await;
    let made = |number: u32| {
        let values = [
            ("order", Value::Text(format!("\"{number}\", {{}}\\"))),
            ("n", Value::Number(f64::from(number) / 4.0)),
            ("b", Value::Bool(number.is_multiple_of(2))),
            ("j", if number == 7 { Value::Null } else { Value::Json("1.50".into()) }),
            ("sm", Value::List(vec!["b".into(), "a".into()])),
        ];
        record(&all, &format!("x{number}"), &values)
    };
    let batch = |numbers: std::ops::Range<u32>| numbers.map(|it| create(made(it))).collect();
    match store.write(batch(0..40)).await {
        Err(StoreError::NotUnique { write: 20, fields }) => assert_eq!(fields, ["id"]),
        other => panic!("{other:?}"),
    }
    assert!(store.write(batch(21..61)).await.unwrap().is_empty());
    let page = store.select(&everything(condition(&all, Test::Constant(true)))).await.unwrap();
    let found: Vec<_> = page.records.into_iter().skip(1).map(|it| it.record).collect();
    assert_eq!(found, (21..61).map(made).collect::<Vec<_>>());
}

/// JSON that says more than some servers can read (U+0000, half a surrogate pair, numbers beyond
/// doubles, a key twice) is stored as it is, and no filter fails of it.
async fn documents_are_kept_whatever_the_server_can_read(bench: &Bench) {
    let store = bench.open().await;
    if !matches!(store.capabilities().engine, Engine::Sqlite | Engine::Postgres) {
        return;
    }
    let all = everything_kind();
    let texts = [
        r#"{"k":1,"a":"\u0000"}"#,
        r#"{"k":1,"a":"\ud800"}"#,
        r#"{"k":1,"a":"\\\ud83d\ude00\udc00"}"#,
        r#"{"k":1,"a":1e400}"#,
        r#"{"k":1,"a":1e-400}"#,
        r#"{"k":1,"k":1,"a":6}"#,
        r#"{"k":1,"a":"\\u0000 \\ud800 \ud83d\ude00"}"#,
    ];
    let made = |(index, text): (usize, &&str)| {
        record(&all, &format!("d{index}"), &[("j", Value::Json((*text).to_owned()))])
    };
    let records: Vec<_> = texts.iter().enumerate().map(made).collect();
    seed(&*store, &[&all], records.clone()).await;
    let page = store.select(&everything(condition(&all, Test::Constant(true)))).await.unwrap();
    assert_eq!(page.records.into_iter().map(|it| it.record).collect::<Vec<_>>(), records);
    let j = all.field_index("j").unwrap();
    let path = |step: &str| Term::Path { row: 0, field: j, steps: vec![step.to_owned()] };
    for (test, has) in [
        (compare(path("k"), Op::Equal, Value::Number(1.0)), vec!["d3", "d4", "d5", "d6"]),
        (compare(path("a"), Op::Greater, Value::Number(5.0)), vec!["d3", "d5"]),
        (compare(path("a"), Op::Like, "%ud800%"), vec!["d6"]),
        (compare(Term::Column { row: 0, field: j }, Op::Like, "%zzz%"), vec![]),
    ] {
        let mut select = everything(condition(&all, test));
        select.sort = vec![Order { key: Key::Term(path("a")), descending: true }];
        let page = store.select(&select).await.unwrap();
        let found = ids_of(&page);
        assert!(has.iter().all(|id| found.iter().any(|it| it == id)), "{has:?} in {found:?}");
    }
}

async fn many_are_created_at_once_or_the_one_that_cannot_be_is_named(bench: &Bench) {
    let store = bench.open().await;
    let mut all = collection("many", vec![field("t", text()), field("s", select(3))]);
    all.indexes = vec!["CREATE UNIQUE INDEX one ON many (t)".into()];
    let all = Arc::new(all);
    let other = Arc::new(collection("other", vec![field("t", text())]));
    seed(&*store, &[&all, &other], vec![record(&all, "r", &[("t", "taken".into())])]).await;
    let title = |number: usize| format!("t{number}'\"\\");
    let some = |number: usize| {
        let list = Value::List(vec![["a", "b"][number % 2].into()]);
        create(record(
            &all,
            &format!("r{number}"),
            &[("t", title(number).as_str().into()), ("s", list)],
        ))
    };
    let batch = || (0..300).map(some).collect::<Vec<_>>();
    let taken = |id: &str| create(record(&all, id, &[("t", "taken".into())]));
    for (position, twin) in [(0, taken("x")), (137, taken("x")), (299, some(7)), (3, taken("r"))] {
        let mut batch = batch();
        batch[position] = twin;
        let failed = store.write(batch.clone()).await;
        let named = |it: &StoreError| matches!(it, StoreError::NotUnique { write, .. } if *write == position);
        assert!(failed.as_ref().is_err_and(named), "{position}: {failed:?}");
        let open = store.begin().await.unwrap();
        let failed = open.write(batch).await;
        assert!(failed.as_ref().is_err_and(named), "{position}: {failed:?}");
        drop(open);
        assert_eq!(matching(&*store, by_id(&all, "r1")).await, "");
    }
    // What lies between is done in its turn.
    let mut batch = batch();
    batch.insert(100, create(record(&other, "o", &[("t", "o".into())])));
    let set = vec![(all.field_index("t").unwrap(), Value::from("new"))];
    let guards = vec![Guard::Matches(by_id(&other, "o"))];
    batch.insert(200, Write::Update { collection: all.clone(), id: "r150".into(), set, guards });
    store.write(batch).await.unwrap();
    let every = everything(condition(&all, purlin_model::plan::Test::Constant(true)));
    let page = store.select(&every).await.unwrap();
    assert_eq!(page.records.len(), 301);
    for found in page.records {
        let Ok(number) = found.record.id()[1..].parse::<usize>() else { continue };
        let t = if number == 150 { "new".to_owned() } else { title(number) };
        assert_eq!(found.record.get("t"), Some(&t.as_str().into()));
        let list = Value::List(vec![["a", "b"][number % 2].into()]);
        assert_eq!(found.record.get("s"), Some(&list), "{number}");
    }
}
