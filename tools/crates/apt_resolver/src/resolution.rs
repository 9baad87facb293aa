//! The answer: packages, the reason for each, and the packages that satisfy each relation.

use std::collections::{BTreeMap, BTreeSet};

use apt_archive::Relation;
use blob::Result;

use crate::order::sort;
use crate::pool::{Group, Id, Pool};
use crate::universe::Entry;

/// A consistent set of packages.
#[derive(Debug)]
pub struct Resolution<'u> {
    /// Sorted by package name. Each name occurs once.
    pub packages: Vec<ResolvedPackage<'u>>,
    /// Relations that stay unsatisfied because of an exclusion, with the name of their package.
    pub unmet: Vec<(&'u str, &'u Relation)>,
}

/// A package of a resolution.
#[derive(Debug)]
pub struct ResolvedPackage<'u> {
    /// The package and its source.
    pub entry: Entry<'u>,
    /// The reason why it was chosen.
    pub reason: Reason<'u>,
    /// Its relations in their order, with the package that satisfies each. If several chosen packages satisfy a
    /// relation, it is one of the first alternative, and of those the one that apt prefers.
    pub depends: Vec<Edge<'u>>,
}

/// A satisfied relation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge<'u> {
    /// The relation.
    pub relation: &'u Relation,
    /// The name of the chosen package that satisfies it.
    pub package: &'u str,
}

/// The reason why a package was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason<'u> {
    /// It was requested.
    Requested,
    /// It is `Essential: yes`, and the request includes such packages.
    Essential,
    /// Another package depends on it. If there are several, it is the first in apt's order.
    Dependency {
        /// The name of the package.
        of: &'u str,
        /// Its relation.
        relation: &'u Relation,
    },
}

impl<'u> Resolution<'u> {
    /// The chosen package with this name.
    pub fn get(&self, name: &str) -> Option<&ResolvedPackage<'u>> {
        let found = self
            .packages
            .binary_search_by(|chosen| chosen.name().cmp(name));
        found.ok().and_then(|at| self.packages.get(at))
    }
}

impl<'u> ResolvedPackage<'u> {
    /// The package name.
    pub fn name(&self) -> &'u str {
        self.entry.package.name.as_str()
    }
}

/// Describes a consistent set.
pub(crate) fn describe<'u>(
    pool: &Pool<'u>,
    roots: &[(Id, Reason<'u>)],
    set: &BTreeSet<Id>,
) -> Result<Resolution<'u>> {
    let mut depends = BTreeMap::new();
    let mut unmet = Vec::new();
    for id in set {
        let mut edges = Vec::new();
        for group in &pool.relations(*id)?.depends {
            match meets(pool, group, set) {
                Some(solution) => edges.push((group.relation, solution)),
                None => unmet.push((pool.name(*id), group.relation)),
            }
        }
        depends.insert(*id, edges);
    }
    let reasons = reasons(pool, roots, &depends);
    let packages = depends.into_iter().filter_map(|(id, edges)| {
        let edges = edges.into_iter().map(|(relation, to)| Edge {
            relation,
            package: pool.name(to),
        });
        Some(ResolvedPackage {
            entry: pool.entry(id),
            reason: *reasons.get(&id)?,
            depends: edges.collect(),
        })
    });
    let mut packages: Vec<ResolvedPackage<'u>> = packages.collect();
    packages.sort_by_key(ResolvedPackage::name);
    unmet.sort_by_key(|(name, _)| *name);
    Ok(Resolution { packages, unmet })
}

/// The chosen package that satisfies a relation.
fn meets(pool: &Pool<'_>, group: &Group<'_>, set: &BTreeSet<Id>) -> Option<Id> {
    group.atoms.iter().find_map(|atom| {
        let chosen = atom.solutions.iter().copied().filter(|id| set.contains(id));
        let sorted = sort(pool, atom.alternative, chosen.collect(), |_| false);
        sorted.into_iter().next()
    })
}

/// The reason for each package: the first dependent package, depth first from the requested ones.
fn reasons<'u>(
    pool: &Pool<'u>,
    roots: &[(Id, Reason<'u>)],
    depends: &BTreeMap<Id, Vec<(&'u Relation, Id)>>,
) -> BTreeMap<Id, Reason<'u>> {
    let mut reasons: BTreeMap<Id, Reason<'u>> = roots.iter().copied().collect();
    for (root, _) in roots {
        let mut stack: Vec<(Id, usize)> = vec![(*root, 0)];
        while let Some((id, number)) = stack.pop() {
            let Some((relation, to)) = depends.get(&id).and_then(|edges| edges.get(number)) else {
                continue;
            };
            stack.push((id, number + 1));
            if !reasons.contains_key(to) {
                let of = pool.name(id);
                reasons.insert(*to, Reason::Dependency { of, relation });
                stack.push((*to, 0));
            }
        }
    }
    reasons
}
