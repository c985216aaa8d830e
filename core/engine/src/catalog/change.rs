//! Creating, changing and deleting collections (http-api.md 3.2).

use std::sync::Arc;

use purlin_model::plan::{self, Write, check_rule};
use purlin_model::schema::{self, Kind, Note, system, view};
use purlin_model::{Collection, Fault, Faults, Json, Schema};

use super::rename::renamed_limits;
use super::{Catalog, Snapshot, find};
use crate::error::{Answer, ApiError};
use crate::random;
use crate::store::{Datasources, SchemaChange, StoreError, api_error};

/// What is said of a body whose type or name cannot be told, and of one that is no definition.
const UNREADABLE_NEW: &str = "Failed to load the collection type data due to invalid formatting.";
const UNREADABLE: &str = "Failed to load the submitted data due to invalid formatting.";
const NOT_DELETED: &str = "Failed to delete collection.";
/// The code of rules that do not compile; a dry run says where, a save must not.
const INVALID_RULE: &str = "validation_invalid_rule";
const NOT_CREATED: &str = "Failed to create collection.";
const NOT_UPDATED: &str = "Failed to update collection.";

impl Catalog {
    /// Makes a collection from a submitted definition.
    ///
    /// # Errors
    /// 400 with what is wrong; nothing is made then.
    pub async fn create(&self, body: &Json) -> Answer<Arc<Collection>> {
        let _one = self.changing.lock().await;
        let before = self.snapshot();
        let is_text =
            |key| matches!(body.get_any_case(key), None | Some(Json::Text(_) | Json::Null));
        if !is_text("type") || !is_text("name") {
            return Err(ApiError::bad_request(UNREADABLE_NEW));
        }
        let wanted = self.merged(&before, None, body, NOT_CREATED).await?;
        self.save(&before, None, wanted, NOT_CREATED).await.map_err(unplaced)
    }

    /// Changes a collection by a submitted definition, which is merged onto the one there is.
    ///
    /// # Errors
    /// 404 when there is none, 400 with what is wrong; nothing is changed then.
    pub async fn update(&self, id_or_name: &str, body: &Json) -> Answer<Arc<Collection>> {
        let _one = self.changing.lock().await;
        let before = self.snapshot();
        let old = find(&before, id_or_name)?;
        let wanted = self.merged(&before, Some(old), body, NOT_UPDATED).await?;
        self.save(&before, Some(old), wanted, NOT_UPDATED).await.map_err(unplaced)
    }

    /// Removes a collection with everything it holds.
    ///
    /// # Errors
    /// 404 when there is none, 400 when it is a system collection or others refer to it.
    pub async fn delete(&self, id_or_name: &str) -> Answer<()> {
        let _one = self.changing.lock().await;
        let before = self.snapshot();
        let old = find(&before, id_or_name)?;
        if old.system {
            return Err(ApiError::bad_request(NOT_DELETED).because("it is a system collection"));
        }
        let relating = schema::relating_to(&before.schema, old);
        if !relating.is_empty() {
            let message = format!(
                "Failed to delete collection probably due to existing reference in {}.",
                relating.join(", ")
            );
            return Err(ApiError::bad_request(message));
        }
        if let Some(view) = view::readers(&before.schema, &old.id).first() {
            let cause = format!("the view {} reads it", view.name);
            return Err(ApiError::bad_request(NOT_DELETED).because(cause));
        }
        let rest = before.schema.collections().iter().filter(|known| known.id != old.id);
        let after = Schema::new(rest.cloned().collect());
        let owned = self.owned_rows(&before, old).await?;
        self.make(&before, after, owned).await.map_err(|error| raw_error(error, NOT_DELETED))
    }

    /// The deletes of what belongs to the records of an auth collection in the system collections.
    async fn owned_rows(&self, before: &Snapshot, old: &Arc<Collection>) -> Answer<Vec<Write>> {
        let mut writes = Vec::new();
        for name in system::OWNED {
            let Some(collection) = before.schema.by_name(name) else { continue };
            let select = plan::owned(collection, &old.id, None);
            let page = self.store().select(&select).await.map_err(api_error)?;
            writes.extend(page.records.iter().map(|found| Write::Delete {
                collection: collection.clone(),
                id: found.record.id().to_owned(),
                guards: Vec::new(),
            }));
        }
        Ok(writes)
    }

    /// What a save of this definition would change, as a JSON array of notes.
    ///
    /// # Errors
    /// What the save itself would answer.
    pub async fn dry_run_save(&self, body: &Json) -> Answer<Json> {
        let before = self.snapshot();
        let id = body.get_any_case("id").and_then(Json::text).unwrap_or_default();
        let old = before.schema.by_id(id);
        let message = if old.is_some() { NOT_UPDATED } else { NOT_CREATED };
        let wanted = self.merged(&before, old, body, message).await?;
        check(&before, old, &wanted, &self.datasources, message)?;
        let notes = schema::summarize(old.map(Arc::as_ref), &wanted.collection);
        Ok(Json::List(notes.into_iter().map(note_json).collect()))
    }

    /// The definition a body asks for; a view's fields are worked out from its query.
    async fn merged(
        &self,
        before: &Snapshot,
        old: Option<&Arc<Collection>>,
        body: &Json,
        message: &'static str,
    ) -> Answer<Wanted> {
        let (schema, old) = (&before.schema, old.map(Arc::as_ref));
        let mut faults = Faults::default();
        let merged = schema::merge(schema, old, body, &mut random::text, &mut faults);
        let mut collection = merged.map_err(|_| ApiError::bad_request(UNREADABLE))?;
        if !faults.is_empty() {
            return Err(ApiError::invalid(message, faults));
        }
        let mut problem = None;
        if let Kind::View { query } = &collection.kind {
            let tried = self.try_query(schema, query).await?;
            collection.fields = view::keep_ids(tried.fields, old);
            problem = tried.problem;
        }
        let now = self.now();
        if old.is_none() {
            collection.created.clone_from(&now);
        }
        collection.updated = now;
        Ok(Wanted { collection, problem })
    }

