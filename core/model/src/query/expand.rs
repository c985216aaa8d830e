//! The `expand` parameter (http-api.md 1.9).

/// How many steps of an expand path are followed; further ones are left out.
pub const MAX_EXPAND_DEPTH: usize = 6;

/// The paths to expand, each a list of relation or back-relation names. Paths that begin another
/// path are dropped.
#[must_use]
pub fn expand(text: &str) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = Vec::new();
    for part in text.split(',') {
        let part: String = part.chars().filter(|char| *char != ' ').collect();
        let part = part.trim_matches('.');
        if part.is_empty() {
            continue;
        }
        let path: Vec<String> = part.split('.').take(MAX_EXPAND_DEPTH).map(str::to_owned).collect();
        if paths.iter().any(|known| known.starts_with(&path)) {
            continue;
        }
        paths.retain(|known| !path.starts_with(known));
        paths.push(path);
    }
    paths
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
