//! The databases a server under test may live on.

use std::fmt::Display;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mongodb::Client;
use mongodb::bson::{Document, doc};
use mongodb::options::ClientOptions;
use sqlx::{Connection as _, Executor as _, MySqlConnection, PgConnection};

/// Which kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Backend {
    Sqlite,
    Postgres,
    Mysql,
    Mongodb,
}

/// A database nobody else uses, dropped with this.
#[derive(Debug)]
pub struct Database {
    /// Its kind.
    pub backend: Backend,
    /// What a server is given as `--database`; none for the file in its own folder.
    pub url: Option<String>,
    /// Somebody else drops it.
    is_lent: bool,
}

impl Backend {
    /// What `PURLIN_TEST_BACKEND` says: `sqlite` (when it is not set), `postgres`, `mysql`, `mongodb`.
    ///
    /// # Panics
    /// When it says something else.
    #[must_use]
    pub fn chosen() -> Backend {
        match std::env::var("PURLIN_TEST_BACKEND").as_deref() {
            Err(_) | Ok("" | "sqlite") => Backend::Sqlite,
            Ok("postgres") => Backend::Postgres,
            Ok("mysql") => Backend::Mysql,
            Ok("mongodb") => Backend::Mongodb,
            Ok(other) => panic!(
                "PURLIN_TEST_BACKEND is {other:?}; it may be sqlite, postgres, mysql or mongodb."
            ),
        }
    }

    /// The URL of the server the tests may use.
    ///
    /// # Panics
    /// There is none for SQLite.
    #[must_use]
    pub fn server(self) -> String {
        let (variable, usual) = match self {
            Backend::Sqlite => panic!("SQLite has no server"),
            Backend::Postgres => {
                ("PURLIN_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
            }
            Backend::Mysql => ("PURLIN_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306"),
            Backend::Mongodb => (
                "PURLIN_TEST_MONGODB_URL",
                "mongodb://127.0.0.1:27117/?replicaSet=rs0&directConnection=true",
            ),
        };
        std::env::var(variable).unwrap_or_else(|_| usual.to_owned())
    }
}

impl Database {
    /// An empty one, on the server the tests may use.
    #[must_use]
    pub fn fresh(backend: Backend) -> Database {
        match backend {
            Backend::Sqlite => Database { backend, url: None, is_lent: false },
            _ => Database::fresh_at(backend, &backend.server()),
        }
    }

    /// An empty one on that server.
    #[must_use]
    pub fn fresh_at(backend: Backend, server: &str) -> Database {
        Database::fresh_by(backend, server, |name| match backend {
            Backend::Postgres => tell_postgres(server, format!("CREATE DATABASE {name}")),
            Backend::Mysql => tell_mysql(server, format!("CREATE DATABASE {name}")),
            // Whoever writes there first makes it.
            Backend::Mongodb | Backend::Sqlite => {}
        })
    }

    /// One with a new name, which is made by `make`.
    pub(crate) fn fresh_by(backend: Backend, server: &str, make: impl FnOnce(&str)) -> Database {
        let name = free_name();
        make(&name);
        Database { backend, url: Some(url_of(server, &name)), is_lent: false }
    }

    /// The same one for another server; it must not outlive this.
    ///
    /// # Panics
    /// A SQLite file has one server.
    #[must_use]
    pub fn lent(&self) -> Database {
        assert!(self.url.is_some(), "a SQLite file is used by one server");
        Database { backend: self.backend, url: self.url.clone(), is_lent: true }
    }

