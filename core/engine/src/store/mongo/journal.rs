//! What has been done of a change of the schema, written down before it is done: MongoDB's changes
//! of collections and indexes are not part of transactions.
//!
//! Until the change is decided, its journal says how to undo it; deciding it is one write, made
//! together with those that record the change; from then on the journal says what remains to be
//! cleared away. Whoever has the right to change the schema next carries on where one died.

use mongodb::bson::{Binary, Bson, Document, doc, spec::BinarySubtype};
use mongodb::options::ReturnDocument;
use mongodb::{ClientSession, Collection};

use super::error::{Failure, code, refused};
use super::lease::CHANGES;
use super::server::Server;
use crate::store::StoreError;

/// The server's codes for what is not there (any more): collections, indexes.
const GONE: [i32; 2] = [26, 27];
/// The server's codes for what is there already: collections, indexes.
const THERE: [i32; 3] = [48, 85, 86];

/// The journal of one change.
pub(super) struct Journal<'s> {
    server: &'s Server,
    /// Who has the right to change the schema.
    owner: &'s str,
    documents: Collection<Document>,
}

impl<'s> Journal<'s> {
    /// Begins a change, after clearing away what another left unfinished.
    pub(super) async fn begin(server: &'s Server, owner: &'s str) -> Result<Self, StoreError> {
        let documents = server.database.collection(CHANGES);
        let journal = Journal { server, owner, documents };
        journal.finish().await?;
        let empty =
            doc! { "_id": "journal", "owner": owner, "decided": false, "undo": [], "clear": [] };
        journal.documents.insert_one(empty).await.map_err(refused)?;
        Ok(journal)
    }

    /// Does something that `undo` takes back.
    pub(super) async fn step(&self, command: Document, undo: Document) -> Result<(), StoreError> {
        self.note("undo", undo).await?;
        run(self.server, command).await.map_err(refused)
    }

    /// Remembers a command for the time after the decision.
    pub(super) async fn later(&self, command: Document) -> Result<(), StoreError> {
        self.note("clear", command).await
    }

    async fn note(&self, list: &str, command: Document) -> Result<(), StoreError> {
        let bytes = command.to_vec().map_err(|error| StoreError::Refused(error.to_string()))?;
        let entry = Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes });
        let mut push = Document::new();
        push.insert(list, entry);
        let noted = self.documents.update_one(self.open(), doc! { "$push": push }).await;
        if noted.map_err(refused)?.matched_count == 0 {
            let text = "another node took over the change of the schema";
            return Err(StoreError::Unavailable(text.to_owned()));
        }
        Ok(())
    }

    /// Remembers how a document was, to bring it back.
    pub(super) async fn remember(&self, collection: &str, id: Bson) -> Result<(), StoreError> {
        let documents: Collection<Document> = self.server.database.collection(collection);
        let found = documents.find_one(doc! { "_id": id.clone() }).await.map_err(refused)?;
        let undo = match found {
            Some(document) => {
                let update = doc! { "q": { "_id": id }, "u": document, "upsert": true };
                doc! { "update": collection, "updates": [update] }
            }
            None => {
                doc! { "delete": collection, "deletes": [{ "q": { "_id": id }, "limit": 1 }] }
            }
        };
        self.note("undo", undo).await
    }

    /// Decides the change, as part of a transaction where there is one.
    pub(super) async fn decide(&self, session: Option<&mut ClientSession>) -> Result<(), Failure> {
        let decide = self.documents.update_one(self.open(), doc! { "$set": { "decided": true } });
        let decided = match session {
            Some(session) => decide.session(session).await,
            None => decide.await,
        }?;
        if decided.matched_count == 0 {
            let text = "another node took over the change of the schema";
            return Err(StoreError::Unavailable(text.to_owned()).into());
        }
        Ok(())
    }

    /// The journal as long as nobody has begun to finish it.
    fn open(&self) -> Document {
        doc! { "_id": "journal", "owner": self.owner, "decided": false, "taken": { "$exists": false } }
    }

    /// Undoes what is not decided, clears away what is, and forgets it.
    pub(super) async fn finish(&self) -> Result<(), StoreError> {
        let journal = doc! { "_id": "journal" };
        // Taken first: a decision that is under way elsewhere is made before, or not at all.
        let taken = doc! { "$set": { "taken": self.owner } };
        let found = self.documents.find_one_and_update(journal.clone(), taken);
        let found = found.return_document(ReturnDocument::After).await;
        let Some(found) = found.map_err(refused)? else {
            return Ok(());
        };
        let decided = found.get_bool("decided").unwrap_or(false);
        let mut commands = commands(&found, if decided { "clear" } else { "undo" })?;
        if !decided {
            commands.reverse();
        }
        for command in commands {
            match run(self.server, command).await {
                Err(error)
                    if code(&error).is_some_and(|it| GONE.contains(&it) || THERE.contains(&it)) => {
                }
                result => result.map_err(refused)?,
            }
        }
        self.documents.delete_one(journal).await.map_err(refused)?;
        Ok(())
    }
}

fn commands(journal: &Document, list: &str) -> Result<Vec<Document>, StoreError> {
    let broken = |text: String| StoreError::Unavailable(format!("unreadable journal: {text}"));
    let entries = journal.get_array(list).map_err(|error| broken(error.to_string()))?;
    let command = |entry: &Bson| match entry {
        Bson::Binary(binary) => Document::from_reader(binary.bytes.as_slice())
            .map_err(|error| broken(error.to_string())),
        other => Err(broken(other.to_string())),
    };
    entries.iter().map(command).collect()
}

/// Runs a command; renaming is one of the whole server.
async fn run(server: &Server, command: Document) -> Result<(), mongodb::error::Error> {
    let database = match command.contains_key("renameCollection") {
        true => &server.client.database("admin"),
        false => &server.database,
    };
    let reply = database.run_command(command).await?;
    // Commands that write tell of errors in their answer.
    match reply.get_array("writeErrors").ok().and_then(|errors| errors.first()) {
        Some(Bson::Document(error)) => {
            let text = error.get_str("errmsg").unwrap_or("a write failed").to_owned();
            Err(mongodb::error::Error::custom(text))
        }
        _ => Ok(()),
    }
}
