//! Expanding relations: the records a record refers to, and those that refer to it (http-api.md
//! 1.9). One read a path segment, whatever the number of records. A relation that the caller may not
//! read leads nowhere, from either end.

use std::collections::HashMap;
use std::sync::Arc;

use purlin_model::plan::{self, Facts, Found, Occasion, Reach, Scope};
use purlin_model::query;
use purlin_model::{Action, FieldKind};

use super::lookup::resolved;
use super::{Ask, Records};
use crate::catalog::Served;
use crate::error::Answer;
use crate::store::{Access, api_error};

/// How many records may refer to one record in an expansion.
const MAX_BACK: u64 = 1000;

/// What is to be expanded: by segment, what is to be expanded below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tree(Vec<(String, Tree)>);

impl Tree {
    /// The tree of these paths.
    pub(crate) fn of(paths: Vec<Vec<String>>) -> Self {
        let mut tree = Tree::default();
        for path in paths {
            let mut at = &mut tree;
            for segment in path {
                let index = at.0.iter().position(|(known, _)| *known == segment);
                let index = index.unwrap_or_else(|| {
                    at.0.push((segment, Tree::default()));
                    at.0.len() - 1
                });
                at = &mut at.0[index].1;
            }
        }
        tree
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A record with what was expanded of it.
#[derive(Clone)]
struct Node {
    found: Found,
    branches: Vec<(String, Branch)>,
    /// Whether any asked path exists: then the `expand` member is there even when empty.
    tried: bool,
}

impl Node {
    /// The ids in a relation field of the record, as far as the caller may read it there.
    fn refers_to(&self, scope: &Scope, field: usize) -> &[String] {
        match scope.reaches(field, &self.found.masks) {
            true => self.found.record.values[field].items(),
            false => &[],
        }
    }
}

#[derive(Clone)]
enum Branch {
    One(Encoded),
    Many(Vec<Encoded>),
}

/// A record's finished JSON object.
type Encoded = Arc<Vec<u8>>;

/// How a segment leads from one collection to the next.
struct Step {
    served: Arc<Served>,
    scope: Arc<Scope>,
    link: Link,
}

enum Link {
    /// The relation field at this position of the parent.
    Forward { field: usize, single: bool },
    /// The relation field at this position of the child names the parent.
    Back { field: usize, single: bool },
}

/// The JSON objects of records with everything the tree asks for.
pub(crate) async fn encode(
    records: &Records,
    access: &dyn Access,
    ask: &Ask<'_>,
    served: &Arc<Served>,
    scope: &Scope,
    found: Vec<Found>,
    tree: &Tree,
) -> Answer<Vec<Vec<u8>>> {
    let encoded = level(records, access, ask, served, scope, found, tree).await?.0;
    Ok(encoded.into_iter().map(|(_, bytes)| Arc::unwrap_or_clone(bytes)).collect())
}

/// A level of records, written, and whether any path through them led somewhere.
type Level = (Vec<(Found, Encoded)>, bool);

/// One level: expands every segment for all records at once, then writes each record. A path that
/// meets records at a step that leads nowhere is skipped whole.
fn level<'a>(
    records: &'a Records,
    access: &'a dyn Access,
    ask: &'a Ask<'_>,
    served: &'a Arc<Served>,
    scope: &'a Scope,
    found: Vec<Found>,
    tree: &'a Tree,
) -> std::pin::Pin<Box<dyn Future<Output = Answer<Level>> + Send + 'a>> {
    Box::pin(async move {
        let node = |found| Node { found, branches: Vec::new(), tried: false };
        let mut nodes: Vec<Node> = found.into_iter().map(node).collect();
        let mut led = tree.is_empty();
        for (segment, below) in &tree.0 {
            let Some(step) = step(ask, served, scope, segment) else { continue };
            let children = children(records, access, ask, scope, &nodes, &step).await?;
            let none = children.is_empty();
            let (children, led_on) =
                level(records, access, ask, &step.served, &step.scope, children, below).await?;
            if led_on || none {
                led = true;
                nodes.iter_mut().for_each(|node| node.tried = true);
                attach(&mut nodes, scope, segment, &step, &children);
            }
        }
        let shape = scope.shape();
        let encode = |node: Node| {
            let mut bytes = Vec::with_capacity(512);
            shape.encode(&node.found.record, &node.found.masks, &mut bytes);
            write_branches(&node, &mut bytes);
            (node.found, Arc::new(bytes))
        };
        Ok((nodes.into_iter().map(encode).collect(), led))
    })
}

