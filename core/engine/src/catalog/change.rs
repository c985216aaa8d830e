//! Creating, changing and deleting collections (http-api.md 3.2).

use std::sync::Arc;

use purlin_model::plan::{self, Write, check_rule};
use purlin_model::schema::{self, Kind, Note, system, view};
use purlin_model::{Collection, Fault, Faults, Json, Schema};

use super::rename::renamed_limits;
use super::{
    ATTEMPTS, Catalog, CatalogError, Snapshot, find, holds_lines, intent, marking, overtaken,
};
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
        let is_text =
            |key| matches!(body.get_any_case(key), None | Some(Json::Text(_) | Json::Null));
        if !is_text("type") || !is_text("name") {
            return Err(ApiError::bad_request(UNREADABLE_NEW));
        }
        let _one = self.changing.lock().await;
        for _ in 0..ATTEMPTS {
            let before = self.latest().await?;
            let wanted = self.merged(&before, None, body, NOT_CREATED).await?;
            if let Some(made) = self.save(&before, None, wanted, NOT_CREATED).await? {
                return Ok(made);
            }
        }
        Err(overtaken())
    }

    /// Changes a collection by a submitted definition, which is merged onto the one there is.
    ///
    /// # Errors
    /// 404 when there is none, 400 with what is wrong; nothing is changed then.
    pub async fn update(&self, id_or_name: &str, body: &Json) -> Answer<Arc<Collection>> {
        let _one = self.changing.lock().await;
        for _ in 0..ATTEMPTS {
            let before = self.latest().await?;
            let old = find(&before, id_or_name)?;
            let wanted = self.merged(&before, Some(old), body, NOT_UPDATED).await?;
            if let Some(made) = self.save(&before, Some(old), wanted, NOT_UPDATED).await? {
                return Ok(made);
            }
        }
        Err(overtaken())
    }

    /// Removes a collection with everything it holds.
    ///
    /// # Errors
    /// 404 when there is none, 400 when it is a system collection or others refer to it.
    pub async fn delete(&self, id_or_name: &str) -> Answer<()> {
        let _one = self.changing.lock().await;
        for _ in 0..ATTEMPTS {
            let before = self.latest().await?;
            let old = find(&before, id_or_name)?;
            may_go(&before, old)?;
            let rest = before.schema.collections().iter().filter(|known| known.id != old.id);
            let after = Schema::new(rest.cloned().collect());
            // Where the table has to go first, what belongs to its records goes after it.
            let owned = match old.is_main() || old.adopted.is_some() {
                true => self.owned_rows(before.schema.collections(), old).await,
                false => Ok(Vec::new()),
            };
            match self.make(&before, after, owned.map_err(api_error)?).await {
                Err(Stop::Overtaken) => {}
                Err(Stop::Store(error)) => return Err(raw_error(error, NOT_DELETED)),
                Ok(()) => return Ok(()),
            }
        }
        Err(overtaken())
    }

    /// The deletes of what belongs to the records of an auth collection in the system collections.
    pub(super) async fn owned_rows(
        &self,
        collections: &[Arc<Collection>],
        old: &Collection,
    ) -> Result<Vec<Write>, StoreError> {
        let mut writes = Vec::new();
        for name in system::OWNED {
            let Some(collection) = collections.iter().find(|known| known.name == name) else {
                continue;
            };
            let select = plan::owned(collection, old, None);
            let page = self.store().select(&select).await?;
            writes.extend(page.records.iter().map(|found| Write::Delete {
                collection: collection.clone(),
                id: found.record.id().to_owned(),
                guards: Vec::new(),
                was: Some(Arc::new(found.record.clone())),
            }));
        }
        if writes.iter().any(|write| holds_lines(write.collection())) {
            writes.push(marking(&self.now()));
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
        if let Kind::View { query } = &collection.kind
            && collection.adopted.is_none()
        {
            let tried = self.try_query(schema, &collection.datasource, query).await?;
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

    /// Makes a definition true; `None` when another change came before.
    async fn save(
        &self,
        before: &Snapshot,
        old: Option<&Arc<Collection>>,
        wanted: Wanted,
        message: &'static str,
    ) -> Answer<Option<Arc<Collection>>> {
        check(before, old, &wanted, &self.datasources, message).map_err(unplaced)?;
        let wanted = Arc::new(wanted.collection);
        let mut after = before.schema.collections().to_vec();
        match after.iter_mut().find(|known| known.id == wanted.id) {
            Some(known) => *known = wanted.clone(),
            None => after.push(wanted.clone()),
        }
        self.refresh_views(&mut after, &wanted.id).await;
        match self.make(before, Schema::new(after), Vec::new()).await {
            Ok(()) => Ok(Some(wanted)),
            Err(Stop::Overtaken) => Ok(None),
            Err(Stop::Store(error)) => Err(save_error(error, &wanted, message)),
        }
    }

    /// Brings the databases from one schema to another and publishes it. The commit in the main
    /// database decides; what has to be done elsewhere follows it.
    pub(super) async fn make(
        &self,
        before: &Snapshot,
        after: Schema,
        owned: Vec<Write>,
    ) -> Result<(), Stop> {
        let looked = self.check_adopted(before, &after).await.map_err(Stop::Store)?;
        let (mut changes, mut writes) = self.steps(before, &after);
        let settings = renamed_limits(before, &after);
        if let Some(settings) = &settings {
            writes.push(self.settings_write(settings, true));
        }
        writes.extend(owned);
        let (relined, known) = self.renamed_lines(before, &after).await?;
        writes.extend(relined);
        let lines_change = writes.iter().any(|it| holds_lines(it.collection()));
        // They change with the schema: not a moment later.
        let lines = lines_change.then(|| known.after(&writes));
        let intents = intent::elsewhere(&mut changes);
        for intent in &intents {
            self.may_begin(before, intent)?;
            let record = self.param(&intent.id, intent.to_json(&self.collections).to_text());
            writes.push(Write::create(record));
        }
        self.store().migrate(&changes, writes).await.map_err(Stop::of)?;
        if intents.is_empty() {
            let settings = settings.map_or_else(|| before.settings.clone(), Arc::new);
            if let Some(lines) = lines {
                self.stored_lines.store(Arc::new(lines));
            }
            self.publish(after, settings, before.version + 1, before.unsettled.clone());
            if lines_change && let Err(error) = self.reload_lines().await {
                tracing::error!(%error, "the policies could not be read again after a change");
            }
            self.note(&looked);
            return Ok(());
        }
        let done = self.carry_out_all(&intents).await;
        if let Err(error) = self.reload().await {
            tracing::error!(%error, "the collections could not be read again after a change");
        }
        self.note(&looked);
        Ok(done?)
    }

    /// The steps from one schema to another, and the writes that record them: first the one that
    /// counts the change.
    pub(super) fn steps(
        &self,
        before: &Snapshot,
        after: &Schema,
    ) -> (Vec<SchemaChange>, Vec<Write>) {
        let (mut changes, mut writes) = (Vec::new(), vec![self.count_on(before.version)]);
        for known in before.schema.collections() {
            if after.by_id(&known.id).is_none() {
                changes.push(SchemaChange::Drop(known.clone()));
                let (collection, id) = (self.collections.clone(), known.id.clone());
                writes.push(Write::Delete { collection, id, guards: Vec::new(), was: None });
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
        (changes, writes)
    }

    pub(super) fn update_row(&self, collection: &Collection) -> Write {
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

/// Why a change did not come about.
pub(super) enum Stop {
    /// Another change was made since the schema was read that this one rests on.
    Overtaken,
    /// A database did not do it.
    Store(StoreError),
}

impl Stop {
    /// Why the main database did not decide for a change, whose first write counts it.
    pub(super) fn of(error: StoreError) -> Self {
        match error {
            StoreError::Guard { write: 0, .. }
            | StoreError::Missing { write: 0 }
            | StoreError::Conflict => Stop::Overtaken,
            error => Stop::Store(error),
        }
    }
}

impl From<CatalogError> for Stop {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Store(StoreError::Outdated { .. }) => Stop::Overtaken,
            CatalogError::Store(error) => Stop::Store(error),
            other => Stop::Store(StoreError::Unavailable(other.to_string())),
        }
    }
}

/// Refuses to remove a collection that others need.
fn may_go(before: &Snapshot, old: &Arc<Collection>) -> Answer<()> {
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
    Ok(())
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
