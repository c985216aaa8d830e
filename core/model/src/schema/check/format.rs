//! Formats of settings, checked by hand.

use std::net::IpAddr;

/// A DNS name of at least two labels whose last is letters.
pub(crate) fn is_domain(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let Some((last, rest)) = labels.split_last() else { return false };
    text.len() <= 253
        && !rest.is_empty()
        && rest.iter().all(|label| is_label(label))
        && last.len() >= 2
        && is_label(last)
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !label.is_empty()
        && label.len() <= 63
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// An IP address or a DNS name of any number of labels.
pub(crate) fn is_host(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    text.parse::<IpAddr>().is_ok() || name.len() <= 253 && name.split('.').all(is_label)
}

/// A web address; the scheme may be left out when the host has a dot.
pub(crate) fn is_url(text: &str) -> bool {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let known = scheme.is_none_or(|scheme| ["http", "https", "ftp", "ws", "wss"].contains(&scheme));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = split_port(authority);
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let sound_host = match scheme {
        Some(_) => is_host(host) || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok(),
        None => is_domain(host),
    };
    known
        && plain
        && text.len() < 2083
        && sound_host
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// An e-mail address without a display name.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
        && is_domain(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        for (check, yes, no) in [
            (
                is_domain as fn(&str) -> bool,
                vec!["a.com", "a-b.example.org", "x.y.zz"],
                vec!["", "a b", "http://x", "localhost", "a.com:80", ".com", "a..com", "-a.com"],
            ),
            (
                is_host,
                vec!["smtp.example.com", "localhost", "1.2.3.4", "::1", "a_b.c"],
                vec!["", "a b", "a/b", "a:25"],
            ),
            (
                is_url,
                vec![
                    "http://localhost:8090",
                    "https://foo.bar/x?y=z",
                    "foo.bar",
                    "http://[::1]:80",
                ],
                vec![
                    "",
                    "nope",
                    "localhost",
                    "zz zz",
                    "nope nope",
                    "http://",
                    "javascript://x.y",
                    "http://a b.c",
                ],
            ),
            (
                is_email,
                vec!["support@example.com", "a.b+c@d.io"],
                vec!["", "nope", "a@", "@b.io", "a b@c.io", "a..b@c.io", "a@localhost"],
            ),
        ] {
            for text in yes {
                assert!(check(text), "{text}");
            }
            for text in no {
                assert!(!check(text), "{text}");
            }
        }
    }
}
