//! Random filters and sorts as text, from the grammar (http-api.md 2.1) over the worlds' names.

use purlin_model::schema::{Collection, FieldKind, Schema};

use crate::random::Random;
use crate::world::{NUMBERS, OPTIONS, TEXTS};

const OPS: &[&str] = &["=", "!=", "~", "!~", "<", "<=", ">", ">="];
const MACROS: &[&str] = &[
    "@now",
    "@yesterday",
    "@todayStart",
    "@yearEnd",
    "@second",
    "@day",
    "@month",
    "@weekday",
    "@year",
];
const REQUEST: &[&str] = &[
    "@request.method",
    "@request.context",
    "@request.query.q",
    "@request.query.none",
    "@request.query.q:isset",
    "@request.body.t",
    "@request.body.n",
    "@request.body.x",
    "@request.body.none:isset",
    "@request.body.t:changed",
    "@request.body.n:changed",
    "@request.body.sm:each",
    "@request.body.sm:length",
    "@request.body.rm.t",
    "@request.body.rm.n",
    "@request.body.rm.up.t",
    "@request.body.r1.t:lower",
    "@request.body.j.k",
    "@request.auth.id",
    "@request.auth.t",
    "@request.auth.n",
    "@request.auth.sm:each",
    "@request.auth.up.t",
    "@request.auth.ups.n",
    "@request.auth.owner.t",
    "@request.auth.a_via_r1.t",
];

/// Writes texts of the filter language.
pub(crate) struct Writer<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) schema: &'a Schema,
}

