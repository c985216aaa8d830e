//! The record that is written and read.

use rand::Rng as _;
use serde::{Deserialize, Serialize};

/// How many rooms the messages are spread over.
pub(crate) const ROOMS: u32 = 1000;

const WORDS: [&str; 8] = ["alpha", "bravo", "cargo", "delta", "ember", "fable", "grain", "haven"];

/// What a client sends.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Sent {
    pub(crate) author: String,
    pub(crate) room: String,
    pub(crate) body: String,
    pub(crate) score: f64,
}

/// What is stored and answered.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) author: String,
    pub(crate) room: String,
    pub(crate) body: String,
    pub(crate) score: f64,
    pub(crate) created: String,
    pub(crate) updated: String,
}

impl Sent {
    /// Some message of about 200 bytes.
    pub(crate) fn random() -> Sent {
        let mut rng = rand::rng();
        let mut body = String::new();
        while body.len() < 200 {
            body.push_str(WORDS[rng.random_range(0..WORDS.len())]);
            body.push(' ');
        }
        Sent {
            author: format!("user{}", rng.random_range(0..500)),
            room: format!("room{}", rng.random_range(0..ROOMS)),
            body: body.trim_end().to_owned(),
            score: f64::from(rng.random_range(0..100_000)),
        }
    }

    /// The message to store, with an id and the time of now.
    pub(crate) fn stored(self) -> Message {
        let now = now();
        Message {
            id: id(),
            author: self.author,
            room: self.room,
            body: self.body,
            score: self.score,
            created: now.clone(),
            updated: now,
        }
    }
}

/// Fifteen characters that begin with the time, as Purlin's ids do.
fn id() -> String {
    const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rng = rand::rng();
    let mut id = [0; 15];
    let mut time = since_epoch().as_millis() as u64;
    for place in id[..8].iter_mut().rev() {
        *place = LETTERS[(time % 36) as usize];
        time /= 36;
    }
    for place in &mut id[8..] {
        *place = LETTERS[rng.random_range(0..36)];
    }
    String::from_utf8_lossy(&id).into_owned()
}

fn since_epoch() -> std::time::Duration {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}

/// `2024-05-06 07:08:09.123Z`; days are counted as the proleptic Gregorian calendar does.
fn now() -> String {
    let millis = since_epoch().as_millis() as i64;
    let (day, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hours, minutes) = (rest / 3_600_000, rest / 60_000 % 60);
    let (seconds, millis) = (rest / 1000 % 60, rest % 1000);
    format!("{year:04}-{month:02}-{date:02} {hours:02}:{minutes:02}:{seconds:02}.{millis:03}Z")
}
