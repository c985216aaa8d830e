//! Reads flags, environment and file into a checked configuration. The only reader of the
//! environment.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::database::{datasources, main_database};
use super::raw::RawConfig;
use super::size;
use super::{
    AuthorizationConfig, CacheConfig, ChangesConfig, Config, ConfigError, LogConfig, RedisAddress,
    ServerConfig,
};

/// What the command line says; `None` where it is silent.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct Overrides {
    pub http: Option<String>,
    pub dir: Option<PathBuf>,
    pub config: Option<PathBuf>,
    pub database: Option<String>,
    pub redis: Option<String>,
    pub authorization_model: Option<PathBuf>,
}

/// The configuration from flags, environment variables, file and defaults, in this order of
/// precedence.
///
/// # Errors
/// A sentence that names the key, flag or variable and what is wrong with it.
pub fn load(flags: Overrides) -> Result<Config, ConfigError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let file = flags.config.or_else(|| variable("PURLIN_CONFIG").map(PathBuf::from));
    let mut raw = file.as_deref().map_or_else(|| Ok(RawConfig::default()), read)?;
    if let Some(http) = flags.http.or_else(|| variable("PURLIN_HTTP")) {
        raw.server.http = http;
    }
    if let Some(url) = flags.database.or_else(|| variable("PURLIN_DATABASE_URL")) {
        raw.database.url = url;
    }
    if let Some(url) = flags.redis.or_else(|| variable("PURLIN_REDIS_URL")) {
        raw.redis.url = url;
    }
    if let Some(filter) = variable("PURLIN_LOG") {
        raw.log.filter = filter;
    }
    let model = flags.authorization_model.map(|path| path.to_string_lossy().into_owned());
    if let Some(model) = model.or_else(|| variable("PURLIN_AUTHORIZATION_MODEL")) {
        raw.authorization.model = model;
    }
    let dir = flags.dir.or_else(|| variable("PURLIN_DIR").map(PathBuf::from));
    check(raw, dir)
}

fn read(path: &Path) -> Result<RawConfig, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError(format!("cannot read {}: {error}", path.display())))?;
    parse(&text).map_err(|ConfigError(what)| ConfigError(format!("{}: {what}", path.display())))
}

fn parse(text: &str) -> Result<RawConfig, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
        let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        ConfigError(format!("{place}{}", error.message()))
    })
}

fn check(raw: RawConfig, dir: Option<PathBuf>) -> Result<Config, ConfigError> {
    let http = address(&raw.server.http)?;
    let dir = dir.unwrap_or_else(|| PathBuf::from(&raw.server.dir));
    if dir.as_os_str().is_empty() {
        return Err(ConfigError("server.dir is empty: name a directory".to_owned()));
    }
    let size =
        size::bytes(&raw.cache.size).map_err(|what| ConfigError(format!("cache.size: {what}")))?;
    let model = Some(raw.authorization.model).filter(|path| !path.is_empty()).map(PathBuf::from);
    Ok(Config {
        database: main_database(raw.database, &dir)?,
        datasources: datasources(raw.datasources)?,
        server: ServerConfig { http, dir, origins: raw.server.origins },
        redis: redis(&raw.redis.url)?,
        changes: ChangesConfig { retention: retention(&raw.changes.retention)? },
        cache: CacheConfig { size },
        authorization: AuthorizationConfig { model },
        log: LogConfig { filter: raw.log.filter },
    })
}

fn redis(url: &str) -> Result<Option<RedisAddress>, ConfigError> {
    let parse = |url| RedisAddress::parse(url).map_err(|what| format!("redis.url {what}"));
    Some(url).filter(|url| !url.is_empty()).map(parse).transpose().map_err(ConfigError)
}

/// `90m`, `24h` or `7d`.
fn retention(text: &str) -> Result<Duration, ConfigError> {
    const LEAST: u64 = 60;
    const MOST: u64 = 366 * 24 * 60 * 60;
    let unit = |unit: char| match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(60 * 60),
        'd' => Some(24 * 60 * 60),
        _ => None,
    };
    let number = text.char_indices().next_back().and_then(|(end, last)| {
        let count: u64 = text[..end].trim_end().parse().ok()?;
        count.checked_mul(unit(last)?)
    });
    let wrong = |what: &str| ConfigError(format!("changes.retention: `{text}` {what}"));
    match number {
        Some(seconds @ LEAST..=MOST) => Ok(Duration::from_secs(seconds)),
        Some(_) => Err(wrong("must be between a minute and a year")),
        None => Err(wrong("is no time like 90m, 24h or 7d")),
    }
}

