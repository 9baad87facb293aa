//! The differences between two locks, by source package.

use std::collections::{BTreeMap, BTreeSet};

use deb::Version;
use lock::{Lock, LockedPackage};

use crate::report::{Change, Changelog, DistroReport, PackageReport, Side, SourceReport};
use crate::security::is_security;
use crate::snapshot::snapshot;

/// Source package, its old and its new version.
type Key = (String, Option<String>, Option<String>);

/// The changes of a lock. `old` is `None` if there was no lock; then all packages are new, and none is listed.
pub fn compare(old: Option<&Lock>, new: &Lock) -> DistroReport {
    let mut report = DistroReport {
        distro: new.distro.clone(),
        is_new: old.is_none(),
        old_snapshot: old.and_then(snapshot).map(|time| time.to_string()),
        new_snapshot: snapshot(new).map(|time| time.to_string()),
        changed: old != Some(new),
        sources: Vec::new(),
    };
    if let Some(old) = old {
        report.sources = sources(old, new);
    }
    report
}

fn sources(old: &Lock, new: &Lock) -> Vec<SourceReport> {
    let mut sources: BTreeMap<Key, SourceReport> = BTreeMap::new();
    let architectures: BTreeSet<&String> =
        old.architectures.iter().chain(&new.architectures).collect();
    let names: BTreeSet<&String> = old.packages.keys().chain(new.packages.keys()).collect();
    for name in names {
        for architecture in &architectures {
            let pair = (
                old.package(name, architecture),
                new.package(name, architecture),
            );
            let Some(package) = package(name, architecture, pair) else {
                continue;
            };
            let key = key(pair);
            let source = sources.entry(key).or_insert_with_key(new_source);
            let is_security = pair.1.is_some_and(|file| is_security(new, file));
            source.is_security |= is_security;
            add(&mut source.packages, package);
        }
    }
    let mut sources: Vec<SourceReport> = sources.into_values().collect();
    sources.sort_by_key(|source| !source.is_security);
    sources
}

fn key(pair: (Option<&LockedPackage>, Option<&LockedPackage>)) -> Key {
    let (old, new) = pair;
    let source = new.or(old).map(|file| file.source.clone());
    let source = source.unwrap_or_default();
    // A package may move to another source package.
    let old = old.filter(|old| old.source == source);
    let version = |file: &LockedPackage| file.source_version.clone();
    (source, old.map(version), new.map(version))
}

fn new_source((source, old_version, new_version): &Key) -> SourceReport {
    SourceReport {
        source: source.clone(),
        old_version: old_version.clone(),
        new_version: new_version.clone(),
        is_security: false,
        packages: Vec::new(),
        fixes: Vec::new(),
        changelog: Changelog::NotRead,
    }
}

/// The change of a package for one architecture.
fn package(
    name: &str,
    architecture: &str,
    (old, new): (Option<&LockedPackage>, Option<&LockedPackage>),
) -> Option<PackageReport> {
    let change = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => Change::Added,
        (Some(_), None) => Change::Removed,
        (Some(old), Some(new)) if old.sha256 == new.sha256 => return None,
        (Some(old), Some(new)) => of_versions(&old.version, &new.version),
    };
    Some(PackageReport {
        package: name.to_owned(),
        architectures: vec![architecture.to_owned()],
        change,
        old: old.map(side),
        new: new.map(side),
    })
}

/// A version that is malformed, which no lock of ours has, counts as newer if it differs.
fn of_versions(old: &str, new: &str) -> Change {
    if old == new {
        return Change::Replaced;
    }
    let (old, new): (Result<Version, _>, Result<Version, _>) = (old.parse(), new.parse());
    match (old, new) {
        (Ok(old), Ok(new)) if new < old => Change::Downgraded,
        _ => Change::Upgraded,
    }
}

fn side(file: &LockedPackage) -> Side {
    Side {
        version: file.version.clone(),
        suite: file.origin().to_owned(),
        sha256: file.sha256.hex(),
    }
}

/// Adds a package. Architectures with the same versions and suites are in one entry, with the SHA-256 of the first one.
fn add(packages: &mut Vec<PackageReport>, package: PackageReport) {
    let facts = |package: &PackageReport| {
        let side = |side: &Option<Side>| {
            let side = side.as_ref();
            side.map(|side| (side.version.clone(), side.suite.clone()))
        };
        (
            package.package.clone(),
            package.change,
            side(&package.old),
            side(&package.new),
        )
    };
    let same = facts(&package);
    match packages.iter_mut().find(|known| facts(known) == same) {
        Some(known) => known.architectures.extend(package.architectures),
        None => packages.push(package),
    }
}
