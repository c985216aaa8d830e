//! `purlin copy`

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::copy_report::{Progress, report};
use super::{CopyArgs, Failed, serve};
use crate::app::LOG_FILE;
use crate::clock::Clock;
use crate::config::Address;
use crate::moving::copy::{self, Copied, Ends, Wish};
use crate::store::lock::{DirLock, LockError};
use crate::store::{self, Options, Store, private};

pub(super) async fn run(args: CopyArgs) -> Result<(), Failed> {
    let from = address("--from", &args.from)?;
    let to = address("--to", &args.to)?;
    if from == to {
        return Err(Failed("--from and --to are the same database".to_owned()));
    }
    if let Address::Sqlite(file) = &from
        && !file.is_file()
    {
        return Err(Failed(format!("there is no database file {}", file.display())));
    }
    let locks = lock(&from, &to)?;
    let wish = Wish { restart: args.restart, skip_refused: args.skip_refused, ..Wish::default() };
    let started = Instant::now();
    let copied = tokio::select! {
        copied = copy_all(&from, &to, args.logs, &wish) => copied?,
        () = serve::asked_to_end() => {
            return Err(Failed("interrupted: run the same command again to go on".to_owned()));
        }
    };
    drop(locks);
    report(&copied, &to, started.elapsed());
    if copied.is_exact() {
        return Ok(());
    }
    Err(Failed(format!(
        "the two sides differ, so {to} is not served; if the source was written to meanwhile, stop \
         what serves it and copy again with --restart"
    )))
}

async fn copy_all(from: &Address, to: &Address, logs: bool, wish: &Wish) -> Result<Copied, Failed> {
    let source = Side::open(from, logs).await?;
    let target = match Side::open(to, logs).await {
        Ok(target) => target,
        Err(error) => {
            source.close().await;
            return Err(error);
        }
    };
    let logs = source.log.as_deref().zip(target.log.as_deref());
    let ends = Ends { from: &*source.store, to: &*target.store, logs };
    let mut progress = Progress::new(std::io::stderr().is_terminal());
    let mut hear = |step: copy::Step<'_>| progress.show(step);
    let copied = copy::copy(&ends, wish, &Clock::system(), &mut hear).await;
    progress.end();
    source.close().await;
    target.close().await;
    copied.map_err(|error| Failed(error.to_string()))
}

/// A database, with the one that holds its request log.
struct Side {
    store: Arc<dyn Store>,
    log: Option<Arc<dyn Store>>,
}

impl Side {
    async fn open(address: &Address, logs: bool) -> Result<Self, Failed> {
        let store = open(address).await?;
        // A server keeps the log beside the records, a file has a file for it.
        let log = match address {
            _ if !logs => None,
            Address::Sqlite(file) => Some(open(&Address::Sqlite(beside(file))).await?),
            _ => Some(store.clone()),
        };
        Ok(Side { store, log })
    }

    async fn close(&self) {
        self.store.close().await;
        if let Some(log) = &self.log {
            log.close().await;
        }
    }
}

async fn open(address: &Address) -> Result<Arc<dyn Store>, Failed> {
    let mut options = Options::default();
    // What is written is flushed whole at the end; until then it is an unfinished copy.
    (options.sqlite.durable, options.sqlite.sort_on_disk) = (false, true);
    (options.sqlite.changes, options.server.changes) = (false, false);
    let opened = store::open(address, &options).await;
    opened.map_err(|error| Failed(format!("cannot open the database {address}: {error}")))
}

fn address(flag: &str, url: &str) -> Result<Address, Failed> {
    Address::parse(url).map_err(|error| Failed(format!("{flag}: {error}")))
}

fn beside(database: &Path) -> PathBuf {
    directory(database).join(LOG_FILE)
}

/// The directory a file is in.
fn directory(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Keeps servers away from the directories of database files meanwhile.
fn lock(from: &Address, to: &Address) -> Result<Vec<DirLock>, Failed> {
    let mut taken: Vec<PathBuf> = Vec::new();
    let mut locks = Vec::new();
    for address in [from, to] {
        let Address::Sqlite(file) = address else { continue };
        let unusable = |error| Failed(format!("cannot use {}: {error}", file.display()));
        private::make_directory(directory(file)).map_err(unusable)?;
        let whole = directory(file).canonicalize().map_err(unusable)?;
        if !taken.contains(&whole) {
            locks.push(DirLock::take(&whole).map_err(locked)?);
            taken.push(whole);
        }
    }
    Ok(locks)
}

fn locked(error: LockError) -> Failed {
    Failed(match error {
        LockError::Taken(_) => format!("{error}: stop it first"),
        LockError::Unusable { .. } => error.to_string(),
    })
}
