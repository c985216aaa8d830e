//! Schema changes whose node dies: at every moment either all or nothing is there afterwards.

use std::sync::Arc;
use std::time::Duration;

use purlin_core::store::{SchemaChange, Store, StoreError};
use purlin_model::Value;
use purlin_model::schema::{Collection, Field, Kind};

use crate::backends::{Bench, on_stores};
use crate::kit::*;
use crate::schema::texts;

on_stores! {
    mysql:
    a_change_that_is_cut_off_is_there_or_not,
    a_change_that_fails_at_its_end_leaves_nothing,
}
on_stores! {
    mongo:
    a_change_that_is_cut_off_is_there_or_not,
    a_change_that_fails_at_its_end_leaves_nothing,
}

/// What there is before, and what shall be.
struct Shapes {
    old: [Arc<Collection>; 2],
    view: Arc<Collection>,
    new: [Arc<Collection>; 2],
}

impl Shapes {
    fn new(bench: &Bench) -> Self {
        let indexes = vec!["CREATE UNIQUE INDEX idx_a ON posts (`a`) WHERE a != ''".to_owned()];
        let fields = vec![field("a", text()), field("b", text()), field("s", select(1))];
        let posts = Collection { indexes, ..collection("posts", fields) };
        let mut articles = posts.clone();
        articles.name = "articles".into();
        articles.fields[2].name = "body".into();
        articles.fields[3].kind = select(3);
        articles.fields.push(Field { id: "new".into(), ..field("n", number()) });
        articles.indexes = vec![
            "CREATE UNIQUE INDEX idx_t ON articles (a COLLATE NOCASE)".to_owned(),
            "CREATE INDEX idx_n ON articles (n, body)".to_owned(),
        ];
        let mut view = collection("titles", vec![field("a", text())]);
        view.kind = Kind::View { query: bench.view("posts", "a") };
        let old = [Arc::new(posts), Arc::new(collection("gone", vec![field("g", text())]))];
        let new = [Arc::new(articles), Arc::new(collection("made", vec![field("m", text())]))];
        Shapes { old, view: Arc::new(view), new }
    }

    async fn seed(&self, store: &dyn Store) {
        let [posts, gone] = &self.old;
        let values: [(&str, Value); 3] =
            [("a", "a1".into()), ("b", "b1".into()), ("s", "x".into())];
        let records = vec![
            record(posts, "r1", &values),
            record(posts, "r2", &[("a", "a2".into())]),
            record(gone, "g1", &[("g", "kept".into())]),
        ];
        seed(store, &[posts, gone, &self.view], records).await;
    }

    fn changes(&self) -> [SchemaChange; 3] {
        let [posts, gone] = self.old.clone();
        let [articles, made] = self.new.clone();
        [
            SchemaChange::Alter { from: posts, to: articles },
            SchemaChange::Create(made),
            SchemaChange::Drop(gone),
        ]
    }

    /// Whether the change is made; panics when it is made by half.
    async fn are_new(&self, store: &dyn Store) -> bool {
        let [posts, gone] = &self.old;
        let [articles, made] = &self.new;
        assert_eq!(texts(store, &self.view, "a").await, "a1 a2");
        let tables: Vec<String> =
            store.look().await.unwrap().into_iter().map(|it| it.name).collect();
        let has = |name: &str| tables.iter().any(|it| it == name);
        let ours = tables.iter().filter(|it| !it.starts_with('_')).count();
        assert_eq!(ours, 3, "{tables:?}");
        if has("articles") {
            assert!(has("made") && has("titles"), "{tables:?}");
            assert_eq!(texts(store, articles, "body").await, "b1 ");
            assert_eq!(texts(store, made, "m").await, "done");
            let page = store.select(&everything(by_id(articles, "r1"))).await.unwrap();
            let found = &page.records[0].record;
            assert_eq!(found.get("s"), Some(&Value::List(vec!["x".into()])));
            let twice = vec![create(record(articles, "r3", &[("a", "A1".into())]))];
            let twice = store.write(twice).await;
            assert!(matches!(twice, Err(StoreError::NotUnique { .. })), "{twice:?}");
            return true;
        }
        assert!(has("posts") && has("gone") && has("titles"), "{tables:?}");
        assert_eq!(texts(store, posts, "a").await, "a1 a2");
        assert_eq!(texts(store, posts, "b").await, "b1 ");
        assert_eq!(texts(store, posts, "s").await, "x ");
        assert_eq!(texts(store, gone, "g").await, "kept");
        let twice = store.write(vec![create(record(posts, "r3", &[("a", "a1".into())]))]).await;
        assert!(matches!(twice, Err(StoreError::NotUnique { .. })), "{twice:?}");
        false
    }
}

async fn a_change_that_is_cut_off_is_there_or_not(bench: &Bench) {
    let shapes = Shapes::new(bench);
    shapes.seed(&*bench.open().await).await;
    let (mut patience, mut undone) = (Duration::from_millis(2), 0);
    loop {
        die_changing(bench, &shapes, patience);
        bench.end_rights().await;
        // Whoever comes next waits for the statement that still runs, and finishes.
        let next = bench.open().await;
        next.migrate(&[], Vec::new()).await.unwrap();
        if shapes.are_new(&*next).await {
            break;
        }
        undone += 1;
        assert!(undone < 100, "the change is never made");
        patience += Duration::from_millis(12);
    }
    assert!(undone > 2, "nothing was cut off");
}

/// Begins the change on a node that is dead after that time.
fn die_changing(bench: &Bench, shapes: &Shapes, after: Duration) {
    let node = || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = bench.open().await;
            let done = vec![create(record(&shapes.new[1], "m1", &[("m", "done".into())]))];
            let _ = tokio::time::timeout(after, store.migrate(&shapes.changes(), done)).await;
        });
        // With it ends what the store does by itself.
        runtime.shutdown_timeout(Duration::from_secs(10));
    };
    std::thread::scope(|scope| scope.spawn(node).join()).unwrap();
}

async fn a_change_that_fails_at_its_end_leaves_nothing(bench: &Bench) {
    let shapes = Shapes::new(bench);
    let store = bench.open().await;
    shapes.seed(&*store).await;
    let made = &shapes.new[1];
    // The writes that record it.
    let twice = ["m1", "m1"].map(|id| create(record(made, id, &[])));
    let failed = store.migrate(&shapes.changes(), twice.to_vec()).await;
    assert!(matches!(failed, Err(StoreError::NotUnique { write: 1, .. })), "{failed:?}");
    assert!(!shapes.are_new(&*store).await);
    // A view that cannot be read; an index on values that repeat.
    let mut broken = (*shapes.view).clone();
    (broken.id, broken.name) = ("broken".into(), "broken".into());
    broken.kind = Kind::View { query: bench.view("articles", "$nowhere") };
    let mut twins = (*shapes.new[0]).clone();
    twins.indexes.push("CREATE UNIQUE INDEX idx_same ON articles (n)".into());
    let [alter, create_made, dropped] = shapes.changes();
    let SchemaChange::Alter { from, .. } = &alter else { return };
    let other = SchemaChange::Alter { from: from.clone(), to: Arc::new(twins) };
    let view = SchemaChange::Create(Arc::new(broken));
    for changes in
        [vec![dropped.clone(), alter, create_made.clone(), view], vec![dropped, create_made, other]]
    {
        let failed = store.migrate(&changes, Vec::new()).await;
        let refused = matches!(failed, Err(StoreError::Refused(_) | StoreError::Index { .. }));
        assert!(refused, "{failed:?}");
        assert!(!shapes.are_new(&*store).await);
    }
}
