//! Where Redis is: the URL as given, taken apart.

use std::fmt;

use percent_encoding::percent_decode_str;

const SCHEMES: &str = "must begin with `redis://`, `rediss://` (TLS), `redis+cluster://`, \
                       `rediss+cluster://`, `redis+sentinel://` or `rediss+sentinel://`";
/// Where servers and sentinels listen unless the URL says otherwise.
const SERVER_PORT: u16 = 6379;
const SENTINEL_PORT: u16 = 26379;

/// Where Redis is. Shown and printed without the password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisAddress {
    /// How its servers are found.
    pub form: RedisForm,
    /// Whether connections are encrypted.
    pub tls: bool,
    /// Hosts and ports: the server, members of the cluster, or the sentinels.
    pub hosts: Vec<(String, u16)>,
    /// The ACL user.
    pub user: Option<String>,
    /// The password of the user, or of everybody.
    pub password: Option<String>,
    /// The number of the database.
    pub database: u16,
}

/// How the servers of Redis are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedisForm {
    /// There is one.
    Server,
    /// The members of a cluster tell of each other.
    Cluster,
    /// Sentinels know which one leads the service of this name.
    Sentinel(String),
}

impl RedisAddress {
    /// The address a URL names: `redis://user:password@host:port/database`,
    /// `redis+cluster://host,host` or `redis+sentinel://host,host/service/database`, each with TLS as
    /// `rediss`.
    ///
    /// # Errors
    /// What is wrong with it, to go on a sentence that begins with where it was found; the password
    /// is not in it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or(SCHEMES)?;
        let (tls, form) = match scheme.split_once('+').unwrap_or((scheme, "")) {
            ("redis", form) => (false, form),
            ("rediss", form) => (true, form),
            _ => return Err(SCHEMES.to_owned()),
        };
        if rest.contains(['?', '#']) {
            return Err("has a `?` or `#`: parameters are not known here, and in a password they \
                        are written %3F and %23"
                .to_owned());
        }
        let (account, place) = rest.rsplit_once('@').unwrap_or(("", rest));
        let (user, password) = account.split_once(':').unwrap_or((account, ""));
        let (hosts, path) = place.split_once('/').unwrap_or((place, ""));
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let form = match form {
            "" => RedisForm::Server,
            "cluster" => RedisForm::Cluster,
            "sentinel" => RedisForm::Sentinel(decoded(parts.next().ok_or(
                "names no service: sentinels are asked as in redis+sentinel://host,host/service",
            )?)?),
            _ => return Err(SCHEMES.to_owned()),
        };
        let database = parts.next().map_or(Ok(0), str::parse);
        let database = database.map_err(|_| "ends with what is no number of a database")?;
        if parts.next().is_some() {
            return Err("has more after the number of the database".to_owned());
        }
        if form == RedisForm::Cluster && database > 0 {
            return Err("names a database: a cluster has only the database 0".to_owned());
        }
        let hosts = read_hosts(hosts, &form)?;
        let some = |text: &str| (!text.is_empty()).then(|| decoded(text)).transpose();
        let (user, password) = (some(user)?, some(password)?);
        if user.is_some() && password.is_none() {
            return Err("names a user without a password: user:password@host, or :password@host \
                        where there are no users"
                .to_owned());
        }
        Ok(RedisAddress { form, tls, hosts, user, password, database })
    }
}

fn read_hosts(text: &str, form: &RedisForm) -> Result<Vec<(String, u16)>, String> {
    let usual = match form {
        RedisForm::Sentinel(_) => SENTINEL_PORT,
        RedisForm::Server | RedisForm::Cluster => SERVER_PORT,
    };
    if *form == RedisForm::Server && text.contains(',') {
        return Err("names several servers: `redis+cluster://` is for a cluster, \
                    `redis+sentinel://` for sentinels"
            .to_owned());
    }
    text.split(',').map(|text| host(text.trim(), usual)).collect()
}

