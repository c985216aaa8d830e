//! Definitions as callers are shown them: whole, or in outline as far as they can reach something
//! (docs/authorization.md, "Console accounts").

use purlin_model::plan::{Reach, Terms};
use purlin_model::schema::Field;
use purlin_model::{Action, Caller, Collection, FieldKind, Json};

use super::{Served, Snapshot};

/// How much of definitions is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All there is.
    Whole,
    /// Of what the caller may list, view or create: the name, the type, and the fields it can reach.
    /// Of nothing else anything.
    Outline,
}

/// What a definition says of the caller, in this order.
const ACTIONS: [Action; 5] =
    [Action::List, Action::View, Action::Create, Action::Update, Action::Delete];

impl Snapshot {
    /// A collection's definition as JSON, if it is shown to the caller at all. Callers of whom lines
    /// are asked are told with it what they may do: `actions`, which for each action that some line
    /// allows has the names of the fields it reaches on some row.
    #[must_use]
    pub fn definition(&self, caller: &Caller, served: &Served, shown: Shown) -> Option<Json> {
        let collection = &*served.collection;
        if caller.is_superuser() {
            return Some(collection.to_json());
        }
        let allowed = ACTIONS.into_iter();
        let allowed = allowed.filter_map(|it| Some((it, self.reached(caller, served, it)?)));
        let allowed: Vec<(Action, Vec<&Field>)> = allowed.collect();
        let mut json = match shown {
            Shown::Whole => collection.to_json(),
            Shown::Outline => outline(collection, &allowed)?,
        };
        let names = |fields: &[&Field]| {
            Json::List(fields.iter().map(|field| Json::from(field.name.as_str())).collect())
        };
        let actions = allowed.iter().map(|(it, fields)| (it.text().to_owned(), names(fields)));
        if let Json::Object(members) = &mut json {
            members.push(("actions".to_owned(), Json::Object(actions.collect())));
        }
        Some(json)
    }

    /// The fields that the caller reaches with an action; `None` where it may not act at all.
    fn reached<'s>(
        &self,
        caller: &Caller,
        served: &'s Served,
        action: Action,
    ) -> Option<Vec<&'s Field>> {
        let collection = &served.collection;
        let writes = !matches!(action, Action::List | Action::View);
        if writes && collection.is_view() {
            return None;
        }
        let decision = self.decide(caller, action, &served.gate);
        let scope = decision.scope.as_ref().filter(|scope| scope.rows() != Some(&Terms::Never))?;
        let fields = collection.fields.iter().enumerate();
        let reached = fields.filter(|(at, field)| {
            // A password is hidden from everybody and written by whom lines let.
            let open = !field.hidden || writes && matches!(field.kind, FieldKind::Password { .. });
            open && action != Action::Delete && scope.reach(*at) != Reach::Never
        });
        Some(reached.map(|(_, field)| field).collect())
    }
}

fn outline(collection: &Collection, allowed: &[(Action, Vec<&Field>)]) -> Option<Json> {
    let opens = |action: &Action| !matches!(action, Action::Update | Action::Delete);
    if !allowed.iter().any(|(action, _)| opens(action)) {
        return None;
    }
    let is_reached = |field: &&Field| {
        let mut all = allowed.iter().flat_map(|(_, fields)| fields);
        field.name == "id" || all.any(|reached| reached.name == field.name)
    };
    let fields = collection.fields.iter().filter(is_reached);
    let members = [
        ("id", Json::from(collection.id.as_str())),
        ("name", Json::from(collection.name.as_str())),
        ("type", Json::from(collection.type_name())),
        ("system", Json::Bool(collection.system)),
        ("fields", Json::List(fields.map(Field::to_json).collect())),
    ];
    let members = members.into_iter().map(|(key, value)| (key.to_owned(), value));
    Some(Json::Object(members.collect()))
}