    /// One that [`Database::fresh`] made and somebody forgot, which is how another process keeps it.
    #[must_use]
    pub fn made(backend: Backend, url: String) -> Database {
        Database { backend, url: Some(url), is_lent: false }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some(url) = self.url.as_ref().filter(|_| !self.is_lent) else { return };
        let name = name_in(url);
        match self.backend {
            Backend::Sqlite => {}
            Backend::Postgres => {
                let server = url_of(url, "postgres");
                tell_postgres(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
            Backend::Mysql => {
                tell_mysql(&url_of(url, ""), format!("DROP DATABASE IF EXISTS {name}"));
            }
            Backend::Mongodb => tell_mongodb(url, doc! { "dropDatabase": 1 }),
        }
    }
}

/// Carries out a statement on a PostgreSQL server.
pub fn tell_postgres(server: &str, statement: String) {
    finish("PostgreSQL", server, async {
        let mut connection = PgConnection::connect(server).await?;
        connection.execute(statement.as_str()).await?;
        connection.close().await
    });
}

/// Carries out a statement on a MySQL or MariaDB server.
pub fn tell_mysql(server: &str, statement: String) {
    finish("MariaDB", server, async {
        let mut connection = MySqlConnection::connect(server).await?;
        connection.execute(statement.as_str()).await?;
        connection.close().await
    });
}

/// Runs a command on the database of a MongoDB server that the URL names.
pub fn tell_mongodb(url: &str, command: Document) {
    finish("MongoDB", url, async {
        let client = mongodb_client(url).await?;
        client.database(name_in(url)).run_command(command).await.map(drop)
    });
}

/// Writes a text into a row past the server, where it is nobody's to set; `file` is the one of
/// SQLite.
pub(crate) fn overwrite(database: &Database, file: &Path, at: [&str; 3], text: &str) {
    let [table, id, field] = at;
    let url = database.url.as_deref().unwrap_or_default();
    match database.backend {
        Backend::Sqlite => {
            let connection = rusqlite::Connection::open(file).expect("the database file");
            let statement = format!("UPDATE `{table}` SET `{field}` = ?1 WHERE id = ?2");
            assert_eq!(connection.execute(&statement, [text, id]), Ok(1), "{at:?}");
        }
        Backend::Postgres => tell_postgres(
            url,
            format!(r#"UPDATE "{table}" SET "{field}" = '{text}' WHERE id = '{id}'"#),
        ),
        Backend::Mysql => {
            tell_mysql(url, format!("UPDATE `{table}` SET `{field}` = '{text}' WHERE id = '{id}'"));
        }
        Backend::Mongodb => {
            let name = name_in(url);
            finish("MongoDB", url, async {
                let client = mongodb_client(url).await?;
                let rows = client.database(name).collection::<Document>(table);
                rows.update_one(doc! { "_id": id }, doc! { "$set": { field: text } })
                    .await
                    .map(drop)
            });
        }
    }
}

pub(crate) async fn mongodb_client(url: &str) -> mongodb::error::Result<Client> {
    let mut options = ClientOptions::parse(url).await?;
    options.server_selection_timeout = Some(Duration::from_secs(3));
    Client::with_options(options)
}

/// Runs it to its end. A failure fails the test, unless it has failed already.
pub(crate) fn finish<E: Display>(
    name: &str,
    server: &str,
    work: impl Future<Output = Result<(), E>> + Send,
) {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let done = runtime.expect("a runtime").block_on(work);
        done.map_err(|error| error.to_string())
    };
    // A thread of its own, for the test may be inside of a runtime.
    let done = std::thread::scope(|scope| scope.spawn(run).join().expect("no panic"));
    let fault = done.map_err(|error| format!("{name} at {server}: {error}"));
    assert!(fault.is_ok() || std::thread::panicking(), "{fault:?}");
}

/// A name no other database has, of this run or another.
fn free_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    let moment = now.as_micros() % 1_000_000_000;
    format!("purlin_test_{}_{moment}_{number}", std::process::id())
}

/// Where in a URL the path of the database begins, and where it ends.
fn path_of(url: &str) -> (usize, usize) {
    let end = url.find('?').unwrap_or(url.len());
    let host = url.find("://").map_or(0, |at| at + 3);
    (url[host..end].find('/').map_or(end, |at| host + at), end)
}

/// The URL of a database on a server, whatever database the server's URL names.
pub(crate) fn url_of(server: &str, database: &str) -> String {
    let (start, end) = path_of(server);
    format!("{}/{database}{}", &server[..start], &server[end..])
}

/// The database a URL names.
pub(crate) fn name_in(url: &str) -> &str {
    let (start, end) = path_of(url);
    url[start..end].trim_start_matches('/')
}

#[test]
fn urls_name_databases() {
    for (server, expected) in [
        ("postgres://me@host:5432/postgres", "postgres://me@host:5432/x"),
        ("mysql://root@host:3306", "mysql://root@host:3306/x"),
        ("mongodb://host/?replicaSet=rs0&a=/b", "mongodb://host/x?replicaSet=rs0&a=/b"),
    ] {
        assert_eq!(url_of(server, "x"), expected);
        assert_eq!(name_in(expected), "x");
    }
}
