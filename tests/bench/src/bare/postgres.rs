//! The statements, for Postgres.

use sqlx::postgres::{PgPoolOptions, PgRow};
use sqlx::{PgPool, Row as _};

use super::POOL;
use crate::Failure;
use crate::message::Message;

/// A pool.
pub(super) struct Postgres(PgPool);

impl Postgres {
    pub(super) async fn open(url: &str) -> Result<Self, Failure> {
        let options = PgPoolOptions::new().max_connections(POOL).test_before_acquire(false);
        Ok(Postgres(options.connect(url).await?))
    }

    pub(super) async fn create(&self, message: &Message) -> Result<(), Failure> {
        let text = "INSERT INTO messages (id, author, room, body, score, created, updated) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let statement = sqlx::query(text).bind(&message.id).bind(&message.author);
        let statement = statement.bind(&message.room).bind(&message.body).bind(message.score);
        statement.bind(&message.created).bind(&message.updated).execute(&self.0).await?;
        Ok(())
    }

    pub(super) async fn view(&self, id: &str) -> Result<Message, Failure> {
        let text = "SELECT id, author, room, body, score, created, updated FROM messages \
                    WHERE id = $1";
        message(&sqlx::query(text).bind(id).fetch_one(&self.0).await?)
    }

    pub(super) async fn list(&self, room: &str) -> Result<Vec<Message>, Failure> {
        let text = "SELECT id, author, room, body, score, created, updated FROM messages \
                    WHERE room = $1 ORDER BY created DESC, _rowid_ LIMIT 30";
        let rows = sqlx::query(text).bind(room).fetch_all(&self.0).await?;
        rows.iter().map(message).collect()
    }
}

fn message(row: &PgRow) -> Result<Message, Failure> {
    Ok(Message {
        id: row.try_get(0)?,
        author: row.try_get(1)?,
        room: row.try_get(2)?,
        body: row.try_get(3)?,
        score: row.try_get(4)?,
        created: row.try_get(5)?,
        updated: row.try_get(6)?,
    })
}
