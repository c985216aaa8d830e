//! Tables that others made, served as they are.

mod documents;
mod kinds;
mod legacy;
mod odd;

use purlin_tests::{Answer, Asking, Backend, TestApp, tell_mysql, tell_postgres};
use serde_json::{Value, json};

use legacy::Legacy;

const TABLES: [&str; 4] = ["countries", "customers", "Order Heads", "customer_totals"];

/// Makes a test on each engine of every function; those before the semicolon not on MySQL.
macro_rules! on_engines {
    ($($some:ident),* $(,)?; $($test:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $some() { super::$some(purlin_tests::Backend::Sqlite); })*
            $(#[test] fn $test() { super::$test(purlin_tests::Backend::Sqlite); })*
        }
        mod postgres {
            $(#[test] fn $some() { super::$some(purlin_tests::Backend::Postgres); })*
            $(#[test] fn $test() { super::$test(purlin_tests::Backend::Postgres); })*
        }
        mod mysql { $(#[test] fn $test() { super::$test(purlin_tests::Backend::Mysql); })* }
    };
}

on_engines! {
    // MySQL's dialect takes '07' for the number 7 in filters, and shows binary data as text.
    records_are_given_as_they_are_stored,
    filters_sorts_and_expands_mean_what_they_mean_everywhere;
    tables_are_proposed_with_what_they_are,
    records_are_written_without_touching_the_tables,
    rules_open_adopted_tables_and_edits_leave_them_alone,
    a_table_that_changes_is_told_instead_of_served_wrongly,
    tables_beside_those_of_purlin_are_adopted,
}

/// The shop with its tables adopted.
fn adopted(backend: Backend) -> Legacy {
    let shop = Legacy::on(backend);
    let body = json!({ "tables": TABLES });
    let adopted = shop.app.post("/api/datasources/shop/tables").root().json(&body).expect(200);
    let names: Vec<String> = array(&adopted.json()["collections"], "name");
    assert_eq!(names, ["countries", "customers", "Order_Heads", "customer_totals"]);
    shop
}

/// One member of each item, as text.
fn array(items: &Value, member: &str) -> Vec<String> {
    let items = items.as_array().expect("a list");
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    items.iter().map(|item| text(&item[member])).collect()
}

/// The answer to a request that cannot be served because a table changed.
fn unavailable(asking: Asking<'_>) -> Answer {
    let answer = asking.attempt_while_away().unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(answer.status, 503, "{answer}");
    answer
}

fn customers<'a>(shop: &'a Legacy, rest: &str) -> Asking<'a> {
    shop.app.get(&format!("/api/collections/customers/records{rest}")).root()
}

fn tables_are_proposed_with_what_they_are(backend: Backend) {
    let shop = Legacy::on(backend);
    shop.app.get("/api/datasources/shop/tables").expect(401);
    let tables = shop.app.get("/api/datasources/shop/tables").root().expect(200).json();
    let tables = tables["tables"].as_array().expect("it is there").clone();
    let table =
        |name: &str| tables.iter().find(|table| table["table"] == name).expect("it is there");
    assert_eq!(tables.len(), 5);
    assert_eq!(table("customer_totals")["isView"], true);
    assert!(table("lines")["problem"].as_str().expect("it is there").contains("2 columns"));
    let customers = &table("customers")["collection"];
    assert_eq!(customers["listRule"], Value::Null);
    let kinds = array(&customers["fields"], "type");
    let expected = "text text relation relation number bool number text text";
    assert_eq!(kinds.join(" "), expected);
    shop.app.get("/api/datasources/nope/tables").root().expect(404);
    let missing = json!({"tables": ["nope"]});
    let answer = shop.app.post("/api/datasources/shop/tables").root().json(&missing).expect(400);
    answer.has("has no table nope");
    let keyless = json!({"tables": ["customers", "lines"]});
    let answer = shop.app.post("/api/datasources/shop/tables").root().json(&keyless).expect(400);
    answer.has("lines cannot be served");
    shop.app.get("/api/collections/customers").root().expect(404);
}

fn records_are_given_as_they_are_stored(backend: Backend) {
    let shop = adopted(backend);
    let answer = customers(&shop, "/7").expect(200).json();
    let expected = json!({
        "collectionId": answer["collectionId"], "collectionName": "customers", "id": "7",
        "email": "bob@x.org", "country": null, "referrer": "1", "credit": null, "vip": false,
        "points": 100, "note": "", "photo": null,
    });
    assert_eq!(answer, expected);
    let answer = customers(&shop, "/1").expect(200).json();
    let photo = if shop.backend == Backend::Postgres { "\\x00ff" } else { "00ff" };
    assert_eq!((&answer["note"], &answer["photo"]), (&Value::Null, &json!(photo)));
    assert_eq!((&answer["credit"], &answer["vip"]), (&json!(10.5), &json!(true)));
    for wrong in ["07", "%207", "7.0", "x"] {
        customers(&shop, &format!("/{wrong}")).expect(404);
    }
    assert_eq!(customers(&shop, "/9007199254740993").expect(200).text("/email"), "big@x.org");
    let heads = "/api/collections/Order_Heads/records/018f4cbb-3823-7fff-bfff-ffffffffffff";
    let head = shop.app.get(heads).root().expect(200).json();
    assert_eq!((&head["customer"], &head["payload"]), (&json!("1"), &json!({"a": 1})));
    assert_eq!((&head["expand_2"], &head["total"]), (&Value::Null, &json!(9.5)));
}

fn filters_sorts_and_expands_mean_what_they_mean_everywhere(backend: Backend) {
    let shop = adopted(backend);
    for (filter, ids) in [
        ("id = '7'", "7"),
        ("id = '07'", ""),
        ("id != '7'", "1 9007199254740993"),
        ("id ~ '0719'", "9007199254740993"),
        ("note = null", "1 7"),
        ("note = ''", "1 7"),
        ("note != ''", "9007199254740993"),
        ("credit = null", "7"),
        ("credit = 0", "9007199254740993"),
        ("credit != null", "1 9007199254740993"),
        ("credit > 5", "1"),
        ("vip = true", "1"),
        ("points >= 100", "1 7 9007199254740993"),
        ("country = 'DE'", "1"),
        ("country = ''", "7"),
        ("country.title = 'France'", "9007199254740993"),
        ("referrer = '1'", "7"),
        ("referrer = '01'", ""),
        ("referrer = ''", "1"),
        ("referrer ?= '1' || referrer = '7'", "7 9007199254740993"),
        ("referrer.email ~ 'ann'", "7"),
        ("referrer.referrer.id = '1'", "9007199254740993"),
        ("customers_via_referrer.id ?= '7'", "1"),
        ("Order_Heads_via_customer.total ?> 10", "7"),
    ] {
        let answer = customers(&shop, "?sort=email").query("filter", filter).expect(200).json();
        let mut found = array(&answer["items"], "id");
        found.sort();
        assert_eq!(found.join(" "), ids, "{filter}");
        assert_eq!(answer["totalItems"], found.len(), "{filter}");
    }
    for (sort, first) in [("email", "1"), ("-email", "7"), ("credit", "7"), ("-credit", "1")] {
        let answer = customers(&shop, &format!("?sort={sort}")).expect(200).json();
        assert_eq!(answer["items"][0]["id"], first, "{sort}");
    }
    let expand = "?expand=country,referrer.country,Order_Heads_via_customer";
    let answer = customers(&shop, &format!("/7{expand}")).expect(200).json();
    let expanded = &answer["expand"];
    assert_eq!(expanded["referrer"]["expand"]["country"]["title"], "Germany");
    assert_eq!(expanded["Order_Heads_via_customer"][0]["total"], 20);
    assert_eq!(expanded.get("country"), None);
    let totals = "/api/collections/customer_totals/records?sort=-total";
    let totals = shop.app.get(totals).root().expect(200).json();
    assert_eq!(array(&totals["items"], "id").join(" "), "7 1");
    assert_eq!(totals["items"][0]["total"], 20);
}

fn records_are_written_without_touching_the_tables(backend: Backend) {
    let shop = adopted(backend);
    let before = shop.dump();
    let records = "/api/collections/customers/records";
    let create = |body: Value| shop.app.post(records).root().json(&body);
    let made = create(json!({"email": "eve@x.org", "country": "", "credit": null})).expect(200);
    let made = made.json();
    assert_eq!(made["id"], "9007199254740994", "the database counts on");
    assert_eq!((&made["points"], &made["country"]), (&json!(100), &Value::Null));
    let id = made["id"].as_str().expect("it is there");
    create(json!({"id": "8", "email": "own@x.org", "points": 0})).expect(200).has("\"points\":0");
    create(json!({"email": "ann@x.org"}))
        .expect(400)
        .has(r#""email":{"code":"validation_not_unique"#);
    create(json!({"id": "8", "email": "z@x.org"}))
        .expect(400)
        .has(r#""id":{"code":"validation_not_unique"#);
    create(json!({"id": "eight"})).expect(400).has(r#""id":{"code":"validation_invalid_format"#);
    create(json!({"email": "y@x.org", "country": "XX"})).expect(400).has("validation_missing_rel");
    create(json!({"email": "y@x.org", "photo": "00"})).expect(400).has("validation_read_only");
    let patch = |body: Value| shop.app.patch(&format!("{records}/{id}")).root().json(&body);
    patch(json!({"country": "FR", "credit": 3.25, "note": ""})).expect(200).has("\"note\":\"\"");
    patch(json!({"note": null, "credit+": 1, "points+": 5})).expect(200).has("\"note\":null");
    let now = shop.app.get(&format!("{records}/{id}")).root().expect(200).json();
    assert_eq!((&now["credit"], &now["points"]), (&json!(4.25), &json!(105)));
    patch(json!({"email": "ann@x.org"}))
        .expect(400)
        .has(r#""email":{"code":"validation_not_unique"#);
    patch(json!({"id": "99"})).expect(400).has("validation_pk_change");

    let heads = "/api/collections/Order_Heads/records";
    let head = |body: Value| shop.app.post(heads).root().json(&body);
    let made = head(json!({"customer": id, "number": 1, "total": 5, "payload": {"b": 2}}));
    let uuid = made.expect(200).text("/id");
    assert_eq!(uuid.len(), 36);
    let twice = head(json!({"customer": id, "number": 1, "total": 5})).expect(400);
    twice.has(r#""customer":{"code":"validation_not_unique"#).has(r#""number":{"#);
    head(json!({"number": 3})).expect(400).has(r#""customer":{"code":"validation_required"#);
    shop.app.delete(&format!("{records}/{id}")).root().expect(204);
    shop.app.get(&format!("{heads}/{uuid}")).root().expect(404);
    shop.app.delete("/api/collections/countries/records/FR").root().expect(204);
    let orphan = customers(&shop, "/9007199254740993").expect(200).json();
    assert_eq!(orphan["country"], Value::Null, "a reference to nothing is null");
    let totals = "/api/collections/customer_totals/records";
    shop.app.post(totals).root().json(&json!({"id": "1"})).expect(400);
    shop.app
        .delete("/api/collections/customers/truncate")
        .root()
        .expect(400)
        .has("in the database");
    assert_eq!(shop.dump(), before);
}

fn rules_open_adopted_tables_and_edits_leave_them_alone(backend: Backend) {
    let shop = adopted(backend);
    let before = shop.dump();
    shop.app.get("/api/collections/customers/records").expect(403);
    let edit = |body: Value| shop.app.patch("/api/collections/customers").root().json(&body);
    let mut fields =
        shop.app.get("/api/collections/customers").root().expect(200).json()["fields"].clone();
    edit(json!({"listRule": "country.title = 'Germany'", "name": "clients"})).expect(200);
    let listed = shop.app.get("/api/collections/clients/records").expect(200).json();
    assert_eq!(array(&listed["items"], "id").join(" "), "1");
    fields[1]["name"] = json!("mail");
    fields[1]["type"] = json!("email");
    fields[7]["hidden"] = json!(true);
    let edit = |body: Value| shop.app.patch("/api/collections/clients").root().json(&body);
    edit(json!({ "fields": fields })).expect(200).has("ON `clients` (`mail`)");
    let listed = shop.app.get("/api/collections/clients/records").expect(200);
    listed.has("\"mail\":\"ann@x.org\"").lacks("note");
    let twice = shop.app.post("/api/collections/clients/records").root();
    let twice = twice.json(&json!({"mail": "ann@x.org"})).expect(400);
    twice.has(r#""mail":{"code":"validation_not_unique"#);
    for (body, code) in [
        (json!({"fields": [fields[0]]}), "validation_adopted_column"),
        (json!({"adopted": ""}), "validation_adopted_change"),
        (json!({"indexes": []}), "validation_adopted_indexes"),
    ] {
        edit(body).expect(400).has(code);
    }
    fields.as_array_mut().expect("it is there").push(json!({"name": "more", "type": "text"}));
    edit(json!({ "fields": fields })).expect(400).has("validation_adopted_column");
    // A new relation of Purlin's own may lead into an adopted table.
    let id = shop.app.get("/api/collections/clients").root().expect(200).text("/id");
    let relation =
        json!({"name": "client", "type": "relation", "collectionId": id, "maxSelect": 1});
    let visits = json!({"name": "visits", "type": "base", "fields": [relation]});
    shop.app.post("/api/collections").root().json(&visits).expect(200);
    let visit = shop.app.post("/api/collections/visits/records").root();
    let visit = visit.query("expand", "client").json(&json!({"client": "7"}));
    assert_eq!(visit.expect(200).text("/expand/client/mail"), "bob@x.org");
    shop.app.delete("/api/collections/clients").root().expect(400).has("visits");
    let definition =
        |name: &str| shop.app.get(&format!("/api/collections/{name}")).root().expect(200).json();
    let (countries, exported) = (definition("countries"), definition("clients"));
    for gone in ["visits", "customer_totals", "Order_Heads", "clients"] {
        shop.app.delete(&format!("/api/collections/{gone}")).root().expect(204);
    }
    assert_eq!(shop.dump(), before, "what is released stays");

    // An export leads back to the same tables, but only as they are.
    let import = |customers: &Value| {
        let body = json!({"collections": [countries, customers]});
        shop.app.ask("PUT", "/api/collections/import").root().json(&body)
    };
    let mut wrong = exported.clone();
    wrong["fields"][4]["native"]["column"] = json!("nowhere");
    import(&wrong).expect(400).has("does not fit its table");
    shop.app.get("/api/collections/clients").root().expect(404);
    import(&exported).expect(204);
    let listed = shop.app.get("/api/collections/clients/records").expect(200).json();
    assert_eq!(array(&listed["items"], "id").join(" "), "1");
}

fn a_table_that_changes_is_told_instead_of_served_wrongly(backend: Backend) {
    let mut shop = adopted(backend);
    let open = json!({"listRule": ""});
    shop.app.patch("/api/collections/customers").root().json(&open).expect(200);
    shop.run("ALTER TABLE customers ADD COLUMN nick TEXT");
    customers(&shop, "").expect(200).lacks("nick");
    shop.run("ALTER TABLE customers DROP COLUMN note");
    let told = unavailable(customers(&shop, ""));
    told.has("The collection customers does not fit its table").has("note");
    let public = unavailable(shop.app.get("/api/collections/customers/records"));
    public.has("customers cannot be served").lacks("note");
    let records = "/api/collections/customers/records";
    unavailable(shop.app.post(records).root().json(&json!({"email": "q@x.org"})));
    let joined = "/api/collections/Order_Heads/records?filter=customer.email!=''";
    unavailable(shop.app.get(joined).root());
    unavailable(shop.app.get("/api/collections/Order_Heads/records?expand=customer").root());
    shop.app.get("/api/collections/Order_Heads/records").root().expect(200);

    let args = ["adopt", "--check", "--config", "purlin.toml"];
    let checked = shop.app.home.run(&args, "");
    assert!(!checked.success && checked.out.contains("! the column note"), "{checked:?}");
    shop.app.restart();
    unavailable(customers(&shop, ""));

    let again = json!({"tables": ["customers"]});
    shop.app.post("/api/datasources/shop/tables").root().json(&again).expect(200);
    let listed = shop.app.get("/api/collections/customers/records").expect(200);
    listed.has("\"nick\":null").lacks("note");
    assert!(shop.app.home.run(&args, "").success);
}

fn tables_beside_those_of_purlin_are_adopted(backend: Backend) {
    let app = TestApp::on(backend);
    let tables = "/api/datasources/main/tables";
    let notes = json!({"name": "notes", "type": "base", "fields": []});
    app.post("/api/collections").root().json(&notes).expect(200);
    let view = json!({"name": "seen", "type": "view", "viewQuery": "SELECT id FROM notes"});
    app.post("/api/collections").root().json(&view).expect(200);
    assert_eq!(app.get(tables).root().expect(200).json()["tables"], json!([]));
    let make = "CREATE TABLE visits (id INTEGER PRIMARY KEY NOT NULL, note VARCHAR(15) NOT NULL)";
    match &app.home.database().url {
        Some(url) if backend == Backend::Mysql => tell_mysql(url, make.to_owned()),
        Some(url) => tell_postgres(url, make.to_owned()),
        None => {
            let file =
                rusqlite::Connection::open(app.home.data().join("data.db")).expect("it is there");
            file.execute_batch(make).expect("it is there");
        }
    }
    let visits = json!({"tables": ["visits"]});
    app.post(tables).root().json(&visits).expect(200);
    let visit = json!({"id": "3", "note": "x"});
    app.post("/api/collections/visits/records").root().json(&visit).expect(200);
    let batch = json!({"requests": [
        {"method": "POST", "url": "/api/collections/visits/records", "body": {"id": "4"}},
        {"method": "DELETE", "url": "/api/collections/visits/records/3"},
    ]});
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    app.post("/api/batch").root().json(&batch).expect(200);
    let listed = app.get("/api/collections/visits/records").root().expect(200).json();
    assert_eq!(array(&listed["items"], "id"), ["4"]);
    let renamed = json!({"name": "calls"});
    app.patch("/api/collections/visits").root().json(&renamed).expect(200);
    app.get("/api/collections/calls/records/4").root().expect(200);
    app.delete("/api/collections/calls").root().expect(204);
    assert_eq!(array(&app.get(tables).root().expect(200).json()["tables"], "table"), ["visits"]);
}

#[test]
fn the_command_line_shows_and_serves() {
    let mut shop = Legacy::on(Backend::Sqlite);
    shop.app.kill();
    let run = |args: &[&str]| {
        let args: Vec<&str> =
            ["adopt"].iter().chain(args).chain(&["--config", "purlin.toml"]).copied().collect();
        shop.app.home.run(&args, "")
    };
    let listed = run(&["shop"]);
    for line in ["customers (table) → customers", "relation to countries, null", "cannot be served"]
    {
        assert!(listed.out.contains(line), "{line}: {listed:?}");
    }
    let json = run(&["shop", "--list", "--json"]);
    assert_eq!(
        serde_json::from_str::<Value>(&json.out).expect("it is there").as_array().unwrap().len(),
        5
    );
    let served = run(&["shop", "--all"]);
    assert!(served.out.contains("Order Heads is served as Order_Heads."), "{served:?}");
    assert!(run(&["--check", "shop"]).success);
    assert!(run(&["nope"]).err.contains("There is no datasource nope."));
    assert!(!run(&[]).success);
    shop.app.restart();
    let busy = shop.app.home.run(&["adopt", "shop", "customers", "--config", "purlin.toml"], "");
    assert!(busy.err.contains("stop the server"), "{busy:?}");
}
