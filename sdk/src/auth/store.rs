//! Where a client keeps its sign-in.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::Session;
use crate::Record;

type Listener = Arc<dyn Fn(Option<&Session>) + Send + Sync>;

/// The sign-in of a client, in memory. Clones share it.
///
/// To keep it across restarts, store it whenever it changes and give it back when the client is
/// built:
///
/// ```no_run
/// # use purlin_sdk::{Client, Session};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let saved: Option<Session> =
///     std::fs::read("session.json").ok().and_then(|text| serde_json::from_slice(&text).ok());
/// let client = Client::builder("https://api.example.com").session(saved).build()?;
/// client.auth().on_change(|session| {
///     let text = serde_json::to_vec(&session).unwrap_or_default();
///     if let Err(error) = std::fs::write("session.json", text) {
///         eprintln!("the sign-in was not saved: {error}");
///     }
/// });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct AuthStore(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    session: Option<Session>,
    /// When to ask for a newer token; `None` when there is nothing to ask for.
    refresh_at: Option<SystemTime>,
    refresh_before: Duration,
    listeners: Vec<Listener>,
    /// Changes that the listeners have not heard of yet, oldest first.
    unheard: VecDeque<Option<Session>>,
    /// Somebody is telling the listeners; nobody else should, or the order would be lost.
    telling: bool,
}

impl AuthStore {
    pub(crate) fn new(session: Option<Session>, refresh_before: Duration) -> Self {
        let store = Self::default();
        let mut state = store.lock();
        state.refresh_before = refresh_before;
        state.refresh_at = session.as_ref().and_then(|s| refresh_time(s, refresh_before));
        state.session = session;
        drop(state);
        store
    }

    /// The current sign-in.
    pub fn session(&self) -> Option<Session> {
        self.lock().session.clone()
    }

    /// The current token.
    pub fn token(&self) -> Option<String> {
        self.lock().session.as_ref().map(|session| session.token.clone())
    }

    /// The signed-in record, as of the last sign-in or refresh.
    pub fn record(&self) -> Option<Record> {
        self.lock().session.as_ref().map(|session| session.record.clone())
    }

    /// Whether there is a sign-in that has not expired by this computer's clock.
    pub fn is_valid(&self) -> bool {
        self.lock().session.as_ref().is_some_and(|session| !session.is_expired())
    }

    /// Takes over a sign-in from elsewhere.
    pub fn set(&self, session: Session) {
        self.change(|state| {
            state.refresh_at = refresh_time(&session, state.refresh_before);
            state.session = Some(session);
            true
        });
    }

    /// Signs out. The token itself stays valid on the server until it expires.
    pub fn clear(&self) {
        self.change(|state| state.forget());
    }

    /// Calls `listener` after every change: sign-in, refresh, sign-out, and when the server no
    /// longer accepts the token (then with `None`).
    ///
    /// Changes arrive one at a time and in order, on the thread that made them. A listener may use
    /// the store; a change it makes is told after the one at hand.
    pub fn on_change(&self, listener: impl Fn(Option<&Session>) + Send + Sync + 'static) {
        self.lock().listeners.push(Arc::new(listener));
    }

    /// A token fresh from the server, whose full life is therefore known: refreshing never starts
    /// before three quarters of it, however long `refresh_before` is.
    pub(crate) fn set_fresh(&self, session: Session) {
        self.change(|state| state.take_fresh(session));
    }

    /// Replaces the token that was exchanged, unless somebody signed in or out meanwhile.
    pub(crate) fn exchange(&self, old_token: &str, session: Session) {
        self.change(|state| state.has(old_token) && state.take_fresh(session));
    }

    /// Signs out if this is still the token.
    pub(crate) fn end(&self, token: &str) {
        self.change(|state| state.has(token) && state.forget());
    }

    /// Tries the refresh again later.
    pub(crate) fn postpone(&self, token: &str, until: SystemTime) {
        let mut state = self.lock();
        if state.has(token) {
            state.refresh_at = Some(until);
        }
    }

    /// The session, if it is time to refresh it. An expired one cannot be.
    pub(crate) fn due(&self, now: SystemTime) -> Option<Session> {
        let state = self.lock();
        let due = state.refresh_at.is_some_and(|at| at <= now);
        state
            .session
            .as_ref()
            .filter(|s| due && s.expires_at().is_some_and(|end| end > now))
            .cloned()
    }

    /// Whether the signed-in record has this id.
    pub(crate) fn is_record(&self, id: Option<&String>) -> bool {
        let state = self.lock();
        id.is_some_and(|id| state.session.as_ref().is_some_and(|s| s.record.id() == id))
    }

    /// The signed-in record was answered anew by an update.
    pub(crate) fn note_updated(&self, record: Record) {
        self.change(|state| match &mut state.session {
            Some(session) if session.belongs_to(&record) && session.record != record => {
                session.record = record;
                true
            }
            _ => false,
        });
    }

    /// Applies a change and, if it was one, tells the listeners outside of the lock.
    fn change(&self, apply: impl FnOnce(&mut State) -> bool) {
        let mut state = self.lock();
        if !apply(&mut state) {
            return;
        }
        let session = state.session.clone();
        state.unheard.push_back(session);
        if state.telling {
            return;
        }
        state.telling = true;
        drop(state);
        let _turn = Telling(self);
        while let Some((session, listeners)) = self.next_unheard() {
            listeners.iter().for_each(|listener| listener(session.as_ref()));
        }
    }

    /// Ends the telling in the same lock that finds nothing left, so that no change is lost.
    fn next_unheard(&self) -> Option<(Option<Session>, Vec<Listener>)> {
        let mut state = self.lock();
        let next = state.unheard.pop_front();
        state.telling = next.is_some();
        next.map(|session| (session, state.listeners.clone()))
    }

    /// Every change is complete before the lock is let go, so a poisoned lock is usable.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets others tell again when a listener panics.
struct Telling<'a>(&'a AuthStore);

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().telling = false;
        }
    }
}

impl State {
    fn has(&self, token: &str) -> bool {
        self.session.as_ref().is_some_and(|session| session.token == token)
    }

    fn take_fresh(&mut self, session: Session) -> bool {
        let now = SystemTime::now();
        let life = session.expires_at().and_then(|end| end.duration_since(now).ok());
        let before = life.map_or(self.refresh_before, |life| self.refresh_before.min(life / 4));
        self.refresh_at = refresh_time(&session, before);
        self.session = Some(session);
        true
    }

    fn forget(&mut self) -> bool {
        self.refresh_at = None;
        self.session.take().is_some()
    }
}

fn refresh_time(session: &Session, before: Duration) -> Option<SystemTime> {
    let end = session.expires_at().filter(|_| session.is_refreshable())?;
    Some(end.checked_sub(before).unwrap_or(SystemTime::UNIX_EPOCH))
}

impl fmt::Debug for AuthStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthStore").field("session", &self.lock().session).finish_non_exhaustive()
    }
}
