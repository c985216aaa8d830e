//! `[database]` and `[datasources]`, checked.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::raw::RawDatabase;
use super::{Address, ConfigError, DatabaseConfig, Durability};

/// The name of the database file inside the directory.
const DATABASE_FILE: &str = "data.db";

/// `[database]`; a file in the directory where no URL is given.
pub(super) fn main_database(raw: RawDatabase, dir: &Path) -> Result<DatabaseConfig, ConfigError> {
    let address = match raw.url.as_str() {
        "" => Address::Sqlite(dir.join(DATABASE_FILE)),
        url => address(url, "database.url")?,
    };
    database(raw, address, "database")
}

/// `[datasources]`
pub(super) fn datasources(
    raw: BTreeMap<String, RawDatabase>,
) -> Result<BTreeMap<String, DatabaseConfig>, ConfigError> {
    let mut all = BTreeMap::new();
    for (name, raw) in raw {
        let key = format!("datasources.{name}");
        if name == "main" {
            let why = "`main` is the database of the section [database]; choose another name";
            return Err(ConfigError(format!("{key}: {why}")));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > 60 || !name.chars().all(fits) {
            return Err(ConfigError(format!(
                "{key}: `{name}` is no name for a datasource: letters, digits, `_` and `-` make one"
            )));
        }
        if raw.url.is_empty() {
            return Err(ConfigError(format!("{key}.url is empty: say where the database is")));
        }
        let address = address(&raw.url, &format!("{key}.url"))?;
        let config = database(raw, address, &key)?;
        all.insert(name, config);
    }
    Ok(all)
}

fn database(raw: RawDatabase, place: Address, key: &str) -> Result<DatabaseConfig, ConfigError> {
    let durability = match raw.durability.as_str() {
        "full" => Durability::Full,
        "normal" => Durability::Normal,
        other => {
            let what = format!("{key}.durability: `{other}` is neither `full` nor `normal`");
            return Err(ConfigError(what));
        }
    };
    let misplaced = match place.is_embedded() {
        true => [("pool_size", raw.pool_size > 0), ("replicas", !raw.replicas.is_empty())],
        false => [("readers", raw.readers > 0), ("durability", durability != Durability::Full)],
    };
    if let Some((name, _)) = misplaced.iter().find(|(_, is_set)| *is_set) {
        let whose = if place.is_embedded() { "database servers" } else { "SQLite" };
        let what = format!("{key}.{name} is for {whose} only; {place} is none");
        return Err(ConfigError(what));
    }
    let replicas = replicas(&raw.replicas, &place, &format!("{key}.replicas"))?;
    Ok(DatabaseConfig {
        address: place,
        durability,
        readers: raw.readers,
        pool_size: raw.pool_size,
        connect_timeout: seconds(raw.connect_timeout_seconds, key, "connect_timeout_seconds")?,
        query_timeout: seconds(raw.query_timeout_seconds, key, "query_timeout_seconds")?,
        idle_timeout: seconds(raw.idle_timeout_seconds, key, "idle_timeout_seconds")?,
        replicas,
    })
}

fn replicas(urls: &[String], main: &Address, key: &str) -> Result<Vec<Address>, ConfigError> {
    let mut all = Vec::new();
    for url in urls {
        let replica = address(url, key)?;
        if matches!(replica, Address::Mongo(_)) {
            return Err(ConfigError(format!(
                "{key}: MongoDB finds them itself, by the members its URL names"
            )));
        }
        if std::mem::discriminant(&replica) != std::mem::discriminant(main) {
            let what = format!("{key}: {replica} is another kind of database than {main}");
            return Err(ConfigError(what));
        }
        all.push(replica);
    }
    Ok(all)
}

fn address(url: &str, key: &str) -> Result<Address, ConfigError> {
    Address::parse(url).map_err(|what| match what.starts_with('`') {
        true => ConfigError(format!("{key}: {what}")),
        false => ConfigError(format!("{key} {what}")),
    })
}

fn seconds(count: u64, key: &str, name: &str) -> Result<Duration, ConfigError> {
    // More than anybody waits, and still a number every driver takes.
    const MOST: u64 = 7 * 24 * 60 * 60;
    match count {
        1..=MOST => Ok(Duration::from_secs(count)),
        0 => Err(ConfigError(format!("{key}.{name} must be at least 1"))),
        _ => Err(ConfigError(format!("{key}.{name} must be at most {MOST}, a week"))),
    }
}
