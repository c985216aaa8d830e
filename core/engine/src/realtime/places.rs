//! Where a client has got to in the logs of the datasources: `57`, or `57,archive=12-3`.

use std::fmt;
use std::sync::Arc;

use purlin_model::schema::MAIN;

use crate::store::Position;

/// Positions by datasource, in the order they came up. There are few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places(Vec<(Arc<str>, Position)>);

impl Places {
    /// Reads what was written; `None` for any other text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut places = Places::default();
        for piece in text.split(',') {
            let (source, position) = piece.split_once('=').unwrap_or((MAIN, piece));
            if source.is_empty() || places.of(source).is_some() {
                return None;
            }
            places.0.push((source.into(), position.parse().ok()?));
        }
        Some(places)
    }

    /// The position in the log of a datasource.
    pub(super) fn of(&self, source: &str) -> Option<Position> {
        self.0.iter().find(|(known, _)| **known == *source).map(|(_, position)| *position)
    }

    /// Goes on to a position, never back.
    pub(super) fn reach(&mut self, source: &Arc<str>, position: Position) {
        match self.0.iter_mut().find(|(known, _)| known == source) {
            Some((_, known)) => *known = position.max(*known),
            None => self.0.push((source.clone(), position)),
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each datasource with its position.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, Position)> {
        self.0.iter().map(|(source, position)| (source, *position))
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (source, position)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            match &**source {
                MAIN => write!(f, "{position}")?,
                source => write!(f, "{source}={position}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_as_they_are_written() {
        for text in ["57", "57,archive=12-3", "archive=12-3", "a=1,b=2,7"] {
            assert_eq!(Places::parse(text).map(|it| it.to_string()).as_deref(), Some(text));
        }
        for text in ["", "x", "57,", "57,58", "=5", "a=1,a=2", "a=", "57 "] {
            assert_eq!(Places::parse(text), None, "{text}");
        }
    }

    #[test]
    fn nobody_goes_back() {
        let mut places = Places::parse("5").expect("places");
        let main: Arc<str> = MAIN.into();
        places.reach(&main, Position::at(7));
        places.reach(&main, Position::at(6));
        places.reach(&"b".into(), Position::at(1));
        assert_eq!(places.to_string(), "7,b=1");
    }
}
