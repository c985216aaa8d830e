//! The statements, for Mysql.

use sqlx::mysql::{MySqlPoolOptions, MySqlRow};
use sqlx::{MySqlPool, Row as _};

use super::POOL;
use crate::Failure;
use crate::message::Message;

/// A pool.
pub(super) struct Mysql(MySqlPool);

impl Mysql {
    pub(super) async fn open(url: &str) -> Result<Self, Failure> {
        let options = MySqlPoolOptions::new().max_connections(POOL).test_before_acquire(false);
        Ok(Mysql(options.connect(url).await?))
    }

    pub(super) async fn create(&self, message: &Message) -> Result<(), Failure> {
        let text = "INSERT INTO messages (id, author, room, body, score, created, updated) \
                    VALUES (?, ?, ?, ?, ?, ?, ?)";
        let statement = sqlx::query(text).bind(&message.id).bind(&message.author);
        let statement = statement.bind(&message.room).bind(&message.body).bind(message.score);
        statement.bind(&message.created).bind(&message.updated).execute(&self.0).await?;
        Ok(())
    }

    pub(super) async fn view(&self, id: &str) -> Result<Message, Failure> {
        let text = "SELECT id, author, room, body, score, created, updated FROM messages \
                    WHERE id = ?";
        message(&sqlx::query(text).bind(id).fetch_one(&self.0).await?)
    }

    pub(super) async fn list(&self, room: &str) -> Result<Vec<Message>, Failure> {
        let text = "SELECT id, author, room, body, score, created, updated FROM messages \
                    WHERE room = ? ORDER BY created DESC, _rowid_ LIMIT 30";
        let rows = sqlx::query(text).bind(room).fetch_all(&self.0).await?;
        rows.iter().map(message).collect()
    }
}

fn message(row: &MySqlRow) -> Result<Message, Failure> {
    Ok(Message {
        // The driver takes texts with a binary collation for bytes.
        id: row.try_get_unchecked(0)?,
        author: row.try_get_unchecked(1)?,
        room: row.try_get_unchecked(2)?,
        body: row.try_get_unchecked(3)?,
        score: row.try_get(4)?,
        created: row.try_get_unchecked(5)?,
        updated: row.try_get_unchecked(6)?,
    })
}
