//! The `expand` parameter (http-api.md 1.9).

/// How many steps of an expand path are followed; further ones are left out.
pub const MAX_EXPAND_DEPTH: usize = 6;

/// The paths to expand, each a list of relation or back-relation names. Paths that begin another
/// path are dropped; the old form `comments(post)` of a back-relation becomes `comments_via_post`.
#[must_use]
pub fn expand(text: &str) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = Vec::new();
    for part in text.split(',') {
        let part: String = part.chars().filter(|char| *char != ' ').collect();
        if part.is_empty() {
            continue;
        }
        let path: Vec<String> = part.split('.').take(MAX_EXPAND_DEPTH).map(step).collect();
        if paths.iter().any(|known| known.starts_with(&path)) {
            continue;
        }
        paths.retain(|known| !path.starts_with(known));
        paths.push(path);
    }
    paths
}

fn step(name: &str) -> String {
    match name.strip_suffix(')').and_then(|name| name.split_once('(')) {
        Some((collection, field)) => format!("{collection}_via_{field}"),
        None => name.to_owned(),
    }
}
