//! The log of changes where it is a table of a server: what is not committed yet, by whomever.

use std::sync::Arc;
use std::time::{Duration, Instant};

use purlin_core::store::StoreError;
use purlin_model::plan::Write;
use purlin_model::schema::{Native, NativeKind};
use purlin_model::{Collection, Value};
use sqlx::{Connection as _, Executor as _, MySqlConnection, PgConnection};

use crate::backends::{Bench, on_stores};
use crate::changes::{nothing, read, told};
use crate::kit::*;
use crate::transactions::notes;

on_stores! {
    postgres:
    a_number_that_may_still_come_is_waited_for,
    a_feed_begins_behind_what_is_about_to_be_committed,
    writes_that_change_nothing_and_keys_that_are_given_are_told,
    a_transaction_that_stays_open_delays_nobody,
}
on_stores! {
    mysql:
    a_number_that_may_still_come_is_waited_for,
    a_feed_begins_behind_what_is_about_to_be_committed,
    writes_that_change_nothing_and_keys_that_are_given_are_told,
    a_write_whose_number_was_taken_is_done_again,
    a_log_that_may_not_be_made_is_none,
}

/// A client of the server's own.
enum Other {
    Postgres(PgConnection),
    Mysql(MySqlConnection),
}

impl Other {
    async fn on(url: &str) -> Self {
        match url.starts_with("postgres") {
            true => Other::Postgres(PgConnection::connect(url).await.unwrap()),
            false => Other::Mysql(MySqlConnection::connect(url).await.unwrap()),
        }
    }

    async fn tell(&mut self, text: &str) {
        match self {
            Other::Postgres(connection) => drop(connection.execute(text).await.unwrap()),
            Other::Mysql(connection) => drop(connection.execute(text).await.unwrap()),
        }
    }

    /// What another node's transaction has written down when it is about to be committed.
    async fn log(&mut self, record: &str) {
        let table = match self {
            Other::Postgres(_) => "_purlin_changes",
            Other::Mysql(_) => "_purlin_log",
        };
        let line = format!("(collection, record, action) VALUES ('notes', '{record}', 2)");
        self.tell(&format!("INSERT INTO {table} {line}")).await;
    }
}

async fn a_number_that_may_still_come_is_waited_for(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let mut feed = store.follow(None).await.unwrap();
    for (end, expected) in [
        ("COMMIT", "update notes/held, create notes/COMMIT"),
        ("ROLLBACK", "create notes/ROLLBACK"),
        ("COMMIT ", "update notes/held, create notes/COMMIT "),
    ] {
        let mut other = Other::on(&bench.url()).await;
        other.tell("BEGIN").await;
        other.log("held").await;
        store.write(vec![create(record(&notes, end, &[]))]).await.unwrap();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(300) {
            nothing(&mut *feed).await;
        }
        other.tell(end).await;
        assert_eq!(told(&read(&mut *feed, expected.split(',').count()).await), expected);
        nothing(&mut *feed).await;
    }
}

async fn a_feed_begins_behind_what_is_about_to_be_committed(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let mut other = Other::on(&bench.url()).await;
    other.tell("BEGIN").await;
    other.log("held").await;
    store.write(vec![create(record(&notes, "before", &[]))]).await.unwrap();
    let begins = {
        let store = store.clone();
        tokio::spawn(async move { store.follow(None).await })
    };
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!begins.is_finished());
    other.tell("COMMIT").await;
    let mut feed = begins.await.unwrap().unwrap();
    nothing(&mut *feed).await;
    store.write(vec![create(record(&notes, "after", &[]))]).await.unwrap();
    assert_eq!(told(&read(&mut *feed, 1).await), "create notes/after");
}

/// A table of others, whose keys the database gives.
async fn items(bench: &Bench) -> Arc<Collection> {
    let mut other = Other::on(&bench.url()).await;
    let key = match other {
        Other::Postgres(_) => "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        Other::Mysql(_) => "bigint AUTO_INCREMENT PRIMARY KEY",
    };
    other.tell(&format!("CREATE TABLE items (id {key}, t text)")).await;
    let mut items = collection("items", vec![field("t", text())]);
    items.adopted = Some("items".to_owned());
    let kinds = [(NativeKind::Integer, true), (NativeKind::Text, false)];
    for (field, (kind, filled)) in items.fields.iter_mut().zip(kinds) {
        let column = field.name.clone();
        field.native = Some(Native { column, kind, filled });
    }
    Arc::new(items)
}