fn address(text: &str) -> Result<SocketAddr, ConfigError> {
    let named = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let anywhere = text.strip_prefix(':').map(|port| format!("0.0.0.0:{port}"));
    named.or(anywhere).as_deref().unwrap_or(text).parse().map_err(|_| {
        ConfigError(format!("server.http: `{text}` is not an address like 127.0.0.1:8090"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Address;

    fn checked(text: &str) -> Result<Config, String> {
        parse(text).and_then(|raw| check(raw, None)).map_err(|error| error.0)
    }

    #[test]
    fn the_shipped_file_says_every_key_and_its_default() {
        let shipped = include_str!("../../../../config/purlin.toml");
        assert_eq!(parse(shipped).unwrap(), RawConfig::default());
        for key in [
            "http",
            "dir",
            "origins",
            "url",
            "durability",
            "readers",
            "pool_size",
            "connect_timeout_seconds",
            "query_timeout_seconds",
            "idle_timeout_seconds",
            "replicas",
            "retention",
            "size",
            "model",
            "filter",
        ] {
            assert!(shipped.contains(&format!("\n{key} = ")), "{key} is not in purlin.toml");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, expected) in [
            ("[server]\nhttp = \"nowhere\"", "server.http: `nowhere` is not an address"),
            ("[server]\nhtp = \"x\"", "line 2: unknown field `htp`"),
            ("[sever]\n", "line 1: unknown field `sever`"),
            ("[database]\ndurability = \"some\"", "neither `full` nor `normal`"),
            ("[database]\nurl = \"file.db\"", "database.url must begin with `sqlite:`"),
            ("[database]\nurl = \"sqlite:\"", "database.url: `sqlite:` needs a file path"),
            ("[database]\nquery_timeout_seconds = 0", "database.query_timeout_seconds must be"),
            ("[database]\npool_size = 3", "database.pool_size is for database servers"),
            ("[database]\nreplicas = [\"sqlite:x\"]", "database.replicas is for database servers"),
            ("[database]\nurl = \"mysql://h/d\"\nreaders = 3", "database.readers is for SQLite"),
            (
                "[database]\nurl = \"mysql://h/d\"\nreplicas = [\"postgres://a:s3cret@h/d\"]",
                "database.replicas: postgres://a@h/d is another kind of database than mysql://h/d",
            ),
            (
                "[database]\nurl = \"mongodb://h/d\"\nreplicas = [\"mongodb://i/d\"]",
                "database.replicas: MongoDB finds them itself",
            ),
            (
                "[datasources.main]\nurl = \"sqlite:x\"",
                "datasources.main: `main` is the database of",
            ),
            ("[datasources.\"a b\"]\nurl = \"sqlite:x\"", "is no name for a datasource"),
            ("[datasources.x]", "datasources.x.url is empty"),
            ("[datasources.x]\nurl = \"x:y\"", "datasources.x.url must begin with"),
            ("[redis]\nurl = \"x\"", "redis.url must begin with `redis://`"),
            ("[redis]\nurl = \"redis://a,b\"", "redis.url names several servers"),
            ("[changes]\nretention = \"long\"", "changes.retention: `long` is no time like 90m"),
            ("[changes]\nretention = \"\"", "is no time like 90m"),
            ("[changes]\nretention = \"59s\"", "between a minute and a year"),
            ("[changes]\nretention = \"99999999999999999d\"", "is no time"),
            ("[cache]\nsize = \"64 MB\"", "cache.size: `64 MB` is not a size like 64 MiB"),
            ("x = = 1", "line 1: "),
        ] {
            let error = checked(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn times_have_units() {
        for (text, seconds) in [("90s", 90), ("90m", 5400), ("24h", 86_400), ("7 d", 604_800)] {
            let config = checked(&format!("[changes]\nretention = \"{text}\"")).unwrap();
            assert_eq!(config.changes.retention.as_secs(), seconds, "{text}");
        }
    }

    #[test]
    fn addresses_and_files_are_understood() {
        let config = checked("[server]\nhttp = \":80\"\ndir = \"/x\"").unwrap();
        assert_eq!(config.server.http.to_string(), "0.0.0.0:80");
        assert_eq!(config.database.address, Address::Sqlite("/x/data.db".into()));
        assert!(config.keeps_files());
    }

    #[test]
    fn servers_and_several_datasources_are_understood() {
        let text = "[database]\nurl = \"postgres://h/d\"\nreplicas = [\"postgres://i/d\"]\n\
                    pool_size = 3\n[datasources.old]\nurl = \"mariadb://h/old\"";
        let config = checked(text).unwrap();
        let (database, old) = (&config.database, &config.datasources["old"]);
        assert_eq!(database.address.url(), Some("postgres://h/d"));
        assert_eq!(database.replicas[0].url(), Some("postgres://i/d"));
        assert_eq!((database.pool_size, old.pool_size), (3, 0));
        assert_eq!(old.address.url(), Some("mysql://h/old"));
        assert!(!config.keeps_files());
    }
}
