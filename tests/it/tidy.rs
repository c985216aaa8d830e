//! The house rules that a machine can check. Each rule is a line of a table in `rules`; each
//! failure names the place and the rule. The checkers themselves are tried on small samples.

mod crates;
mod layers;
mod links;
mod paths;
mod rules;
pub(crate) mod source;
mod tokens;

use source::SourceFile;

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} broken rules:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn files_stay_small() {
    let failures: Vec<_> = source::all().iter().filter_map(rules::too_long).collect();
    assert_none(&failures);
}

#[test]
fn lock_files_name_no_registry() {
    let failures: Vec<_> = source::all().iter().flat_map(rules::registry_hosts).collect();
    assert_none(&failures);
}

#[test]
fn names_say_something() {
    let failures: Vec<_> = source::all().iter().flat_map(rules::empty_names).collect();
    assert_none(&failures);
}

#[test]
fn each_thing_has_one_home() {
    let failures: Vec<_> = rust_files().iter().flat_map(rules::out_of_home).collect();
    assert_none(&failures);
}

#[test]
fn layers_look_down_only() {
    let failures: Vec<_> = rust_files().iter().flat_map(layers::upward).collect();
    assert_none(&failures);
}

#[test]
fn crates_depend_as_drawn() {
    let failures: Vec<_> =
        source::all().iter().flat_map(|file| crates::undrawn(&file.path, &file.text)).collect();
    assert_none(&failures);
}

#[test]
fn links_lead_somewhere() {
    let root = source::root();
    let failures: Vec<_> = source::all()
        .iter()
        .filter(|file| file.path.ends_with(".md"))
        .flat_map(|file| links::broken(file, |target| root.join(target).exists()))
        .collect();
    assert_none(&failures);
}

fn rust_files() -> Vec<SourceFile> {
    source::all().into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}
