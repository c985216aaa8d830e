//! PostgreSQL: a database of the server.

use sqlx::{Connection as _, Executor as _, PgConnection};

use super::server::{Kind, Served};

pub(crate) type Database = Served<Postgres>;

pub(crate) struct Postgres;

impl Kind for Postgres {
    const NAME: &'static str = "PostgreSQL";
    const SERVER: (&'static str, &'static str) =
        ("PURLIN_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres");
    const DROPPED: &'static str = " WITH (FORCE)";
    const ENDLESS: &'static str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 0 FROM n) \
         SELECT max(x) AS id FROM n";

    async fn tell(server: &str, statement: String) -> Result<(), sqlx::Error> {
        let mut connection = PgConnection::connect(server).await?;
        connection.execute(statement.as_str()).await?;
        connection.close().await
    }
}
