//! `purlin adopt`

use purlin_model::Json;
use purlin_model::adopt::{Drift, Proposal};
use purlin_model::schema::{Field, FieldKind};

use super::{AdoptArgs, Failed};
use crate::app::App;
use crate::catalog::Looked;
use crate::clock::Clock;
use crate::config;
use crate::error::ApiError;
use crate::store::lock::DirLock;

pub(super) async fn run(args: AdoptArgs) -> Result<(), Failed> {
    let config = config::load(args.place.clone().overrides())?;
    let adopts = args.all || !args.tables.is_empty();
    // A server that runs on the same files would not hear of it.
    let lock = (adopts && config.keeps_files()).then(|| DirLock::take(&config.server.dir));
    let _lock = lock.transpose().map_err(|error| {
        Failed(format!("{error}: stop the server, or adopt tables in its console"))
    })?;
    let opened = App::open(&config, Clock::system()).await;
    let app = opened.map_err(|error| Failed(error.to_string()))?;
    let done = match &args.datasource {
        only if args.check => check(&app, only.as_deref(), args.json).await,
        Some(datasource) if adopts => adopt(&app, datasource, &args).await,
        Some(datasource) => list(&app, datasource, args.json).await,
        None => Ok(()),
    };
    app.close().await;
    done
}

async fn list(app: &App, datasource: &str, json: bool) -> Result<(), Failed> {
    let surveyed = app.catalog.survey(datasource).await.map_err(failed)?;
    if json {
        let tables = surveyed.iter().map(|(proposal, drifts)| proposal.to_json(drifts));
        say(&Json::List(tables.collect()).to_text());
        return Ok(());
    }
    if surveyed.is_empty() {
        say(&format!("There are no tables in {datasource} but those of Purlin."));
    }
    let mut targets: Vec<(String, String)> = Vec::new();
    let proposed = surveyed.iter().filter_map(|(proposal, _)| proposal.collection.as_ref().ok());
    let snapshot = app.catalog.snapshot();
    let known = snapshot.schema.collections().iter().map(AsRef::as_ref);
    for collection in proposed.chain(known) {
        targets.push((collection.id.clone(), collection.table().to_owned()));
    }
    for (proposal, drifts) in &surveyed {
        describe(proposal, drifts, &targets);
    }
    Ok(())
}

async fn adopt(app: &App, datasource: &str, args: &AdoptArgs) -> Result<(), Failed> {
    let tables = match args.all {
        false => args.tables.clone(),
        true => {
            let surveyed = app.catalog.survey(datasource).await.map_err(failed)?;
            let fit = surveyed.into_iter().filter(|(proposal, _)| proposal.collection.is_ok());
            fit.map(|(proposal, _)| proposal.table.name).collect()
        }
    };
    let adopted = app.catalog.adopt(datasource, &tables).await.map_err(failed)?;
    if args.json {
        say(&Json::List(adopted.iter().map(|it| it.to_json()).collect()).to_text());
        return Ok(());
    }
    for collection in &adopted {
        say(&format!("{} is served as {}.", collection.table(), collection.name));
    }
    say("Only superusers may reach them until their rules are opened.");
    Ok(())
}

async fn check(app: &App, only: Option<&str>, json: bool) -> Result<(), Failed> {
    if let Some(name) = only.filter(|name| app.datasources.named(name).is_none()) {
        return Err(Failed(format!("there is no datasource {name}")));
    }
    let looked = app.catalog.look_at_tables(only).await;
    let looked = looked.map_err(|error| Failed(error.to_string()))?;
    let drifted = looked.iter().filter(|it| it.drifts.iter().any(|drift| drift.stops)).count();
    if json {
        say(&Json::List(looked.iter().map(looked_json).collect()).to_text());
    } else {
        for Looked { collection, drifts } in &looked {
            let state = if drifts.is_empty() { "as it was" } else { "changed" };
            say(&format!("{} ({}): {state}", collection.name, collection.table()));
            drifts.iter().for_each(tell);
        }
    }
    match drifted {
        0 => Ok(()),
        1 => Err(Failed("1 collection does not fit its table any more".to_owned())),
        more => Err(Failed(format!("{more} collections do not fit their tables any more"))),
    }
}

fn looked_json(looked: &Looked) -> Json {
    let Looked { collection, drifts } = looked;
    Json::Object(vec![
        ("collection".to_owned(), Json::Text(collection.name.clone())),
        ("datasource".to_owned(), Json::Text(collection.datasource.clone())),
        ("table".to_owned(), Json::from(collection.table())),
        ("drift".to_owned(), Json::List(drifts.iter().map(Drift::to_json).collect())),
    ])
}

/// A proposal as a small table. `targets` are the tables of collections by their ids.
fn describe(proposal: &Proposal, drifts: &[Drift], targets: &[(String, String)]) {
    let table = &proposal.table;
    let what = if table.is_view { "view" } else { "table" };
    let rows = table.rows.map(|rows| format!(", about {rows} rows")).unwrap_or_default();
    let fate = match (&proposal.served, &proposal.collection) {
        (Some(served), _) => format!("served as {}", served.name),
        (None, Ok(collection)) => format!("→ {}", collection.name),
        (None, Err(why)) => format!("cannot be served. {why}"),
    };
    say(&format!("{} ({what}{rows}) {fate}", table.name));
    if let Ok(collection) = &proposal.collection {
        let lines: Vec<[String; 3]> =
            collection.fields.iter().map(|field| line(field, targets)).collect();
        let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max();
        let (first, second) = (width(0).unwrap_or(0), width(1).unwrap_or(0));
        for [column, name, kind] in &lines {
            say(&format!("    {column:first$}  {name:second$}  {kind}"));
        }
    }
    proposal.notes.iter().for_each(|note| say(&format!("  note: {note}")));
    drifts.iter().for_each(tell);
}

/// Column, field, and what it is.
fn line(field: &Field, targets: &[(String, String)]) -> [String; 3] {
    let mut kind = field.kind.type_name().to_owned();
    if let FieldKind::Relation { collection_id, .. } = &field.kind
        && let Some((_, table)) = targets.iter().find(|(id, _)| id == collection_id)
    {
        kind += &format!(" to {table}");
    }
    let marks = [("null", field.nullable), ("hidden", field.hidden), ("required", field.required)];
    for (mark, _) in marks.iter().filter(|(_, set)| *set) {
        kind += &format!(", {mark}");
    }
    [field.column().to_owned(), field.name.clone(), kind]
}

fn tell(drift: &Drift) {
    let mark = if drift.stops { "!" } else { "·" };
    say(&format!("  {mark} {}", drift.difference));
}

fn failed(error: ApiError) -> Failed {
    match error.cause {
        Some(cause) => Failed(format!("{} {cause}", error.message)),
        None => Failed(error.message.into_owned()),
    }
}

#[allow(clippy::print_stdout, reason = "the outcome of a command is for the person who typed it")]
fn say(text: &str) {
    println!("{text}");
}
