//! Opening a database: finding out what the server is, and saying plainly why it cannot be used.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::error::{Error, ErrorKind};
use mongodb::options::{Acknowledgment, ClientOptions, WriteConcern};
use mongodb::{Client, Database};

use super::Options;
use super::changes;
use super::error::{code, text};
use super::server::Server;
use crate::store::{Capabilities, Engine, ServerOptions, StoreError};

/// The oldest server that can do what the store asks of it.
const OLDEST: (u32, u32) = (6, 0);

/// The server's code for what an account may not do.
const UNAUTHORIZED: i32 = 13;

/// Why a server that stands alone cannot do several writes as one.
const ALONE: &str = "MongoDB keeps several writes together on a replica set only, and this server \
                     is none: batches and deletes that reach further records are refused";

/// Connects to the database of a URL.
pub(super) async fn open(url: &str, options: &Options) -> Result<Server, StoreError> {
    let unusable = |reason: String| StoreError::Unavailable(reason);
    let mut settings = ClientOptions::parse(url)
        .await
        .map_err(|error| unusable(format!("the URL cannot be used: {}", text(&error))))?;
    let Some(name) = settings.default_database.clone() else {
        return Err(unusable("the URL names no database: mongodb://host/DATABASE".to_owned()));
    };
    prepare(&mut settings, options);
    let client = Client::with_options(settings).map_err(|error| unusable(text(&error)))?;
    let database = client.database(&name);
    let capabilities = match capabilities(&database, options.changes).await {
        Ok(found) => found,
        Err(error) => {
            // Tasks of the driver that outlive the runtime would panic.
            client.shutdown().immediate(true).await;
            return Err(error);
        }
    };
    Ok(Server::new(
        client,
        database,
        capabilities,
        (options.query_timeout, options.transaction_life),
    ))
}

/// What the URL leaves open.
fn prepare(settings: &mut ClientOptions, options: &Options) {
    settings.app_name.get_or_insert_with(|| "purlin".to_owned());
    settings.max_pool_size.get_or_insert(options.pool_size);
    settings.max_idle_time.get_or_insert(options.idle_timeout);
    settings.connect_timeout.get_or_insert(options.connect_timeout);
    settings.server_selection_timeout.get_or_insert(options.selection_timeout);
    // An acknowledged write is on the disks of most members.
    settings.write_concern.get_or_insert_with(|| {
        WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build()
    });
}

async fn capabilities(database: &Database, changes: bool) -> Result<Capabilities, StoreError> {
    let hello = ask(database, doc! { "hello": 1 }).await?;
    let build = ask(database, doc! { "buildInfo": 1 }).await?;
    let version = build.get_str("version").unwrap_or("of unknown version").to_owned();
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < OLDEST {
        return Err(StoreError::Unavailable(format!(
            "MongoDB {version} is too old: {}.{} or newer is needed",
            OLDEST.0, OLDEST.1
        )));
    }
    // A member of a set says which; a router of a sharded cluster says what it is.
    let together =
        hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|it| it == "isdbgrid");
    // Whether one may read and write shows before the first request does.
    ask(database, doc! { "listCollections": 1, "nameOnly": true }).await?;
    let changes = match (changes, together) {
        (true, true) => log(database).await?,
        (true, false) => Err(changes::ALONE.to_owned()),
        (false, _) => Err(changes::NONE.to_owned()),
    };
    Ok(Capabilities {
        engine: Engine::Mongo,
        version: format!("MongoDB {version}"),
        transactions: if together { Ok(()) } else { Err(ALONE) },
        changes,
        sql_views: false,
        shared: true,
    })
}

/// Makes what the log of changes needs. The inner error says why that may not be: then records are
/// served, and nothing follows them.
async fn log(database: &Database) -> Result<Result<(), String>, StoreError> {
    let Err(error) = database.run_command(changes::prepare()).await else { return Ok(Ok(())) };
    let why = reason(&error, database.name());
    match code(&error) {
        Some(UNAUTHORIZED) => Ok(Err(format!("the log of changes cannot be kept: {why}"))),
        _ => Err(StoreError::Unavailable(why)),
    }
}

async fn ask(database: &Database, command: Document) -> Result<Document, StoreError> {
    database
        .run_command(command)
        .await
        .map_err(|error| StoreError::Unavailable(reason(&error, database.name())))
}

/// One sentence that says why the database cannot be used.
fn reason(error: &Error, database: &str) -> String {
    let denied = matches!(code(error), Some(UNAUTHORIZED));
    let unknown = denied && text(error).ends_with("requires authentication");
    let rejected = matches!(code(error), Some(18))
        || matches!(error.kind.as_ref(), ErrorKind::Authentication { .. });
    let said = text(error);
    if rejected {
        return format!("the server refuses the user name or the password: {said}");
    }
    if unknown {
        return "the server asks for a user name and a password: mongodb://USER:PASSWORD@host/DATABASE"
            .to_owned();
    }
    if denied {
        return format!("the user lacks a privilege on the database {database}: {said}");
    }
    match error.kind.as_ref() {
        ErrorKind::ServerSelection { .. }
        | ErrorKind::Io(_)
        | ErrorKind::DnsResolve { .. }
        | ErrorKind::ConnectionPoolCleared { .. } => {
            format!("the server cannot be reached: {said}")
        }
        _ => format!("the server cannot be used: {said}"),
    }
}

impl From<&ServerOptions> for Options {
    fn from(options: &ServerOptions) -> Self {
        Options {
            pool_size: options.pool_size,
            connect_timeout: options.connect_timeout,
            idle_timeout: options.idle_timeout,
            query_timeout: options.query_timeout,
            transaction_life: options.transaction_life,
            changes: options.changes,
            ..Options::default()
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            pool_size: 64,
            connect_timeout: Duration::from_secs(10),
            selection_timeout: Duration::from_secs(4),
            idle_timeout: Duration::from_secs(600),
            query_timeout: Duration::from_secs(30),
            transaction_life: Duration::from_secs(60),
            changes: true,
        }
    }
}
