//! What a server makes of our queries: indexes serve what they can serve. Where nothing says that
//! there is a server (`PURLIN_TEST_MONGODB_URL`), and there is none, nothing is asked.
//!
//! The server writes down what it is sent (its profiler), and that it is asked to explain.

use std::io::Write as _;
use std::sync::Arc;

use mongodb::bson::{Bson, Document, doc};
use mongodb::{Client, Database};
use purlin_model::Collection;
use purlin_model::plan::{Select, Term, Test, Write};
use purlin_model::query::Op;
use purlin_model::{Record, Value};

use super::{Options, open};
use crate::store::example::{by, column, equal, posts, select};
use crate::store::{SchemaChange, Store};

const SERVER: &str = "mongodb://127.0.0.1:27117/?replicaSet=rs0&directConnection=true";

struct Fresh {
    store: Arc<dyn Store>,
    database: Database,
}

impl Fresh {
    /// A database with some records; `None` where there is no server.
    async fn new() -> Option<Self> {
        let named = std::env::var("PURLIN_TEST_MONGODB_URL").ok();
        let wanted = named.is_some() || std::env::var("CI").is_ok_and(|ci| ci == "true");
        let server = named.as_deref().unwrap_or(SERVER);
        let (address, parameters) = server.split_once('?').unwrap_or((server, ""));
        let name = format!("purlin_explain_{}", std::process::id());
        let url = format!("{}/{name}?{parameters}", address.trim_end_matches('/'));
        let store = match open(&url, Options::default()).await {
            Ok(store) => store,
            Err(error) => {
                assert!(!wanted, "MongoDB at {server} cannot be used: {error}");
                let _ = writeln!(std::io::stderr(), "skipped: no MongoDB at {server}: {error}");
                return None;
            }
        };
        let database = Client::with_uri_str(&url).await.unwrap().database(&name);
        let fresh = Fresh { store, database };
        fresh.fill().await;
        fresh.database.run_command(doc! { "profile": 2 }).await.unwrap();
        Some(fresh)
    }

    async fn fill(&self) {
        let [posts, tags] = posts();
        let made = [posts.clone(), tags.clone()].map(SchemaChange::Create);
        self.store.migrate(&made, Vec::new()).await.unwrap();
        let number = |n: u32| Value::Number(f64::from(n));
        let text = |letter: &str, n: u32| Value::from(format!("{letter}{n}").as_str());
        let records = (1..=600).flat_map(|n| {
            let tag = text("t", n);
            [
                record(&tags, &[("id", tag.clone()), ("name", text("n", n))]),
                record(
                    &posts,
                    &[
                        ("id", text("p", n)),
                        ("title", text("title", n % 30)),
                        ("n", number(n)),
                        ("top", tag),
                        ("tags", Value::List(vec![format!("t{n}")])),
                    ],
                ),
            ]
        });
        let create = |record| Write::Create { record, left_out: Vec::new(), guards: Vec::new() };
        self.store.write(records.map(create).collect()).await.unwrap();
    }

    /// The steps of the plan the server has for what the store sends it last for a read.
    async fn plan(&self, select: &Select) -> String {
        self.store.select(select).await.unwrap();
        let sent = doc! { "ns": format!("{}.posts", self.database.name()), "appName": "purlin" };
        let profile = self.database.collection::<Document>("system.profile");
        let last = profile.find_one(sent).sort(doc! { "$natural": -1 }).await.unwrap();
        let mut command = last.unwrap().get_document("command").unwrap().clone();
        // What is the session's, and not the query's.
        for member in ["lsid", "$clusterTime", "$db", "$readPreference", "writeConcern"] {
            command.remove(member);
        }
        let explain = doc! { "explain": command, "verbosity": "queryPlanner" };
        let explained = self.database.run_command(explain).await.unwrap();
        let mut plan = String::new();
        steps(&Bson::Document(explained), &mut plan);
        plan
    }

    async fn assert(&self, select: &Select, has: &[&str], has_not: &[&str]) {
        let plan = self.plan(select).await;
        for step in has {
            assert!(plan.contains(step), "no {step:?} in\n{plan}of {select:?}");
        }
        for step in has_not {
            assert!(!plan.contains(step), "{step:?} in\n{plan}of {select:?}");
        }
    }
}

fn record(collection: &Arc<Collection>, values: &[(&str, Value)]) -> Record {
    let mut record = Record::blank(collection);
    values.iter().for_each(|(name, value)| record.set(name, value.clone()));
    record
}

/// Appends how documents are found by the plans that won: a line for each stage, with its index.
fn steps(explained: &Bson, plan: &mut String) {
    match explained {
        Bson::Document(document) => {
            let said = ["stage", "strategy", "indexName"].map(|key| document.get_str(key));
            let said: Vec<&str> = said.into_iter().flatten().collect();
            if !said.is_empty() {
                *plan += &format!("{}\n", said.join(" "));
            }
            let rest = document.iter().filter(|(key, _)| {
                !["rejectedPlans", "command", "slotBasedPlan"].contains(&key.as_str())
            });
            rest.for_each(|(_, value)| steps(value, plan));
        }
        Bson::Array(items) => items.iter().for_each(|item| steps(item, plan)),
        _ => {}
    }
}

/// None of them, but how many there are.
fn counted(mut select: Select) -> Select {
    (select.limit, select.total) = (0, true);
    select
}

fn sorted(mut select: Select, descending: bool) -> Select {
    select.sort = vec![by(column(0, 2), descending)];
    select
}

fn any_tag(every: bool) -> Test {
    let right = Term::Value("n5".into());
    Test::Compare { left: column(2, 1), op: Op::Equal, right, every }
}

#[tokio::test]
async fn indexes_serve_what_they_can() {
    let Some(fresh) = Fresh::new().await else { return };
    let titled = || equal(column(0, 1), "title7");
    let one = Select { limit: 1, ..select(equal(column(0, 0), "p7")) };
    fresh.assert(&one, &["IDHACK"], &["COLLSCAN"]).await;
    // Filter and sort together, ties broken by the order of insertion. An index is read both ways,
    // ties are broken one way only: the other way what is found is sorted.
    let list = sorted(select(titled()), true);
    fresh.assert(&list, &["IXSCAN by_title"], &["COLLSCAN", "SORT"]).await;
    let list = sorted(select(titled()), false);
    fresh.assert(&list, &["IXSCAN by_title", "SORT"], &["COLLSCAN"]).await;
    fresh.assert(&counted(list), &["COUNT_SCAN by_title"], &["COLLSCAN", "FETCH"]).await;
    let empty = select(equal(column(0, 1), ""));
    fresh.assert(&empty, &["IXSCAN by_title"], &["COLLSCAN"]).await;
    // No sort is the order of insertion.
    let all = select(Test::Constant(true));
    fresh.assert(&all, &["IXSCAN :n"], &["COLLSCAN", "SORT"]).await;
    // Joins look up keys, of lists too; records are looked at in their order until there are enough.
    let key = "EQ_LOOKUP IndexedLoopJoin _id_";
    for test in [equal(column(1, 1), "n5"), any_tag(false), any_tag(true)] {
        fresh.assert(&select(test), &[key, "IXSCAN :n"], &["COLLSCAN", "SORT"]).await;
    }
    // A plain test beside a joined one still uses its index.
    let both = sorted(select(Test::All(vec![titled(), any_tag(false)])), true);
    fresh.assert(&both, &[key, "IXSCAN by_title"], &["COLLSCAN", "SORT"]).await;
    fresh.database.drop().await.unwrap();
}
