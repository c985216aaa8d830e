//! Policies and roles as the main database keeps them, and the mark by which nodes notice that they
//! were changed.

use std::sync::Arc;

use purlin_model::plan::{self, Output, Write};
use purlin_model::policy::{Lines, Subject};
use purlin_model::schema::system;
use purlin_model::{Collection, Json, Record, Schema, Value};

use super::load::json_text;
use super::{Catalog, CatalogError, Snapshot};
use crate::random;
use crate::store::StoreError;

/// How often something is read again that changed while it was read.
const ATTEMPTS: usize = 10;

/// The records of all lines at one moment.
#[derive(Debug, Default)]
pub(super) struct StoredLines {
    /// What the mark said then.
    pub(super) mark: String,
    policies: Vec<Record>,
    roles: Vec<Record>,
}

/// Whether records of a collection are lines.
#[must_use]
pub fn holds_lines(collection: &Collection) -> bool {
    collection.system && [system::POLICIES, system::ROLES].contains(&collection.name.as_str())
}

/// What the mark says next: nothing it ever said.
fn new_mark() -> String {
    Json::from(random::text(15)).to_text()
}

/// The write that goes with every change of lines, in the same transaction: it changes the mark.
#[must_use]
pub fn marking(now: &str) -> Write {
    let params = Arc::new(system::params_table());
    let mut set = Vec::with_capacity(2);
    for (name, value) in [("value", Value::Json(new_mark())), ("updated", Value::from(now))] {
        set.extend(params.field_index(name).map(|field| (field, value)));
    }
    let id = system::LINES_MARK.to_owned();
    Write::Update { collection: params, id, set, guards: Vec::new() }
}

