//! MySQL and MariaDB: a database of the server.

use sqlx::{Connection as _, Executor as _, MySqlConnection};

use super::server::{Kind, Served};

pub(crate) type Database = Served<Mysql>;

pub(crate) struct Mysql;

impl Kind for Mysql {
    const NAME: &'static str = "MySQL or MariaDB";
    const SERVER: (&'static str, &'static str) =
        ("PURLIN_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306");
    const DROPPED: &'static str = "";
    const ENDLESS: &'static str = "SELECT sleep(1000) AS id";

    async fn tell(server: &str, statement: String) -> Result<(), sqlx::Error> {
        let mut connection = MySqlConnection::connect(server).await?;
        connection.execute(statement.as_str()).await?;
        connection.close().await
    }
}