/// `host`, `host:port`, `[::1]` or `[::1]:port`.
fn host(text: &str, usual: u16) -> Result<(String, u16), String> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let number = port.map_or(Some(usual), |port| port.parse().ok().filter(|port| *port > 0));
    match number {
        Some(port) if !host.is_empty() => Ok((host.to_owned(), port)),
        Some(_) => Err("names no server, as in redis://host:6379".to_owned()),
        None => Err(format!("`{}` is no port", port.unwrap_or_default())),
    }
}

fn decoded(text: &str) -> Result<String, String> {
    let text = percent_decode_str(text).decode_utf8();
    text.map(std::borrow::Cow::into_owned).map_err(|_| "holds a %XX that is no text".to_owned())
}

impl fmt::Display for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "rediss" } else { "redis" };
        let (form, service) = match &self.form {
            RedisForm::Server => ("", None),
            RedisForm::Cluster => ("+cluster", None),
            RedisForm::Sentinel(service) => ("+sentinel", Some(service)),
        };
        write!(f, "{scheme}{form}://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        for (nth, (host, port)) in self.hosts.iter().enumerate() {
            let comma = if nth > 0 { "," } else { "" };
            match host.contains(':') {
                true => write!(f, "{comma}[{host}]:{port}")?,
                false => write!(f, "{comma}{host}:{port}")?,
            }
        }
        if let Some(service) = service {
            write!(f, "/{service}")?;
        }
        match self.database {
            0 => Ok(()),
            number => write!(f, "/{number}"),
        }
    }
}

impl fmt::Debug for RedisAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_understood_and_shown_without_its_password() {
        for (url, shown, account) in [
            ("redis://h", "redis://h:6379", (None, None)),
            ("redis://h:7/3", "redis://h:7/3", (None, None)),
            ("redis://:s3cret@h/", "redis://h:6379", (None, Some("s3cret"))),
            ("rediss://ann:s3%40et@h", "rediss://ann@h:6379", (Some("ann"), Some("s3@et"))),
            ("redis://ann:s3/c:r@et@h", "redis://ann@h:6379", (Some("ann"), Some("s3/c:r@et"))),
            ("redis://[::1]:8", "redis://[::1]:8", (None, None)),
            ("redis://[::1]", "redis://[::1]:6379", (None, None)),
            ("redis+cluster://a,b:7", "redis+cluster://a:6379,b:7", (None, None)),
            ("rediss+cluster://u:p@a", "rediss+cluster://u@a:6379", (Some("u"), Some("p"))),
            ("redis+sentinel://a,b/main", "redis+sentinel://a:26379,b:26379/main", (None, None)),
            ("rediss+sentinel://a/m/2", "rediss+sentinel://a:26379/m/2", (None, None)),
        ] {
            let address = RedisAddress::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(
                (address.to_string(), format!("{address:?}").as_str()),
                (shown.into(), shown)
            );
            assert_eq!((address.user.as_deref(), address.password.as_deref()), account, "{url}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_without_the_password() {
        for (url, expected) in [
            ("", "must begin with"),
            ("localhost:6379", "must begin with"),
            ("valkey://h", "must begin with"),
            ("redis+ring://h", "must begin with"),
            ("redis://", "names no server"),
            ("redis://:6379", "names no server"),
            ("redis://h:x", "`x` is no port"),
            ("redis://h:0", "`0` is no port"),
            ("redis://h/x", "no number of a database"),
            ("redis://h/1/2", "has more after"),
            ("redis://a,b", "names several servers"),
            ("redis://s3cret@h", "a user without a password"),
            ("redis://:s3?ret@h", "%3F"),
            ("redis://:s3%FFret@h", "%XX"),
            ("redis+cluster://a/1", "only the database 0"),
            ("redis+sentinel://a", "names no service"),
            ("redis+sentinel://a/m/x", "no number of a database"),
        ] {
            let error = RedisAddress::parse(url).expect_err(url);
            assert!(error.contains(expected) && !error.contains("s3"), "{url}: {error}");
        }
    }
}
