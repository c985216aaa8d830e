//! Which server it is: what `MySQL` and `MariaDB` call differently.

use crate::store::StoreError;
use crate::store::sql::mysql::{MARIADB, MYSQL, Mysql};

/// What a server said of itself.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// Whether it is a `MariaDB`.
    pub(super) is_mariadb: bool,
    /// Its version.
    pub(super) version: [u32; 3],
    /// The largest statement it takes, bytes.
    pub(super) packet: usize,
    /// The database the URL names.
    pub(super) database: String,
    /// Whether changes are logged there.
    pub(super) logs: bool,
}

impl Server {
    /// Reads `VERSION()`.
    ///
    /// # Errors
    /// `Unavailable` for a server too old to have what is needed.
    pub(super) fn new(version: &str, packet: usize, database: String) -> Result<Self, StoreError> {
        let is_mariadb = version.to_ascii_lowercase().contains("mariadb");
        // Some servers put a version in front that old clients like better.
        let own = version.strip_prefix("5.5.5-").unwrap_or(version);
        let mut numbers = own.split(|c: char| !c.is_ascii_digit()).map_while(|it| it.parse().ok());
        let mut next = || numbers.next().unwrap_or(0);
        let version = [next(), next(), next()];
        let server = Server { is_mariadb, version, packet, database, logs: false };
        let least = if is_mariadb { [10, 6, 0] } else { [8, 0, 19] };
        if server.version < least {
            let [major, minor, patch] = least;
            return Err(StoreError::Unavailable(format!(
                "the server is {}, Purlin needs {major}.{minor}.{patch} or newer",
                server.name()
            )));
        }
        Ok(server)
    }

    /// `MariaDB 10.11.6`.
    pub(super) fn name(&self) -> String {
        let [major, minor, patch] = self.version;
        let name = if self.is_mariadb { "MariaDB" } else { "MySQL" };
        format!("{name} {major}.{minor}.{patch}")
    }

    pub(super) fn dialect(&self) -> &'static Mysql {
        if self.is_mariadb { &MARIADB } else { &MYSQL }
    }

    /// What a connection is told first. Plain reads outside of transactions stay without locks in
    /// this isolation; reads inside of them lock what they read, so that guards hold until the
    /// commit.
    pub(super) fn session(&self, query_seconds: f64) -> String {
        let (isolation, rest) = if self.is_mariadb {
            ("tx_isolation", format!("max_statement_time={query_seconds:.3}"))
        } else {
            // MySQL 8.0 to 9.7 answer wrongly when they join what an EXISTS is about, where a list
            // is taken apart in it.
            let limit = query_seconds * 1000.0;
            let rest = format!("max_execution_time={limit:.0}, optimizer_switch='semijoin=off'");
            ("transaction_isolation", rest)
        };
        let collation = self.dialect().collation();
        format!(
            "SET NAMES utf8mb4 COLLATE {collation}, time_zone='+00:00', autocommit=1, \
             sql_mode='STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT', \
             lc_messages='en_US', innodb_lock_wait_timeout=10, {isolation}='SERIALIZABLE', {rest}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_say_what_they_are() {
        for (text, name) in [
            ("10.11.19-MariaDB-0+deb12u1", Some("MariaDB 10.11.19")),
            ("5.5.5-10.6.4-MariaDB-log", Some("MariaDB 10.6.4")),
            ("11.4.2-MariaDB", Some("MariaDB 11.4.2")),
            ("8.0.36-0ubuntu0.22.04.1", Some("MySQL 8.0.36")),
            ("8.4.0", Some("MySQL 8.4.0")),
            ("5.7.44-log", None),
            ("8.0.18", None),
            ("10.5.9-MariaDB", None),
            ("?", None),
        ] {
            let found = Server::new(text, 0, String::new()).ok().map(|it| it.name());
            assert_eq!(found.as_deref(), name, "{text}");
        }
    }
}
