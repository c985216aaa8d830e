//! What PostgreSQL makes of our statements: indexes serve what they can serve.

use std::io::Write as _;

use purlin_model::plan::{Term, Test};
use purlin_model::query::Op;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Executor as _};

use super::{encode, run};
use crate::store::example::{by, column, equal, posts, select};
use crate::store::sql::postgres::{POSTGRES, index};
use crate::store::sql::{Statement, count, page, table};

const SERVER: &str = "postgres://postgres@127.0.0.1:5432/postgres";

/// Tables with some thousand records that go with the connection; none where there is no server
/// and nothing says that there has to be one.
async fn connection() -> Option<PgConnection> {
    let named = std::env::var("PURLIN_TEST_POSTGRES_URL").ok();
    let wanted = named.is_some() || std::env::var("CI").is_ok_and(|ci| ci == "true");
    let server = named.as_deref().unwrap_or(SERVER);
    let mut connection = match PgConnection::connect(server).await {
        Ok(connection) => connection,
        Err(error) => {
            assert!(!wanted, "PostgreSQL at {server} cannot be used: {error}");
            let _ = writeln!(std::io::stderr(), "skipped: no PostgreSQL at {server}: {error}");
            return None;
        }
    };
    connection.execute("SET search_path TO pg_temp; SET jit TO off").await.unwrap();
    for collection in posts() {
        run::execute_once(&mut connection, table::create(POSTGRES, &collection)).await.unwrap();
        for text in &collection.indexes {
            let (_, statement) = index::create(&collection, text).unwrap();
            run::execute_once(&mut connection, statement).await.unwrap();
        }
    }
    let fill = "INSERT INTO posts (id, title, n, top, tags) SELECT 'p' || i, 't' || i % 100, i, \
                't' || i % 500, '[\"t' || i % 500 || '\"]' FROM generate_series(1, 5000) AS i; \
                INSERT INTO tags (id, name) SELECT 't' || i, 'n' || i FROM generate_series(1, 5000) AS i; \
                ANALYZE posts; ANALYZE tags";
    connection.execute(fill).await.unwrap();
    Some(connection)
}

async fn assert_plan(statement: Statement, has: &[&str], has_not: &[&str]) {
    let Some(mut connection) = connection().await else { return };
    let shown = statement.text.clone();
    let explained = Statement { text: format!("EXPLAIN {}", statement.text), ..statement };
    let mut plan = String::new();
    let explain = run::rows(&mut connection, explained, |row| {
        plan += encode::text(row, 0)?.unwrap_or_default();
        plan.push('\n');
        Ok(())
    });
    explain.await.unwrap();
    for step in has {
        assert!(plan.contains(step), "no {step:?} in\n{plan}\nof {shown}");
    }
    for step in has_not {
        assert!(!plan.contains(step), "{step:?} in\n{plan}\nof {shown}");
    }
}

#[tokio::test]
async fn one_record_is_found_by_its_key() {
    let mut one = select(equal(column(0, 0), "p7"));
    one.limit = 1;
    assert_plan(page(POSTGRES, &one), &["using posts_pkey"], &["Seq Scan"]).await;
}

#[tokio::test]
async fn an_index_serves_filter_and_sort_together() {
    for descending in [true, false] {
        let mut list = select(equal(column(0, 1), "t5"));
        list.sort = vec![by(column(0, 2), descending)];
        list.limit = 5;
        // Ties break by insertion order: only they are sorted.
        let sorted = "Presorted Key: n";
        assert_plan(page(POSTGRES, &list), &["using by_title", sorted], &["Seq Scan"]).await;
        assert_plan(count(POSTGRES, &list.condition), &["by_title"], &["Seq Scan"]).await;
    }
    let empty = select(equal(column(0, 1), ""));
    assert_plan(page(POSTGRES, &empty), &["by_title"], &["Seq Scan"]).await;
}

#[tokio::test]
async fn no_sort_is_the_order_of_insertion() {
    let all = select(Test::Constant(true));
    assert_plan(page(POSTGRES, &all), &["using posts__rowid__key"], &["Sort", "Seq Scan"]).await;
}

#[tokio::test]
async fn joins_look_up_keys() {
    let single = select(Test::All(vec![equal(column(0, 0), "p7"), equal(column(1, 1), "n7")]));
    assert_plan(page(POSTGRES, &single), &["posts_pkey", "tags_pkey"], &["Seq Scan"]).await;
    for every in [false, true] {
        let left = column(2, 1);
        let right = Term::Value("n7".into());
        let many = Test::Compare { left, op: Op::Equal, right, every };
        let both = select(Test::All(vec![equal(column(0, 1), "t5"), many]));
        assert_plan(page(POSTGRES, &both), &["by_title", "tags_pkey"], &["Seq Scan"]).await;
    }
}
