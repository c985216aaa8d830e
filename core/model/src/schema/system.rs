//! The collections of a fresh installation (http-api.md 3.10) and the internal tables.

use super::collection::{Collection, Kind};
use super::field::{Field, FieldKind};
use super::scaffold::{self, Random};
use super::{index, names};
use crate::policy::Deed;

/// The collection of those who administer the installation.
pub const SUPERUSERS: &str = "_superusers";
/// Its id, which clients rely on.
pub const SUPERUSERS_ID: &str = "pbc_3142635823";
/// The links of auth records to their accounts with other services.
pub const EXTERNAL_AUTHS: &str = "_externalAuths";
/// The lines that say who may do what.
pub const POLICIES: &str = "_policies";
/// The lines that give roles to records, and roles to roles.
pub const ROLES: &str = "_roles";
/// The collections whose rows belong to auth records: by `collectionRef` and `recordRef`, or by the
/// name of the record in `subject` or `member`.
pub const OWNED: [&str; 6] = [EXTERNAL_AUTHS, "_mfas", "_otps", "_authOrigins", POLICIES, ROLES];
/// The row of `_params` that changes with every change of [`POLICIES`] and [`ROLES`].
pub const LINES_MARK: &str = "lines";
/// The internal table of collection definitions.
pub const COLLECTIONS: &str = "_collections";
/// The internal table of settings and other single values.
pub const PARAMS: &str = "_params";
/// The internal table, in each other datasource, of the schema changes made there.
pub const MARKS: &str = "_purlin_marks";
/// The row of `_params` that says that a database is being copied into and not to be served.
pub const UNFINISHED_COPY: &str = "unfinished_copy";
/// The row of `_params` that tells this installation from others, with its secret.
pub const INSTALLATION: &str = "installation";
/// What the ids of the rows of `_params` begin with that say which nodes serve the database.
pub const NODE: &str = "node_";
/// The internal table, in a datasource, of what its commits left to be done in others.
pub const PENDING: &str = "_purlin_pending";
/// The internal table of the request log.
pub const LOGS: &str = "_logs";

/// How many characters a policy's rule may have.
const RULE_LENGTH: u64 = 20_000;
/// Only the record a row belongs to sees it.
const OWNER: &str = "@request.auth.id != '' && recordRef = @request.auth.id && \
                     collectionRef = @request.auth.collectionId";
/// Only the record itself.
const SELF: &str = "id = @request.auth.id";

/// All default collections in the order they are listed. `now` is canonical date text.
#[must_use]
pub fn defaults(now: &str, random: Random<'_>) -> Vec<Collection> {
    let mut all =
        vec![mfas(), otps(), external_auths(), auth_origins(), superusers(random), users(random)];
    all.append(&mut authorization(now));
    for collection in &mut all {
        now.clone_into(&mut collection.created);
        now.clone_into(&mut collection.updated);
    }
    all
}

/// The collections of lines, which installations made before there were any lack. `now` is
/// canonical date text.
#[must_use]
pub fn authorization(now: &str) -> Vec<Collection> {
    let mut all = vec![policies(), roles()];
    for collection in &mut all {
        now.clone_into(&mut collection.created);
        now.clone_into(&mut collection.updated);
    }
    all
}

fn policies() -> Collection {
    let choice = |names: &[&str]| FieldKind::Select {
        values: names.iter().map(|name| (*name).to_owned()).collect(),
        max_select: 1,
    };
    let system = |field| Field { system: true, ..field };
    let deeds = Deed::ALL.map(Deed::text);
    let action = Field { required: true, ..system(Field::new("action", choice(&deeds))) };
    let fields = FieldKind::Json { max_size: 0 };
    lines(
        POLICIES,
        vec![
            required("subject"),
            required("object"),
            action,
            system(Field::new("rule", plain_text(RULE_LENGTH))),
            system(Field::new("fields", fields)),
            system(Field::new("effect", choice(&["allow", "deny"]))),
            system(Field::new("note", plain_text(0))),
        ],
        "CREATE INDEX `idx_policies_subject` ON `_policies` (subject)",
    )
}

fn roles() -> Collection {
    lines(
        ROLES,
        vec![required("member"), required("role")],
        "CREATE UNIQUE INDEX `idx_roles_member_role` ON `_roles` (member, role)",
    )
}

