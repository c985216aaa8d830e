//! Events of the change stream, as the server is asked to tell them.

use mongodb::bson::{Binary, Document, RawDocumentBuf, Timestamp, doc};
use mongodb::change_stream::event::ResumeToken;
use serde::Deserialize;

use super::tombstones::{TOMBSTONES, Tombstone};

/// The member of a document that a change of the schema is under way with.
const WAS: &str = ":was";

/// An event, without the document it is about.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(rename = "_id")]
    pub(super) id: ResumeToken,
    #[serde(rename = "operationType")]
    kind: String,
    #[serde(rename = "clusterTime")]
    pub(super) time: Option<Timestamp>,
    #[serde(rename = "ns", default)]
    pub(super) namespace: Namespace,
    #[serde(rename = "collectionUUID")]
    pub(super) uuid: Option<Binary>,
    #[serde(rename = "documentKey")]
    pub(super) key: Option<RawDocumentBuf>,
    /// Paths of the members an update changed.
    #[serde(default)]
    changed: Vec<String>,
    /// The record a deletion took.
    pub(super) tombstone: Option<Tombstone>,
}

/// Where something happened.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Namespace {
    #[serde(rename = "coll", default)]
    pub(super) collection: String,
}

impl Event {
    /// Whether the stream ends with it: the database is gone.
    pub(super) fn is_end(&self) -> bool {
        self.kind == "invalidate"
    }

    pub(super) fn is_insert(&self) -> bool {
        self.kind == "insert"
    }

    /// The members an update changed; `None` where the schema changed, and with it its documents.
    pub(super) fn changed(&self) -> Option<impl Iterator<Item = &str>> {
        let top = |path: &'_ String| path.split('.').next().is_some_and(|name| name == WAS);
        let moved = self.changed.iter().any(top);
        (!moved).then(|| self.changed.iter().filter_map(|path| path.split('.').next()))
    }

    /// Whether a whole document was put in the place of another.
    pub(super) fn is_replacement(&self) -> bool {
        self.kind == "replace"
    }
}

/// Which events are counted, and what of them is wanted. The filter is what positions rest on: it
/// stays as it is.
pub(super) fn pipeline() -> [Document; 2] {
    let counted = doc! {
        "operationType": { "$in": ["insert", "update", "replace", "invalidate"] },
        "ns.coll": { "$nin": ["_collections", "_params", "_logs"], "$not": { "$regex": "^purlin:" } },
    };
    let names = |path: &str, name: &str| {
        doc! { "$map": { "input": { "$ifNull": [path, []] }, "in": format!("$$this{name}") } }
    };
    let updated = doc! { "$objectToArray": "$updateDescription.updatedFields" };
    let updated = doc! { "$map": { "input": { "$ifNull": [updated, []] }, "in": "$$this.k" } };
    let moving = doc! { "$eq": [{ "$type": format!("$fullDocument.{WAS}") }, "missing"] };
    let changed = doc! { "$concatArrays": [
        updated,
        names("$updateDescription.removedFields", ""),
        names("$updateDescription.truncatedArrays", ".field"),
        { "$cond": [moving, [], [WAS]] },
    ] };
    let is_tombstone = doc! { "$eq": ["$ns.coll", TOMBSTONES] };
    let tombstone = doc! { "$cond": [is_tombstone, "$fullDocument", "$$REMOVE"] };
    let wanted = doc! {
        "operationType": 1, "clusterTime": 1, "ns": 1, "collectionUUID": 1, "documentKey": 1,
        "changed": changed, "tombstone": tombstone,
    };
    [doc! { "$match": counted }, doc! { "$project": wanted }]
}
