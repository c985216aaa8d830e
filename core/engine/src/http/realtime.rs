//! `/api/realtime`

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::Stream;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};

use super::answer;
use super::body::DEFAULT_LIMIT;
use super::call::Call;
use crate::error::Answer;
use crate::realtime::{Connection, Form, Resume, Submit};

const MALFORMED: &str = "Something went wrong while processing your request.";
/// Tells proxies not to gather what is sent.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The frames of a connection, as a body.
struct Frames(Connection);

impl Stream for Frames {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_frames(context).map(|frames| frames.map(Ok))
    }
}

pub(super) async fn connect(call: Call) -> Response {
    let connection = call.app.realtime.connect(call.ip, &resume(&call)).await;
    let mut response = Response::new(Body::from_stream(Frames(connection)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// Where a client wants to go on. Browsers send the header by themselves; what connects anew by its
/// own code can only set the parameter.
pub(super) fn resume(call: &Call) -> Resume {
    let header = call.headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let last = match header.unwrap_or("") {
        "" => call.param("lastEventId"),
        header => header,
    };
    Resume { wanted: call.param("resume") == "true", last: last.to_owned() }
}

pub(super) async fn submit(mut call: Call) -> Answer<Response> {
    let submission = call.submission(DEFAULT_LIMIT).await;
    let submission = submission.map_err(|error| error.answer(MALFORMED))?;
    let Form { client, subscriptions } = Form::read(&submission.members)?;
    let submit = Submit { subscriptions, caller: call.caller.clone(), ip: call.ip };
    match call.app.exchange.as_ref().filter(|exchange| exchange.is_elsewhere(&client)) {
        Some(exchange) => exchange.submit(&client, submit).await?,
        None => call.app.realtime.submit(&client, submit).await?,
    }
    Ok(answer::nothing())
}

pub(super) async fn clients(call: Call) -> Answer<Response> {
    call.superuser()?;
    call.answer_json(&call.app.realtime.overview())
}