/// A collection of lines, for superusers only.
fn lines(name: &str, fields: Vec<Field>, index: &str) -> Collection {
    let mut collection = scaffold::base();
    collection.id = names::derived_id("pbc_", &format!("base{name}"));
    name.clone_into(&mut collection.name);
    collection.system = true;
    collection.fields.extend(fields);
    collection.fields.extend(dates(true));
    collection.indexes = vec![index.to_owned()];
    collection
}

fn mfas() -> Collection {
    let index =
        "CREATE INDEX `idx_mfas_collectionRef_recordRef` ON `_mfas` (collectionRef,recordRef)";
    references("_mfas", [required("method")], &[index], false)
}

fn otps() -> Collection {
    let password = FieldKind::Password { min: 0, max: 0, pattern: String::new(), cost: 8 };
    let password =
        Field { system: true, hidden: true, required: true, ..Field::new("password", password) };
    let sent_to = Field { system: true, hidden: true, ..Field::new("sentTo", plain_text(0)) };
    let index =
        "CREATE INDEX `idx_otps_collectionRef_recordRef` ON `_otps` (collectionRef, recordRef)";
    references("_otps", [password, sent_to], &[index], false)
}

fn external_auths() -> Collection {
    let indexes = [
        "CREATE UNIQUE INDEX `idx_externalAuths_record_provider` ON `_externalAuths` (collectionRef, recordRef, provider)",
        "CREATE UNIQUE INDEX `idx_externalAuths_collection_provider` ON `_externalAuths` (collectionRef, provider, providerId)",
    ];
    references("_externalAuths", [required("provider"), required("providerId")], &indexes, true)
}

fn auth_origins() -> Collection {
    let index = "CREATE UNIQUE INDEX `idx_authOrigins_unique_pairs` ON `_authOrigins` (collectionRef, recordRef, fingerprint)";
    references("_authOrigins", [required("fingerprint")], &[index], true)
}

/// A collection of rows that belong to an auth record.
fn references<const N: usize>(
    name: &str,
    fields: [Field; N],
    indexes: &[&str],
    delete: bool,
) -> Collection {
    let mut collection = scaffold::base();
    collection.id = names::derived_id("pbc_", &format!("base{name}"));
    name.clone_into(&mut collection.name);
    collection.system = true;
    collection.fields.extend([required("collectionRef"), required("recordRef")]);
    collection.fields.extend(fields);
    collection.fields.extend(dates(true));
    collection.indexes = indexes.iter().map(|index| (*index).to_owned()).collect();
    collection.rules.list = Some(OWNER.to_owned());
    collection.rules.view = Some(OWNER.to_owned());
    collection.rules.delete = delete.then(|| OWNER.to_owned());
    collection
}

fn superusers(random: Random<'_>) -> Collection {
    let mut collection = auth(SUPERUSERS, SUPERUSERS_ID, random);
    collection.system = true;
    collection.fields.extend(dates(true));
    if let Kind::Auth(options) = &mut collection.kind {
        options.auth_token.duration = 86_400;
    }
    collection
}

fn users(random: Random<'_>) -> Collection {
    let mut collection = auth("users", "_pb_users_auth_", random);
    let mime_types = ["image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp"];
    let avatar = FieldKind::File {
        max_select: 1,
        max_size: 0,
        mime_types: mime_types.map(str::to_owned).into(),
        thumbs: Vec::new(),
        protected: false,
    };
    collection.fields.push(Field::new("name", plain_text(255)));
    collection.fields.push(Field::new("avatar", avatar));
    collection.fields.extend(dates(false));
    let own = Some(SELF.to_owned());
    let rules = &mut collection.rules;
    (rules.list, rules.view, rules.update, rules.delete) =
        (own.clone(), own.clone(), own.clone(), own);
    rules.create = Some(String::new());
    if let Kind::Auth(options) = &mut collection.kind {
        "name".clone_into(&mut options.oauth2.mapped_fields.name);
        "avatar".clone_into(&mut options.oauth2.mapped_fields.avatar_url);
    }
    collection
}

fn auth(name: &str, id: &str, random: Random<'_>) -> Collection {
    let mut collection = scaffold::auth(random);
    id.clone_into(&mut collection.id);
    name.clone_into(&mut collection.name);
    collection.indexes = index::required_auth_indexes(id, name);
    collection
}

