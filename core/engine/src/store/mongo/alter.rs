//! What has to happen to documents for them to become another definition's.

use mongodb::bson::{Bson, Document, doc};
use purlin_model::Value;
use purlin_model::schema::{Collection, Field};

use super::expr::{cond, literal, op, or, two};
use super::index::{self, Shadows};
use super::migrate::Migration;
use super::number::list_text;
use super::{document, names};
use crate::store::StoreError;
use crate::store::sql::alter::Steps;

/// Where documents keep what they were until the change is decided.
const WAS: &str = ":was";

/// Brings members and indexes from one definition to another.
pub(super) async fn members_and_indexes(
    migration: &mut Migration<'_>,
    from: &Collection,
    to: &Collection,
) -> Result<(), StoreError> {
    let steps = Steps::between(from, to);
    let name = to.name.as_str();
    if let Some(name) = index::repeated(&to.indexes) {
        let reason = "there is an index of that name".to_owned();
        return Err(StoreError::Index { name, reason });
    }
    let texts: Vec<Document> = steps
        .new_indexes
        .iter()
        .map(|text| index::specification(to, text))
        .collect::<Result<_, _>>()?;
    for dropped in &steps.dropped_indexes {
        let old = from.indexes.iter().filter_map(|text| index::specification(from, text).ok());
        let mut old = old.filter(|it| it.get_str("name").is_ok_and(|name| name == dropped));
        if let Some(old) = old.next() {
            let drop = doc! { "dropIndexes": name, "index": dropped };
            let undo = doc! { "createIndexes": name, "indexes": [old] };
            migration.journal.step(drop, undo).await?;
        }
    }
    let moves = Moves::between(&steps, from, to)?;
    if !moves.is_empty() {
        let forward = update(name, doc! { WAS: { "$exists": false } }, moves.forward());
        let back = update(name, doc! { WAS: { "$exists": true } }, moves.back());
        migration.journal.step(forward, back).await?;
        let clear = vec![doc! { "$unset": WAS }];
        migration.journal.later(update(name, doc! { WAS: { "$exists": true } }, clear)).await?;
    }
    for specification in texts {
        migration.create_index(name, specification).await?;
    }
    Ok(())
}

fn update(name: &str, filter: Document, pipeline: Vec<Document>) -> Document {
    doc! { "update": name, "updates": [{ "q": filter, "u": pipeline, "multi": true }] }
}

/// Members that go, and members that come.
struct Moves {
    /// All members that are taken away, or made anew.
    gone: Vec<String>,
    /// New members, as expressions over what the document was.
    made: Document,
}

impl Moves {
    fn between(steps: &Steps<'_>, from: &Collection, to: &Collection) -> Result<Self, StoreError> {
        let mut moves = Moves { gone: Vec::new(), made: Document::new() };
        for field in &steps.dropped {
            moves.take(field);
        }
        for (old, new) in &steps.moved {
            moves.take(old);
            let was = |name: &str| Bson::String(format!("${WAS}.{name}"));
            let (old_name, new_name) = (names::member(old), names::member(new));
            if old.kind.is_multiple() == new.kind.is_multiple() {
                moves.made.insert(&*new_name, was(&old_name));
                for (old, new) in names::companions(old).iter().zip(names::companions(new)) {
                    moves.made.insert(new, was(old));
                }
            } else if new.kind.is_multiple() {
                let empty = Bson::Array(Vec::new());
                let value = or(was(&old_name), "");
                let one = Bson::Array(vec![value.clone()]);
                moves.made.insert(&*new_name, cond(two("$eq", value, ""), empty, one));
            } else {
                let last = two("$arrayElemAt", or(was(&old_name), Vec::<Bson>::new()), -1);
                moves.made.insert(&*new_name, or(last, ""));
            }
        }
        for field in &steps.added {
            moves.zero(field)?;
        }
        moves.shadows(from, to);
        Ok(moves)
    }

    /// Takes a field's members away.
    fn take(&mut self, field: &Field) {
        self.gone.push(names::member(field).into_owned());
        self.gone.extend(names::companions(field));
    }

    fn zero(&mut self, field: &Field) -> Result<(), StoreError> {
        let zero: Value = field.zero();
        let made = &mut self.made;
        document::members(field, &zero, &Shadows::default(), &mut |name, value| {
            let value =
                Bson::try_from(value).map_err(|error| StoreError::Refused(error.to_string()))?;
            made.insert(name, literal(value));
            Ok(())
        })
    }

    /// Makes the members indexes need, where they were not kept before.
    fn shadows(&mut self, from: &Collection, to: &Collection) {
        let (before, after) = (Shadows::of(from), Shadows::of(to));
        let same = |field: &Field| {
            from.field(&field.name).is_some_and(|old| old.id == field.id && old.kind == field.kind)
        };
        for field in &to.fields {
            let own = names::member(field);
            let value = match self.made.get(&*own) {
                Some(value) => value.clone(),
                None => Bson::String(format!("${own}")),
            };
            let stays = same(field) && !self.made.contains_key(&*own);
            if after.has_folded(field) && !(stays && before.has_folded(field)) {
                self.made.insert(names::folded_of(field), op("$toLower", or(value.clone(), "")));
            }
            if after.has_text(field) && !(stays && before.has_text(field)) {
                let text = list_text(or(value, Vec::<Bson>::new()));
                self.made.insert(names::text_of(field), text);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.made.is_empty()
    }

    /// The stages that change a document.
    fn forward(&self) -> Vec<Document> {
        let mut was = Document::new();
        let made = self.made.keys().cloned();
        for name in self.gone.iter().cloned().chain(made) {
            let path = Bson::String(format!("${name}"));
            was.insert(name, path);
        }
        let mut stages = vec![doc! { "$set": { WAS: literal(Document::new()) } }];
        if !was.is_empty() {
            stages.push(doc! { "$set": { WAS: was } });
        }
        let mut keep: Vec<String> = self.gone.clone();
        keep.retain(|name| name != "_id");
        if !keep.is_empty() {
            stages.push(doc! { "$unset": keep });
        }
        if !self.made.is_empty() {
            stages.push(doc! { "$set": self.made.clone() });
        }
        stages
    }

    /// The stages that change it back.
    fn back(&self) -> Vec<Document> {
        let made: Vec<String> = self.made.keys().cloned().collect();
        let mut stages = Vec::new();
        if !made.is_empty() {
            stages.push(doc! { "$unset": made });
        }
        let merged = doc! { "$mergeObjects": ["$$ROOT", format!("${WAS}")] };
        stages.push(doc! { "$replaceWith": merged });
        stages.push(doc! { "$unset": WAS });
        stages
    }
}
