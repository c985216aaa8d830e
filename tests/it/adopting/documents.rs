//! Documents that others wrote, served as they are.

use mongodb::bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use mongodb::options::IndexOptions;
use mongodb::{Client, IndexModel};
use purlin_tests::Backend;
use serde_json::{Value, json};

use super::legacy::Legacy;
use super::{array, odd};

/// Runs work on the database of a shop.
fn within<T>(
    shop: &Legacy,
    work: impl AsyncFnOnce(mongodb::Database) -> mongodb::error::Result<T>,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = async {
        let client = Client::with_uri_str(shop.url()).await?;
        work(client.default_database().expect("the URL names one")).await
    };
    runtime.expect("a runtime").block_on(done).expect("the database answers")
}

const ANN: &str = "507f1f77bcf86cd799439011";
const BOB: &str = "507f1f77bcf86cd799439012";

async fn fill(database: mongodb::Database) -> mongodb::error::Result<()> {
    let id = |text: &str| ObjectId::parse_str(text).expect("an id");
    let people = database.collection::<Document>("people");
    let at = DateTime::from_millis(1_704_164_645_678);
    people
        .insert_many([
            doc! { "_id": id(ANN), "email": "ann@x.org", "age": 40_i32, "at": at, "tags": ["a", "b"], "home": { "city": "Ulm" }, "vip": true },
            doc! { "_id": id(BOB), "email": "bob@x.org", "age": Bson::Null, "at": at, "boss": id(ANN), "vip": false, "note": "" },
        ])
        .await?;
    let unique = IndexOptions::builder().unique(true).build();
    people
        .create_index(IndexModel::builder().keys(doc! { "email": 1 }).options(unique).build())
        .await?;
    let codes = database.collection::<Document>("codes");
    codes.insert_many([doc! { "_id": "DE", "title": "Germany" }, doc! { "_id": "FR" }]).await?;
    let numbers = database.collection::<Document>("numbers");
    numbers.insert_one(doc! { "_id": 7_i64, "odd": true }).await?;
    let pipeline = [doc! { "$project": { "email": 1 } }];
    database.create_collection("mails").view_on("people").pipeline(pipeline).await
}