/// Where a segment leads; `None` when it leads nowhere the caller may look.
fn step(ask: &Ask<'_>, from: &Arc<Served>, reached: &Scope, segment: &str) -> Option<Step> {
    let collection = &from.collection;
    let (target, link) = match collection.field_index(segment) {
        Some(field) => {
            let kind = &collection.fields[field].kind;
            let FieldKind::Relation { collection_id, .. } = kind else { return None };
            let hidden = collection.fields[field].hidden && !ask.facts.caller.is_superuser();
            if hidden || reached.reach(field) == Reach::Never {
                return None;
            }
            let target = ask.snapshot.served(collection_id)?;
            (target, Link::Forward { field, single: !kind.is_multiple() })
        }
        None => {
            let (name, via) = query::back_relation(segment)?;
            let target = ask.snapshot.served(name)?;
            let field = target.collection.field_index(via)?;
            let kind = &target.collection.fields[field].kind;
            match kind {
                FieldKind::Relation { collection_id, .. } if *collection_id == collection.id => {}
                _ => return None,
            }
            let single = !kind.is_multiple() && target.collection.is_unique(via);
            (target, Link::Back { field, single })
        }
    };
    let scope = ask.authorize(Action::View, target).ok()?;
    if let Link::Back { field, .. } = link
        && scope.reach(field) == Reach::Never
    {
        return None;
    }
    Some(Step { served: target.clone(), scope, link })
}

/// The records a segment leads to from any of the nodes, each once.
async fn children(
    records: &Records,
    access: &dyn Access,
    ask: &Ask<'_>,
    scope: &Scope,
    nodes: &[Node],
    step: &Step,
) -> Answer<Vec<Found>> {
    let mut ids: Vec<String> = match step.link {
        Link::Forward { field, .. } => {
            let items = nodes.iter().flat_map(|node| node.refers_to(scope, field));
            items.cloned().collect()
        }
        Link::Back { .. } => nodes.iter().map(|node| node.found.record.id().to_owned()).collect(),
    };
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let collection = &step.served.collection;
    let (field, limit) = match step.link {
        Link::Forward { .. } => (collection.field_index("id").unwrap_or(0), ids.len() as u64),
        Link::Back { field, .. } => (field, MAX_BACK.saturating_mul(ids.len() as u64)),
    };
    let (schema, facts) = (&ask.snapshot.schema, Facts { occasion: Occasion::Expand, ..ask.facts });
    let select = plan::gather(schema, &facts, collection, &step.scope, field, ids, limit);
    let Some(select) = resolved(select) else { return Ok(Vec::new()) };
    let select = records.masked(ask, &step.served, &step.scope, select)?;
    let mut found = access.select(&select).await.map_err(api_error)?.records;
    if let Link::Back { field, .. } = step.link {
        found.retain(|child| step.scope.reaches(field, &child.masks));
    }
    Ok(found)
}

fn attach(
    nodes: &mut [Node],
    scope: &Scope,
    segment: &str,
    step: &Step,
    children: &[(Found, Encoded)],
) {
    let mut by_key: HashMap<&str, Vec<&Encoded>> = HashMap::new();
    for (child, encoded) in children {
        match step.link {
            Link::Forward { .. } => by_key.entry(child.record.id()).or_default().push(encoded),
            Link::Back { field, .. } => {
                for parent in child.record.values[field].items() {
                    by_key.entry(parent).or_default().push(encoded);
                }
            }
        }
    }
    for node in nodes {
        let record = &node.found.record;
        let (own, single) = match step.link {
            Link::Forward { field, single } => (node.refers_to(scope, field).to_vec(), single),
            Link::Back { single, .. } => (vec![record.id().to_owned()], single),
        };
        let related = own.iter().filter_map(|key| by_key.get(key.as_str())).flatten();
        let mut related: Vec<Encoded> =
            related.take(MAX_BACK as usize).map(|encoded| Arc::clone(encoded)).collect();
        if related.is_empty() {
            continue;
        }
        let branch = match single {
            true => Branch::One(related.swap_remove(0)),
            false => Branch::Many(related),
        };
        node.branches.push((segment.to_owned(), branch));
    }
}

/// Writes the `expand` member into the finished object of the record.
fn write_branches(node: &Node, bytes: &mut Vec<u8>) {
    if !node.tried || bytes.pop() != Some(b'}') {
        return;
    }
    bytes.extend_from_slice(b",\"expand\":{");
    for (index, (segment, branch)) in node.branches.iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        purlin_model::json::write_text(segment, bytes);
        bytes.push(b':');
        match branch {
            Branch::One(encoded) => bytes.extend_from_slice(encoded),
            Branch::Many(many) => {
                bytes.push(b'[');
                let objects: Vec<&[u8]> = many.iter().map(|encoded| encoded.as_slice()).collect();
                bytes.extend_from_slice(&objects.join(&b','));
                bytes.push(b']');
            }
        }
    }
    bytes.extend_from_slice(b"}}");
}
