//! Tables that change, and edits that would change tables.

use super::super::{Drift, drift};
use super::*;
use crate::fault::Faults;
use crate::json::Json;
use crate::plan::check_rule;
use crate::schema::{self, merge};

fn told(drifts: &[Drift]) -> Vec<String> {
    let line =
        |drift: &Drift| format!("{}{}", if drift.stops { "! " } else { "" }, drift.difference);
    drifts.iter().map(line).collect()
}

#[test]
fn a_table_as_it_was_found_has_not_drifted() {
    for proposal in all(&shop()) {
        let Ok(collection) = proposal.collection else { continue };
        assert_eq!(told(&drift(&collection, Some(&proposal.table), false)), [""; 0]);
    }
}

#[test]
fn every_difference_is_told_and_only_wrong_answers_stop() {
    type Change = fn(&mut Table);
    let table = |columns: &mut Table, name: &str| {
        columns.columns.iter().position(|column| column.name == name).unwrap()
    };
    let changes: [(Change, &[&str]); 9] = [
        (|_| (), &[]),
        (|it| drop(it.columns.remove(1)), &["! the column email of the field email is gone"]),
        (
            |it| it.columns[1].kind = NativeKind::Integer,
            &["! the column email of the field email was text and is varchar(120) now"],
        ),
        (|it| it.columns[1].nullable = true, &["! email may be null now"]),
        (|it| it.columns[2].nullable = false, &["country must not be null any more"]),
        (|it| it.key.clear(), &["! customer_no is no longer a key: rows may have the same"]),
        (|it| it.columns[5].filled = false, &["the database no longer fills in since"]),
        (
            |it| it.columns.push(nullable(column("note", "text", NativeKind::Text))),
            &["the column note (text) is new"],
        ),
        (
            |it| it.columns.push(column("note", "text", NativeKind::Text)),
            &["the column note (text) is new and must be given: records cannot be created"],
        ),
    ];
    let customers = named("customers");
    for (change, expected) in changes {
        let mut now = shop().pop().unwrap();
        assert_eq!(table(&mut now, "since"), 5);
        change(&mut now);
        let drifts = drift(&customers, Some(&now), false);
        assert_eq!(told(&drifts), expected);
        let sampled = drift(&customers, Some(&now), true);
        assert!(sampled.iter().all(|drift| !drift.stops || drift.difference.name() == "keyLost"));
    }
    assert_eq!(told(&drift(&customers, None, false)), ["! the table sales.customers is gone"]);
}

#[test]
fn adopting_again_keeps_what_people_set() {
    let mut customers = named("customers");
    customers.name = "clients".to_owned();
    customers.rules.list = Some("mail != ''".to_owned());
    customers.fields[1].name = "mail".to_owned();
    customers.fields[1].help = "Where to write to".to_owned();
    let before = schema(vec![customers.clone()]);
    let mut now = shop().pop().unwrap();
    now.columns.remove(6);
    now.columns[4].kind = NativeKind::Json;
    now.columns[1].nullable = true;
    now.columns.push(nullable(column("mail", "text", NativeKind::Text)));
    let proposal = propose(&before, "shop", &[now.clone()], &|_| true).remove(0);
    let renewed = proposal.collection.unwrap();
    assert!(proposal.served.is_some());
    assert_eq!(told(&drift(&renewed, Some(&now), false)), [""; 0]);
    assert_eq!((&renewed.id, &renewed.name), (&customers.id, &customers.name));
    assert_eq!(renewed.rules, customers.rules);
    assert_eq!(renewed.fields[1].help, "Where to write to");
    assert!(renewed.fields[1].nullable);
    let names: Vec<&str> = renewed.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["id", "mail", "country", "referrer", "password_hash", "since", "mail_"]);
    let after = schema(vec![renewed.clone(), named("countries")]);
    let faults = schema::check(None, &renewed, &after, &check_rule);
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(renewed.indexes, ["CREATE UNIQUE INDEX `idx_clients_mail` ON `clients` (`mail`)"]);
}

/// The definition after an edit as clients make it, and what is said against it.
fn edited(edit: impl FnOnce(&mut Json)) -> (Collection, Faults) {
    let old = named("customers");
    let all = schema(collections());
    let mut body = old.to_json();
    edit(&mut body);
    let mut faults = Faults::default();
    let random = &mut |_: usize| String::new();
    let new = merge(&all, Some(&old), &body, random, &mut faults).unwrap();
    let faults = schema::check(Some(&old), &new, &all, &check_rule);
    (new, faults)
}

fn set(json: &mut Json, key: &str, value: Json) {
    let Json::Object(members) = json else { panic!("an object") };
    members.retain(|(known, _)| known != key);
    members.push((key.to_owned(), value));
}

fn fields(json: &mut Json) -> &mut Vec<Json> {
    let Json::Object(members) = json else { panic!("an object") };
    match members.iter_mut().find(|(key, _)| key == "fields") {
        Some((_, Json::List(fields))) => fields,
        _ => panic!("fields"),
    }
}

#[test]
fn edits_that_leave_the_table_alone_are_free() {
    let (new, faults) = edited(|body| {
        set(body, "name", Json::from("clients"));
        set(body, "listRule", Json::from(""));
        let fields = fields(body);
        set(&mut fields[1], "name", Json::from("mail"));
        set(&mut fields[1], "type", Json::from("email"));
        set(&mut fields[1], "required", Json::Bool(true));
        // Clients that know nothing of it do not send it back.
        set(&mut fields[2], "native", Json::Null);
        set(&mut fields[2], "nullable", Json::Bool(false));
        fields.swap(3, 4);
    });
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(new.fields[1].column(), "email");
    assert!(new.fields[2].nullable && new.fields[2].native.is_some());
    assert_eq!(new.indexes, ["CREATE UNIQUE INDEX `idx_customers_email` ON `clients` (`mail`)"]);
}

#[test]
fn edits_that_would_change_the_table_are_refused() {
    type Edit = fn(&mut Json);
    let edits: [(Edit, &str); 8] = [
        (|body| drop(fields(body).remove(1)), "validation_adopted_column"),
        (
            |body| {
                let Ok(new) = Json::parse(br#"{"name":"extra","type":"text"}"#) else { return };
                fields(body).push(new);
            },
            "validation_adopted_column",
        ),
        (|body| set(&mut fields(body)[1], "type", Json::from("bool")), "validation_adopted_type"),
        (|body| set(&mut fields(body)[5], "type", Json::from("json")), "validation_adopted_type"),
        (|body| set(body, "indexes", Json::List(Vec::new())), "validation_adopted_indexes"),
        (|body| set(body, "adopted", Json::Null), "validation_adopted_change"),
        (
            |body| set(body, "datasource", Json::from("main")),
            "validation_collection_datasource_change",
        ),
        (|body| set(&mut fields(body)[0], "name", Json::from("key")), "primary_key"),
    ];
    for (edit, code) in edits {
        let (_, faults) = edited(edit);
        assert!(format!("{faults:?}").contains(code), "{code}: {faults:?}");
    }
}
