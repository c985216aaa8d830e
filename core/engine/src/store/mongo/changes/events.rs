//! An open change stream, and how far it was read.

use futures_util::stream::{BoxStream, try_unfold};
use futures_util::{StreamExt, TryStreamExt};
use mongodb::action::Watch;
use mongodb::bson::{Bson, serialize_to_bson};
use mongodb::change_stream::ChangeStream;
use mongodb::change_stream::event::ResumeToken;

use super::event::{self, Event};
use super::{WAIT, after, lost, now, number, timestamp};
use crate::store::mongo::server::Server;
use crate::store::{FEED, Position, StoreError};

/// What the server says.
pub(super) enum Told {
    Event(Box<Event>),
    /// Everything up to this time has been told.
    NoMoreUpTo(u64),
}

/// An open stream, and which of its events was read last.
pub(super) struct Events {
    stream: BoxStream<'static, Result<Told, StoreError>>,
    pub(super) read: Position,
}

impl Events {
    /// Opens the stream where nothing behind the position was read.
    pub(super) async fn open(server: &Server, position: Position) -> Result<Self, StoreError> {
        // A time that has not come cannot be asked for.
        let at = position.at.min(now(server).await?);
        let stream = watch(server).start_at_operation_time(timestamp(at)).await.map_err(lost)?;
        // There is a token where the server had nothing to tell at once.
        let told_of = stream.resume_token().as_ref().and_then(time_of).map(after);
        let read = Position::at(at).max(told_of.unwrap_or_default());
        Ok(Events { stream: told(stream.with_type()), read })
    }

    /// Goes on after the event that ended the stream.
    pub(super) async fn go_on(
        &mut self,
        server: &Server,
        end: ResumeToken,
    ) -> Result<(), StoreError> {
        let stream = watch(server).start_after(end).await.map_err(lost)?;
        self.stream = told(stream.with_type());
        Ok(())
    }

    /// What the server says next. Asking again goes on with an answer that was not waited for.
    pub(super) async fn next(&mut self) -> Result<Told, StoreError> {
        let ended = || StoreError::Unavailable("the stream ended".to_owned());
        let told = self.stream.try_next().await?.ok_or_else(ended)?;
        if let Told::NoMoreUpTo(time) = told {
            self.read = self.read.max(after(time));
        }
        Ok(told)
    }

    /// The position of the next event.
    pub(super) fn count(&mut self, event: &Event) -> Position {
        let at = event.time.map_or(self.read.at, number);
        if !event.is_end() {
            let nth = if at == self.read.at { self.read.nth + 1 } else { 1 };
            self.read = Position { at, nth };
        }
        self.read
    }
}

fn watch(server: &Server) -> Watch<'_> {
    let watch = server.database.watch().pipeline(event::pipeline());
    watch.show_expanded_events(true).max_await_time(WAIT).batch_size(FEED as u32)
}

fn told(stream: ChangeStream<Event>) -> BoxStream<'static, Result<Told, StoreError>> {
    let next = |mut stream: ChangeStream<Event>| async move {
        let told = match stream.next_if_any().await.map_err(lost)? {
            Some(event) => Told::Event(Box::new(event)),
            None if !stream.is_alive() => return Ok(None),
            None => Told::NoMoreUpTo(stream.resume_token().as_ref().and_then(time_of).unwrap_or(0)),
        };
        Ok(Some((told, stream)))
    };
    try_unfold(stream, next).boxed()
}

/// The time a token stands for: the server writes it first, in hexadecimal digits after those of a
/// type (`82`). Tokens are the server's own affair: where one begins in another way nothing is read
/// from it, and the feed stays where it is.
fn time_of(token: &ResumeToken) -> Option<u64> {
    let token = serialize_to_bson(token).ok()?;
    let digits = token.as_document().and_then(|it| it.get("_data")).and_then(Bson::as_str)?;
    u64::from_str_radix(digits.strip_prefix("82")?.get(..16)?, 16).ok()
}
