//! Proposals and differences as JSON.

use super::drift::Drift;
use super::propose::Proposal;
use crate::json::Json;

impl Drift {
    /// `{kind, text, stops}`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        object(vec![
            ("kind", Json::from(self.difference.name())),
            ("text", Json::Text(self.difference.to_string())),
            ("stops", Json::Bool(self.stops)),
        ])
    }
}

impl Proposal {
    /// `{table, isView, rows, served, collection, problem, notes, columns, drift}`: `served` is the
    /// name of the collection that serves the table; `collection` or `problem` is null. `drifts` are
    /// the differences to that collection.
    #[must_use]
    pub fn to_json(&self, drifts: &[Drift]) -> Json {
        let table = &self.table;
        let columns = table.columns.iter().map(|column| {
            object(vec![
                ("name", Json::Text(column.name.clone())),
                ("type", Json::Text(column.type_text.clone())),
                ("nullable", Json::Bool(column.nullable)),
                ("filled", Json::Bool(column.filled)),
            ])
        });
        // Counts are estimates, far below what a double holds.
        #[allow(clippy::cast_precision_loss)]
        let rows = table.rows.map_or(Json::Null, |rows| Json::Number(rows as f64));
        let served = self.served.as_ref().map(|served| Json::Text(served.name.clone()));
        let notes = self.notes.iter().cloned().map(Json::Text);
        object(vec![
            ("table", Json::Text(table.name.clone())),
            ("isView", Json::Bool(table.is_view)),
            ("rows", rows),
            ("served", served.unwrap_or(Json::Null)),
            ("collection", self.collection.as_ref().map_or(Json::Null, |it| it.to_json())),
            ("problem", self.collection.as_ref().err().cloned().map_or(Json::Null, Json::Text)),
            ("notes", Json::List(notes.collect())),
            ("columns", Json::List(columns.collect())),
            ("drift", Json::List(drifts.iter().map(Drift::to_json).collect())),
        ])
    }
}

fn object(members: Vec<(&str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}
