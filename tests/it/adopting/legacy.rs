//! Databases that others made: a small shop, on each engine.

use std::path::PathBuf;

use purlin_tests::{Home, TestApp};

/// A database with the shop in it, and a server that has it as the datasource `shop`.
pub(super) struct Legacy {
    pub(super) app: TestApp,
    file: PathBuf,
}

const SQLITE: &str = "
    CREATE TABLE countries (code CHAR(2) PRIMARY KEY NOT NULL, title TEXT NOT NULL);
    CREATE TABLE customers (
        customer_no INTEGER PRIMARY KEY AUTOINCREMENT,
        email VARCHAR(120) NOT NULL UNIQUE,
        country CHAR(2) REFERENCES countries (code),
        referrer INTEGER REFERENCES customers (customer_no),
        credit NUMERIC(10,2),
        vip BOOLEAN NOT NULL DEFAULT 0,
        points INTEGER NOT NULL DEFAULT 100,
        note TEXT,
        photo BLOB
    );
    CREATE TABLE \"Order Heads\" (
        \"order id\" UUID PRIMARY KEY NOT NULL,
        customer INTEGER NOT NULL REFERENCES customers (customer_no) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        total REAL NOT NULL,
        payload JSON,
        \"expand\" TEXT,
        UNIQUE (customer, number)
    );
    CREATE TABLE lines (head TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (head, place));
    CREATE VIEW customer_totals AS
        SELECT customer AS id, sum(total) AS total FROM \"Order Heads\" GROUP BY customer;
    INSERT INTO countries VALUES ('DE', 'Germany'), ('FR', 'France');
    INSERT INTO customers (customer_no, email, country, referrer, credit, vip, note, photo) VALUES
        (1, 'ann@x.org', 'DE', NULL, 10.5, 1, NULL, x'00ff'),
        (7, 'bob@x.org', NULL, 1, NULL, 0, '', NULL),
        (9007199254740993, 'big@x.org', 'FR', 7, 0, 0, 'n', NULL);
    INSERT INTO \"Order Heads\" VALUES
        ('018f4cbb-3823-7fff-bfff-ffffffffffff', 1, 1, 9.5, '{\"a\": 1}', NULL),
        ('018f4cbb-3823-7fff-bfff-fffffffffff0', 7, 1, 20, NULL, 'x');
";

impl Legacy {
    /// The shop in a file of its own.
    pub(super) fn sqlite() -> Legacy {
        let home = Home::new();
        let file = home.root().join("shop.db");
        open(&file).execute_batch(SQLITE).expect("the shop");
        let config = format!("[datasources.shop]\nurl = \"sqlite:{}\"\n", file.display());
        std::fs::write(home.root().join("purlin.toml"), config).expect("the configuration");
        let root = purlin_tests::ROOT;
        let made = home.run(&["superuser", "upsert", root.0, "--stdin"], root.1);
        assert!(made.success, "{}{}", made.out, made.err);
        let mut app = TestApp::without_superuser(home, &["--config", "purlin.toml"]);
        app.sign_in();
        Legacy { app, file }
    }

    /// Changes the database as its owners do, beside the server.
    pub(super) fn run(&self, text: &str) {
        open(&self.file).execute_batch(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    /// Everything the database says of its tables.
    pub(super) fn dump(&self) -> Vec<String> {
        let database = open(&self.file);
        let text = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema \
                    ORDER BY 1";
        let mut statement = database.prepare(text).expect("the definitions");
        let rows = statement.query_map([], |row| row.get(0)).expect("the definitions");
        rows.collect::<Result<_, _>>().expect("the definitions")
    }
}

fn open(file: &std::path::Path) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(file).expect("the database");
    database.busy_timeout(std::time::Duration::from_secs(10)).expect("a time limit");
    database
}
