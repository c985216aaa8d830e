//! Files on their way to the server.

use std::fmt;
use std::path::PathBuf;

use reqwest::multipart::Part;

use crate::{Error, Result};

/// A file to upload into a `file` field.
///
/// ```no_run
/// # use purlin_sdk::{Client, FilePart};
/// # use serde_json::json;
/// # async fn run(client: Client) -> purlin_sdk::Result<()> {
/// client
///     .collection("notes")
///     .create(&json!({"title": "With pictures"}))
///     .file("pictures", FilePart::path("cat.png"))
///     .file("pictures", FilePart::bytes("note.txt", "hello"))
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct FilePart {
    name: String,
    content: Content,
}

#[derive(Clone)]
enum Content {
    Bytes(Vec<u8>),
    Path(PathBuf),
}

impl FilePart {
    /// A file from memory, under a name of your choice.
    pub fn bytes(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content: Content::Bytes(content.into()) }
    }

    /// A file from disk, under its own name. It is opened and streamed when the call is awaited,
    /// so it never has to fit into memory.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, content: Content::Path(path) }
    }

    pub(crate) async fn into_part(self) -> Result<Part> {
        let part = match self.content {
            Content::Bytes(bytes) => Part::bytes(bytes),
            Content::Path(path) => match Part::file(&path).await {
                Ok(part) => part,
                Err(source) => return Err(Error::File { path, source }),
            },
        };
        Ok(part.file_name(self.name))
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilePart").field("name", &self.name).finish_non_exhaustive()
    }
}