    async fn save(
        &self,
        before: &Snapshot,
        old: Option<&Arc<Collection>>,
        wanted: Wanted,
        message: &'static str,
    ) -> Answer<Arc<Collection>> {
        check(before, old, &wanted, &self.datasources, message)?;
        let wanted = Arc::new(wanted.collection);
        let mut after = before.schema.collections().to_vec();
        match after.iter_mut().find(|known| known.id == wanted.id) {
            Some(known) => *known = wanted.clone(),
            None => after.push(wanted.clone()),
        }
        self.refresh_views(&mut after, &wanted.id).await;
        let made = self.make(before, Schema::new(after), Vec::new()).await;
        made.map_err(|error| save_error(error, &wanted, message))?;
        Ok(wanted)
    }

    /// Brings the store from one schema to another in one transaction and publishes it.
    pub(super) async fn make(
        &self,
        before: &Snapshot,
        after: Schema,
        mut writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        for known in before.schema.collections() {
            if after.by_id(&known.id).is_none() {
                changes.push(SchemaChange::Drop(known.clone()));
                let (collection, id) = (self.collections.clone(), known.id.clone());
                writes.push(Write::Delete { collection, id, guards: Vec::new() });
            }
        }
        for wanted in after.collections() {
            match before.schema.by_id(&wanted.id) {
                Some(known) if Arc::ptr_eq(known, wanted) || known == wanted => {}
                Some(known) => {
                    changes.push(SchemaChange::Alter { from: known.clone(), to: wanted.clone() });
                    writes.push(self.update_row(wanted));
                }
                None => {
                    changes.push(SchemaChange::Create(wanted.clone()));
                    writes.push(self.create_row(wanted));
                }
            }
        }
        let settings = renamed_limits(before, &after);
        if let Some(settings) = &settings {
            writes.push(self.settings_write(settings, true));
        }
        self.migrate(changes, writes).await?;
        let settings = settings.map_or_else(|| before.settings.clone(), Arc::new);
        self.publish(after, settings);
        Ok(())
    }

    /// Carries out steps where their collections are kept, the main database last.
    async fn migrate(
        &self,
        changes: Vec<SchemaChange>,
        writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| change.collection().is_main());
        for change in elsewhere {
            let store = self.datasources.of(change.collection())?;
            store.migrate(&[change], Vec::new()).await?;
        }
        self.store().migrate(&here, writes).await
    }

    fn update_row(&self, collection: &Collection) -> Write {
        let record = collection.to_row(&self.collections);
        let set = record.values.into_iter().enumerate();
        let id = self.collections.field_index("id");
        let set = set.filter(|(index, _)| Some(*index) != id).collect();
        let table = self.collections.clone();
        Write::Update { collection: table, id: collection.id.clone(), set, guards: Vec::new() }
    }
}

/// A definition that is asked for.
struct Wanted {
    collection: Collection,
    /// What is wrong with the query of a view.
    problem: Option<String>,
}

/// Everything that can be said against a definition before it is made.
fn check(
    before: &Snapshot,
    old: Option<&Arc<Collection>>,
    wanted: &Wanted,
    datasources: &Datasources,
    message: &'static str,
) -> Answer<()> {
    let old = old.map(Arc::as_ref);
    let mut faults = schema::check(old, &wanted.collection, &before.schema, &check_rule);
    if datasources.named(&wanted.collection.datasource).is_none() {
        faults.add("datasource", unknown_datasource());
    }
    if let Some(problem) = &wanted.problem {
        let text = format!("Invalid query - {problem}");
        faults.add("viewQuery", Fault::new("validation_invalid_view_query", text));
    }
    if faults.is_empty() { Ok(()) } else { Err(ApiError::invalid(message, faults)) }
}

/// A datasource that the configuration does not name.
pub(super) fn unknown_datasource() -> Fault {
    Fault::new("validation_unknown_datasource", "There is no datasource of that name.")
}

/// Without the places in rules, which only a dry run tells.
fn unplaced(mut error: ApiError) -> ApiError {
    error.faults = std::mem::take(&mut error.faults).bare(INVALID_RULE);
    error
}

/// What the client is told when the database refuses a change.
fn save_error(error: StoreError, wanted: &Collection, message: &'static str) -> ApiError {
    match error {
        StoreError::Index { name, reason } => {
            let position = wanted.indexes.iter().position(|text| text.contains(&name)).unwrap_or(0);
            let text = format!("failed to create index {name} - {reason}");
            let mut faults = Faults::default();
            let fault = Fault::new("validation_invalid_index_expression", text);
            faults.group("indexes").add(position.to_string(), fault);
            ApiError::invalid(message, faults)
        }
        error => raw_error(error, message),
    }
}

/// The database's own words behind what could not be done.
fn raw_error(error: StoreError, message: &'static str) -> ApiError {
    match error {
        StoreError::Refused(text) => {
            ApiError::bad_request(format!("{message} Raw error: \n{text}"))
        }
        error => api_error(error),
    }
}

fn note_json(note: Note) -> Json {
    Json::Object(vec![
        ("kind".to_owned(), Json::Text(note.kind.to_owned())),
        ("text".to_owned(), Json::Text(note.text)),
        ("destructive".to_owned(), Json::Bool(note.destructive)),
    ])
}
