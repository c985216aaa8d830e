//! Submissions, as observed at the reference server.

use std::sync::Arc;

use super::*;
use crate::fault::Fault;
use crate::schema::auth::{
    AuthAlert, AuthOptions, EmailTemplate, Mfa, OAuth2, Otp, PasswordAuth, TokenOptions,
};
use crate::schema::{Collection, Field, FieldKind, Kind, Rules};

pub(super) fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        id: name.to_owned(),
        name: name.to_owned(),
        system: false,
        hidden: false,
        presentable: false,
        help: String::new(),
        required: false,
        nullable: false,
        native: None,
        kind,
    }
}

pub(super) fn text(pattern: &str, autogenerate: &str) -> FieldKind {
    FieldKind::Text {
        min: 0,
        max: 0,
        pattern: pattern.to_owned(),
        autogenerate_pattern: autogenerate.to_owned(),
        primary_key: false,
    }
}

pub(super) fn id_field() -> Field {
    let kind = FieldKind::Text {
        min: 15,
        max: 15,
        pattern: "^[a-z0-9]+$".to_owned(),
        autogenerate_pattern: DEFAULT_PATTERN.to_owned(),
        primary_key: true,
    };
    Field { required: true, ..field("id", kind) }
}

pub(super) fn collection(kind: Kind, fields: Vec<Field>) -> Arc<Collection> {
    Arc::new(Collection {
        id: "pbc_1".to_owned(),
        name: "things".to_owned(),
        kind,
        system: false,
        fields: std::iter::once(id_field()).chain(fields).collect(),
        indexes: Vec::new(),
        rules: Rules::default(),
        created: String::new(),
        updated: String::new(),
        datasource: crate::schema::MAIN.to_owned(),
        adopted: None,
        change_log: true,
        cache_ttl: None,
    })
}

pub(super) fn select(max_select: u64) -> FieldKind {
    let values = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
    FieldKind::Select { values, max_select }
}

pub(super) fn file(max_select: u64) -> FieldKind {
    let (mime_types, thumbs) = (Vec::new(), Vec::new());
    FieldKind::File { max_select, max_size: 0, mime_types, thumbs, protected: false }
}

pub(super) fn password(min: u64, max: u64, pattern: &str) -> FieldKind {
    FieldKind::Password { min, max, pattern: pattern.to_owned(), cost: 0 }
}

pub(super) fn submission(json: &str, is_new: bool, hidden: bool) -> Submission {
    let Ok(Json::Object(members)) = Json::parse(json.as_bytes()) else { panic!("{json}") };
    Submission { members, uploads: Vec::new(), is_new, hidden }
}

/// Always the first choice.
pub(super) fn first(_below: u32) -> u32 {
    0
}

fn things() -> Arc<Collection> {
    let autodate = FieldKind::Autodate { on_create: true, on_update: false };
    let number = FieldKind::Number { min: None, max: None, only_int: false };
    let fields = vec![
        field("n", number),
        field("t", text("", "[x-z]{4}")),
        field("s", select(4)),
        field("s1", select(0)),
        field("j", FieldKind::Json { max_size: 0 }),
        Field { hidden: true, ..field("h", text("", "")) },
        field("c", autodate),
        field("f", file(3)),
        field("p", password(0, 0, "")),
    ];
    collection(Kind::Base, fields)
}

fn stored() -> Record {
    let mut record = Record::blank(&things());
    let items = |items: &[&str]| Value::List(items.iter().map(|item| (*item).to_owned()).collect());
    record.set("id", Value::from("aaaaaaaaaaaaaaa"));
    record.set("n", Value::Number(5.0));
    record.set("t", Value::from("x"));
    record.set("s", items(&["a", "b"]));
    record.set("s1", Value::from("a"));
    record.set("h", Value::from("hh"));
    record.set("f", items(&["one.txt", "two.txt"]));
    record
}

fn update(json: &str, hidden: bool) -> Draft {
    submit(&stored(), submission(json, false, hidden), &mut first)
}

