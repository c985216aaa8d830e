//! Every way a hidden value might show: whoever must not see it gets the same answer in worlds that
//! differ in nothing else, byte for byte. The superuser gets another one, or the way is none.

use std::collections::BTreeMap;

use purlin_tests::{TestApp, together};
use serde_json::json;

use super::place::{id, record, records, said, with};
use super::worlds::{GATES, WORLDS, start, turn};

/// How a collection comes to posts: the collection, the beginning of names, whether it may come to
/// several.
const WAYS: [(&str, &str, bool); 6] = [
    ("posts", "", false),
    ("comments", "post.", false),
    ("bundles", "posts.", true),
    ("people", "posts_via_author.", true),
    ("tags", "posts_via_tags.", true),
    ("comments", "post.author.posts_via_author.", true),
];

/// Comparisons with `P` for the way and `?` where the operator may be one for any.
const COMPARISONS: [&str; 32] = [
    "Psecret ?= 'alpha'",
    "Psecret ?!= 'alpha'",
    "Psecret ?~ 'et'",
    "Psecret ?!~ 'et'",
    "Psecret ?> 'm'",
    "Psecret ?<= 'm'",
    "Psecret:lower ?= 'zeta'",
    "Psecret ?= ''",
    "'alpha' ?= Psecret",
    "Psecret ?> Ptitle",
    "Psecret ?!= Pkind",
    "Pscore ?= 10",
    "Pscore ?> 50",
    "Pscore ?<= 50",
    "Pscore ?~ '9'",
    "Pmeta.level ?> 5",
    "Pmeta.deep.x ?= 'm'",
    "Pmeta ?~ 'deep'",
    "Plabels:length ?= 2",
    "Plabels:each ?= 'a'",
    "Plabels:each ?!= 'c'",
    "Plabels ?~ 'c'",
    "Pflag ?= true",
    "Pdue ?> '2025-01-01 00:00:00.000Z'",
    "Pspot.lon ?> 30",
    "geoDistance(Pspot.lon, Pspot.lat, 10, 10) ?< 500",
    "strftime('%Y', Pdue) ?= '2030'",
    "Powner ?= 'ann000000000000'",
    "Powner.name ?= 'Cid'",
    "Pcrew:length ?= 2",
    "Pcrew.name ?= 'Bob'",
    "Powner.posts_via_owner.title ?~ 'c'",
];

const SORTS: [&str; 9] = [
    "Psecret",
    "Pscore",
    "Pmeta.level",
    "Pdue",
    "Plabels",
    "Pflag",
    "Powner",
    "Powner.name",
    "Pspot.lon",
];

/// Ways by the relations that are hidden themselves.
const BACKWARDS: [&str; 5] = [
    "posts_via_owner.title ?= 'c1'",
    "posts_via_owner.id ?!= ''",
    "posts_via_crew.title ?~ 'c2'",
    "posts_via_crew.kind ?= 'closed'",
    "posts_via_owner.author.name ?= 'Bob'",
];

