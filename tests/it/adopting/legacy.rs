//! Databases that others made: a small shop, on each engine.

use std::path::{Path, PathBuf};

use purlin_tests::{Backend, Database, Home, ROOT, TestApp, tell_mysql, tell_postgres};
use sqlx::{Connection as _, MySqlConnection, PgConnection};

/// A database with the shop in it, and a server that has it as the datasource `shop`.
pub(super) struct Legacy {
    pub(super) app: TestApp,
    pub(super) backend: Backend,
    file: PathBuf,
    database: Database,
}

const SQLITE: &str = include_str!("sqlite.sql");
const POSTGRES: &str = include_str!("postgres.sql");
const MYSQL: &str = include_str!("mysql.sql");

impl Legacy {
    /// The shop in a database of its own.
    pub(super) fn on(backend: Backend) -> Legacy {
        let text = match backend {
            Backend::Postgres => POSTGRES,
            Backend::Mysql => MYSQL,
            Backend::Sqlite | Backend::Mongodb => SQLITE,
        };
        Legacy::of(backend, text)
    }

    /// A database made by these statements.
    pub(super) fn of(backend: Backend, text: &str) -> Legacy {
        let home = Home::on(Backend::Sqlite);
        let file = home.root().join("shop.db");
        let database = Database::fresh(backend);
        let url = database.url.clone().unwrap_or_else(|| format!("sqlite:{}", file.display()));
        let config = format!("[datasources.shop]\nurl = \"{url}\"\n");
        std::fs::write(home.root().join("purlin.toml"), config).expect("the configuration");
        let made = home.run(&["superuser", "upsert", ROOT.0, "--stdin"], ROOT.1);
        assert!(made.success, "{}{}", made.out, made.err);
        tell(&database, &file, text);
        let mut app = TestApp::without_superuser(home, &["--config", "purlin.toml"]);
        app.sign_in();
        Legacy { app, backend, file, database }
    }

    /// The database's URL.
    pub(super) fn url(&self) -> &str {
        self.database.url.as_deref().unwrap_or_default()
    }

    /// Changes the database as its owners do, beside the server.
    pub(super) fn run(&self, text: &str) {
        tell(&self.database, &self.file, text);
    }

    /// Everything the database says of its tables.
    pub(super) fn dump(&self) -> Vec<String> {
        match &self.database.url {
            None => sqlite_dump(&self.file),
            Some(url) if self.backend == Backend::Mysql => mysql_dump(url),
            Some(url) => postgres_dump(url),
        }
    }
}

fn tell(database: &Database, file: &Path, text: &str) {
    match &database.url {
        None => {
            open(file).execute_batch(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
        Some(url) => {
            for statement in text.split(";\n").filter(|it| !it.trim().is_empty()) {
                match database.backend {
                    Backend::Mysql => tell_mysql(url, statement.to_owned()),
                    _ => tell_postgres(url, statement.to_owned()),
                }
            }
        }
    }
}

fn sqlite_dump(file: &Path) -> Vec<String> {
    let database = open(file);
    let text =
        "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1";
    let mut statement = database.prepare(text).expect("the definitions");
    let rows = statement.query_map([], |row| row.get(0)).expect("the definitions");
    rows.collect::<Result<_, _>>().expect("the definitions")
}

/// Relations, columns, constraints, indexes, types: what a statement could change.
fn postgres_dump(url: &str) -> Vec<String> {
    let text = "SELECT concat_ws(' ', c.oid, c.relfilenode, c.relkind, c.relname, a.attname, \
        format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef) \
        FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 \
        WHERE c.relnamespace = 'public'::regnamespace \
        UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint \
        WHERE connamespace = 'public'::regnamespace ORDER BY 1";
    wait(async {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::query_scalar::<_, String>(text).fetch_all(&mut connection).await
    })
}

/// Columns, indexes and constraints.
fn mysql_dump(url: &str) -> Vec<String> {
    let text = "SELECT convert(concat_ws(' ', table_name, column_name, ordinal_position, \
        column_type, is_nullable, column_default, extra) USING utf8mb4) AS line \
        FROM information_schema.columns WHERE table_schema = database() \
        UNION ALL SELECT convert(concat_ws(' ', table_name, index_name, seq_in_index, column_name, \
        non_unique) USING utf8mb4) FROM information_schema.statistics \
        WHERE table_schema = database() \
        UNION ALL SELECT convert(concat_ws(' ', table_name, constraint_name, constraint_type) \
        USING utf8mb4) FROM information_schema.table_constraints \
        WHERE table_schema = database() ORDER BY 1";
    wait(async {
        let mut connection = MySqlConnection::connect(url).await?;
        sqlx::query_scalar::<_, String>(text).fetch_all(&mut connection).await
    })
}

fn wait(ask: impl Future<Output = Result<Vec<String>, sqlx::Error>>) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(ask).expect("the definitions")
}

fn open(file: &Path) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(file).expect("the database");
    database.busy_timeout(std::time::Duration::from_secs(10)).expect("a time limit");
    database
}