async fn writes_that_change_nothing_and_keys_that_are_given_are_told(bench: &Bench) {
    let store = bench.open().await;
    let (notes, items) = (notes(), items(bench).await);
    seed(&*store, &[&notes], vec![record(&notes, "n1", &[])]).await;
    let mut feed = store.follow(None).await.unwrap();
    let touch = |id: &str| Write::Update {
        collection: notes.clone(),
        id: id.into(),
        set: vec![],
        guards: vec![],
    };
    store.write(vec![touch("n1")]).await.unwrap();
    let missing = store.write(vec![touch("gone")]).await;
    assert!(matches!(missing, Err(StoreError::Missing { write: 0 })), "{missing:?}");
    store.write(vec![touch("n1"), touch("gone")]).await.unwrap_err();
    assert_eq!(told(&read(&mut *feed, 1).await), "update notes/n1");
    let same = || Write::Update {
        collection: notes.clone(),
        id: "n1".into(),
        set: vec![(1, "same".into())],
        guards: vec![],
    };
    store.write(vec![same()]).await.unwrap();
    store.write(vec![same()]).await.unwrap();
    assert_eq!(told(&read(&mut *feed, 2).await), "update notes/n1, update notes/n1");
    let item = || Write::Create {
        record: record(&items, "", &[("t", Value::Text("x".into()))]),
        left_out: vec![0],
        guards: vec![],
    };
    let given = store.write(vec![item()]).await.unwrap();
    assert_eq!((given.len(), given[0].id.as_str()), (1, "1"));
    assert_eq!(told(&read(&mut *feed, 1).await), "create items/1");
    store.write(vec![touch("n1"), item(), item()]).await.unwrap();
    let expected = "update notes/n1, create items/2, create items/3";
    assert_eq!(told(&read(&mut *feed, 3).await), expected);
    nothing(&mut *feed).await;
}

/// Whatever else goes on in the server, only what is about to commit changes is waited for.
async fn a_transaction_that_stays_open_delays_nobody(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let mut feed = store.follow(None).await.unwrap();
    let mut stranger = Other::on(&bench.url()).await;
    stranger.tell("BEGIN; CREATE TABLE strange (id int)").await;
    let open = store.begin().await.unwrap();
    open.write(vec![create(record(&notes, "open", &[]))]).await.unwrap();
    let mut other = Other::on(&bench.url()).await;
    other.tell("BEGIN").await;
    other.log("never").await;
    other.tell("ROLLBACK").await;
    store.write(vec![create(record(&notes, "n1", &[]))]).await.unwrap();
    assert_eq!(told(&read(&mut *feed, 1).await), "create notes/n1");
    assert!(store.follow(None).await.is_ok());
    open.commit().await.unwrap();
    assert_eq!(told(&read(&mut *feed, 1).await), "create notes/open");
}

/// A feed took the number for dead; the write is told of once, under another.
async fn a_write_whose_number_was_taken_is_done_again(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![record(&notes, "n1", &[])]).await;
    let mut feed = store.follow(None).await.unwrap();
    let mut other = Other::on(&bench.url()).await;
    for write in [
        vec![create(record(&notes, "alone", &[]))],
        vec![create(record(&notes, "b1", &[])), create(record(&notes, "b2", &[]))],
    ] {
        other
            .tell(
                "CREATE TRIGGER taken BEFORE INSERT ON _purlin_log FOR EACH ROW \
                 SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1062",
            )
            .await;
        let count = write.len();
        let writes = {
            let store = store.clone();
            tokio::spawn(async move { store.write(write).await })
        };
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!writes.is_finished());
        other.tell("DROP TRIGGER taken").await;
        writes.await.unwrap().unwrap();
        assert_eq!(read(&mut *feed, count).await.len(), count);
        nothing(&mut *feed).await;
    }
}

/// An account that only serves tables of others.
async fn a_log_that_may_not_be_made_is_none(bench: &Bench) {
    let url = bench.url();
    let (server, database) = url.rsplit_once('/').unwrap();
    let mut other = Other::on(&url).await;
    let items = items(bench).await;
    let user = format!("u{}", &database[database.len() - 20..]);
    other.tell(&format!("CREATE USER {user}@'%' IDENTIFIED BY 'pass'")).await;
    other.tell(&format!("GRANT SELECT, INSERT ON {database}.* TO {user}@'%'")).await;
    let host = server.rsplit_once('@').map_or("127.0.0.1:3306", |(_, host)| host);
    let store = purlin_core::store::open(
        &purlin_core::config::Address::parse(&format!("mysql://{user}:pass@{host}/{database}"))
            .unwrap(),
        &purlin_core::store::Options::default(),
    )
    .await;
    let tried = async {
        let store = store?;
        let item =
            Write::Create { record: record(&items, "", &[]), left_out: vec![0], guards: vec![] };
        store.write(vec![item]).await?;
        let changes = store.capabilities().changes.clone();
        Ok::<_, StoreError>((changes, store.follow(None).await))
    };
    let tried = tried.await;
    other.tell(&format!("DROP USER {user}@'%'")).await;
    let (changes, followed) = tried.unwrap();
    let why = changes.unwrap_err();
    assert!(why.starts_with("the table _purlin_log cannot be made: "), "{why}");
    assert_eq!(followed.unwrap_err().to_string(), why);
}
