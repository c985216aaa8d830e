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
