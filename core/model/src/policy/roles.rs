//! Who has which roles: members, and roles that are members of roles.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::subject::Subject;

/// The grouping lines, ready to be asked. A role has what the roles it is a member of have.
#[derive(Debug, Default)]
pub struct Roles {
    of: HashMap<Subject, Vec<Arc<str>>>,
}

impl Roles {
    /// Of (member, role) pairs; roles without the `role:` before them.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (Subject, Arc<str>)>) -> Self {
        let mut of: HashMap<Subject, Vec<Arc<str>>> = HashMap::new();
        for (member, role) in pairs {
            let roles = of.entry(member).or_default();
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        Roles { of }
    }

    /// Whether nobody has any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Every (member, role) pair; roles without the `role:` before them.
    pub fn pairs(&self) -> impl Iterator<Item = (&Subject, &Arc<str>)> {
        self.of.iter().flat_map(|(member, roles)| roles.iter().map(move |role| (member, role)))
    }

    /// The roles of whoever is covered by these subjects, direct and inherited, each once; the
    /// direct ones first.
    #[must_use]
    pub fn of<'a>(&self, members: impl IntoIterator<Item = &'a Subject>) -> Vec<Arc<str>> {
        let mut found: Vec<Arc<str>> = Vec::new();
        let mut seen: HashSet<Arc<str>> = HashSet::new();
        let direct = members.into_iter().filter_map(|member| self.of.get(member)).flatten();
        found.extend(direct.filter(|role| seen.insert((*role).clone())).cloned());
        let mut next = 0;
        while let Some(role) = found.get(next).cloned() {
            next += 1;
            let inherited = self.of.get(&Subject::Role(role)).into_iter().flatten();
            found.extend(inherited.filter(|role| seen.insert((*role).clone())).cloned());
        }
        found
    }

    /// How one of these subjects comes to a role: the member itself, then each role on the shortest
    /// way, `to` last. `None` where there is no way.
    #[must_use]
    pub fn way(&self, members: &[Subject], to: &str) -> Option<Vec<Subject>> {
        let mut ways: Vec<Vec<Subject>> = members.iter().map(|it| vec![it.clone()]).collect();
        let mut seen: HashSet<Arc<str>> = HashSet::new();
        let mut next = 0;
        while let Some(way) = ways.get(next).cloned() {
            next += 1;
            let last = &way[way.len() - 1];
            if matches!(last, Subject::Role(role) if **role == *to) {
                return Some(way);
            }
            for role in self.of.get(last).into_iter().flatten() {
                if seen.insert(role.clone()) {
                    let mut longer = way.clone();
                    longer.push(Subject::Role(role.clone()));
                    ways.push(longer);
                }
            }
        }
        None
    }

    /// Whether a role would come to itself if it were a member of another one.
    #[must_use]
    pub fn closes_circle(&self, member: &str, role: &str) -> bool {
        member == role || self.way(&[Subject::Role(role.into())], member).is_some()
    }
}
