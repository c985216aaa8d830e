//! Collections as JSON (http-api.md 3.1).

use super::collection::{Collection, Kind, MAIN};
use super::{Unreadable, read};
use crate::json::Json;

/// Whether secrets are written: never to clients, always to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Secrets {
    Omit,
    Keep,
}

impl Collection {
    /// The definition as clients see it, without secrets.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.to_json_with(Secrets::Omit)
    }

    /// The definition in the API's key order: the common members, then those of its type.
    #[must_use]
    pub fn to_json_with(&self, secrets: Secrets) -> Json {
        let rules = &self.rules;
        let mut members = vec![("id".to_owned(), Json::Text(self.id.clone()))];
        let mut add = |key: &str, value| members.push((key.to_owned(), value));
        for (key, rule) in [
            ("listRule", &rules.list),
            ("viewRule", &rules.view),
            ("createRule", &rules.create),
            ("updateRule", &rules.update),
            ("deleteRule", &rules.delete),
        ] {
            add(key, rule.clone().map_or(Json::Null, Json::Text));
        }
        add("name", Json::Text(self.name.clone()));
        add("type", Json::from(self.type_name()));
        add("fields", self.fields_json());
        add("indexes", self.indexes_json());
        add("created", Json::Text(self.created.clone()));
        add("updated", Json::Text(self.updated.clone()));
        add("system", Json::Bool(self.system));
        members.extend(self.keeping_members());
        members.extend(self.option_members(secrets));
        Json::Object(members)
    }

    pub(super) fn fields_json(&self) -> Json {
        Json::List(self.fields.iter().map(super::Field::to_json).collect())
    }

    pub(super) fn indexes_json(&self) -> Json {
        Json::List(self.indexes.iter().cloned().map(Json::Text).collect())
    }

    /// Where the records are and how they are kept, as far as it is not the usual: stock definitions
    /// stay equal.
    pub(super) fn keeping_members(&self) -> Vec<(String, Json)> {
        let mut members = Vec::new();
        if !self.is_main() {
            members.push(("datasource".to_owned(), Json::Text(self.datasource.clone())));
        }
        if let Some(table) = &self.adopted {
            members.push(("adopted".to_owned(), Json::Text(table.clone())));
        }
        if !self.change_log {
            members.push(("changeLog".to_owned(), Json::Bool(false)));
        }
        if let Some(ttl) = self.cache_ttl {
            let ttl = ("ttl".to_owned(), Json::Number(f64::from(ttl)));
            members.push(("cache".to_owned(), Json::Object(vec![ttl])));
        }
        members
    }

    /// Takes a member that says where the records are and how they are kept; false if it is none of
    /// those.
    pub(super) fn read_keeping(&mut self, key: &str, json: &Json) -> Result<bool, Unreadable> {
        match key {
            "datasource" => {
                let name = read::text(json)?;
                self.datasource = if name.is_empty() { MAIN.to_owned() } else { name };
            }
            "adopted" => {
                self.adopted = read::maybe_text(json)?.filter(|table| !table.is_empty());
            }
            "changeLog" => self.change_log = read::maybe_flag(json)?.unwrap_or(true),
            "cache" => {
                self.cache_ttl = match read::members(json)?.and_then(|_| json.get("ttl")) {
                    Some(ttl) => Some(u32::try_from(read::int(ttl)?).map_err(|_| Unreadable)?),
                    None => None,
                };
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// The members only collections of this type have.
    pub(super) fn option_members(&self, secrets: Secrets) -> Vec<(String, Json)> {
        match &self.kind {
            Kind::Base => Vec::new(),
            Kind::Auth(options) => options.to_members(secrets),
            Kind::View { query } => vec![("viewQuery".to_owned(), Json::Text(query.clone()))],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{scaffold, system};
    use super::*;

    fn text(collection: &Collection) -> String {
        collection.to_json().to_text()
    }

    /// What a stock server answers to `GET /api/collections/meta/scaffolds`.
    #[test]
    fn scaffolds_read_as_observed() {
        assert_eq!(
            text(&scaffold::base()),
            r#"{"id":"","listRule":null,"viewRule":null,"createRule":null,"updateRule":null,"deleteRule":null,"name":"","type":"base","fields":[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"}],"indexes":[],"created":"","updated":"","system":false}"#
        );
        assert_eq!(
            text(&scaffold::view()),
            r#"{"id":"","listRule":null,"viewRule":null,"createRule":null,"updateRule":null,"deleteRule":null,"name":"","type":"view","fields":[],"indexes":[],"created":"","updated":"","system":false,"viewQuery":""}"#
        );
        let auth = text(&scaffold::auth(&mut |n| "Q".repeat(n)));
        for part in [
            r#"{"cost":0,"help":"","hidden":true,"id":"password901924565","max":0,"min":8,"name":"password","pattern":"","presentable":false,"required":true,"system":true,"type":"password"},{"autogeneratePattern":"[a-zA-Z0-9]{50}","help":"","hidden":true,"id":"text2504183744","max":60,"min":30,"name":"tokenKey","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"exceptDomains":[],"help":"","hidden":false,"id":"email3885137012","name":"email","onlyDomains":[],"presentable":false,"required":true,"system":true,"type":"email"},{"help":"","hidden":false,"id":"bool1547992806","name":"emailVisibility","presentable":false,"required":false,"system":true,"type":"bool"},{"help":"","hidden":false,"id":"bool256245529","name":"verified","presentable":false,"required":false,"system":true,"type":"bool"}]"#,
            r#""indexes":["CREATE UNIQUE INDEX `idx_tokenKey_qqqqqqqqqq` ON `` (`tokenKey`)","CREATE UNIQUE INDEX `idx_email_qqqqqqqqqq` ON `` (`email`) WHERE `email` != ''"]"#,
            r#""system":false,"authRule":"","manageRule":null,"authAlert":{"enabled":true,"emailTemplate":{"subject":"#,
            r#""oauth2":{"providers":[],"mappedFields":{"id":"","name":"","username":"","avatarURL":""},"enabled":false},"passwordAuth":{"enabled":true,"identityFields":["email"]},"mfa":{"enabled":false,"duration":600,"rule":""},"otp":{"enabled":false,"duration":180,"length":8,"emailTemplate":"#,
            r#""authToken":{"duration":432000},"passwordResetToken":{"duration":1800},"emailChangeToken":{"duration":1800},"verificationToken":{"duration":86400},"fileToken":{"duration":180},"verificationTemplate":"#,
        ] {
            assert!(auth.contains(part), "{auth}\nlacks\n{part}");
        }
        assert!(!auth.contains(&"Q".repeat(50)), "secrets stay inside");
    }

    #[test]
    fn a_fresh_installation_has_the_observed_collections() {
        let all = system::defaults("2026-01-02 03:04:05.678Z", &mut |n| "x".repeat(n));
        let ids: Vec<_> = all.iter().map(|c| (c.name.as_str(), c.id.as_str())).collect();
        assert_eq!(
            ids,
            [
                ("_mfas", "pbc_2279338944"),
                ("_otps", "pbc_1638494021"),
                ("_externalAuths", "pbc_2281828961"),
                ("_authOrigins", "pbc_4275539003"),
                ("_superusers", "pbc_3142635823"),
                ("users", "_pb_users_auth_"),
                // Those of stock PocketBase, and then what it has not.
                ("_policies", "pbc_2858425398"),
                ("_roles", "pbc_185974549"),
            ]
        );
        let field_ids = |name: &str| -> Vec<&str> {
            let found = all.iter().find(|c| c.name == name).expect("a default collection");
            found.fields.iter().map(|field| field.id.as_str()).collect()
        };
        assert_eq!(
            field_ids("_otps"),
            "text3208210256 text455797646 text127846527 password901924565 text3866985172 autodate2990389176 autodate3332085495".split(' ').collect::<Vec<_>>()
        );
        assert_eq!(
            field_ids("users")[6..],
            ["text1579384326", "file376926767", "autodate2990389176", "autodate3332085495"]
        );
        assert_eq!(
            text(&all[2]),
            r#"{"id":"pbc_2281828961","listRule":"@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId","viewRule":"@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId","createRule":null,"updateRule":null,"deleteRule":"@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId","name":"_externalAuths","type":"base","fields":[{"autogeneratePattern":"[a-z0-9]{15}","help":"","hidden":false,"id":"text3208210256","max":15,"min":15,"name":"id","pattern":"^[a-z0-9]+$","presentable":false,"primaryKey":true,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text455797646","max":0,"min":0,"name":"collectionRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text127846527","max":0,"min":0,"name":"recordRef","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text2462348188","max":0,"min":0,"name":"provider","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"autogeneratePattern":"","help":"","hidden":false,"id":"text1044722854","max":0,"min":0,"name":"providerId","pattern":"","presentable":false,"primaryKey":false,"required":true,"system":true,"type":"text"},{"hidden":false,"id":"autodate2990389176","name":"created","onCreate":true,"onUpdate":false,"presentable":false,"system":true,"type":"autodate"},{"hidden":false,"id":"autodate3332085495","name":"updated","onCreate":true,"onUpdate":true,"presentable":false,"system":true,"type":"autodate"}],"indexes":["CREATE UNIQUE INDEX `idx_externalAuths_record_provider` ON `_externalAuths` (collectionRef, recordRef, provider)","CREATE UNIQUE INDEX `idx_externalAuths_collection_provider` ON `_externalAuths` (collectionRef, provider, providerId)"],"created":"2026-01-02 03:04:05.678Z","updated":"2026-01-02 03:04:05.678Z","system":true}"#
        );
        assert_eq!(
            all[5].indexes,
            [
                "CREATE UNIQUE INDEX `idx_tokenKey__pb_users_auth_` ON `users` (`tokenKey`)",
                "CREATE UNIQUE INDEX `idx_email__pb_users_auth_` ON `users` (`email`) WHERE `email` != ''",
            ]
        );
    }
}
