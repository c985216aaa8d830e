//! Order, paging, totals, masks, JSON.

use std::sync::Arc;

use purlin_core::store::Store;
use purlin_model::plan::{
    Condition, Key, Order, Output, Row, Select, Shape, Slot, Source, Term, Test,
};
use purlin_model::query::Op;
use purlin_model::schema::Collection;
use purlin_model::{Record, Value};

use crate::backends::{Bench, on_stores};
use crate::kit::*;

on_stores! {
    ties_break_by_insertion_order,
    pages_and_totals_add_up,
    a_read_goes_on_after_a_record,
    masks_decide_per_record_what_is_written,
    counts_group_by_the_first_characters,
    records_are_gathered_by_their_ids,
}

fn items() -> Arc<Collection> {
    let mut items = collection(
        "items",
        vec![
            field("room", text()),
            field("at", number()),
            field("j", json()),
            field("up", relation("items", 1)),
            field("all", relation("items", 9)),
        ],
    );
    items.indexes = vec!["CREATE INDEX by_room ON items (room, at)".into()];
    Arc::new(items)
}

fn item(items: &Arc<Collection>, id: &str, room: &str, at: f64, j: Value) -> Record {
    record(items, id, &[("room", room.into()), ("at", Value::Number(at)), ("j", j)])
}

async fn seeded(bench: &Bench) -> (Arc<dyn Store>, Arc<Collection>) {
    let store = bench.open().await;
    let items = items();
    let json = |text: &str| Value::Json(text.to_owned());
    let mut records = vec![
        item(&items, "z", "x", 1.0, json("\"b\"")),
        item(&items, "y", "x", 2.0, json("2")),
        item(&items, "x", "x", 2.0, Value::Null),
        item(&items, "w", "y", 9.0, json("true")),
    ];
    records[1].set("up", "w".into());
    records[2].set("up", "z".into());
    records[2].set("all", Value::List(vec!["y".into(), "z".into()]));
    records[3].set("all", Value::List(vec!["w".into(), "z".into()]));
    seed(&*store, &[&items], records).await;
    (store, items)
}

fn sorted(items: &Arc<Collection>, key: Key, descending: bool) -> Select {
    let at = |name: &str| items.field_index(name).unwrap();
    let row = |source, many| Row { source, collection: Some(items.clone()), many };
    let rows = vec![
        base(items),
        row(Source::Relation { from: 0, field: at("up") }, false),
        row(Source::Relation { from: 0, field: at("all") }, true),
    ];
    let mut select = everything(Condition { rows, test: Test::Constant(true) });
    select.sort = vec![Order { key, descending }];
    select
}

async fn ties_break_by_insertion_order(bench: &Bench) {
    let (store, items) = seeded(bench).await;
    let term =
        |row, name: &str| Key::Term(Term::Column { row, field: items.field_index(name).unwrap() });
    for (key, descending, expected) in [
        (Key::Insertion, false, "z y x w"),
        (Key::Insertion, true, "w x y z"),
        (term(0, "id"), false, "w x y z"),
        (term(0, "at"), false, "z y x w"),
        (term(0, "at"), true, "w y x z"),
        // Null, numbers (true is 1), texts.
        (term(0, "j"), false, "x w y z"),
        // Nothing joined sorts first.
        (term(1, "at"), false, "z w x y"),
        (term(1, "at"), true, "y x z w"),
        // Over many rows the smallest ascending, the largest descending.
        (term(2, "at"), false, "z y x w"),
        (term(2, "at"), true, "w x z y"),
    ] {
        let found = ids(&*store, &sorted(&items, key.clone(), descending)).await.join(" ");
        assert_eq!(found, expected, "{key:?} {descending}");
    }
    let mut random = ids(&*store, &sorted(&items, Key::Random, false)).await;
    random.sort();
    assert_eq!(random.join(" "), "w x y z");
}

async fn pages_and_totals_add_up(bench: &Bench) {
    let (store, items) = seeded(bench).await;
    let select = |offset, limit, output| Select {
        offset,
        limit,
        total: true,
        output,
        ..sorted(&items, Key::Insertion, false)
    };
    for (offset, limit, expected) in [
        (0, 2, "z y"),
        (2, 2, "x w"),
        (3, 2, "w"),
        (4, 2, ""),
        (9, 2, ""),
        (0, 9, "z y x w"),
        (0, 0, ""),
    ] {
        let page = store.select(&select(offset, limit, Output::Records)).await.unwrap();
        assert_eq!(ids_of(&page).join(" "), expected);
        assert_eq!(
            (page.count, page.total),
            (page.records.len() as u64, Some(4)),
            "{offset} {limit}"
        );
    }
    let page = store.select(&select(0, 30, Output::Nothing)).await.unwrap();
    assert_eq!((page.count, page.total, page.json.len()), (4, Some(4), 0));
    let page = store.select(&select(0, u64::MAX, Output::Records)).await.unwrap();
    assert_eq!(page.count, 4);
}

