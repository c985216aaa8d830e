//! Templates, styles and modules: embedded in release builds, read from disk in debug builds.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;
use tera::Tera;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// A fingerprint of all assets. It is a path segment in front of them, so that modules that import
/// each other by relative paths are renewed together and may be cached for ever.
pub(crate) static VERSION: LazyLock<String> = LazyLock::new(|| {
    // FNV-1a over the digests that rust-embed has already computed.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut names: Vec<_> = Assets::iter().collect();
    names.sort();
    for file in names.iter().filter_map(|name| Assets::get(name)) {
        for byte in file.metadata.sha256_hash() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
});

/// `GET /_/assets/{version}/{path}`.
pub(crate) async fn serve(Path((version, path)): Path<(String, String)>) -> Response {
    let Some(file) = Assets::get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // An old version's path still answers, but is not kept: it holds the new text.
    let current = version == *VERSION && !cfg!(debug_assertions);
    let cache = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = content_type(&path);
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], file.data).into_response()
}

/// Renders `name` with `values`, as an HTML page with the given status.
pub(crate) fn page(status: StatusCode, name: &str, values: &tera::Context) -> Response {
    let rendered = if cfg!(debug_assertions) {
        // Read again each time, so that an edit shows on reload.
        load().and_then(|tera| tera.render(name, values))
    } else {
        static TEMPLATES: LazyLock<tera::TeraResult<Tera>> = LazyLock::new(load);
        match &*TEMPLATES {
            Ok(tera) => tera.render(name, values),
            Err(error) => Err(tera::Error::message(error.to_string())),
        }
    };
    match rendered {
        Ok(text) => (status, [(header::CACHE_CONTROL, "no-store")], Html(text)).into_response(),
        Err(error) => {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("The page could not be drawn: {error}"))
                .into_response()
        }
    }
}

fn load() -> tera::TeraResult<Tera> {
    let texts: Vec<(String, String)> = Templates::iter()
        .filter_map(|name| {
            let file = Templates::get(&name)?;
            Some((name.to_string(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect();
    let mut tera = Tera::new();
    tera.add_raw_templates(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
    Ok(tera)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_template_parses() {
        super::load().expect("templates");
    }
}
