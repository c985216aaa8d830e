//! What the main database keeps of the catalog, read as of one moment, and the number that tells
//! nodes that it was changed.

use std::sync::Arc;
use std::time::Duration;

use purlin_model::plan::{self, Guard, Write};
use purlin_model::schema::system;
use purlin_model::settings::Settings;
use purlin_model::{Collection, Json, Record, Value, schema};

use super::intent::{Intent, settled};
use super::lines::{StoredLines, mark_in};
use super::{Catalog, CatalogError};
use crate::store::StoreError;

/// The row of `_params` that counts changes of definitions and settings.
const VERSION: &str = "version";
/// How often something is read again that changed while it was read.
const ATTEMPTS: usize = 10;
/// How often other nodes' changes are looked for.
const INTERVAL: Duration = Duration::from_millis(500);

/// Everything that is kept.
pub(super) struct Loaded {
    pub(super) version: u64,
    pub(super) settings: Settings,
    pub(super) intents: Vec<Intent>,
    pub(super) collections: Vec<Arc<Collection>>,
    pub(super) lines: StoredLines,
}

/// What tells that something was changed.
pub(super) struct Marks {
    /// Of definitions and settings.
    pub(super) version: Option<u64>,
    /// Of policies and roles.
    pub(super) lines: String,
}

impl Catalog {
    /// Reads everything anew from the store and publishes it.
    ///
    /// # Errors
    /// When the store fails, or holds definitions that cannot be read.
    pub async fn reload(&self) -> Result<(), CatalogError> {
        let loaded = self.load().await?;
        let unsettled = loaded.intents.iter().map(|intent| intent.datasource.clone()).collect();
        let schema = settled(loaded.collections, &loaded.intents);
        self.stored_lines.store(Arc::new(loaded.lines));
        self.publish(schema, Arc::new(loaded.settings), loaded.version, unsettled);
        Ok(())
    }

    /// Publishes what other nodes changed, if they did.
    ///
    /// # Errors
    /// When the store fails, or holds definitions that cannot be read.
    pub async fn refresh(&self) -> Result<(), CatalogError> {
        if self.is_up_to_date(&self.stored_marks().await?) {
            return Ok(());
        }
        // A change of this node may be the reason, and publishes itself.
        let _one = self.changing.lock().await;
        let marks = self.stored_marks().await?;
        match marks.version == Some(self.snapshot().version) {
            true if self.is_up_to_date(&marks) => Ok(()),
            true => self.reload_lines().await,
            false => self.reload().await,
        }
    }

    fn is_up_to_date(&self, marks: &Marks) -> bool {
        marks.version == Some(self.snapshot().version)
            && marks.lines == self.stored_lines.load().mark
    }