async fn a_read_goes_on_after_a_record(bench: &Bench) {
    let (store, items) = seeded(bench).await;
    let at = items.field_index("at").unwrap();
    let by_at = Key::Term(Term::Column { row: 0, field: at });
    for (after, offset, limit, key, expected) in [
        ("z", 0, 2, Key::Insertion, "y x"),
        ("x", 0, 2, Key::Insertion, "w"),
        ("w", 0, 2, Key::Insertion, ""),
        ("z", 1, 9, Key::Insertion, "x w"),
        ("gone", 0, 9, Key::Insertion, ""),
        ("", 0, 9, Key::Insertion, ""),
        ("z", 0, 9, by_at, "y x w"),
    ] {
        let after = Some(after.to_owned());
        let select = Select { after, offset, limit, ..sorted(&items, key, false) };
        assert_eq!(ids(&*store, &select).await.join(" "), expected, "{:?}", select.after);
    }
    // The condition holds as well; the total is of all it holds for.
    let rows = vec![base(&items)];
    let room = |name| compare(column(&rows, 0, "room"), Op::Equal, name);
    let test = Test::Any(vec![room("x"), room("none")]);
    let after = Some("z".to_owned());
    let select = Select { after, total: true, ..everything(condition(&items, test)) };
    let page = store.select(&select).await.unwrap();
    assert_eq!((ids_of(&page).join(" ").as_str(), page.total), ("y x", Some(3)));
}

async fn masks_decide_per_record_what_is_written(bench: &Bench) {
    let (store, items) = seeded(bench).await;
    let mut select = sorted(&items, Key::Insertion, false);
    let rows = select.condition.rows.clone();
    let mask = |row, name: &str, value: &str| Condition {
        rows: rows.clone(),
        test: compare(column(&rows, row, name), Op::Equal, value),
    };
    select.masks = vec![mask(0, "room", "y"), mask(1, "room", "x"), mask(2, "room", "x")];
    let page = store.select(&select).await.unwrap();
    let masks: Vec<Vec<bool>> = page.records.into_iter().map(|found| found.masks).collect();
    let (yes, no) = (true, false);
    assert_eq!(masks, [[no, no, no], [no, no, no], [no, yes, yes], [yes, no, yes]]);

    let slot = |name: &str, mask| Slot::Field {
        key: format!("\"{name}\":"),
        field: items.field_index(name).unwrap(),
        mask,
    };
    let shape = |slots| Output::Json(Arc::new(Shape { slots }));
    select.output =
        shape(vec![slot("at", Some(0)), Slot::Fixed("\"c\":1".into()), slot("id", Some(2))]);
    let page = store.select(&select).await.unwrap();
    let expected = r#"{"c":1},{"c":1},{"c":1,"id":"x"},{"at":9,"c":1,"id":"w"}"#;
    assert_eq!(String::from_utf8(page.json).unwrap(), expected);
    select.output = shape(vec![Slot::Fixed("\"c\":1".into())]);
    let page = store.select(&select).await.unwrap();
    assert_eq!(page.json, b"{\"c\":1},{\"c\":1},{\"c\":1},{\"c\":1}");
}

async fn counts_group_by_the_first_characters(bench: &Bench) {
    let (store, items) = seeded(bench).await;
    let mut select = sorted(&items, Key::Insertion, true);
    select.output = Output::Counts { field: items.field_index("room").unwrap(), prefix: 1 };
    select.total = true;
    let page = store.select(&select).await.unwrap();
    assert_eq!(page.counts, [("x".to_owned(), 3), ("y".to_owned(), 1)]);
    assert_eq!((page.count, page.total), (2, Some(4)));
}

async fn records_are_gathered_by_their_ids(bench: &Bench) {
    let (store, items) = seeded(bench).await;
    for (texts, expected) in [
        (vec![], ""),
        (vec!["y"], "y"),
        (vec!["w", "gone", "z", "w"], "z w"),
        (vec!["a", "b", "c", "d", "e", "f", "g", "x", "y"], "y x"),
    ] {
        let texts = texts.into_iter().map(str::to_owned).collect();
        let test = Test::In { term: column(&[base(&items)], 0, "id"), texts };
        assert_eq!(matching(&*store, condition(&items, test)).await, expected);
    }
}
