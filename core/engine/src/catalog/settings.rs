//! The installation's settings, kept as one row of `_params` (http-api.md 6.1).

use std::sync::Arc;

use purlin_model::plan::{self, Output, Write};
use purlin_model::settings::Settings;
use purlin_model::{Json, Record, Value};

use super::change::Stop;
use super::load::json_text;
use super::{ATTEMPTS, Catalog, CatalogError, overtaken};
use crate::error::{Answer, ApiError};
use crate::store::{api_error, write_all};

/// The id of the row.
const ROW: &str = "settings";

impl Catalog {
    /// Merges a submitted body into the settings and keeps them.
    ///
    /// # Errors
    /// 400 with what is wrong; nothing is changed then.
    pub async fn update_settings(&self, body: &Json, forms: bool) -> Answer<Arc<Settings>> {
        let _one = self.changing.lock().await;
        for _ in 0..ATTEMPTS {
            let before = self.latest().await?;
            let settings = merged(&before.settings, body, forms)?;
            let write = self.settings_write(&settings, self.has_settings().await?);
            let writes = vec![self.count_on(before.version), write];
            match write_all(self.store(), writes).await {
                Ok(()) => {}
                Err(error) => match Stop::of(error) {
                    Stop::Overtaken => continue,
                    Stop::Store(error) => return Err(api_error(error)),
                },
            }
            let settings = Arc::new(settings);
            let (schema, unsettled) = (before.schema.clone(), before.unsettled.clone());
            self.publish(schema, settings.clone(), before.version + 1, unsettled);
            return Ok(settings);
        }
        Err(overtaken())
    }

    /// The write that keeps settings, into the row there is or a new one.
    pub(super) fn settings_write(&self, settings: &Settings, known: bool) -> Write {
        let (value, now) = (Value::Json(settings.to_stored().to_text()), Value::Text(self.now()));
        let mut record = Record::blank(&self.params);
        record.set("value", value);
        record.set("updated", now.clone());
        if known {
            let touched = ["value", "updated"].map(|name| self.params.field_index(name));
            let set = touched.into_iter().flatten();
            let set = set.map(|index| (index, record.values[index].clone())).collect();
            let collection = self.params.clone();
            return Write::Update { collection, id: ROW.to_owned(), set, guards: Vec::new() };
        }
        record.set("id", Value::from(ROW));
        record.set("created", now);
        Write::create(record)
    }

    pub(super) async fn has_settings(&self) -> Answer<bool> {
        let select = plan::by_id(&self.params, ROW, Output::Nothing);
        Ok(self.store().select(&select).await.map_err(api_error)?.count > 0)
    }

    /// The settings as kept, or the defaults where none are.
    pub(super) fn settings_in(&self, params: &[Record]) -> Result<Settings, CatalogError> {
        let Some(row) = params.iter().find(|row| row.id() == ROW) else {
            return Ok(Settings::default());
        };
        let broken = || CatalogError::Broken("the stored settings cannot be read".to_owned());
        let stored = json_text(row).and_then(|text| Json::parse(text.as_bytes()).ok());
        let mut settings = Settings::default();
        settings.merge(&stored.ok_or_else(broken)?).map_err(|_| broken())?;
        Ok(settings)
    }
}

fn merged(before: &Settings, body: &Json, forms: bool) -> Answer<Settings> {
    let mut settings = before.clone();
    let merged = if forms { settings.merge_form(body) } else { settings.merge(body) };
    merged.map_err(|_| {
        ApiError::bad_request("An error occurred while loading the submitted data.")
    })?;
    let faults = settings.check();
    if !faults.is_empty() {
        let message = "An error occurred while saving the new settings.";
        return Err(ApiError::invalid(message, faults));
    }
    Ok(settings)
}