#[test]
fn documents_are_adopted() {
    let shop = Legacy::of(Backend::Mongodb, "");
    within(&shop, fill);
    let before = within(&shop, dump);
    let tables = json!({"tables": ["people", "codes", "numbers", "mails"]});
    shop.app.post("/api/datasources/shop/tables").root().json(&tables).expect(200);
    let people = "/api/collections/people/records";
    let ann = shop.app.get(&format!("{people}/{ANN}")).root().expect(200).json();
    let expected = json!({
        "collectionId": ann["collectionId"], "collectionName": "people", "id": ANN,
        "email": "ann@x.org", "age": 40, "at": "2024-01-02 03:04:05.678Z", "tags": ["a", "b"],
        "home": {"city": "Ulm"}, "vip": true, "boss": null, "note": null,
    });
    assert_eq!(ann, expected);
    // Nothing says that documents refer to others: people do.
    let mut definition = shop.app.get("/api/collections/people").root().expect(200).json();
    let own = definition["id"].clone();
    let fields = definition["fields"].as_array_mut().expect("fields");
    let boss = fields.iter_mut().find(|field| field["name"] == "boss").expect("a boss");
    *boss = json!({"id": boss["id"], "name": "boss", "type": "relation", "collectionId": own, "maxSelect": 1});
    let fields = json!({"fields": definition["fields"]});
    shop.app.patch("/api/collections/people").root().json(&fields).expect(200);
    for (filter, ids) in [
        (format!("id = '{BOB}'"), BOB),
        ("id = 'x'".to_owned(), ""),
        ("age = null".to_owned(), BOB),
        ("age > 30".to_owned(), ANN),
        ("vip = true".to_owned(), ANN),
        ("note != ''".to_owned(), ""),
        ("at >= '2024-01-02 03:04:05.678Z' && email ~ 'bob'".to_owned(), BOB),
        ("home.city = 'Ulm'".to_owned(), ANN),
        ("tags ~ 'b'".to_owned(), ANN),
        (format!("boss = '{ANN}'"), BOB),
        ("boss.email = 'ann@x.org'".to_owned(), BOB),
        ("people_via_boss.vip ?= false".to_owned(), ANN),
    ] {
        let answer = shop.app.get(people).root().query("filter", &filter).expect(200).json();
        assert_eq!(array(&answer["items"], "id").join(" "), ids, "{filter}");
    }
    let bob = shop.app.get(&format!("{people}/{BOB}?expand=boss")).root().expect(200).json();
    assert_eq!(bob["expand"]["boss"]["email"], "ann@x.org");
    let made = shop.app.post(people).root().json(&json!({
        "email": "eve@x.org", "at": "2025-01-01 00:00:00.000Z", "boss": BOB, "tags": ["x"], "age": 5,
    }));
    let made = made.expect(200).json();
    let id = made["id"].as_str().expect("an id").to_owned();
    assert_eq!((id.len(), &made["boss"], &made["home"]), (24, &json!(BOB), &Value::Null));
    let twice =
        shop.app.post(people).root().json(&json!({"email": "eve@x.org", "at": "2025-01-01"}));
    twice.expect(400).has(r#""email":{"code":"validation_not_unique"#);
    let one = format!("{people}/{id}");
    let patched = shop.app.patch(&one).root().json(&json!({"age": null, "boss": "", "vip": true}));
    assert_eq!(patched.expect(200).json()["boss"], Value::Null);
    let stored = within(&shop, async |database| {
        let people = database.collection::<Document>("people");
        people.find_one(doc! { "email": "eve@x.org" }).await
    });
    let stored = stored.expect("eve");
    assert!(stored.get_object_id("_id").is_ok() && stored.get_datetime("at").is_ok(), "{stored}");
    assert_eq!(stored.get("boss"), Some(&Bson::Null), "{stored}");
    let codes = "/api/collections/codes/records";
    shop.app.post(codes).root().json(&json!({"id": "IT", "title": "Italy"})).expect(200);
    shop.app.get(&format!("{codes}/IT")).root().expect(200).has("Italy");
    let numbers = "/api/collections/numbers/records";
    shop.app.get(&format!("{numbers}/7")).root().expect(200).has("\"id\":\"7\"");
    shop.app.get(&format!("{numbers}/07")).root().expect(404);
    shop.app.post(numbers).root().json(&json!({"id": "8"})).expect(200);
    let mails =
        shop.app.get("/api/collections/mails/records?sort=-email").root().expect(200).json();
    assert_eq!(array(&mails["items"], "email"), ["eve@x.org", "bob@x.org", "ann@x.org"]);
    shop.app.delete(&format!("{people}/{BOB}")).root().expect(204);
    assert_eq!(within(&shop, dump), before, "no index, option or collection changed");
    // What a sample lacks is told, not refused.
    within(&shop, async |database| {
        database.collection::<Document>("codes").insert_one(doc! { "_id": "GB", "more": 1 }).await
    });
    let check = shop.app.home.run(&["adopt", "--check", "--config", "purlin.toml"], "");
    assert!(check.success && check.out.contains("more (int) is new"), "{check:?}");
    within(&shop, async |database| database.collection::<Document>("codes").drop().await);
    let gone = shop.app.home.run(&["adopt", "--check", "--config", "purlin.toml"], "");
    assert!(!gone.success && gone.out.contains("! the table codes is gone"), "{gone:?}");
}

#[test]
fn members_hold_anything() {
    let shop = Legacy::of(Backend::Mongodb, "");
    within(&shop, async |database| {
        let notes = database.collection::<Document>("notes");
        let first = doc! { "_id": 1, "note": "", "tags": ["a"], "extra": "[1]", "size": 1 };
        notes.insert_many([first, doc! { "_id": 2, "extra": { "a": 1.5 } }]).await
    });
    odd::adopt(&shop);
    // What the sample did not show.
    within(&shop, async |database| {
        let notes = database.collection::<Document>("notes");
        let all = [
            doc! { "_id": 3, "tags": "[broken", "extra": "plain", "size": "[" },
            doc! { "_id": 4, "tags": ["a", Bson::Null, "a"], "extra": "", "size": [1] },
        ];
        notes.insert_many(all).await
    });
    let extra =
        [("1", json!("[1]")), ("2", json!({"a": 1.5})), ("3", json!("plain")), ("4", json!(""))];
    odd::expect_listed(&shop, "extra", &extra);
    odd::expect_listed(&shop, "size", &[("3", json!(0)), ("4", json!(0))]);
    odd::choose_tags(&shop);
    odd::expect_listed(&shop, "tags", &[("1", json!(["a"])), ("3", json!(["[broken"]))]);
}

/// Options and indexes of everything there is.
async fn dump(database: mongodb::Database) -> mongodb::error::Result<Vec<String>> {
    let mut all = Vec::new();
    let mut names = database.list_collection_names().await?;
    names.sort();
    for name in names.iter().filter(|name| !name.starts_with("system.")) {
        let found = doc! { "listCollections": 1, "filter": { "name": name } };
        let found = database.run_command(found).await?;
        all.push(found.get_document("cursor").map(|it| it.to_string()).unwrap_or_default());
        if name != "mails" {
            let indexes = database.run_command(doc! { "listIndexes": name }).await?;
            all.push(indexes.get_document("cursor").map(|it| it.to_string()).unwrap_or_default());
        }
    }
    Ok(all)
}
