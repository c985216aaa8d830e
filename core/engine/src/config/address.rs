//! Where a database is: the URL as given, taken apart as far as Purlin has to.

use std::fmt;
use std::path::PathBuf;

/// Where a database is. Shown and printed without passwords.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// The file of an embedded `SQLite` database.
    Sqlite(PathBuf),
    /// The URL of a `PostgreSQL` server and database.
    Postgres(String),
    /// The URL of a `MySQL` or `MariaDB` server and database; begins with `mysql:`.
    Mysql(String),
    /// The URL of a `MongoDB` deployment and database.
    Mongo(String),
}

impl Address {
    /// The address a URL names.
    ///
    /// # Errors
    /// What is wrong with it, to go on a sentence that begins with where it was found.
    pub fn parse(url: &str) -> Result<Self, String> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        let rest = url.get(scheme.len() + 1..).unwrap_or_default();
        if scheme == "sqlite" {
            return match rest.strip_prefix("//").unwrap_or(rest) {
                "" => Err("`sqlite:` needs a file path".to_owned()),
                path => Ok(Address::Sqlite(PathBuf::from(path))),
            };
        }
        let server: fn(String) -> Address = match scheme {
            "postgres" | "postgresql" => Address::Postgres,
            "mysql" | "mariadb" => Address::Mysql,
            "mongodb" | "mongodb+srv" => Address::Mongo,
            _ => {
                return Err("must begin with `sqlite:`, `postgres://`, `mysql://`, `mariadb://`, \
                            `mongodb://` or `mongodb+srv://`"
                    .to_owned());
            }
        };
        if rest.strip_prefix("//").is_none_or(str::is_empty) {
            return Err(format!("`{scheme}:` needs a server, as in {scheme}://host/name"));
        }
        Ok(match scheme {
            "mariadb" => server(format!("mysql:{rest}")),
            _ => server(url.to_owned()),
        })
    }

    /// Whether the database is a file of this machine, used by this process alone.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        matches!(self, Address::Sqlite(_))
    }

    /// The URL of a database server, secrets included; `None` for a file.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        match self {
            Address::Sqlite(_) => None,
            Address::Postgres(url) | Address::Mysql(url) | Address::Mongo(url) => Some(url),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Sqlite(path) => path.display().fmt(f),
            Address::Postgres(url) | Address::Mysql(url) | Address::Mongo(url) => {
                f.write_str(&without_secrets(url))
            }
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The URL without password and parameters, which may hold secrets too.
fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let place = rest.split('?').next().unwrap_or_default();
    match place.rsplit_once('@') {
        Some((user, place)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        // A password that should have been escaped is still a password.
        None if rest.contains('@') => format!("{scheme}://…"),
        None => format!("{scheme}://{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_scheme() {
        for (url, expected) in [
            ("sqlite:a.db", Address::Sqlite("a.db".into())),
            ("sqlite:///var/a.db", Address::Sqlite("/var/a.db".into())),
            ("postgres://h/d", Address::Postgres("postgres://h/d".into())),
            ("postgresql://h/d", Address::Postgres("postgresql://h/d".into())),
            ("mysql://h/d", Address::Mysql("mysql://h/d".into())),
            ("mariadb://h/d", Address::Mysql("mysql://h/d".into())),
            ("mongodb://h/d", Address::Mongo("mongodb://h/d".into())),
            ("mongodb+srv://h/d", Address::Mongo("mongodb+srv://h/d".into())),
        ] {
            assert!(Address::parse(url).as_ref() == Ok(&expected), "{url}");
        }
        for (url, expected) in [
            ("", "must begin with"),
            ("file.db", "must begin with"),
            ("oracle://h/d", "must begin with"),
            ("sqlite:", "needs a file path"),
            ("postgres:h", "needs a server"),
            ("mysql://", "needs a server"),
        ] {
            let error = Address::parse(url).expect_err(url);
            assert!(error.contains(expected), "{url}: {error}");
        }
    }

    #[test]
    fn secrets_are_not_shown() {
        for (url, expected) in [
            ("postgres://ann:s3cret@h:5432/d?sslmode=require", "postgres://ann@h:5432/d"),
            ("postgres://ann@h/d?password=s3cret", "postgres://ann@h/d"),
            ("postgres://h/d?password=s3c@ret", "postgres://…"),
            ("mysql://ann:s3c/r@et@h/d", "mysql://ann@h/d"),
            ("mysql://ann:s3?cret@h/d", "mysql://…"),
            ("mongodb+srv://ann:s3cret@a,b/d", "mongodb+srv://ann@a,b/d"),
            ("sqlite:/x/a.db", "/x/a.db"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(
                (address.to_string(), format!("{address:?}").as_str()),
                (expected.to_owned(), expected)
            );
        }
    }
}