/// Everything that is asked with GET.
fn paths() -> Vec<String> {
    let mut paths = Vec::new();
    // Somebody is always found: who finds nothing again and again is kept waiting.
    let filtered = |collection: &str, filter: &str| {
        let anchor = match collection {
            "posts" => "o1",
            "comments" => "k4",
            "bundles" => "b4",
            "people" => "dan",
            _ => "none",
        };
        let filter = format!("{filter} || id = '{}'", id(anchor));
        with(&records(collection), &[("filter", &filter), ("fields", "id")])
    };
    for (collection, way, many) in WAYS {
        for comparison in COMPARISONS {
            let named = comparison.replace('P', way);
            paths.push(filtered(collection, &named.replace('?', "")));
            if many {
                paths.push(filtered(collection, &named));
            }
        }
        for sort in SORTS {
            let named = sort.replace('P', way);
            for sort in [named.clone(), format!("-{named}")] {
                paths.push(with(&records(collection), &[("sort", &sort), ("fields", "id")]));
            }
        }
    }
    for comparison in BACKWARDS {
        for comparison in [comparison.to_owned(), comparison.replace('?', "")] {
            paths.push(filtered("people", &comparison));
        }
    }
    for (collection, expand) in [
        ("posts", "owner,crew"),
        ("posts", "owner.posts_via_owner"),
        ("comments", "post.owner,post.crew"),
        ("bundles", "posts.owner,posts.crew"),
        ("people", "posts_via_owner"),
        ("people", "posts_via_crew"),
        ("people", "posts_via_author.owner"),
        ("tags", "posts_via_tags.crew"),
    ] {
        paths.push(with(&records(collection), &[("expand", expand)]));
    }
    paths.push(with(
        &records("posts"),
        &[("fields", "secret,score,expand.owner.name"), ("expand", "owner")],
    ));
    paths.push(with(
        &records("people"),
        &[("fields", "id,expand.posts_via_crew.id"), ("expand", "posts_via_crew")],
    ));
    paths.push(records("posts"));
    for name in ["c1", "c2"] {
        paths.push(record("posts", name));
        paths.push(with(&record("posts", name), &[("expand", "owner,crew")]));
    }
    paths.push(with(&record("people", "cid"), &[("expand", "posts_via_owner,posts_via_crew")]));
    paths
}

/// What is said to whom asks: by what is asked, status and body.
type Told = BTreeMap<String, (u16, String)>;

/// Asks several at once.
fn told<'a>(app: &TestApp, paths: &[&'a String], root: bool) -> BTreeMap<&'a str, (u16, String)> {
    const ASKERS: usize = 4;
    let parts = together(ASKERS, |asker| {
        let own = paths.iter().skip(asker).step_by(ASKERS);
        let ask = |path: &&'a String| {
            let asking = app.get(path);
            (path.as_str(), said(&if root { asking.root() } else { asking }.send()))
        };
        own.map(ask).collect::<Vec<_>>()
    });
    parts.into_iter().flatten().collect()
}

/// What is said to writes that change nothing, and to those that may not be.
fn told_of_writes(app: &TestApp) -> Told {
    let mut told = Told::new();
    for name in ["c1", "c2"] {
        let path = record("posts", name);
        for body in [json!({"title": name}), json!({"secret": "alpha"}), json!({"score+": 0})] {
            let answer = app.patch(&path).json(&body).send();
            told.insert(format!("PATCH {path} {body}"), said(&answer));
        }
    }
    told
}

#[test]
fn nothing_tells_what_is_hidden() {
    let app = start();
    let paths = paths();
    let seen: Vec<_> = (0..WORLDS)
        .map(|world| {
            turn(&app, world);
            told(&app, &paths.iter().collect::<Vec<_>>(), true)
        })
        .collect();
    let mut faults = Vec::new();
    // For each path two worlds that the superuser tells apart by it.
    let mut apart: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for path in &paths {
        let pairs = (0..WORLDS).flat_map(|one| (0..one).map(move |two| [one, two]));
        let differs =
            |[one, two]: &[usize; 2]| seen[*one][path.as_str()] != seen[*two][path.as_str()];
        match pairs.into_iter().find(differs) {
            Some(pair) => drop(apart.insert(path, pair)),
            None => faults.push(format!("the superuser learns nothing by {path}, so nobody can")),
        }
    }
    let mut first: Vec<Told> = GATES.iter().map(|_| Told::new()).collect();
    for world in 0..WORLDS {
        turn(&app, world);
        for (gate, first) in GATES.iter().zip(&mut first) {
            gate.close(&app);
            let asked = paths
                .iter()
                .filter(|path| apart.get(path.as_str()).is_some_and(|pair| pair.contains(&world)));
            let told = told(&app, &asked.collect::<Vec<_>>(), false);
            let told = told.into_iter().map(|(path, said)| (path.to_owned(), said));
            for (path, said) in told.chain(told_of_writes(&app)) {
                let known = first.entry(path.clone()).or_insert_with(|| said.clone());
                if *known != said {
                    faults.push(format!("{}: {path}\n   {known:?}\n   {said:?}", gate.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} leaks:\n{}", faults.len(), faults.join("\n"));
}
