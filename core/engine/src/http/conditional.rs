//! Conditional requests: who has an answer already is told so instead of getting it again (RFC 9110,
//! 13).

use aws_lc_rs::digest::{SHA256, digest};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::answer;

/// What was answered may be kept by the one who asked and by nobody between, and used only after
/// asking again.
const KEPT: HeaderValue = HeaderValue::from_static("private, no-cache");
/// How many bytes of the hash make the tag: two answers of one address do not meet by chance, nor
/// does anybody make them meet.
const TAG_BYTES: usize = 16;

/// 200 with JSON and its tag; 304 without a body when the request names that tag.
pub(super) fn answer(asked: &HeaderMap, bytes: Vec<u8>) -> Response {
    let tag = tag(&bytes);
    let mut response = match names(asked, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => answer::json_bytes(StatusCode::OK, bytes),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, KEPT);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// The tag of an answer is its content, so that it is the same on every node and for everybody who is
/// shown the same. It is weak, for what stands between may compress; nothing is asked for in parts,
/// which only strong tags allow.
fn tag(bytes: &[u8]) -> String {
    let hash = digest(&SHA256, bytes);
    format!("W/\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&hash.as_ref()[..TAG_BYTES]))
}

/// Whether `If-None-Match` is `*` or lists the tag, weak or strong.
fn names(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists.into_iter().any(|list| list.trim() == "*" || tags(list).any(|one| one == opaque(tag)))
}

/// The tags of a list without their quotes; up to the first that is none.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (tag, after) =
            rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        rest = after;
        Some(tag)
    })
}

fn opaque(tag: &str) -> &str {
    tag.trim_start_matches("W/").trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_request_has_is_found_in_its_list() {
        for (list, expected) in [
            ("\"abc\"", true),
            ("W/\"abc\"", true),
            ("*", true),
            (" * ", true),
            ("\"x\", \"abc\"", true),
            ("\"x\",W/\"y\",\tW/\"abc\"", true),
            (", ,\"abc\"", true),
            ("\"a,b\",\"abc\"", true),
            ("\"x,\"abc\"", false),
            ("\"*\"", false),
            ("abc", false),
            ("w/\"abc\"", false),
            ("\"abc", false),
            ("\"ABC\"", false),
            ("x, \"abc\"", false),
            ("\"\"", false),
            ("", false),
        ] {
            let mut asked = HeaderMap::new();
            asked.insert(IF_NONE_MATCH, HeaderValue::from_static(list));
            assert_eq!(names(&asked, "W/\"abc\""), expected, "{list}");
            asked.append(IF_NONE_MATCH, HeaderValue::from_static("W/\"abc\""));
            assert!(names(&asked, "W/\"abc\""), "{list} and another header");
        }
        assert!(!names(&HeaderMap::new(), "W/\"abc\""));
    }

    #[test]
    fn tags_are_of_the_content() {
        assert_eq!(tag(b"{}"), "W/\"RBNvo1WzZ4oRRq0W9-hkng\"");
        assert_eq!(tag(b"{}"), tag(b"{}"));
        assert_ne!(tag(b"{}"), tag(b"[]"));
    }
}
