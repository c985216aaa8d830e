//! The parts of a path that routes leave open.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath};
use http::request::Parts;
use percent_encoding::percent_decode_str;

/// The open parts of the matched route, decoded: a `String`, or a pair of them. Bytes that are no
/// UTF-8 are replaced, so that what they would name is not found like any other thing that is not
/// there.
#[derive(Debug)]
pub(super) struct Path<T>(pub(super) T);

impl<S: Sync> FromRequestParts<S> for Path<String> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Path(open(parts).next().unwrap_or_default()))
    }
}

impl<S: Sync> FromRequestParts<S> for Path<(String, String)> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let mut open = open(parts);
        let mut next = || open.next().unwrap_or_default();
        Ok(Path((next(), next())))
    }
}

/// The segments of the path that stand where its route has `{…}`.
fn open(parts: &Parts) -> impl Iterator<Item = String> + '_ {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let both = route.split('/').zip(parts.uri.path().split('/'));
    both.filter(|(pattern, _)| pattern.starts_with('{'))
        .map(|(_, segment)| percent_decode_str(segment).decode_utf8_lossy().into_owned())
}
