//! The command line: what a person types, and one sentence when it cannot be done.

mod adopt;
mod copy;
mod copy_report;
mod import;
mod policy;
mod serve;
mod superuser;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use clap::{Args, Parser, Subcommand};

use crate::app::App;
use crate::config::{ConfigError, Overrides};

/// Makes the routes of the web console, given the app and the router of the API.
pub type Console = fn(&Arc<App>, Router) -> Router;

#[derive(Debug, Parser)]
#[command(
    name = "purlin",
    version,
    about = "A self-hosted backend in one binary: database, API and console.",
    after_help = "Start with `purlin serve` and open the link it prints."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the console (what happens without a command)
    Serve(ServeArgs),
    /// Create, change or remove superusers, who may do everything
    #[command(subcommand)]
    Superuser(SuperuserCommand),
    /// See, change, test, export and import policies and roles: who may do what
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Serve tables of a database as they are, without changing them
    Adopt(AdoptArgs),
    /// Move in with an application that runs elsewhere
    #[command(subcommand)]
    Import(ImportCommand),
    /// Move an installation to another database, of any kind, which must be empty
    #[command(after_help = COPY_HELP)]
    Copy(CopyArgs),
}

/// Where Purlin keeps its records and finds its settings.
#[derive(Clone, Debug, Default, Args)]
struct PlaceArgs {
    /// Directory that holds everything [env: PURLIN_DIR] [default: ./purlin_data]
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,
    /// Configuration file, see config/purlin.toml [env: PURLIN_CONFIG]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Database URL [env: PURLIN_DATABASE_URL] [default: SQLite inside the directory]
    #[arg(long, value_name = "URL", global = true)]
    database: Option<String>,
}

#[derive(Clone, Debug, Default, Args)]
struct ServeArgs {
    /// Address to serve HTTP on [env: PURLIN_HTTP] [default: 127.0.0.1:8090]
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    /// Redis URL, to join several nodes [env: PURLIN_REDIS_URL]
    #[arg(long, value_name = "URL")]
    redis: Option<String>,
    /// Casbin model of your own [env: PURLIN_AUTHORIZATION_MODEL]
    #[arg(long = "casbin-model", value_name = "FILE")]
    authorization_model: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum SuperuserCommand {
    /// Add a superuser
    Create(CredentialArgs),
    /// Change the password of a superuser
    Update(CredentialArgs),
    /// Add a superuser, or change the password of the one there is
    Upsert(CredentialArgs),
    /// Remove a superuser; one that is not there is fine
    Delete {
        /// E-mail address
        email: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without tables, shows what could be made of each. With --check, says whether tables \
                  that are served are still as they were, and fails when one is not."
)]
struct AdoptArgs {
    /// The datasource: `main`, or a name from [datasources] of the configuration
    #[arg(value_name = "DATASOURCE", required_unless_present = "check")]
    datasource: Option<String>,
    /// Tables, views or collections to serve, or to bring up to date
    #[arg(value_name = "TABLE", conflicts_with_all = ["all", "list", "check"])]
    tables: Vec<String>,
    /// Serve everything that can be served
    #[arg(long, conflicts_with_all = ["list", "check"])]
    all: bool,
    /// Only show the proposals
    #[arg(long, conflicts_with = "check")]
    list: bool,
    /// Compare served tables with their collections
    #[arg(long)]
    check: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Bring over a stock PocketBase data directory (0.23 to 0.40), which is only read
    Pocketbase(PocketbaseArgs),
}

#[derive(Debug, Args)]
struct PocketbaseArgs {
    /// The PocketBase data directory (pb_data)
    #[arg(value_name = "PB_DATA_DIR")]
    source: PathBuf,
    /// Replace all records, collections, settings and uploaded files the target already holds
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What `purlin copy --help` ends with.
const COPY_HELP: &str = "\
URLs are sqlite:PATH, postgres://…, mysql://…, mariadb://… or mongodb://…
Stop what serves the source first. A copy that was interrupted goes on when the same command is run
again; the target is not served before both sides were compared and found the same. Uploaded files
are not in the database: they stay where they are.";

#[derive(Debug, Args)]
struct CopyArgs {
    /// The database to copy; it is only read
    #[arg(long, value_name = "URL")]
    from: String,
    /// The empty database to copy to, or one that holds an unfinished copy
    #[arg(long, value_name = "URL")]
    to: String,
    /// Copy the request log too
    #[arg(long)]
    logs: bool,
    /// Leave out views and indexes that the target refuses, instead of not beginning
    #[arg(long)]
    skip_refused: bool,
    /// Throw away what an unfinished copy left in the target
    #[arg(long)]
    restart: bool,
}

#[derive(Debug, Args)]
struct CredentialArgs {
    /// E-mail address
    email: String,
    /// Password of at least 8 characters; asked for when left out
    password: Option<String>,
    /// Read the password from standard input
    #[arg(long, conflicts_with = "password")]
    stdin: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Why a command failed: one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failed(String);

impl From<ConfigError> for Failed {
    fn from(error: ConfigError) -> Self {
        Failed(error.0)
    }
}

impl PlaceArgs {
    fn overrides(self) -> Overrides {
        Overrides {
            dir: self.dir,
            config: self.config,
            database: self.database,
            ..Overrides::default()
        }
    }
}

/// Runs what the command line says.
#[must_use]
pub fn run(console: Console) -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Serve(ServeArgs::default()));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Failed(format!("cannot start the runtime: {error}"))),
    };
    let done = runtime.block_on(async {
        match command {
            Command::Serve(args) => serve::run(args, console).await,
            Command::Superuser(command) => superuser::run(command).await,
            Command::Policy(command) => policy::run(command).await,
            Command::Adopt(args) => adopt::run(args).await,
            Command::Import(ImportCommand::Pocketbase(args)) => import::run(args).await,
            Command::Copy(args) => copy::run(args).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

#[allow(clippy::print_stderr, reason = "this is where a failed command says why")]
fn fail(error: &Failed) -> ExitCode {
    eprintln!("purlin: {error}");
    ExitCode::FAILURE
}
