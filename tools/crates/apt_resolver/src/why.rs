//! Explains why a package is in a resolution.

use std::collections::{BTreeMap, VecDeque};

use apt_archive::Relation;

use crate::resolution::{Reason, Resolution};

/// One step of a chain: a package, its relation, and the package that satisfies it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step<'u> {
    /// The package that has the relation.
    pub package: &'u str,
    /// Its relation.
    pub relation: &'u Relation,
    /// The package that satisfies it.
    pub needs: &'u str,
}

impl<'u> Resolution<'u> {
    /// Returns the shortest chain from each requested package that needs this one: shorter chains first, then sorted by
    /// package name. A requested package has an empty chain to itself. The result is empty if the package is not in the
    /// resolution.
    pub fn why(&self, name: &str) -> Vec<Vec<Step<'u>>> {
        let mut chains: Vec<Vec<Step<'u>>> = Vec::new();
        for root in &self.packages {
            if matches!(root.reason, Reason::Dependency { .. }) {
                continue;
            }
            chains.extend(self.chain(root.name(), name));
        }
        chains.sort_by_key(|chain| (chain.len(), chain.first().map(|step| step.package)));
        chains
    }

    /// Breadth first: the first chain found is a shortest one.
    fn chain(&self, from: &'u str, to: &str) -> Option<Vec<Step<'u>>> {
        let mut came: BTreeMap<&str, Step<'u>> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(package) = queue.pop_front() {
            if package == to {
                return Some(back(from, package, &came));
            }
            for edge in &self.get(package)?.depends {
                if edge.package != from && !came.contains_key(edge.package) {
                    let (relation, needs) = (edge.relation, edge.package);
                    came.insert(
                        needs,
                        Step {
                            package,
                            relation,
                            needs,
                        },
                    );
                    queue.push_back(needs);
                }
            }
        }
        None
    }
}

fn back<'u>(from: &str, to: &str, came: &BTreeMap<&str, Step<'u>>) -> Vec<Step<'u>> {
    let mut chain = Vec::new();
    let mut at = to;
    while let Some(step) = came.get(at).filter(|_| at != from) {
        chain.push(*step);
        at = step.package;
    }
    chain.reverse();
    chain
}
