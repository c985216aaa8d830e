//! The options of an auth collection as JSON and back (http-api.md 3.9). Objects merge member by
//! member, lists are replaced, `null` resets.

use super::auth::{
    AuthAlert, AuthOptions, EmailTemplate, MappedFields, Mfa, OAuth2, OAuth2Provider, Otp,
    PasswordAuth, TokenOptions,
};
use super::{Secrets, Unreadable, read};
use crate::json::Json;

type Done = Result<(), Unreadable>;

impl AuthOptions {
    /// The members an auth collection's JSON has behind the common ones, in the API's order.
    #[must_use]
    pub fn to_members(&self, secrets: Secrets) -> Vec<(String, Json)> {
        let members = [
            ("authRule", rule(self.auth_rule.as_deref())),
            ("manageRule", rule(self.manage_rule.as_deref())),
            ("authAlert", alert(&self.auth_alert)),
            ("oauth2", oauth2(&self.oauth2, secrets)),
            ("passwordAuth", password_auth(&self.password_auth)),
            ("mfa", mfa(&self.mfa)),
            ("otp", otp(&self.otp)),
            ("authToken", token(&self.auth_token, secrets)),
            ("passwordResetToken", token(&self.password_reset_token, secrets)),
            ("emailChangeToken", token(&self.email_change_token, secrets)),
            ("verificationToken", token(&self.verification_token, secrets)),
            ("fileToken", token(&self.file_token, secrets)),
            ("verificationTemplate", template(&self.verification_template)),
            ("resetPasswordTemplate", template(&self.reset_password_template)),
            ("confirmEmailChangeTemplate", template(&self.confirm_email_change_template)),
        ];
        members.map(|(key, value)| (key.to_owned(), value)).into()
    }

