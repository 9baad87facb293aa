//! A new lock that updates only some packages.

use std::collections::{BTreeMap, BTreeSet};

use apt_types::Relation;
use blob::{Error, Result};
use message::nearest;

use crate::model::{Location, Lock, LockedPackage, LockedSource};

/// Package → architecture → dependencies, as the index lists them.
pub type Relations = BTreeMap<String, BTreeMap<String, Vec<Relation>>>;

/// Returns the new lock, but keeps the old lock's entry of each package that `only` does not name. `relations` are those
/// of the new lock's packages.
///
/// New dependencies that the old lock does not have are added. Packages that only the old lock has stay if a kept
/// package depends on them. The Releases that list kept packages stay as separate sources, `NAME@DATE`.
///
/// # Errors
///
/// Fails if neither lock has a package of `only`, or if an updated package needs another package in a version that the
/// old lock does not have.
pub fn keep_others(
    old: &Lock,
    mut new: Lock,
    relations: &Relations,
    only: &[String],
) -> Result<Lock> {
    check_named(old, &new, only)?;
    let fresh = new.clone();
    let named: BTreeSet<&str> = only.iter().map(String::as_str).collect();
    let mut sources = Vec::new();
    for (name, files) in &old.packages {
        let gone = !new.packages.contains_key(name) && !is_needed(old, name, &named);
        if named.contains(name.as_str()) || gone {
            continue;
        }
        let mut kept = files.clone();
        for file in kept.values_mut() {
            keep_source(old, &new, file, &mut sources);
        }
        if new.packages.get(name) != Some(files) {
            new.packages.insert(name.clone(), kept);
        }
    }
    let used: BTreeSet<String> = new
        .packages
        .values()
        .flat_map(|files| files.values())
        .filter_map(|file| match &file.location {
            Location::Source { key, .. } => Some(key.clone()),
            Location::Urls(_) => None,
        })
        .collect();
    let kept = sources.into_iter().filter(|(key, _)| used.contains(key));
    new.sources.extend(kept);
    check_relations(&fresh, &new, relations)?;
    Ok(new)
}

/// Checks that kept packages satisfy the relations of updated packages.
fn check_relations(fresh: &Lock, mixed: &Lock, relations: &Relations) -> Result<()> {
    for (name, by_architecture) in relations {
        for (architecture, relations) in by_architecture {
            let new = fresh.package(name, architecture);
            if new != mixed.package(name, architecture) {
                continue;
            }
            let broken = relations.iter().find_map(|relation| {
                // If no package in the new lock satisfies it by its own name, a provided name does; such relations
                // are not checked.
                let met = meets(fresh, relation, architecture)?;
                match meets(mixed, relation, architecture) {
                    Some(_) => None,
                    None => Some((relation, met)),
                }
            });
            if let Some((relation, met)) = broken {
                let kept = mixed.package(met, architecture);
                let kept = kept.map_or("none", |kept| &kept.version);
                let cause = format!(
                    "it needs {relation}, and the lock keeps {met} {kept} ({architecture})"
                );
                let hint = format!("add `--only {met}`, or lock all packages again");
                return Err(Error::cannot("lock only", name, cause).hint(hint));
            }
        }
    }
    Ok(())
}

/// The package of a lock that satisfies a relation by its own name.
fn meets<'a>(lock: &Lock, relation: &'a Relation, architecture: &str) -> Option<&'a str> {
    let found = relation.0.iter().find(|alternative| {
        let file = lock.package(alternative.name.as_str(), architecture);
        let version = file.and_then(|file| file.version.parse().ok());
        version.is_some_and(|version| alternative.allows(&version))
    });
    found.map(|alternative| alternative.name.as_str())
}

fn check_named(old: &Lock, new: &Lock, only: &[String]) -> Result<()> {
    let known = |name: &String| old.packages.contains_key(name) || new.packages.contains_key(name);
    let Some(unknown) = only.iter().find(|name| !known(name)) else {
        return Ok(());
    };
    let error = Error::cannot(
        "lock only",
        unknown,
        "neither the old nor the new lock has it",
    );
    let near = nearest(unknown, new.packages.keys().map(String::as_str));
    Err(if near.is_empty() {
        error
    } else {
        error.hint(format!("similar names: {}", near.join(", ")))
    })
}

/// Whether a kept package depends on this one.
fn is_needed(old: &Lock, name: &str, named: &BTreeSet<&str>) -> bool {
    let others = old
        .packages
        .iter()
        .filter(|(other, _)| !named.contains(other.as_str()));
    let mut files = others.flat_map(|(_, files)| files.values());
    files.any(|file| file.depends.iter().any(|needed| needed == name))
}

/// Adds the Release that lists a kept file, if the new lock does not have it.
fn keep_source(
    old: &Lock,
    new: &Lock,
    file: &mut LockedPackage,
    sources: &mut Vec<(String, LockedSource)>,
) {
    let Location::Source { key, .. } = &mut file.location else {
        return;
    };
    let Some(source) = old.sources.get(key) else {
        return;
    };
    if let (Some(suite), false) = (source.suite(), new.sources.get(key) == Some(source)) {
        if !key.contains('@') {
            *key = format!("{key}@{}", suite.date);
        }
        sources.push((key.clone(), source.clone()));
    }
}