fn shown(draft: &Draft, name: &str) -> String {
    let mut out = Vec::new();
    crate::encode::value(draft.record.get(name).expect(name), &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn modifiers_act_in_ascending_key_length() {
    for (json, name, expected) in [
        (r#"{"n":1,"n+":2,"n-":10}"#, "n", "-7"),
        (r#"{"n-":10,"n+":2,"n":1}"#, "n", "-7"),
        (r#"{"n+":"3"}"#, "n", "8"),
        (r#"{"n+":"x"}"#, "n", "5"),
        (r#"{"n+":true}"#, "n", "6"),
        (r#"{"n-":[1]}"#, "n", "5"),
        (r#"{"+n":2}"#, "n", "5"),
        (r#"{"s+":"c"}"#, "s", r#"["a","b","c"]"#),
        (r#"{"s+":["c","a"]}"#, "s", r#"["a","b","c"]"#),
        (r#"{"+s":["b","c"]}"#, "s", r#"["b","c","a"]"#),
        (r#"{"s-":["a","zz"]}"#, "s", r#"["b"]"#),
        (r#"{"s+":""}"#, "s", r#"["a","b"]"#),
        (r#"{"s":["d"],"s+":"a"}"#, "s", r#"["d","a"]"#),
        (r#"{"s-":"a","+s":"c","s+":"a"}"#, "s", r#"["c","b","a"]"#),
        (r#"{"s+":"[\"c\",\"d\"]"}"#, "s", r#"["a","b","c","d"]"#),
        (r#"{"s1+":["b","c"]}"#, "s1", r#""c""#),
        (r#"{"+s1":"b"}"#, "s1", r#""a""#),
        (r#"{"s1-":"a"}"#, "s1", r#""""#),
        (r#"{"s1+":""}"#, "s1", r#""a""#),
        (r#"{"t:autogenerate":5}"#, "t", r#""5xxxx""#),
        (r#"{"t":"zz","t:autogenerate":"q"}"#, "t", r#""qxxxx""#),
        (r#"{"t+":"x"}"#, "t", r#""x""#),
        (r#"{"f-":"one.txt"}"#, "f", r#"["two.txt"]"#),
        (r#"{"c":"2024-01-01"}"#, "c", r#""""#),
    ] {
        let draft = update(json, false);
        assert_eq!(shown(&draft, name), expected, "{json}");
        assert!(draft.faults.is_empty(), "{json}");
    }
}

#[test]
fn rules_see_values_under_plain_names() {
    for (json, hidden, expected) in [
        (r#"{"n+":2}"#, false, r#"{"n":7}"#),
        (r#"{"n":"12","x":"1","x+":2}"#, false, r#"{"x":"1","x+":2,"n":12}"#),
        (r#"{"h":"x","h:autogenerate":"x","h+":1,"n":1}"#, false, r#"{"n":1}"#),
        (r#"{"h":"x"}"#, true, r#"{"h":"x"}"#),
        (r#"{"j":"{\"a\":1}"}"#, false, r#"{"j":{"a":1}}"#),
        (r#"{"c":"2024-01-01"}"#, false, r#"{"c":""}"#),
        (r#"{"s1":["a","b"]}"#, false, r#"{"s1":"b"}"#),
        (r#"{"p":"12345678"}"#, false, r#"{"p":"12345678"}"#),
        ("{}", false, "{}"),
    ] {
        assert_eq!(update(json, hidden).body.to_text(), expected, "{json}");
    }
    assert_eq!(update(r#"{"h":"x"}"#, false).record.text("h"), "hh");
}

#[test]
fn a_draft_knows_what_changes_and_what_that_rests_on() {
    let draft = update(r#"{"id":"b","n+":1,"t":"x","s+":"c","p":"secret"}"#, false);
    let name = |index: &usize| draft.record.collection.fields[*index].name.as_str();
    let names = |of: &[(usize, Value)]| -> Vec<String> {
        of.iter().map(|(index, _)| name(index).to_owned()).collect()
    };
    let mut changes = names(&draft.changes());
    changes.sort();
    assert_eq!(changes, ["n", "p", "s"]);
    let mut basis = names(&draft.basis());
    basis.sort();
    assert_eq!(basis, ["n", "s"]);
    assert_eq!(draft.plain.iter().map(name).collect::<Vec<_>>(), ["p"]);
    let new = submit(&Record::blank(&things()), submission(r#"{"n+":4}"#, true, false), &mut first);
    assert!(new.computed.is_empty());
}

#[test]
fn only_stored_files_are_accepted() {
    for (json, unknown) in [
        (r#"{"f":"x"}"#, "[x]"),
        (r#"{"f+":["x","y"]}"#, "[x y]"),
        (r#"{"+f":["one.txt","y"]}"#, "[y]"),
    ] {
        let faults = update(json, false).faults;
        let Some((name, Fault::Item { code, message, .. })) = faults.0.first() else {
            panic!("{json}")
        };
        assert_eq!((name.as_str(), code.as_ref()), ("f", "validation_invalid_file"));
        assert_eq!(message.as_ref(), format!("Invalid new files: {unknown}."));
    }
    for json in [r#"{"f":"two.txt"}"#, r#"{"f-":"x"}"#, r#"{"f":null}"#, r#"{"f+":null}"#] {
        assert!(update(json, false).faults.is_empty(), "{json}");
    }
    let uploads = [("f+", "a.png"), ("t", "b.png"), ("zz", "c.png")];
    let uploads = uploads.map(|(key, name)| (key.to_owned(), name.to_owned())).to_vec();
    let sent = Submission { uploads, ..Submission::default() };
    let faults = submit(&stored(), sent, &mut first).faults;
    assert_eq!(faults.0.len(), 1);
    assert_eq!(faults.0[0].0, "f");
}

#[test]
fn the_server_completes_what_is_new() {
    let now: jiff::Timestamp = "2026-11-21T03:04:05.678Z".parse().unwrap();
    let mut draft = submit(
        &Record::blank(&things()),
        Submission { is_new: true, ..Submission::default() },
        &mut first,
    );
    assert!(!draft.would_be().id().is_empty());
    assert_eq!(draft.record.text("c"), "");
    draft.complete(now, &mut first);
    assert_eq!(draft.record.text("c"), "2026-11-21 03:04:05.678Z");
    assert_eq!(draft.record.text("t"), "xxxx");
    assert_eq!(draft.record.id().len(), 15);
    let later = new_id("2026-11-21T03:04:06Z".parse().unwrap(), &mut first);
    assert!(draft.record.id() < later.as_str());
    let mut update = update("{}", false);
    update.complete(now, &mut first);
    assert!(update.changes().is_empty());
}

#[test]
fn auth_records_need_more() {
    let auth = auth_collection();
    let base = |is_new: bool| {
        let mut record = Record::blank(&auth);
        if !is_new {
            record.set("id", Value::from("aaaaaaaaaaaaaaa"));
            record.set("email", Value::from("a@b.co"));
            record.set("password", Value::from("hash"));
        }
        record
    };
    let good = r#""password":"12345678","passwordConfirm":"12345678""#;
    let (r, m) = ("required", "values_mismatch");
    for (is_new, manager, json, expected) in [
        (true, false, "{}".to_owned(), vec![("password", r), ("passwordConfirm", r)]),
        (true, true, r#"{"password":"1"}"#.to_owned(), vec![("passwordConfirm", r)]),
        (
            true,
            true,
            r#"{"passwordConfirm":"1"}"#.to_owned(),
            vec![("password", r), ("passwordConfirm", m)],
        ),
        (
            true,
            false,
            r#"{"password":"1","passwordConfirm":"2"}"#.to_owned(),
            vec![("passwordConfirm", m)],
        ),
        (true, false, r#"{"password":12,"passwordConfirm":12}"#.to_owned(), vec![]),
        (
            true,
            false,
            format!(r#"{{{good},"verified":true,"email":"x@y.co"}}"#),
            vec![("verified", m)],
        ),
        (true, true, format!(r#"{{{good},"verified":true}}"#), vec![]),
        (false, false, "{}".to_owned(), vec![]),
        (false, false, r#"{"email":"a@b.co","verified":false}"#.to_owned(), vec![]),
        (
            false,
            false,
            r#"{"email":"","verified":true}"#.to_owned(),
            vec![("email", m), ("verified", m)],
        ),
        (false, true, r#"{"email":"n@b.co","verified":true}"#.to_owned(), vec![]),
        (
            false,
            false,
            r#"{"password":"1"}"#.to_owned(),
            vec![("passwordConfirm", r), ("oldPassword", r)],
        ),
        (
            false,
            false,
            r#"{"oldPassword":"1"}"#.to_owned(),
            vec![("password", r), ("passwordConfirm", r)],
        ),
        (false, false, r#"{"oldPassword":""}"#.to_owned(), vec![]),
        (false, false, format!("{{{good}}}"), vec![("oldPassword", r)]),
        (false, true, format!("{{{good}}}"), vec![]),
    ] {
        let draft = submit(&base(is_new), submission(&json, is_new, manager), &mut first);
        let form = auth::check(&draft, manager);
        let found: Vec<(&str, &str)> = form
            .faults
            .0
            .iter()
            .map(|(key, fault)| match fault {
                Fault::Item { code, .. } => (key.as_str(), code.trim_start_matches("validation_")),
                Fault::Group(_) => (key.as_str(), "group"),
            })
            .collect();
        assert_eq!(found, expected, "{json} new={is_new} manager={manager}");
    }
    let json = format!(r#"{{{good},"oldPassword":"old"}}"#);
    let draft = submit(&base(false), submission(&json, false, false), &mut first);
    let form = auth::check(&draft, false);
    assert_eq!(form.old_password.as_deref(), Some("old"));
    assert!(form.password_changed && form.rotates_token_key(&draft));
}

fn auth_options() -> AuthOptions {
    let token = || TokenOptions { secret: String::new(), duration: 1 };
    AuthOptions {
        auth_rule: None,
        manage_rule: None,
        auth_alert: AuthAlert { enabled: false, email_template: EmailTemplate::default() },
        oauth2: OAuth2::default(),
        password_auth: PasswordAuth { enabled: true, identity_fields: Vec::new() },
        mfa: Mfa { enabled: false, duration: 1, rule: String::new() },
        otp: Otp {
            enabled: false,
            duration: 1,
            length: 8,
            email_template: EmailTemplate::default(),
        },
        auth_token: token(),
        password_reset_token: token(),
        email_change_token: token(),
        verification_token: token(),
        file_token: token(),
        verification_template: EmailTemplate::default(),
        reset_password_template: EmailTemplate::default(),
        confirm_email_change_template: EmailTemplate::default(),
    }
}

/// An auth collection with its system fields.
fn auth_collection() -> Arc<Collection> {
    let email = FieldKind::Email { except_domains: Vec::new(), only_domains: Vec::new() };
    let fields = vec![
        Field { hidden: true, required: true, ..field("password", password(8, 0, "")) },
        Field { hidden: true, required: true, ..field("tokenKey", text("", "[a-z]{30}")) },
        Field { required: true, ..field("email", email) },
        field("emailVisibility", FieldKind::Bool),
        field("verified", FieldKind::Bool),
    ];
    collection(Kind::Auth(Box::new(auth_options())), fields)
}

#[test]
fn records_show_what_their_reader_may_see() {
    use crate::plan::{Shape, Sight};
    let auth = auth_collection();
    let mut record = Record::blank(&auth);
    record.set("id", Value::from("aaaaaaaaaaaaaaa"));
    record.set("email", Value::from("a@b.co"));
    record.set("tokenKey", Value::from("secret"));
    let only = ["id".to_owned(), "email".to_owned(), "collectionId".to_owned()];
    for (sight, masks, expected) in [
        (
            Sight::default(),
            vec![],
            r#"{"collectionId":"pbc_1","collectionName":"things","email":"a@b.co","emailVisibility":false,"id":"aaaaaaaaaaaaaaa","verified":false}"#,
        ),
        (
            Sight { email_mask: Some(0), ..Sight::default() },
            vec![false],
            r#"{"collectionId":"pbc_1","collectionName":"things","emailVisibility":false,"id":"aaaaaaaaaaaaaaa","verified":false}"#,
        ),
        (
            Sight { hidden: true, only: Some(&only), email_mask: Some(1), ..Sight::default() },
            vec![false, true],
            r#"{"collectionId":"pbc_1","email":"a@b.co","id":"aaaaaaaaaaaaaaa"}"#,
        ),
    ] {
        let mut out = Vec::new();
        Shape::of(&auth, &sight).encode(&record, &masks, &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
    let shape = Shape::of(&things(), &Sight { hidden: true, ..Sight::default() });
    let mut out = Vec::new();
    shape.encode_expanded(&stored(), &[], Some(b"{\"r\":{}}"), &mut out);
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains(r#""h":"hh","id":"#) && text.contains(r#""p":"","s":["a","b"]"#),
        "{text}"
    );
    assert!(text.ends_with(r#""t":"x","expand":{"r":{}}}"#), "{text}");
}
