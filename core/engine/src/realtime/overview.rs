//! Who is connected, for superusers.

use std::sync::atomic::Ordering;

use purlin_model::{Json, date};

use super::Realtime;
use super::rooms::Seat;

/// How much of a client's id is shown: who knows all of it can speak for it.
const SHOWN: usize = 12;

impl Realtime {
    /// The connected clients and what they subscribed to, as JSON: `{"clients": […], "totals": {…}}`.
    #[must_use]
    pub fn overview(&self) -> Json {
        let rooms = self.rooms.lock();
        let mut seats: Vec<&Seat> = rooms.seats.values().collect();
        seats.sort_by_key(|seat| seat.client.since);
        let subscriptions = seats.iter().map(|seat| seat.topics.len()).sum();
        let totals = vec![
            ("clients".to_owned(), number(seats.len())),
            ("subscriptions".to_owned(), number(subscriptions)),
            ("groups".to_owned(), number(rooms.group_count())),
            ("delivered".to_owned(), Json::Number(self.delivered.load(Ordering::Relaxed) as f64)),
            (
                "deliveredPerSecond".to_owned(),
                Json::Number(self.rate.load(Ordering::Relaxed) as f64),
            ),
        ];
        let clients = Json::List(seats.into_iter().map(client).collect());
        let members = [("clients", clients), ("totals", Json::Object(totals))];
        Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

fn client(seat: &Seat) -> Json {
    let (waiting, sent) = seat.client.queue.counts();
    let ip = seat.client.ip.map(|ip| ip.to_string()).unwrap_or_default();
    let caller = seat.caller.record().map(|record| {
        let collection = ("collectionName".to_owned(), Json::from(record.collection.name.as_str()));
        Json::Object(vec![collection, ("id".to_owned(), Json::from(record.id()))])
    });
    let topics = seat.topics.iter().map(|it| Json::from(&*it.topic.text)).collect();
    let id = seat.client.id.get(..SHOWN).unwrap_or(&seat.client.id);
    let members = [
        ("id", Json::from(id)),
        ("since", Json::Text(date::format(seat.client.since))),
        ("ip", Json::Text(ip)),
        ("caller", caller.unwrap_or_default()),
        ("subscriptions", Json::List(topics)),
        ("delivered", Json::Number(sent as f64)),
        ("waiting", number(waiting)),
    ];
    Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into())
}

fn number(number: usize) -> Json {
    Json::Number(number as f64)
}