/// The internal table that keeps every collection; its columns are those of stock `PocketBase`.
/// Rules are json so that `null` and `""` stay apart.
#[must_use]
pub fn collections_table() -> Collection {
    let json = |name| Field::new(name, FieldKind::Json { max_size: 0 });
    let text = |name| Field::new(name, plain_text(0));
    internal(
        COLLECTIONS,
        vec![
            Field::new("system", FieldKind::Bool),
            text("type"),
            text("name"),
            json("fields"),
            json("indexes"),
            json("listRule"),
            json("viewRule"),
            json("createRule"),
            json("updateRule"),
            json("deleteRule"),
            json("options"),
            text("created"),
            text("updated"),
        ],
        vec![
            "CREATE UNIQUE INDEX `idx__collections_name` ON `_collections` (`name` COLLATE NOCASE)"
                .to_owned(),
        ],
    )
}

/// The internal table of single values by id, e.g. `settings`.
#[must_use]
pub fn params_table() -> Collection {
    let value = Field::new("value", FieldKind::Json { max_size: 0 });
    let dates = ["created", "updated"].map(|name| Field::new(name, plain_text(0)));
    internal(PARAMS, [value].into_iter().chain(dates).collect(), Vec::new())
}

/// Whether a row of `_params` is of this database as it is served here and now: a copy has its own.
#[must_use]
pub fn stays_behind(param: &str) -> bool {
    param == UNFINISHED_COPY || param == INSTALLATION || param.starts_with(NODE)
}

/// The internal table of the schema changes that were made in a datasource other than the main one,
/// or must not be made there any more, by the id of their intent.
#[must_use]
pub fn marks_table() -> Collection {
    let fields = ["outcome", "created"].map(|name| Field::new(name, plain_text(0)));
    internal(MARKS, fields.into(), Vec::new())
}

/// The internal table of what the commits of a datasource left to be done in others: the record
/// `recordRef` of the collection `collectionRef` went, and those of the datasource `target` that
/// refer to it do not know yet; or, where `rows` names system collections, only what belongs to the
/// record there has to go.
#[must_use]
pub fn pending_table(datasource: &str) -> Collection {
    let names = ["collectionRef", "recordRef", "target", "rows", "created"];
    let fields = names.map(|name| Field::new(name, plain_text(0)));
    let index = "CREATE INDEX `idx__purlin_pending_record` ON `_purlin_pending` \
                 (`collectionRef`, `recordRef`)";
    let mut table = internal(PENDING, fields.into(), vec![index.to_owned()]);
    datasource.clone_into(&mut table.datasource);
    table
}

/// The internal table of the request log.
#[must_use]
pub fn logs_table() -> Collection {
    let number = FieldKind::Number { min: None, max: None, only_int: true };
    internal(
        LOGS,
        vec![
            Field::new("created", plain_text(0)),
            Field::new("level", number),
            Field::new("message", plain_text(0)),
            Field::new("data", FieldKind::Json { max_size: 0 }),
        ],
        vec![
            "CREATE INDEX `idx__logs_level` ON `_logs` (`level`)".to_owned(),
            "CREATE INDEX `idx__logs_created` ON `_logs` (`created`)".to_owned(),
        ],
    )
}

/// Internal tables take any id: `_params` are found by name.
fn internal(name: &str, fields: Vec<Field>, indexes: Vec<String>) -> Collection {
    let mut collection = scaffold::base();
    collection.id = names::derived_id("pbc_", &format!("base{name}"));
    name.clone_into(&mut collection.name);
    collection.system = true;
    collection.fields = vec![Field {
        system: true,
        required: true,
        ..Field::new(
            "id",
            FieldKind::Text {
                min: 0,
                max: 0,
                pattern: String::new(),
                autogenerate_pattern: String::new(),
                primary_key: true,
            },
        )
    }];
    collection.fields.extend(fields);
    collection.indexes = indexes;
    collection.change_log = false;
    collection
}

fn plain_text(max: u64) -> FieldKind {
    FieldKind::Text {
        min: 0,
        max,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    }
}

fn required(name: &str) -> Field {
    Field { system: true, required: true, ..Field::new(name, plain_text(0)) }
}

fn dates(system: bool) -> [Field; 2] {
    let date = |name, on_update| Field {
        system,
        ..Field::new(name, FieldKind::Autodate { on_create: true, on_update })
    };
    [date("created", false), date("updated", true)]
}