impl Writer<'_> {
    pub(crate) fn filter(&mut self, base: &Collection) -> String {
        let parts = [1, 1, 1, 2, 2, 3][self.random.below(6)];
        self.joined(base, parts, 2)
    }

    fn joined(&mut self, base: &Collection, parts: usize, depth: usize) -> String {
        let mut out = String::new();
        for part in 0..parts {
            if part > 0 {
                out += self.random.pick(&[" && ", " || ", "&&"]);
            }
            if depth > 0 && self.random.one_in(5) {
                let parts = 1 + self.random.below(3);
                out += &format!("({})", self.joined(base, parts, depth - 1));
            } else {
                out += &self.comparison(base);
            }
        }
        out
    }

    pub(crate) fn comparison(&mut self, base: &Collection) -> String {
        let left = self.operand(base, 12);
        let op = self.random.pick(OPS);
        let any = self.random.pick(&["", "", "?"]);
        let right = self.operand(base, 3);
        format!("{left} {any}{op} {right}")
    }

    /// A name in all but one of so many cases, where it is a literal.
    fn operand(&mut self, base: &Collection, names: usize) -> String {
        match self.random.below(16) {
            0 if names < 5 || self.random.one_in(3) => return self.random.pick(MACROS).to_owned(),
            1 => return self.call(base),
            2 => return self.random.pick(REQUEST).to_owned(),
            _ => {}
        }
        let literal =
            if names > 5 { self.random.one_in(names) } else { !self.random.one_in(names) };
        if literal { self.literal() } else { self.name(base) }
    }

    fn call(&mut self, base: &Collection) -> String {
        if self.random.one_in(2) {
            let mut coordinate = || match self.random.below(6) {
                0 => self.random.pick(NUMBERS).to_string(),
                1 => "n".to_owned(),
                2 => "j.lon".to_owned(),
                3 => "r1.n".to_owned(),
                it => ["g.lon", "g.lat"][it % 2].to_owned(),
            };
            let args = [coordinate(), coordinate(), coordinate(), coordinate()];
            return format!("geoDistance({})", args.join(","));
        }
        let format =
            self.random.pick(&["%Y-%m", "%Y", "%H:%M", "%s", "%w", "%f", "%q", "x%%", "%J", "%j"]);
        let time = match self.random.below(5) {
            0 => self.literal(),
            1 => self.random.pick(&["d", "n", "t", "j", "g", "sm"]).to_owned(),
            2 => "'2024-01-31 10:20:30'".to_owned(),
            _ => self.name(base),
        };
        let mut out = format!("strftime('{format}', {time}");
        while self.random.one_in(3) {
            let modifier = [
                "+1 month",
                "-2 days",
                "start of month",
                "weekday 0",
                "unixepoch",
                "bogus",
                "auto",
            ];
            out += &format!(", '{}'", self.random.pick(&modifier));
        }
        out + ")"
    }

    fn literal(&mut self) -> String {
        match self.random.below(10) {
            0 => self.random.pick(&["true", "false", "null", "TRUE", "Null"]).to_owned(),
            1..=3 => self.random.pick(NUMBERS).to_string(),
            4 => quoted(self.random.pick(OPTIONS)),
            5 => quoted(&format!("{}0", self.random.pick(&["a", "c", "p"]))),
            6 => quoted(self.random.pick(&[
                "[\"a\"]",
                "[\"a\",\"b\"]",
                "{\"lon\":0,\"lat\":0}",
                "%a",
                "h%o",
                "[1,2,3]",
            ])),
            _ => quoted(self.random.pick(TEXTS)),
        }
    }

    /// A name of a field, up to three steps away.
    pub(crate) fn name(&mut self, base: &Collection) -> String {
        let every = self.random.one_in(12);
        let (mut out, mut at) = (String::new(), base.id.clone());
        if every {
            at = self.random.pick(&["a", "c", "p"]).to_owned();
            out = format!("@collection.{at}{}.", self.random.pick(&["", ":y", ":z"]));
        }
        let mut hops = [0, 0, 0, 1, 1, 2, 3][self.random.below(7)];
        while hops > 0 {
            let (step, to) = self.step(&at);
            out += &format!("{step}.");
            at = to;
            hops -= 1;
        }
        let collection = self.schema.find(&at).unwrap();
        let field = &collection.fields[self.random.below(collection.fields.len())];
        out += &field.name;
        match &field.kind {
            FieldKind::Json { .. } if self.random.one_in(2) => {
                out += self.random.pick(&[
                    ".k", ".a", ".a.b", ".0", ".a.b.0", ".a.b.2", ".0.0", ".1.k", ".k.k", ".nope",
                ]);
            }
            FieldKind::GeoPoint if self.random.one_in(2) => {
                out += self.random.pick(&[".lon", ".lat", ".nope", ".0"]);
            }
            kind => {
                let items = matches!(
                    kind,
                    FieldKind::Select { .. } | FieldKind::File { .. } | FieldKind::Relation { .. }
                );
                if items && self.random.one_in(2) {
                    out += self.random.pick(&[":each", ":each", ":length"]);
                } else if self.random.one_in(8) {
                    out += ":lower";
                }
            }
        }
        out
    }

    /// A step from a collection along a relation or back, and where it leads.
    fn step(&mut self, from: &str) -> (String, String) {
        let mut steps = Vec::new();
        for collection in self.schema.collections() {
            for field in &collection.fields {
                let FieldKind::Relation { collection_id, .. } = &field.kind else { continue };
                if collection.id == from {
                    steps.push((field.name.clone(), collection_id.clone()));
                }
                if collection_id == from {
                    let step = format!("{}_via_{}", collection.name, field.name);
                    steps.push((step, collection.id.clone()));
                }
            }
        }
        steps.swap_remove(self.random.below(steps.len()))
    }

    pub(crate) fn sort(&mut self, base: &Collection) -> String {
        let keys = 1 + self.random.below(3);
        let mut key = || {
            let name = if self.random.one_in(10) { "@rowid".to_owned() } else { self.name(base) };
            format!("{}{name}", self.random.pick(&["", "-"]))
        };
        let keys: Vec<_> = (0..keys).map(|_| key()).collect();
        keys.join(",")
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
