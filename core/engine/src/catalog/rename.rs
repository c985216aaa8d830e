//! What follows a collection's new name: the labels of rate limits (http-api.md 3.7).

use purlin_model::Schema;
use purlin_model::settings::Settings;

use super::Snapshot;

/// The settings with labels rewritten for collections whose names change; `None` when none does.
pub(super) fn renamed_limits(before: &Snapshot, after: &Schema) -> Option<Settings> {
    let mut settings = Settings::clone(&before.settings);
    for known in before.schema.collections() {
        let Some(now) = after.by_id(&known.id).filter(|now| now.name != known.name) else {
            continue;
        };
        settings.rename_collection(&known.name, &now.name);
    }
    (settings != *before.settings).then_some(settings)
}
