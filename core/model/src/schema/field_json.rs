//! Fields as JSON and back (http-api.md 3.3, 3.4).

use super::field::{Field, FieldKind, Native, NativeKind};
use super::{Unreadable, read};
use crate::fault::Faults;
use crate::json::Json;

impl Field {
    /// A field of that kind with every common option at its default.
    #[must_use]
    pub fn new(name: &str, kind: FieldKind) -> Self {
        Field {
            id: super::names::derived_id(kind.type_name(), name),
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

    /// The field as the API shows it: keys sorted.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = kind_members(&self.kind);
        members.extend([
            ("hidden", Json::Bool(self.hidden)),
            ("id", text(&self.id)),
            ("name", text(&self.name)),
            ("presentable", Json::Bool(self.presentable)),
            ("system", Json::Bool(self.system)),
            ("type", text(self.kind.type_name())),
        ]);
        if !matches!(self.kind, FieldKind::Autodate { .. }) {
            members.push(("help", text(&self.help)));
            members.push(("required", Json::Bool(self.required)));
        }
        // Extensions: they show only where they say something, so that stock definitions stay equal.
        if self.nullable {
            members.push(("nullable", Json::Bool(true)));
        }
        if let Some(native) = &self.native {
            members.push(("native", native.to_json()));
        }
        members.sort_by_key(|(key, _)| *key);
        Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A field from its JSON. Unknown keys are ignored, missing ones take their defaults; an id that
    /// is not given stays `""`.
    ///
    /// # Errors
    /// No or an unknown `type`, or an option of a wrong JSON type. Numbers below what an option can
    /// hold are put into `faults`.
    pub fn from_json(json: &Json, faults: &mut Faults) -> Result<Self, Unreadable> {
        let members = read::members(json)?.ok_or(Unreadable)?;
        let mut field = Field::new("", FieldKind::Bool);
        field.id.clear();
        for (key, value) in members {
            match key.as_str() {
                "id" => field.id = read::text(value)?,
                "name" => field.name = read::text(value)?,
                "system" => field.system = read::flag(value)?,
                "hidden" => field.hidden = read::flag(value)?,
                "presentable" => field.presentable = read::flag(value)?,
                "help" => field.help = read::text(value)?,
                "required" => field.required = read::flag(value)?,
                "nullable" => field.nullable = read::flag(value)?,
                "native" => field.native = Native::from_json(value)?,
                _ => {}
            }
        }
        field.kind = read_kind(json, faults)?;
        if matches!(field.kind, FieldKind::Autodate { .. }) {
            field.help.clear();
            field.required = false;
        }
        Ok(field)
    }
}

impl Native {
    fn to_json(&self) -> Json {
        Json::Object(vec![
            ("column".to_owned(), text(&self.column)),
            ("filled".to_owned(), Json::Bool(self.filled)),
            ("type".to_owned(), text(self.kind.name())),
        ])
    }

    fn from_json(json: &Json) -> Result<Option<Self>, Unreadable> {
        let Some(members) = read::members(json)? else { return Ok(None) };
        let mut native = Native { column: String::new(), kind: NativeKind::Text, filled: false };
        for (key, value) in members {
            match key.as_str() {
                "column" => native.column = read::text(value)?,
                "filled" => native.filled = read::flag(value)?,
                "type" => {
                    native.kind = NativeKind::of_name(&read::text(value)?).ok_or(Unreadable)?;
                }
                _ => {}
            }
        }
        Ok(Some(native))
    }
}

fn kind_members(kind: &FieldKind) -> Vec<(&'static str, Json)> {
    match kind {
        FieldKind::Text { min, max, pattern, autogenerate_pattern, primary_key } => vec![
            ("min", count(*min)),
            ("max", count(*max)),
            ("pattern", text(pattern)),
            ("autogeneratePattern", text(autogenerate_pattern)),
            ("primaryKey", Json::Bool(*primary_key)),
        ],
        FieldKind::Editor { max_size, convert_urls } => {
            vec![("maxSize", count(*max_size)), ("convertURLs", Json::Bool(*convert_urls))]
        }
        FieldKind::Number { min, max, only_int } => vec![
            ("min", min.map_or(Json::Null, Json::Number)),
            ("max", max.map_or(Json::Null, Json::Number)),
            ("onlyInt", Json::Bool(*only_int)),
        ],
        FieldKind::Bool | FieldKind::GeoPoint => Vec::new(),
        FieldKind::Email { except_domains, only_domains }
        | FieldKind::Url { except_domains, only_domains } => {
            vec![("exceptDomains", texts(except_domains)), ("onlyDomains", texts(only_domains))]
        }
        FieldKind::Date { min, max } => vec![("min", text(min)), ("max", text(max))],
        FieldKind::Autodate { on_create, on_update } => {
            vec![("onCreate", Json::Bool(*on_create)), ("onUpdate", Json::Bool(*on_update))]
        }
        FieldKind::Select { values, max_select } => {
            vec![("values", texts(values)), ("maxSelect", count(*max_select))]
        }
        FieldKind::File { max_select, max_size, mime_types, thumbs, protected } => vec![
            ("maxSelect", count(*max_select)),
            ("maxSize", count(*max_size)),
            ("mimeTypes", texts(mime_types)),
            ("thumbs", texts(thumbs)),
            ("protected", Json::Bool(*protected)),
        ],
        FieldKind::Relation { collection_id, cascade_delete, min_select, max_select } => vec![
            ("collectionId", text(collection_id)),
            ("cascadeDelete", Json::Bool(*cascade_delete)),
            ("minSelect", count(*min_select)),
            ("maxSelect", count(*max_select)),
        ],
        FieldKind::Json { max_size } => vec![("maxSize", count(*max_size))],
        FieldKind::Password { min, max, pattern, cost } => vec![
            ("min", count(*min)),
            ("max", count(*max)),
            ("pattern", text(pattern)),
            ("cost", count(u64::from(*cost))),
        ],
    }
}

fn read_kind(json: &Json, faults: &mut Faults) -> Result<FieldKind, Unreadable> {
    let get = |key: &str| json.get(key).unwrap_or(&Json::Null);
    let mut counts = Counts { faults };
    let kind = match get("type").text().unwrap_or_default() {
        "text" => FieldKind::Text {
            min: counts.read("min", get("min"), 0)?,
            max: counts.read_above("max", get("max"), get("min"))?,
            pattern: read::text(get("pattern"))?,
            autogenerate_pattern: read::text(get("autogeneratePattern"))?,
            primary_key: read::flag(get("primaryKey"))?,
        },
        "editor" => FieldKind::Editor {
            max_size: counts.read("maxSize", get("maxSize"), 0)?,
            convert_urls: read::flag(get("convertURLs"))?,
        },
        "number" => FieldKind::Number {
            min: read::maybe_number(get("min"))?,
            max: read::maybe_number(get("max"))?,
            only_int: read::flag(get("onlyInt"))?,
        },
        "bool" => FieldKind::Bool,
        "email" => FieldKind::Email {
            except_domains: read::texts(get("exceptDomains"))?,
            only_domains: read::texts(get("onlyDomains"))?,
        },
        "url" => FieldKind::Url {
            except_domains: read::texts(get("exceptDomains"))?,
            only_domains: read::texts(get("onlyDomains"))?,
        },
        "date" => FieldKind::Date { min: date(get("min"))?, max: date(get("max"))? },
        "autodate" => FieldKind::Autodate {
            on_create: read::flag(get("onCreate"))?,
            on_update: read::flag(get("onUpdate"))?,
        },
        "select" => FieldKind::Select {
            values: read::texts(get("values"))?,
            max_select: counts.read("maxSelect", get("maxSelect"), 0)?,
        },
        "file" => FieldKind::File {
            max_select: counts.read("maxSelect", get("maxSelect"), 0)?,
            max_size: counts.read("maxSize", get("maxSize"), 0)?,
            mime_types: read::texts(get("mimeTypes"))?,
            thumbs: read::texts(get("thumbs"))?,
            protected: read::flag(get("protected"))?,
        },
        "relation" => FieldKind::Relation {
            collection_id: read::text(get("collectionId"))?,
            cascade_delete: read::flag(get("cascadeDelete"))?,
            min_select: counts.read("minSelect", get("minSelect"), 0)?,
            max_select: counts.read_above("maxSelect", get("maxSelect"), get("minSelect"))?,
        },
        "json" => FieldKind::Json { max_size: counts.read("maxSize", get("maxSize"), 0)? },
        "geoPoint" => FieldKind::GeoPoint,
        "password" => FieldKind::Password {
            min: counts.read("min", get("min"), 1)?,
            max: counts.read_above("max", get("max"), get("min"))?,
            pattern: read::text(get("pattern"))?,
            cost: u32::try_from(counts.read("cost", get("cost"), 4)?).unwrap_or(u32::MAX),
        },
        _ => return Err(Unreadable),
    };
    Ok(kind)
}

/// Reads numbers that cannot be negative and reports those that are.
struct Counts<'a> {
    faults: &'a mut Faults,
}

impl Counts<'_> {
    /// An upper limit, whose bound is the lower one: two negative ones are wrong only once.
    fn read_above(&mut self, key: &str, json: &Json, lower: &Json) -> Result<u64, Unreadable> {
        if read::int(json)? < 0 && read::int(json)? >= read::int(lower)? {
            return Ok(0);
        }
        self.read(key, json, 0)
    }

    /// `least` is the bound the contract names when the number is negative.
    fn read(&mut self, key: &str, json: &Json, least: u32) -> Result<u64, Unreadable> {
        let number = read::int(json)?;
        if number < 0 {
            self.faults.add(key, super::check::at_least(f64::from(least)));
        }
        Ok(u64::try_from(number).unwrap_or(0))
    }
}

/// A number as JSON. Exact: what is stored came from a double.
#[allow(clippy::cast_precision_loss)]
fn count(number: u64) -> Json {
    Json::Number(number as f64)
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn texts(list: &[String]) -> Json {
    Json::List(list.iter().map(|item| text(item)).collect())
}

/// A date in canonical form; what is none becomes `""`, as in records.
fn date(json: &Json) -> Result<String, Unreadable> {
    Ok(crate::date::parse(&read::text(json)?).unwrap_or_default())
}
