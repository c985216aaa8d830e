//! Who is signed in: one HttpOnly cookie, nothing on the server.
//!
//! The cookie holds `{csrf}.{issued}.{token}`. `csrf` is random and printed into each page; a
//! request that changes something must send it back in a header. It sits in the same cookie as the
//! token, so that neither can be exchanged alone. `issued` (Unix seconds) is needed because the
//! token says when it ends but not when it began.

use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// The session cookie's name.
pub(crate) const COOKIE: &str = "purlin_console";

/// A signed-in caller, as the cookie describes it. The token is not verified here: the engine does
/// that on every request.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) csrf: String,
    pub(crate) issued: u64,
    pub(crate) token: String,
}

#[derive(Deserialize)]
struct Claims {
    exp: u64,
    #[serde(default, rename = "collectionId")]
    collection_id: String,
}

impl Session {
    /// A new session around a fresh token.
    pub(crate) fn start(token: String, now: u64) -> Self {
        Self { csrf: random(), issued: now, token }
    }

    /// The same session with a younger token: open pages keep their CSRF value.
    pub(crate) fn renewed(&self, token: String, now: u64) -> Self {
        Self { csrf: self.csrf.clone(), issued: now, token }
    }

    /// The session of a request, if it has one that has not ended.
    pub(crate) fn of(headers: &HeaderMap, now: u64) -> Option<Self> {
        let value = cookie(headers, COOKIE)?;
        let mut parts = value.splitn(3, '.');
        let (csrf, issued, token) = (parts.next()?, parts.next()?, parts.next()?);
        let session = Self { csrf: csrf.into(), issued: issued.parse().ok()?, token: token.into() };
        (csrf.len() >= 32 && session.ends()? > now).then_some(session)
    }

    /// Whether more than half of the token's life is over.
    pub(crate) fn is_old(&self, now: u64) -> bool {
        let ends = self.ends().unwrap_or(0);
        now > self.issued.saturating_add(ends.saturating_sub(self.issued) / 2)
    }

    /// The `Set-Cookie` line that keeps this session in the browser until its token ends.
    pub(crate) fn keep(&self, headers: &HeaderMap, now: u64) -> (HeaderName, String) {
        let life = self.ends().unwrap_or(now).saturating_sub(now);
        let value = format!("{}.{}.{}", self.csrf, self.issued, self.token);
        set_cookie(COOKIE, &value, life, headers)
    }

    /// The id of the collection whose record is signed in, fit for a path.
    pub(crate) fn collection_id(&self) -> Option<String> {
        let id = self.claims()?.collection_id;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        (!id.is_empty() && id.bytes().all(is_plain)).then_some(id)
    }

    fn ends(&self) -> Option<u64> {
        self.claims().map(|claims| claims.exp)
    }

    fn claims(&self) -> Option<Claims> {
        let payload = self.token.split('.').nth(1)?;
        let text = URL_SAFE_NO_PAD.decode(payload).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// A `Set-Cookie` line that only our own pages get back; `life` in seconds, 0 removes the cookie.
pub(crate) fn set_cookie(
    name: &str,
    value: &str,
    life: u64,
    headers: &HeaderMap,
) -> (HeaderName, String) {
    let secure = if is_https(headers) { "; Secure" } else { "" };
    let line =
        format!("{name}={value}; Path=/_/; HttpOnly; SameSite=Strict; Max-Age={life}{secure}");
    (header::SET_COOKIE, line)
}

/// The value of the named cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// 32 random bytes as text that fits a cookie and an attribute.
pub(crate) fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// Whether the browser reached us over TLS, here or at a proxy in front. A client that lies about
/// it only loses its own cookie.
fn is_https(headers: &HeaderMap) -> bool {
    let begins = |name: &str, start: &[u8]| {
        headers.get(name).map(HeaderValue::as_bytes).is_some_and(|value| value.starts_with(start))
    };
    begins("x-forwarded-proto", b"https") || begins("origin", b"https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(exp: u64) -> String {
        format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{exp}}}")))
    }

    fn sent(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let line = format!("other=1; {COOKIE}={value}");
        headers.insert(header::COOKIE, line.parse().expect("cookie"));
        headers
    }

    #[test]
    fn a_kept_session_is_found_again_until_it_ends() {
        let session = Session::start(token(1000), 100);
        let (_, line) = session.keep(&HeaderMap::new(), 100);
        assert!(line.contains("HttpOnly; SameSite=Strict; Max-Age=900"), "{line}");
        let value = line.split(['=', ';']).nth(1).expect("value").to_owned();
        let found = Session::of(&sent(&value), 999).expect("session");
        assert_eq!((found.csrf, found.issued), (session.csrf, 100));
        assert!(Session::of(&sent(&value), 1000).is_none());
    }

    #[test]
    fn half_of_the_life_makes_it_old() {
        let session = Session::start(token(1000), 0);
        assert!(!session.is_old(500));
        assert!(session.is_old(501));
    }

    #[test]
    fn nonsense_is_no_session() {
        for value in ["", "a.b.c", "..", &format!("{}.x.{}", random(), token(9)), "a.1."] {
            assert!(Session::of(&sent(value), 1).is_none(), "{value}");
        }
    }
}
