//! `purlin policy list`

use purlin_model::Json;
use purlin_model::policy::{Row, csv};

use super::Failed;
use super::desk::{Desk, flat, say};
use crate::moving::policies::Stored;

/// Which lines, and how.
pub(super) struct Wanted {
    pub(super) subject: Option<String>,
    pub(super) object: Option<String>,
    pub(super) json: bool,
}

pub(super) async fn list(desk: &Desk, wanted: &Wanted) -> Result<(), Failed> {
    let mut stored = desk.stored().await?;
    stored.retain(|line| wanted.includes(&line.row));
    let (policies, roles): (Vec<Stored>, Vec<Stored>) =
        stored.into_iter().partition(|line| matches!(line.row, Row::Policy(_)));
    if wanted.json {
        let records =
            |lines: Vec<Stored>| Json::List(lines.into_iter().map(|it| it.record).collect());
        let (policies, roles) = (records(policies), records(roles));
        let all = [("policies", policies), ("roles", roles)];
        let all = all.map(|(name, records)| (name.to_owned(), records));
        say(&Json::Object(all.into()).to_text());
        return Ok(());
    }
    if policies.is_empty() && roles.is_empty() {
        say("There are no such policies and roles.");
    }
    let head = ["policy", "effect", "subject", "action", "object", "fields", "rule", "note"];
    table(&head, &policies);
    if !policies.is_empty() && !roles.is_empty() {
        say("");
    }
    table(&["role line", "member", "role"], &roles);
    Ok(())
}

impl Wanted {
    fn includes(&self, row: &Row) -> bool {
        let is = |wanted: &Option<String>, texts: &[&String]| {
            wanted.as_ref().is_none_or(|wanted| texts.contains(&wanted))
        };
        match row {
            Row::Policy(row) => {
                is(&self.subject, &[&row.subject]) && is(&self.object, &[&row.object])
            }
            Row::Role(row) => self.object.is_none() && is(&self.subject, &[&row.member, &row.role]),
        }
    }
}

/// Lines below each other, their values in columns; nothing without lines.
fn table(head: &[&str], lines: &[Stored]) {
    let rows: Vec<Vec<String>> = lines.iter().map(cells).collect();
    if rows.is_empty() {
        return;
    }
    let all = [head.iter().map(|&name| name.to_owned()).collect()].into_iter().chain(rows);
    let all: Vec<Vec<String>> = all.collect();
    let width = |at: usize| all.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in &all {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        say(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

fn cells(line: &Stored) -> Vec<String> {
    let mut cells = vec![line.id.clone()];
    match &line.row {
        Row::Policy(row) => {
            let fields = csv::fields_text(&row.fields);
            let texts = [&row.effect, &row.subject, &row.action, &row.object, &fields];
            cells.extend(texts.into_iter().chain([&row.rule, &row.note]).map(|text| flat(text)));
        }
        Row::Role(row) => cells.extend([&row.member, &row.role].map(|text| flat(text))),
    }
    cells
}