    /// Goes on refreshing, for as long as it is polled. Other nodes change the same
    /// database, and commands do beside a running server.
    pub async fn watch(&self) {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.asked.notified() => {}
            }
            match self.refresh().await {
                Err(error) if !failing => {
                    tracing::error!(%error, "changes of the collections cannot be looked for");
                    failing = true;
                }
                Err(_) => {}
                Ok(()) if failing => {
                    tracing::info!("changes of the collections can be looked for again");
                    failing = false;
                }
                Ok(()) => {}
            }
        }
    }

    /// Looks at once for what other nodes changed, where it is watched for.
    pub fn look(&self) {
        self.asked.notify_one();
    }

    /// Everything, as of one moment.
    pub(super) async fn load(&self) -> Result<Loaded, CatalogError> {
        for _ in 0..ATTEMPTS {
            let page = self.store().select(&plan::all(&self.params)).await?;
            let params: Vec<Record> = page.records.into_iter().map(|found| found.record).collect();
            let Some(version) = version_in(&params)? else {
                self.begin_counting().await?;
                continue;
            };
            let collections = self.stored_collections().await?;
            let lines = self.load_lines(&collections).await?;
            if self.stored_marks().await?.version == Some(version) {
                let settings = self.settings_in(&params)?;
                let intents = self.intents_in(&params)?;
                return Ok(Loaded { version, settings, intents, collections, lines });
            }
        }
        let text = "the collections change faster than they can be read".to_owned();
        Err(StoreError::Unavailable(text).into())
    }

    pub(super) async fn stored_marks(&self) -> Result<Marks, CatalogError> {
        let ids = [VERSION, system::LINES_MARK].map(str::to_owned);
        let page = self.store().select(&plan::by_ids(&self.params, &ids)).await?;
        let rows: Vec<Record> = page.records.into_iter().map(|found| found.record).collect();
        Ok(Marks { version: version_in(&rows)?, lines: mark_in(&rows) })
    }

    /// The first version; another node may write it at the same time.
    async fn begin_counting(&self) -> Result<(), StoreError> {
        let record = self.param(VERSION, Json::Number(0.0).to_text());
        match self.store().write(vec![Write::create(record)]).await {
            Ok(_) | Err(StoreError::NotUnique { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn stored_collections(&self) -> Result<Vec<Arc<Collection>>, CatalogError> {
        let known = self.snapshot();
        let page = self.store().select(&plan::all(&self.collections)).await?;
        let mut collections = Vec::new();
        for found in page.records {
            let collection = Collection::from_row(&found.record);
            let broken = |error: schema::BadRow| CatalogError::Broken(error.to_string());
            let collection = collection.map_err(broken)?;
            // What did not change stays the same thing: what was worked out of it is kept.
            let same = known.schema.by_id(&collection.id).filter(|known| ***known == collection);
            collections.push(same.cloned().unwrap_or_else(|| Arc::new(collection)));
        }
        Ok(collections)
    }

    fn intents_in(&self, params: &[Record]) -> Result<Vec<Intent>, CatalogError> {
        let kept = params.iter().filter(|row| Intent::is_kept_as(row.id()));
        let read = |row: &Record| {
            let text = json_text(row)?;
            Intent::from_json(row.id(), &Json::parse(text.as_bytes()).ok()?, &self.collections)
        };
        let broken = || CatalogError::Broken("an unfinished change cannot be read".to_owned());
        kept.map(|row| read(row).ok_or_else(broken)).collect()
    }

    /// The write that counts a change worked out under this version: it fails when another change
    /// was made since.
    pub(super) fn count_on(&self, version: u64) -> Write {
        let text = |version: u64| Value::Json(version.to_string());
        let position = self.params.field_index("value").unwrap_or_default();
        let guard = Guard::Unchanged {
            collection: self.params.clone(),
            id: VERSION.to_owned(),
            values: vec![(position, text(version))],
        };
        let mut set = vec![(position, text(version + 1))];
        if let Some(updated) = self.params.field_index("updated") {
            set.push((updated, Value::Text(self.now())));
        }
        let (collection, id) = (self.params.clone(), VERSION.to_owned());
        Write::Update { collection, id, set, guards: vec![guard] }
    }

    /// A new row of `_params`.
    pub(super) fn param(&self, id: &str, value: String) -> Record {
        let mut record = Record::blank(&self.params);
        record.set("id", Value::from(id));
        record.set("value", Value::Json(value));
        record.set("created", Value::Text(self.now()));
        record.set("updated", Value::Text(self.now()));
        record
    }
}

/// The JSON text of a row of `_params`.
pub(super) fn json_text(row: &Record) -> Option<&str> {
    match row.get("value") {
        Some(Value::Json(text)) => Some(text),
        _ => None,
    }
}

fn version_in(params: &[Record]) -> Result<Option<u64>, CatalogError> {
    let Some(row) = params.iter().find(|row| row.id() == VERSION) else { return Ok(None) };
    let version = json_text(row).and_then(|text| text.parse().ok());
    let broken = || CatalogError::Broken("the number of the last change cannot be read".to_owned());
    version.map(Some).ok_or_else(broken)
}
