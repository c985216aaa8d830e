//! What a server makes of our statements: indexes serve what they can serve. Where nothing says that
//! there is a server (`PURLIN_TEST_MYSQL_URL`), and there is none, nothing is asked.

use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::plan::{Select, Source, Term, Test};
use purlin_model::query::Op;
use purlin_model::schema::FieldKind;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::connection::{Ready, each, run};
use super::encode::{Cell, cell, forms};
use super::server::Server;
use crate::store::example::{by, column, equal, posts, select};
use crate::store::sql::mysql::index;
use crate::store::sql::{Statement, count, page, table};

/// The posts of `example`, with titles short enough for an index to take them as a whole.
fn collections() -> [Arc<Collection>; 2] {
    let [posts, tags] = posts();
    let mut posts = (*posts).clone();
    if let FieldKind::Text { max, .. } = &mut posts.fields[1].kind {
        *max = 100;
    }
    [Arc::new(posts), tags]
}

struct Fresh {
    connection: MySqlConnection,
    server: Server,
    name: String,
}

impl Fresh {
    /// A database with some records; `None` where there is no server.
    async fn new(name: &str) -> Option<Self> {
        let set = std::env::var("PURLIN_TEST_MYSQL_URL").ok();
        let url = set.clone().unwrap_or_else(|| "mysql://root@127.0.0.1:3306".to_owned());
        let options: MySqlConnectOptions = url.parse().unwrap();
        let connected = options.database("information_schema").connect().await;
        assert!(connected.is_ok() || set.is_none(), "no server at {url}");
        let mut connection = connected.ok()?;
        let name = format!("purlin_explain_{}_{name}", std::process::id());
        run(&mut connection, &format!("CREATE DATABASE {name}")).await.unwrap();
        run(&mut connection, &format!("USE {name}")).await.unwrap();
        let mut server = Server::new("10.11.0-MariaDB", 1 << 24, name.clone()).unwrap();
        let mut version = String::new();
        let asked = Statement::new(server.dialect(), "SELECT VERSION()");
        each(&mut connection, Ready::new(&asked, 1 << 24).unwrap(), |row| {
            if let Cell::Text(text) = cell(row, &forms(row), 0)? {
                version = text.into_owned();
            }
            Ok(())
        })
        .await
        .unwrap();
        server = Server::new(&version, 1 << 24, name.clone()).unwrap();
        run(&mut connection, &server.session(30.0)).await.unwrap();
        let mut fresh = Fresh { connection, server, name };
        fresh.fill().await;
        Some(fresh)
    }

    async fn fill(&mut self) {
        for collection in collections() {
            let made = table::create(self.server.dialect(), &collection).text;
            run(&mut self.connection, &made).await.unwrap();
            for text in &collection.indexes {
                let long = |field: &_| super::columns::is_long(field);
                let keys = index::keys(self.server.dialect(), &collection, text, &long).unwrap();
                let text = format!("ALTER TABLE `{}` {}", collection.name, keys.added.join(", "));
                run(&mut self.connection, &text).await.unwrap();
            }
        }
        let numbers =
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 900)";
        for text in [
            format!(
                "INSERT INTO tags (id, name) {numbers} SELECT CONCAT('t', x), CONCAT('n', x) FROM n"
            ),
            format!(
                "INSERT INTO posts (id, title, n, top, tags) {numbers} SELECT CONCAT('p', x), \
                 CONCAT('title', x MOD 30), x, CONCAT('t', x), JSON_ARRAY(CONCAT('t', x)) FROM n"
            ),
            "ANALYZE TABLE posts, tags".to_owned(),
        ] {
            run(&mut self.connection, &text).await.unwrap();
        }
    }

    /// The lines of the plan: table, type of access, key, extra.
    async fn plan(&mut self, statement: &Statement) -> String {
        let mut explain = statement.clone();
        explain.text.insert_str(0, "EXPLAIN ");
        let mut plan = String::new();
        each(&mut self.connection, Ready::new(&explain, 1 << 24).unwrap(), |row| {
            use sqlx::{Column as _, Row as _};
            let forms = forms(row);
            for (index, column) in row.columns().iter().enumerate() {
                if ["table", "type", "key", "Extra"].contains(&column.name())
                    && let Cell::Text(text) = cell(row, &forms, index)?
                {
                    plan += &format!("{text} ");
                }
            }
            plan.push('\n');
            Ok(())
        })
        .await
        .unwrap();
        plan
    }

    async fn assert(&mut self, statement: &Statement, has: &[&str], has_not: &[&str]) {
        let plan = self.plan(statement).await;
        for part in has {
            assert!(plan.contains(part), "no {part:?} in\n{plan}of {}", statement.text);
        }
        for part in has_not {
            assert!(!plan.contains(part), "{part:?} in\n{plan}of {}", statement.text);
        }
    }

    async fn drop(mut self) {
        run(&mut self.connection, &format!("DROP DATABASE {}", self.name)).await.unwrap();
        self.connection.close().await.unwrap();
    }
}

/// A page of posts, as the collections here define them.
fn of(test: Test) -> Select {
    let mut select = select(test);
    let [posts, tags] = collections();
    for (row, collection) in [(0, &posts), (1, &tags), (2, &tags)] {
        select.condition.rows[row].collection = Some(collection.clone());
    }
    select
}

#[tokio::test]
async fn indexes_serve_what_they_can() {
    let Some(mut fresh) = Fresh::new("indexes").await else { return };
    let dialect = fresh.server.dialect();
    // One record by its key.
    let mut one = of(equal(column(0, 0), "p5"));
    one.limit = 1;
    fresh.assert(&page(dialect, &one), &["r0 const purlin_id"], &["ALL", "filesort"]).await;
    // Filter and sort together, ties broken by the order of insertion.
    let mut list = of(equal(column(0, 1), "title7"));
    list.sort = vec![by(column(0, 2), false)];
    let statement = page(dialect, &list);
    fresh.assert(&statement, &["r0 ref by_title"], &["ALL", "filesort", "temporary"]).await;
    let counted = count(dialect, &list.condition);
    fresh.assert(&counted, &["r0 ref by_title", "Using index"], &["ALL"]).await;
    // No sort is the order of the table.
    let all = of(Test::Constant(true));
    fresh.assert(&page(dialect, &all), &["r0 index PRIMARY"], &["filesort"]).await;
    // Joins look keys up, of lists too.
    let single = of(equal(column(1, 1), "n5"));
    fresh.assert(&page(dialect, &single), &["r1 eq_ref purlin_id"], &[]).await;
    let many = of(Test::Compare {
        left: column(2, 1),
        op: Op::Equal,
        right: Term::Value("n5".into()),
        every: false,
    });
    fresh.assert(&page(dialect, &many), &["r2 eq_ref purlin_id"], &["r2 ALL"]).await;
    // A cross join with an equality looks it up.
    let same =
        Test::Compare { left: column(2, 0), op: Op::Equal, right: column(0, 4), every: false };
    let mut cross = of(Test::All(vec![same, equal(column(2, 0), "t5")]));
    cross.condition.rows[2].source = Source::Every;
    fresh.assert(&count(dialect, &cross.condition), &["r2 const purlin_id"], &["r2 ALL"]).await;
    fresh.drop().await;
}