impl Catalog {
    /// Puts changed lines into force, if they were changed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn refresh_lines(&self) -> Result<(), CatalogError> {
        let _one = self.changing.lock().await;
        let known = self.stored_lines.load_full();
        let mark = self.stored_marks().await?.lines;
        if mark == known.mark {
            return Ok(());
        }
        self.reload_lines().await
    }

    /// Reads the lines anew and publishes them; one change at a time. Lines that name collections
    /// as they are called since another change come with that change, or what they deny would be
    /// open for as long as nobody is called so.
    pub(super) async fn reload_lines(&self) -> Result<(), CatalogError> {
        let now = self.snapshot();
        let lines = self.load_lines(now.schema.collections()).await?;
        if self.stored_marks().await?.version != Some(now.version) {
            return self.reload().await;
        }
        self.stored_lines.store(Arc::new(lines));
        let (schema, settings) = (now.schema.clone(), now.settings.clone());
        self.publish(schema, settings, now.version, now.unsettled.clone());
        Ok(())
    }

    /// All lines, as of one moment.
    pub(super) async fn load_lines(
        &self,
        collections: &[Arc<Collection>],
    ) -> Result<StoredLines, CatalogError> {
        for _ in 0..ATTEMPTS {
            let mark = self.stored_marks().await?.lines;
            let policies = self.records_of(collections, system::POLICIES).await?;
            let roles = self.records_of(collections, system::ROLES).await?;
            if self.stored_marks().await?.lines == mark {
                return Ok(StoredLines { mark, policies, roles });
            }
        }
        let text = "the policies change faster than they can be read".to_owned();
        Err(StoreError::Unavailable(text).into())
    }

    async fn records_of(
        &self,
        collections: &[Arc<Collection>],
        name: &str,
    ) -> Result<Vec<Record>, StoreError> {
        let Some(collection) = collections.iter().find(|known| known.name == name) else {
            return Ok(Vec::new());
        };
        let page = self.store().select(&plan::all(collection)).await?;
        Ok(page.records.into_iter().map(|found| found.record).collect())
    }

    /// The lines as they read under a schema.
    pub(super) fn lines_under(&self, schema: &Schema, before: &Snapshot) -> Arc<Lines> {
        let stored = self.stored_lines.load();
        self.lines_of(schema, &stored.policies, &stored.roles, before)
    }

    fn lines_of(
        &self,
        schema: &Schema,
        policies: &[Record],
        roles: &[Record],
        before: &Snapshot,
    ) -> Arc<Lines> {
        let mut lines = Lines::read(schema, policies, roles, Some(&before.lines));
        lines.matcher = self.matchers.as_ref().map(|make| make(schema, &lines));
        Arc::new(lines)
    }

    /// The snapshot as it would be if this member had this role besides; never published.
    #[must_use]
    pub fn pretending(&self, member: &Subject, role: &Subject) -> Arc<Snapshot> {
        let (now, stored) = (self.snapshot(), self.stored_lines.load());
        let Some(collection) = now.schema.by_name(system::ROLES) else { return now };
        let mut pretended = Record::blank(collection);
        for (name, subject) in [("member", member), ("role", role)] {
            pretended.set(name, Value::Text(subject.text(&now.schema)));
        }
        let roles: Vec<Record> = stored.roles.iter().cloned().chain([pretended]).collect();
        let lines = self.lines_of(&now.schema, &stored.policies, &roles, &now);
        let settings = now.settings.clone();
        let mut next = Snapshot::new(now.schema.clone(), settings, lines, Some(&now));
        (next.version, next.unsettled) = (now.version, now.unsettled.clone());
        Arc::new(next)
    }

    /// Makes the mark, unless there is one.
    pub(super) async fn begin_marking(&self) -> Result<(), StoreError> {
        let select = plan::by_id(&self.params, system::LINES_MARK, Output::Records);
        if self.store().select(&select).await?.count > 0 {
            return Ok(());
        }
        let record = self.param(system::LINES_MARK, new_mark());
        match self.store().write(vec![Write::create(record)]).await {
            Ok(_) | Err(StoreError::NotUnique { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Makes the collections of lines where an installation is older than they are.
    pub(super) async fn install_lines(&self) -> Result<(), CatalogError> {
        let before = self.snapshot();
        let wanted = system::authorization(&self.now()).into_iter().map(Arc::new);
        let missing: Vec<_> =
            wanted.filter(|it| before.schema.by_name(&it.name).is_none()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let all = before.schema.collections().iter().cloned().chain(missing).collect();
        let _one = self.changing.lock().await;
        match self.make(&before, Schema::new(all), Vec::new()).await {
            Ok(()) => Ok(()),
            // Another node does the same.
            Err(super::change::Stop::Overtaken) => self.reload().await,
            Err(super::change::Stop::Store(error)) => Err(error.into()),
        }
    }

    /// What goes with collections and fields that get another name: the lines that name them. With
    /// it the lines it rests on.
    ///
    /// # Errors
    /// When the store fails: what another node saved a moment ago has to follow, too.
    pub(super) async fn renamed_lines(
        &self,
        before: &Snapshot,
        after: &Schema,
    ) -> Result<(Vec<Write>, Arc<StoredLines>), CatalogError> {
        let changed = |known: &Arc<Collection>| {
            after.by_id(&known.id).is_some_and(|now| !Arc::ptr_eq(now, known))
        };
        if !before.schema.collections().iter().any(changed) {
            return Ok((Vec::new(), self.stored_lines.load_full()));
        }
        let stored = self.load_lines(before.schema.collections()).await?;
        let mut renames = Vec::new();
        for known in before.schema.collections() {
            if let Some(now) = after.by_id(&known.id).filter(|now| now.name != known.name) {
                renames.push((known.name.as_str(), now.name.as_str()));
            }
        }
        let all = stored.policies.iter().chain(&stored.roles);
        let mut writes: Vec<Write> =
            all.filter_map(|record| rewritten(record, &renames, before, after)).collect();
        if !writes.is_empty() {
            writes.push(marking(&self.now()));
        }
        Ok((writes, Arc::new(stored)))
    }
}

impl StoredLines {
    /// The lines after these writes. The mark stays: it says that they are to be read again.
    pub(super) fn after(&self, writes: &[Write]) -> StoredLines {
        let rest = |records: &[Record]| {
            let mut records = records.to_vec();
            for write in writes {
                match write {
                    Write::Update { collection, id, set, .. } => {
                        let is_meant = |known: &&mut Record| {
                            known.collection.id == collection.id && known.id() == id
                        };
                        if let Some(record) = records.iter_mut().find(is_meant) {
                            for (field, value) in set {
                                record.values[*field] = value.clone();
                            }
                        }
                    }
                    Write::Delete { collection, id, .. } => records
                        .retain(|known| known.collection.id != collection.id || known.id() != id),
                    Write::Create { .. } => {}
                }
            }
            records
        };
        let (policies, roles) = (rest(&self.policies), rest(&self.roles));
        StoredLines { mark: self.mark.clone(), policies, roles }
    }
}

/// The update of a line that names collections and fields as they are called from now on.
fn rewritten(
    record: &Record,
    renames: &[(&str, &str)],
    before: &Snapshot,
    after: &Schema,
) -> Option<Write> {
    let mut set = Vec::new();
    for name in ["subject", "object", "member"] {
        let Some(field) = record.collection.field_index(name) else { continue };
        let text = record.text(name);
        let (start, rest) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let Some((_, now)) = renames.iter().find(|(old, _)| old.eq_ignore_ascii_case(start)) else {
            continue;
        };
        let text = rest.map_or_else(|| (*now).to_owned(), |rest| format!("{now}/{rest}"));
        set.push((field, Value::Text(text)));
    }
    if let Some(fields) = renamed_fields(record, before, after)
        && let Some(field) = record.collection.field_index("fields")
    {
        set.push((field, Value::Json(fields)));
    }
    let (collection, id) = (record.collection.clone(), record.id().to_owned());
    (!set.is_empty()).then_some(Write::Update { collection, id, set, guards: Vec::new() })
}

/// The fields a line names, where one of them is called otherwise from now on.
fn renamed_fields(record: &Record, before: &Snapshot, after: &Schema) -> Option<String> {
    let known = before.schema.by_name(record.text("object"))?;
    let now = after.by_id(&known.id).filter(|now| !Arc::ptr_eq(now, known))?;
    let Some(Value::Json(text)) = record.get("fields") else { return None };
    let names = Json::parse(text.as_bytes()).ok()?;
    let renamed = |name: &Json| {
        let field = known.field(name.text()?)?;
        let now = now.fields.iter().find(|now| now.id == field.id)?;
        (now.name != field.name).then(|| Json::from(now.name.as_str()))
    };
    let items = names.items()?;
    let changed: Vec<Option<Json>> = items.iter().map(renamed).collect();
    if changed.iter().all(Option::is_none) {
        return None;
    }
    let all = items.iter().zip(changed).map(|(old, new)| new.unwrap_or_else(|| old.clone()));
    Some(Json::List(all.collect()).to_text())
}

/// The mark as a row of `_params` says it.
pub(super) fn mark_in(params: &[Record]) -> String {
    let row = params.iter().find(|row| row.id() == system::LINES_MARK);
    row.and_then(json_text).unwrap_or_default().to_owned()
}
