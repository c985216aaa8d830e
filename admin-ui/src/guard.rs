//! Which requests are believed, and what every answer says about itself.

use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

/// The header in which our modules send the page's CSRF value back.
pub(crate) const CSRF_HEADER: HeaderName = HeaderName::from_static("x-csrf-token");

/// No inline script or style, nothing from elsewhere, in nobody's frame.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' \
     data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Adds the security headers to every answer of the console.
pub(crate) async fn protect(mut response: Response) -> Response {
    let lines = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`: that turns the Origin of our own forms into `null`.
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in lines {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the request may change something: reads always pass; anything else must come from our
/// own pages and carry the CSRF value the session expects.
pub(crate) fn believe(
    method: &Method,
    headers: &HeaderMap,
    sent: Option<&str>,
    expected: &str,
) -> bool {
    if matches!(*method, Method::GET | Method::HEAD) {
        return true;
    }
    same_origin(headers) && sent.is_some_and(|sent| same_text(sent, expected))
}

/// The refusal, in the API's error shape.
pub(crate) fn refusal(status: StatusCode, message: &str) -> Response {
    let body = serde_json::json!({ "data": {}, "message": message, "status": status.as_u16() });
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Browsers say where a request comes from; what says nothing is not a browser, and the CSRF value
/// decides alone.
pub(crate) fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text("origin") else { return true };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_some() && (host == text("host") || host == text("x-forwarded-host"))
}

/// Compares without telling by its duration how much of the text was right.
fn same_text(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines
            .iter()
            .map(|&(n, v)| (n.parse().expect("name"), HeaderValue::from_static(v)))
            .collect()
    }

    #[test]
    fn origins() {
        let rows: &[(&[(&str, &str)], bool)] = &[
            (&[], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://a"), ("host", "a")], false),
            (&[("origin", "http://a:8090"), ("host", "a:8090")], true),
            (&[("origin", "http://evil"), ("host", "a:8090")], false),
            (&[("origin", "null"), ("host", "a:8090")], false),
        ];
        for (lines, expected) in rows {
            let lines: Vec<(&'static str, &'static str)> = lines.to_vec();
            assert_eq!(same_origin(&headers(&lines)), *expected, "{lines:?}");
        }
    }

    #[test]
    fn a_change_needs_the_value() {
        let own = headers(&[("sec-fetch-site", "same-origin")]);
        assert!(believe(&Method::GET, &own, None, "abc"));
        assert!(believe(&Method::POST, &own, Some("abc"), "abc"));
        for wrong in [None, Some(""), Some("abd"), Some("abcd")] {
            assert!(!believe(&Method::POST, &own, wrong, "abc"), "{wrong:?}");
        }
        let other = headers(&[("sec-fetch-site", "cross-site")]);
        assert!(!believe(&Method::DELETE, &other, Some("abc"), "abc"));
    }
}
