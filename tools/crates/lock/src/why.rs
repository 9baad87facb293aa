//! Explains why a lock contains a package.

use std::collections::{BTreeMap, VecDeque};

use blob::{Error, Result};
use message::nearest;

use crate::model::{Lock, LockedPackage};

/// Returns one or two lines for each group of architectures with the same explanation: the shortest chain from a
/// requested package, then every package that depends on it.
///
/// # Errors
///
/// Fails if the lock does not have the package for the architecture.
pub fn why(lock: &Lock, package: &str, architecture: Option<&str>) -> Result<Vec<String>> {
    let mut explanations: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
    let mut order = Vec::new();
    for own in lock
        .architectures
        .iter()
        .filter(|own| architecture.is_none_or(|a| a == *own))
    {
        let Some(file) = lock.package(package, own) else {
            continue;
        };
        let explanation = explanation(lock, package, file, own);
        if !explanations.contains_key(&explanation) {
            order.push(explanation.clone());
        }
        explanations.entry(explanation).or_default().push(own);
    }
    if order.is_empty() {
        return Err(unknown(lock, package, architecture));
    }
    let lines = order.iter().flat_map(|explanation| {
        let mut lines = explanation.clone();
        if let Some(first) = lines.first_mut() {
            *first = format!("{first} [{}]", explanations[explanation].join(" "));
        }
        lines
    });
    Ok(lines.collect())
}

fn unknown(lock: &Lock, package: &str, architecture: Option<&str>) -> Error {
    let cause = match architecture {
        Some(architecture) => format!("the lock does not have it for {architecture}"),
        None => "the lock does not have it".to_owned(),
    };
    let error = Error::cannot("find package", package, cause);
    let near = nearest(package, lock.packages.keys().map(String::as_str));
    if near.is_empty() {
        error
    } else {
        error.hint(format!("similar names: {}", near.join(", ")))
    }
}

fn explanation(
    lock: &Lock,
    package: &str,
    file: &LockedPackage,
    architecture: &str,
) -> Vec<String> {
    let head = format!("{package} {} ({})", file.version, file.origin());
    let mut lines = match chain(lock, package, architecture) {
        Some(chain) if chain.len() == 1 => vec![format!("{head}: {}", file.reason)],
        Some(chain) => vec![format!("{head}: {}", chain.join(" → "))],
        None => vec![format!("{head}: {}", file.reason)],
    };
    let dependents: Vec<&str> = dependents(lock, package, architecture).collect();
    if !dependents.is_empty() {
        lines.push(format!("  needed by {}", dependents.join(", ")));
    }
    lines
}

fn dependents<'a>(
    lock: &'a Lock,
    package: &'a str,
    architecture: &'a str,
) -> impl Iterator<Item = &'a str> {
    let names = lock.packages.keys().filter(move |name| {
        let file = lock.package(name, architecture);
        file.is_some_and(|file| file.depends.iter().any(|needed| needed == package))
    });
    names.map(String::as_str)
}

/// The shortest chain from a package that is not there as a dependency; of several, the first in the order of package
/// names.
fn chain<'a>(lock: &'a Lock, package: &'a str, architecture: &str) -> Option<Vec<&'a str>> {
    let mut towards: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([package]);
    let mut seen = std::collections::BTreeSet::from([package]);
    while let Some(at) = queue.pop_front() {
        let file = lock.package(at, architecture)?;
        if !file.reason.starts_with("dependency of ") {
            let mut chain = vec![at];
            let mut end = at;
            while let Some(next) = towards.get(end) {
                chain.push(next);
                end = next;
            }
            return Some(chain);
        }
        for name in lock.packages.keys() {
            let other = lock.package(name, architecture);
            let needs = other.is_some_and(|other| other.depends.iter().any(|needed| needed == at));
            if needs && seen.insert(name) {
                towards.insert(name, at);
                queue.push_back(name);
            }
        }
    }
    None
}
