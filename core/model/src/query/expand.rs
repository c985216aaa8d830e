//! The `expand` parameter (http-api.md 1.9).

/// How many steps of an expand path are followed; further ones are left out.
pub const MAX_EXPAND_DEPTH: usize = 6;

/// The paths to expand, each a list of relation or back-relation names. Paths that begin another
/// path are dropped.
#[must_use]
pub fn expand(text: &str) -> Vec<Vec<String>> {
    let mut paths: Vec<(usize, Vec<String>)> = Vec::new();
    for part in text.split(',') {
        let part: String = part.chars().filter(|char| *char != ' ').collect();
        let part = part.trim_matches('.');
        if !part.is_empty() {
            let path = part.split('.').take(MAX_EXPAND_DEPTH).map(str::to_owned).collect();
            paths.push((paths.len(), path));
        }
    }
    // Backwards, whatever begins with a path comes right before it; there may be thousands.
    paths.sort_by(|a, b| b.1.cmp(&a.1));
    paths.dedup_by(|(_, path), (_, kept)| kept.starts_with(path));
    paths.sort_unstable();
    paths.into_iter().map(|(_, path)| path).collect()
}

/// The collection and relation field a back-relation names: `comments_via_post`, or in its old
/// form `comments(post)`.
#[must_use]
pub fn back_relation(name: &str) -> Option<(&str, &str)> {
    match name.strip_suffix(')') {
        Some(name) => name.split_once('('),
        None => name.split_once("_via_"),
    }
}
