//! Databases with what another one holds, for tests that each need the same to begin with.

use std::process::{Command, Stdio};

use mongodb::bson::{Bson, Document, doc};
use mongodb::{Client, Database as Rows};

use crate::database::{Backend, Database, finish, mongodb_client, name_in, tell_postgres, url_of};

impl Database {
    /// A new one with all that this one holds; nobody may be using this one meanwhile.
    ///
    /// # Panics
    /// SQLite is a file: copy it.
    #[must_use]
    pub fn alike(&self) -> Database {
        let url = self.url.as_deref().expect("a server has a URL");
        if self.backend == Backend::Postgres {
            let server = url_of(url, "postgres");
            return Database::fresh_by(self.backend, &server, |name| {
                tell_postgres(&server, format!("CREATE DATABASE {name} TEMPLATE {}", name_in(url)));
            });
        }
        let made = Database::fresh_at(self.backend, url);
        let target = made.url.as_deref().expect("a server has a URL");
        match self.backend {
            Backend::Mysql => pour(url, target),
            _ => finish("MongoDB", url, async {
                let client = mongodb_client(url).await?;
                repeat(&client, name_in(url), name_in(target)).await
            }),
        }
        made
    }
}

/// Everything in one database of MariaDB or MySQL into another: a dump, and whoever carries it out.
/// Each has its own programs: MariaDB's do not know which columns MySQL fills in itself.
fn pour(from: &str, to: &str) {
    let version = client("mariadb", from).args(["-N", "-e", "SELECT VERSION()"]).output();
    let version = String::from_utf8(version.expect("mariadb").stdout).expect("a version");
    let (programs, own) = if version.contains("MariaDB") {
        (["mariadb-dump", "mariadb"], "--skip-comments")
    } else {
        (["mysqldump", "mysql"], "--set-gtid-purged=OFF")
    };
    let mut dump = client(programs[0], from);
    dump.args(["--single-transaction", "--hex-blob", own, name_in(from)]);
    let mut dump = dump.stdout(Stdio::piped()).spawn().expect(programs[0]);
    let text = dump.stdout.take().expect("a pipe");
    // Nobody else may hold on to the pipe, else who fills it waits when it is not read to its end.
    let filled = client(programs[1], to).arg(name_in(to)).stdin(text).status().expect(programs[1]);
    let dumped = dump.wait();
    assert!(filled.success(), "{} into {to}", programs[1]);
    assert!(dumped.is_ok_and(|status| status.success()), "{} of {from}", programs[0]);
}

/// A program on the server of a URL.
fn client(program: &str, url: &str) -> Command {
    let place = url.split(['/', '?']).nth(2).unwrap_or_default();
    let (who, place) = place.rsplit_once('@').unwrap_or(("root", place));
    let (user, password) = who.split_once(':').unwrap_or((who, ""));
    let (host, port) = place.split_once(':').unwrap_or((place, "3306"));
    let mut command = Command::new(program);
    command.args(["--no-defaults", "--protocol=tcp", "-h", host, "-P", port, "-u", user]);
    command.env("MYSQL_PWD", password);
    command
}

/// Collections with their indexes and documents, then views; each fits into one answer.
async fn repeat(client: &Client, from: &str, to: &str) -> mongodb::error::Result<()> {
    let (source, target) = (client.database(from), client.database(to));
    let (views, collections): (Vec<_>, Vec<_>) =
        batch(&source, doc! { "listCollections": 1, "cursor": { "batchSize": 10_000 } })
            .await?
            .into_iter()
            .filter(|found| !name_of(found).starts_with("system."))
            .partition(|found| found.get_str("type").is_ok_and(|kind| kind == "view"));
    for found in collections.iter().chain(&views) {
        let mut create = doc! { "create": name_of(found) };
        create.extend(found.get_document("options").cloned().unwrap_or_default());
        target.run_command(create).await?;
    }
    for found in &collections {
        let name = name_of(found);
        let command = doc! { "listIndexes": name, "cursor": { "batchSize": 10_000 } };
        let mut indexes = batch(&source, command).await?;
        indexes.retain(|index| name_of(index) != "_id_");
        if !indexes.is_empty() {
            target.run_command(doc! { "createIndexes": name, "indexes": indexes }).await?;
        }
        let documents = batch(&source, doc! { "find": name, "batchSize": 10_000 }).await?;
        if !documents.is_empty() {
            target.run_command(doc! { "insert": name, "documents": documents }).await?;
        }
    }
    Ok(())
}

fn name_of(found: &Document) -> &str {
    found.get_str("name").unwrap_or_default()
}

/// The first batch of what a command finds.
async fn batch(rows: &Rows, command: Document) -> mongodb::error::Result<Vec<Document>> {
    let answer = rows.run_command(command).await?;
    let cursor = answer.get_document("cursor").expect("a cursor");
    assert!(cursor.get_i64("id").is_ok_and(|id| id == 0), "more than one batch");
    let found = cursor.get_array("firstBatch").expect("a batch");
    Ok(found.iter().filter_map(Bson::as_document).cloned().collect())
}