    /// Merges one member of a submitted collection; keys that are no auth options are ignored.
    ///
    /// # Errors
    /// A value of a wrong JSON type.
    pub fn merge(&mut self, key: &str, json: &Json) -> Result<(), Unreadable> {
        match key {
            "authRule" => self.auth_rule = read::maybe_text(json)?,
            "manageRule" => self.manage_rule = read::maybe_text(json)?,
            "authAlert" => merge_alert(&mut self.auth_alert, json)?,
            "oauth2" => merge_oauth2(&mut self.oauth2, json)?,
            "passwordAuth" => merge_password_auth(&mut self.password_auth, json)?,
            "mfa" => merge_mfa(&mut self.mfa, json)?,
            "otp" => merge_otp(&mut self.otp, json)?,
            "authToken" => merge_token(&mut self.auth_token, json)?,
            "passwordResetToken" => merge_token(&mut self.password_reset_token, json)?,
            "emailChangeToken" => merge_token(&mut self.email_change_token, json)?,
            "verificationToken" => merge_token(&mut self.verification_token, json)?,
            "fileToken" => merge_token(&mut self.file_token, json)?,
            "verificationTemplate" => merge_template(&mut self.verification_template, json)?,
            "resetPasswordTemplate" => merge_template(&mut self.reset_password_template, json)?,
            "confirmEmailChangeTemplate" => {
                merge_template(&mut self.confirm_email_change_template, json)?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.map(|(key, value)| (key.to_owned(), value)).into())
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn rule(rule: Option<&str>) -> Json {
    rule.map_or(Json::Null, text)
}

/// Durations and lengths are far below 2^53.
#[allow(clippy::cast_precision_loss)]
fn int(number: i64) -> Json {
    Json::Number(number as f64)
}

fn template(template: &EmailTemplate) -> Json {
    object([("subject", text(&template.subject)), ("body", text(&template.body))])
}

fn alert(alert: &AuthAlert) -> Json {
    object([
        ("enabled", Json::Bool(alert.enabled)),
        ("emailTemplate", template(&alert.email_template)),
    ])
}

fn token(token: &TokenOptions, secrets: Secrets) -> Json {
    match secrets {
        Secrets::Omit => object([("duration", int(token.duration))]),
        Secrets::Keep => {
            object([("secret", text(&token.secret)), ("duration", int(token.duration))])
        }
    }
}

fn password_auth(options: &PasswordAuth) -> Json {
    let fields = options.identity_fields.iter().map(|field| text(field)).collect();
    object([("enabled", Json::Bool(options.enabled)), ("identityFields", Json::List(fields))])
}

fn mfa(mfa: &Mfa) -> Json {
    object([
        ("enabled", Json::Bool(mfa.enabled)),
        ("duration", int(mfa.duration)),
        ("rule", text(&mfa.rule)),
    ])
}

fn otp(otp: &Otp) -> Json {
    object([
        ("enabled", Json::Bool(otp.enabled)),
        ("duration", int(otp.duration)),
        ("length", int(otp.length)),
        ("emailTemplate", template(&otp.email_template)),
    ])
}

fn oauth2(oauth2: &OAuth2, secrets: Secrets) -> Json {
    let mapped = &oauth2.mapped_fields;
    let providers = oauth2.providers.iter().map(|item| provider(item, secrets)).collect();
    object([
        ("providers", Json::List(providers)),
        (
            "mappedFields",
            object([
                ("id", text(&mapped.id)),
                ("name", text(&mapped.name)),
                ("username", text(&mapped.username)),
                ("avatarURL", text(&mapped.avatar_url)),
            ]),
        ),
        ("enabled", Json::Bool(oauth2.enabled)),
    ])
}

fn provider(provider: &OAuth2Provider, secrets: Secrets) -> Json {
    let extra = match &provider.extra {
        Json::Object(members) => Json::Object(members.clone()),
        _ => Json::Object(Vec::new()),
    };
    let mut members = vec![
        ("pkce", provider.pkce.map_or(Json::Null, Json::Bool)),
        ("name", text(&provider.name)),
        ("clientId", text(&provider.client_id)),
    ];
    if secrets == Secrets::Keep {
        members.push(("clientSecret", text(&provider.client_secret)));
    }
    members.extend([
        ("authURL", text(&provider.auth_url)),
        ("tokenURL", text(&provider.token_url)),
        ("userInfoURL", text(&provider.user_info_url)),
        ("displayName", text(&provider.display_name)),
        ("extra", extra),
    ]);
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Merges each member of an object, or resets everything for `null`.
fn each<T>(
    target: &mut T,
    json: &Json,
    reset: impl FnOnce() -> T,
    mut member: impl FnMut(&mut T, &str, &Json) -> Done,
) -> Done {
    match read::members(json)? {
        None => *target = reset(),
        Some(members) => {
            for (key, value) in members {
                member(target, key, value)?;
            }
        }
    }
    Ok(())
}

fn merge_template(target: &mut EmailTemplate, json: &Json) -> Done {
    each(target, json, EmailTemplate::default, |template, key, value| {
        match key {
            "subject" => template.subject = read::text(value)?,
            "body" => template.body = read::text(value)?,
            _ => {}
        }
        Ok(())
    })
}

fn merge_token(target: &mut TokenOptions, json: &Json) -> Done {
    let reset = || TokenOptions { secret: String::new(), duration: 0 };
    each(target, json, reset, |token, key, value| {
        match key {
            "secret" => token.secret = read::text(value)?,
            "duration" => token.duration = read::int(value)?,
            _ => {}
        }
        Ok(())
    })
}

fn merge_alert(target: &mut AuthAlert, json: &Json) -> Done {
    let reset = || AuthAlert { enabled: false, email_template: EmailTemplate::default() };
    each(target, json, reset, |alert, key, value| {
        match key {
            "enabled" => alert.enabled = read::flag(value)?,
            "emailTemplate" => merge_template(&mut alert.email_template, value)?,
            _ => {}
        }
        Ok(())
    })
}

fn merge_password_auth(target: &mut PasswordAuth, json: &Json) -> Done {
    let reset = || PasswordAuth { enabled: false, identity_fields: Vec::new() };
    each(target, json, reset, |options, key, value| {
        match key {
            "enabled" => options.enabled = read::flag(value)?,
            "identityFields" => options.identity_fields = read::texts(value)?,
            _ => {}
        }
        Ok(())
    })
}

fn merge_mfa(target: &mut Mfa, json: &Json) -> Done {
    let reset = || Mfa { enabled: false, duration: 0, rule: String::new() };
    each(target, json, reset, |mfa, key, value| {
        match key {
            "enabled" => mfa.enabled = read::flag(value)?,
            "duration" => mfa.duration = read::int(value)?,
            "rule" => mfa.rule = read::text(value)?,
            _ => {}
        }
        Ok(())
    })
}

fn merge_otp(target: &mut Otp, json: &Json) -> Done {
    let email_template = EmailTemplate::default();
    let reset = || Otp { enabled: false, duration: 0, length: 0, email_template };
    each(target, json, reset, |otp, key, value| {
        match key {
            "enabled" => otp.enabled = read::flag(value)?,
            "duration" => otp.duration = read::int(value)?,
            "length" => otp.length = read::int(value)?,
            "emailTemplate" => merge_template(&mut otp.email_template, value)?,
            _ => {}
        }
        Ok(())
    })
}

fn merge_oauth2(target: &mut OAuth2, json: &Json) -> Done {
    each(target, json, OAuth2::default, |oauth2, key, value| {
        match key {
            "enabled" => oauth2.enabled = read::flag(value)?,
            "mappedFields" => merge_mapped(&mut oauth2.mapped_fields, value)?,
            "providers" => oauth2.providers = read_providers(&oauth2.providers, value)?,
            _ => {}
        }
        Ok(())
    })
}

fn merge_mapped(target: &mut MappedFields, json: &Json) -> Done {
    each(target, json, MappedFields::default, |mapped, key, value| {
        match key {
            "id" => mapped.id = read::text(value)?,
            "name" => mapped.name = read::text(value)?,
            "username" => mapped.username = read::text(value)?,
            "avatarURL" => mapped.avatar_url = read::text(value)?,
            _ => {}
        }
        Ok(())
    })
}

/// The new list; an item that leaves its secret out keeps the one stored under its name.
fn read_providers(old: &[OAuth2Provider], json: &Json) -> Result<Vec<OAuth2Provider>, Unreadable> {
    let mut providers = Vec::new();
    for item in read::items(json)? {
        let mut provider = OAuth2Provider::default();
        each(&mut provider, item, OAuth2Provider::default, merge_provider)?;
        if item.get("clientSecret").is_none()
            && let Some(known) = old.iter().find(|known| known.name == provider.name)
        {
            provider.client_secret.clone_from(&known.client_secret);
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn merge_provider(provider: &mut OAuth2Provider, key: &str, value: &Json) -> Done {
    match key {
        "name" => provider.name = read::text(value)?,
        "clientId" => provider.client_id = read::text(value)?,
        "clientSecret" => provider.client_secret = read::text(value)?,
        "authURL" => provider.auth_url = read::text(value)?,
        "tokenURL" => provider.token_url = read::text(value)?,
        "userInfoURL" => provider.user_info_url = read::text(value)?,
        "displayName" => provider.display_name = read::text(value)?,
        "pkce" => provider.pkce = read::maybe_flag(value)?,
        "extra" => {
            read::members(value)?;
            provider.extra = value.clone();
        }
        _ => {}
    }
    Ok(())
}
