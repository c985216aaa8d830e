//! What tables become.

use super::*;
use crate::plan::check_rule;
use crate::schema::{self, Kind};

/// A field in one line: name, kind, and what else matters.
fn lines(collection: &Collection) -> Vec<String> {
    let line = |field: &schema::Field| {
        let json = field.to_json();
        let mut line = format!("{} {}", field.name, field.kind.type_name());
        let id = json.get("collectionId").and_then(crate::Json::text).unwrap_or_default();
        if !id.is_empty() {
            line += &format!(" {id}");
        }
        for key in ["required", "nullable", "hidden", "cascadeDelete"] {
            if json.get(key) == Some(&crate::Json::Bool(true)) {
                line += &format!(" {key}");
            }
        }
        match field.column() == field.name {
            true => line,
            false => format!("{line} ← {}", field.column()),
        }
    };
    collection.fields.iter().map(line).collect()
}

#[test]
fn tables_become_collections_with_names_that_clients_can_use() {
    let (customers, orders) = (named("customers"), named("orders"));
    assert_eq!(customers.adopted.as_deref(), Some("sales.customers"));
    assert_eq!(customers.datasource, "shop");
    assert_eq!(customers.rules, schema::Rules::default());
    let countries = named("countries").id;
    assert_eq!(
        lines(&customers),
        [
            "id text required ← customer_no".to_owned(),
            "email text".to_owned(),
            format!("country relation {countries} nullable"),
            format!("referrer relation {} nullable", customers.id),
            "password_hash text hidden".to_owned(),
            "since date".to_owned(),
            "photo text nullable".to_owned(),
        ]
    );
    assert_eq!(
        customers.indexes,
        ["CREATE UNIQUE INDEX `idx_customers_email` ON `customers` (`email`)"]
    );
    assert_eq!(
        lines(&orders),
        [
            "id text required".to_owned(),
            "number number".to_owned(),
            format!("customer relation {} required cascadeDelete", customers.id),
            "expand_2 text ← expand".to_owned(),
            "state select required".to_owned(),
            "total number".to_owned(),
            "gift bool".to_owned(),
            "tags json nullable".to_owned(),
            "due date required".to_owned(),
            "field_2nd_line text ← 2nd line".to_owned(),
            "extra json".to_owned(),
        ]
    );
    assert_eq!(lines(&named("countries")), ["id text required ← code", "id_2 number ← id"]);
    let totals = named("order_totals");
    assert_eq!(totals.kind, Kind::View { query: String::new() });
    assert_eq!(lines(&totals), ["id text required", "sum number nullable"]);
}

#[test]
fn what_cannot_be_served_says_why() {
    let proposals = all(&shop());
    let why = |table: &str| {
        let found = proposals.iter().find(|known| known.table.name == table).unwrap();
        found.collection.clone().expect_err("it cannot be served")
    };
    assert!(why("order_lines").contains("2 columns (a, b)"), "{}", why("order_lines"));
    assert!(why("log").contains("no primary key"), "{}", why("log"));
    let customers = proposals.iter().find(|it| it.table.name == "sales.customers").unwrap();
    assert!(customers.notes.iter().any(|note| note.contains("looks like a secret")));
    assert!(customers.notes.iter().any(|note| note.contains("not written")));
}

#[test]
fn a_unique_column_stands_in_for_a_key() {
    let mut lines = shop().remove(2);
    lines.unique = vec![vec!["b".to_owned()]];
    let proposal = all(&[lines]).remove(0);
    assert_eq!(proposal.collection.unwrap().key_column(), "b");
}

#[test]
fn proposals_pass_every_check_and_read_back() {
    let proposed = collections();
    let table = Arc::new(schema::system::collections_table());
    let after = schema(proposed.clone());
    for collection in &proposed {
        let faults = schema::check(None, collection, &after, &check_rule);
        assert!(faults.is_empty(), "{}: {faults:?}", collection.name);
        let read = Collection::from_row(&collection.to_row(&table)).unwrap();
        assert_eq!(read, *collection);
    }
}

#[test]
fn relations_lead_only_to_what_is_served() {
    let only = |table: &Table| table.name == "orders";
    let proposal = propose(&Schema::default(), "shop", &shop(), &only).remove(0);
    assert_eq!(proposal.collection.unwrap().field("customer").unwrap().kind.type_name(), "number");
    assert!(proposal.notes.iter().any(|note| note.contains("refers to sales.customers")));
    let before = schema(vec![named("customers")]);
    let proposal = propose(&before, "shop", &shop(), &only).remove(0);
    assert_eq!(
        proposal.collection.unwrap().field("customer").unwrap().kind.type_name(),
        "relation"
    );
}

#[test]
fn tables_of_purlin_are_not_offered_and_names_make_way() {
    let mut own = named("customers");
    (own.adopted, own.name) = (None, "orders".to_owned());
    let mut elsewhere = named("customers");
    (elsewhere.datasource, elsewhere.id) = ("main".to_owned(), "other".to_owned());
    let before = schema(vec![own, elsewhere]);
    let proposals = propose(&before, "shop", &shop(), &|_| true);
    assert!(proposals.iter().all(|known| known.table.name != "orders"));
    let customers = proposals.iter().find(|it| it.table.name == "sales.customers").unwrap();
    assert!(customers.served.is_none(), "another datasource has its own tables");
    assert_eq!(customers.collection.as_ref().unwrap().name, "sales_customers");
}

#[test]
fn new_keys_are_made_only_where_they_mean_nothing() {
    let generated = |name: &str, type_text: &str| {
        let key = column(name, type_text, NativeKind::Text);
        let proposal = all(&[table("things", vec![key], &[name])]).remove(0);
        match &proposal.collection.unwrap().fields[0].kind {
            schema::FieldKind::Text { autogenerate_pattern, .. } => autogenerate_pattern.clone(),
            _ => panic!("an id is a text"),
        }
    };
    assert_eq!(generated("id", "text"), "[a-z0-9]{15}");
    assert_eq!(generated("thing_id", "varchar(20)"), "[a-z0-9]{15}");
    assert_eq!(generated("id", "varchar(10)"), "");
    assert_eq!(generated("code", "varchar(50)"), "");
    assert!(generated("id", "char(36)").starts_with("[0-9a-f]{8}-"));
}
