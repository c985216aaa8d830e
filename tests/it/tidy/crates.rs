//! Which of our crates may depend on which.

/// Manifest, and all of ours it may name.
const EDGES: &[(&str, &[&str])] = &[
    ("core/model/Cargo.toml", &[]),
    ("sdk/Cargo.toml", &[]),
    ("core/engine/Cargo.toml", &["purlin-model"]),
    ("admin-ui/Cargo.toml", &["purlin-core", "purlin-model"]),
    ("plugins/Cargo.toml", &["purlin-core", "purlin-model"]),
    ("core/server/Cargo.toml", &["purlin-core", "purlin-admin-ui", "purlin-plugins"]),
    ("tests/Cargo.toml", &["purlin-core", "purlin-model", "purlin-sdk", "purlin-admin-ui"]),
    ("tests/bench/Cargo.toml", &[]),
];

/// Dependencies between our crates that the table does not draw.
pub(super) fn undrawn(path: &str, manifest: &str) -> Vec<String> {
    if path == "Cargo.toml" || !path.ends_with("Cargo.toml") {
        return Vec::new();
    }
    let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == path) else {
        return vec![format!("{path}:1: this crate has no line in tests/it/tidy/crates.rs")];
    };
    dependencies(manifest)
        .filter(|(_, name)| name.starts_with("purlin") && !allowed.contains(name))
        .map(|(line, name)| format!("{path}:{line}: this crate must not depend on {name}"))
        .collect()
}

fn dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    manifest.lines().zip(1..).filter_map(move |(text, line)| {
        if text.starts_with('[') {
            inside = text.trim_end().ends_with("dependencies]");
        }
        let name = text.split(['.', '=', ' ']).next().unwrap_or_default();
        (inside && !name.is_empty()).then_some((line, name))
    })
}

#[test]
fn undrawn_dependencies_are_found() {
    let manifest = "[package]\nname = \"purlin-x\"\n[dependencies]\nserde = \"1\"\n\
                    purlin-core.workspace = true\n[dev-dependencies]\npurlin-sdk = { path = \"x\" }\n";
    let found = |path| undrawn(path, manifest).len();
    assert_eq!(found("core/model/Cargo.toml"), 2);
    assert_eq!(found("admin-ui/Cargo.toml"), 1);
    assert_eq!(found("tests/Cargo.toml"), 0);
    assert_eq!(found("new/Cargo.toml"), 1);
}
