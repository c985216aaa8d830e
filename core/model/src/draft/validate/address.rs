//! Rules of e-mail addresses and URLs.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::fault::Fault;

/// Bytes a URL may have, less one.
const MAX_URL: usize = 2083;

/// Schemes a URL may have.
const SCHEMES: [&str; 7] = ["http", "https", "ftp", "tcp", "udp", "ws", "wss"];

pub(super) fn email(except: &[String], only: &[String], value: &str) -> Result<(), Fault> {
    if value.is_empty() {
        return Ok(());
    }
    if !is_email(value) {
        return Err(Fault::new("validation_is_email", "must be a valid email address"));
    }
    let domain = value.rsplit_once('@').map_or("", |(_, domain)| domain);
    if is_allowed(except, only, domain) {
        return Ok(());
    }
    Err(Fault::new("validation_email_domain_not_allowed", "email domain is not allowed"))
}

pub(super) fn url(except: &[String], only: &[String], value: &str) -> Result<(), Fault> {
    if value.is_empty() {
        return Ok(());
    }
    if !is_url(value) {
        return Err(Fault::new("validation_invalid_url", "must be a valid url"));
    }
    // Without a scheme there is no host to compare.
    let host = value.split_once("://").map_or("", |(_, rest)| split_authority(rest).0);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    if is_allowed(except, only, host) {
        return Ok(());
    }
    Err(Fault::new("validation_url_domain_not_allowed", "url domain is not allowed"))
}

fn is_allowed(except: &[String], only: &[String], domain: &str) -> bool {
    let listed = |list: &[String]| list.iter().any(|entry| entry == domain);
    !listed(except) && (only.is_empty() || listed(only))
}

/// Whether a text is an e-mail address: a dotted local part, a domain of at least two labels whose
/// last begins and ends with a letter. Letters of all scripts are allowed.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let Some((_, last)) = domain.rsplit_once('.') else { return false };
    let atom = |atom: &str| !atom.is_empty() && atom.chars().all(is_atom);
    let quoted = local.len() > 2
        && local
            .strip_prefix('"')
            .and_then(|local| local.strip_suffix('"'))
            .is_some_and(|local| !local.contains(['"', '\\']) && !local.contains(char::is_control));
    (quoted || local.split('.').all(atom))
        && domain.split('.').all(|label| is_label(label, "-_~"))
        && last.starts_with(is_letter)
        && last.ends_with(is_letter)
}

fn is_atom(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// An ASCII letter or anything beyond ASCII that can be seen.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || (c > '\u{a0}' && !c.is_whitespace() && !c.is_control())
}

fn is_label(label: &str, inside: &str) -> bool {
    let edge = |c: char| is_letter(c) || c.is_ascii_digit();
    label.starts_with(edge)
        && label.ends_with(edge)
        && label.chars().all(|c| edge(c) || inside.contains(c))
}

/// Whether a text is a URL: one of the known schemes or none, then a host, which needs a dot where
/// there is no scheme, a port, a path.
#[must_use]
pub fn is_url(text: &str) -> bool {
    let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if !clean || !(3..MAX_URL).contains(&text.len()) || !is_escaped(text) {
        return false;
    }
    let (schemed, rest) = match text.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => {
            if !SCHEMES.contains(&scheme) {
                return false;
            }
            (true, rest)
        }
        _ => (false, text),
    };
    let authority = split_authority(rest).0;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    is_host_and_port(host, schemed)
}

/// What is before the first `/`, `?` or `#`, and from there.
fn split_authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

/// Whether every `%` begins an escape.
fn is_escaped(text: &str) -> bool {
    let hex = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    text.match_indices('%').all(|(at, _)| hex(at + 1) && hex(at + 2))
}

fn is_host_and_port(text: &str, schemed: bool) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        return address.parse::<Ipv6Addr>().is_ok() && (port.is_empty() || is_port(port));
    }
    let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
    (port.is_empty() || is_port(port)) && is_host(host, schemed)
}

/// A colon and one to five digits.
fn is_port(text: &str) -> bool {
    let digits = text.strip_prefix(':').unwrap_or_default();
    (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_host(host: &str, schemed: bool) -> bool {
    if host.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    let dotted = host.contains('.');
    let last = host.rsplit('.').next().unwrap_or_default();
    (schemed || dotted)
        && host.split('.').all(|label| is_label(label, "-_"))
        && !(dotted && last.bytes().all(|byte| byte.is_ascii_digit()))
}
