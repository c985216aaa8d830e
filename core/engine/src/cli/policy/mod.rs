//! `purlin policy`

mod change;
mod desk;
mod difference;
mod expectations;
mod file;
mod list;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use purlin_model::policy::{PolicyRow, RoleRow, Row};

use super::{Failed, PlaceArgs};
use desk::at;

#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Show policies and roles
    List {
        /// Only lines of this subject; of roles, those it is the member or the role of
        #[arg(long)]
        subject: Option<String>,
        /// Only policies about this collection, or `*`
        #[arg(long)]
        object: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Add a policy and print its id
    Add(AddArgs),
    /// Give a role and print the id of that line
    Grant {
        /// Who gets it: COLLECTION/ID, COLLECTION/* or role:NAME
        member: String,
        /// role:NAME
        role: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Remove policies and given roles
    Remove {
        /// Their ids, as `list` shows them
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Check a TOML file of expectations, and fail with what differs
    Test {
        /// The expectations
        file: PathBuf,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Write all policies and roles as Casbin CSV
    Export {
        /// The file; standard output when left out
        file: Option<PathBuf>,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Add the policies and roles of a Casbin CSV file that are not there yet: all, or none
    Import {
        /// The file
        file: PathBuf,
        /// Remove what is not in the file
        #[arg(long)]
        replace: bool,
        /// Only show what would change
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Debug, Args)]
pub(super) struct AddArgs {
    /// `*`, @guest, @auth, role:NAME, COLLECTION/ID or COLLECTION/*
    subject: String,
    /// A collection, or `*` for each that is not a system collection
    object: String,
    /// list, view, create, update, delete, manage, read, write or `*`
    action: String,
    /// On which rows, in the filter language; every row when left out
    #[arg(long, default_value = "", hide_default_value = true)]
    rule: String,
    /// Names of fields, with commas between them; all when left out
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    fields: Vec<String>,
    /// Deny what the line says instead of allowing it
    #[arg(long)]
    deny: bool,
    /// Why the line exists
    #[arg(long, default_value = "", hide_default_value = true)]
    note: String,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(super) async fn run(command: PolicyCommand) -> Result<(), Failed> {
    match command {
        PolicyCommand::List { subject, object, json, place } => {
            let wanted = list::Wanted { subject, object, json };
            at(place, async |desk| list::list(desk, &wanted).await).await
        }
        PolicyCommand::Add(args) => {
            let (row, place) = args.row();
            at(place, async |desk| change::add(desk, &row).await).await
        }
        PolicyCommand::Grant { member, role, place } => {
            let row = Row::Role(RoleRow { member, role });
            at(place, async |desk| change::add(desk, &row).await).await
        }
        PolicyCommand::Remove { ids, place } => {
            at(place, async |desk| change::remove(desk, &ids).await).await
        }
        PolicyCommand::Test { file, place } => {
            let table = expectations::read(&file)?;
            at(place, async |desk| expectations::check(desk, &file, table).await).await
        }
        PolicyCommand::Export { file, place } => {
            at(place, async |desk| file::export(desk, file.as_deref()).await).await
        }
        PolicyCommand::Import { file, replace, dry_run, place } => {
            let rows = file::read(&file)?;
            let import = file::Import { name: file.display().to_string(), replace, dry_run };
            at(place, async |desk| import.run(desk, rows).await).await
        }
    }
}

impl AddArgs {
    /// What is to be added, and where.
    fn row(self) -> (Row, PlaceArgs) {
        let row = PolicyRow {
            subject: self.subject,
            object: self.object,
            action: self.action,
            rule: self.rule,
            fields: self.fields,
            effect: if self.deny { "deny" } else { "allow" }.to_owned(),
            note: self.note,
        };
        (Row::Policy(row), self.place)
    }
}
