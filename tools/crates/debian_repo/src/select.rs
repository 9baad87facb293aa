//! From a manifest to a lock: the named packages, the highest version of each over the sources that verify.

use std::collections::BTreeMap;

use blob::{Error, Result};
use jiff::Timestamp;

use crate::gather::{gather, Candidate, Gathered, Offer};
use crate::lock::{Lock, LockedPackage, ALL};
use crate::message::nearest;
use crate::{Fetch, Keyring, Manifest};

/// What a lock depends on besides the manifest and the archive.
pub struct Settings<'a> {
    /// The distro's name.
    pub distro: &'a str,
    /// Gives the keyring of a source's `signed_by`.
    pub keyring: &'a dyn Fn(&str) -> Result<Keyring>,
    /// The time that `Valid-Until` is judged at; none for a snapshot, which is old and may be.
    pub now: Option<Timestamp>,
    /// The lock that is to be replaced: no Release may be older than it says; none for a snapshot.
    pub previous: Option<&'a Lock>,
    /// Told of every index that is not used: suite, architecture, and what the addresses answered.
    pub unverified: &'a dyn Fn(&str, &str, &[String]),
}

/// Package name → what one architecture takes.
type Chosen<'a> = BTreeMap<&'a str, &'a Candidate>;

/// Asks the archives of a manifest and makes the lock of what they say today.
pub fn update(manifest: &Manifest, fetch: &dyn Fetch, settings: &Settings<'_>) -> Result<Lock> {
    manifest.check()?;
    if manifest.resolve {
        let cause = "dependencies are not resolved yet";
        return Err(Error::cannot("use key", "resolve", cause)
            .hint("set `resolve: false` and name every package"));
    }
    let gathered = gather(manifest, fetch, settings)?;
    check_not_older(&gathered, settings)?;
    check_all_there(manifest, &gathered)?;
    let mut packages: BTreeMap<String, BTreeMap<String, LockedPackage>> = BTreeMap::new();
    for (architecture, offer) in &gathered.offers {
        let chosen = choose(architecture, offer)?;
        for (name, candidate) in &chosen {
            let files = packages.entry((*name).to_owned()).or_default();
            files.insert(architecture.clone(), locked(candidate, &chosen));
        }
    }
    for files in packages.values_mut() {
        merge_independent(files, gathered.offers.len());
    }
    Ok(Lock {
        distro: settings.distro.to_owned(),
        architectures: gathered.offers.keys().cloned().collect(),
        sources: gathered.sources,
        packages,
    })
}

/// A mirror that went back in time is out of date, or an attacker's.
fn check_not_older(gathered: &Gathered, settings: &Settings<'_>) -> Result<()> {
    let Some(previous) = settings.previous else {
        return Ok(());
    };
    for (suite, source) in &gathered.sources {
        match previous.sources.get(suite) {
            Some(old) if old.date > source.date => {
                let (old, new) = (old.date, source.date);
                let cause = format!("its Release is of {new}, older than {old} in the lock");
                return Err(Error::cannot("use source", suite, cause).hint(
                    "use another mirror, or lock a snapshot on purpose with `--snapshot TIME`",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Names every package that an architecture lacks, not only the first.
fn check_all_there(manifest: &Manifest, gathered: &Gathered) -> Result<()> {
    let mut missing = manifest.packages.iter().filter_map(|name| {
        let offers = gathered.offers.iter();
        let without: Vec<&str> = offers
            .filter(|(_, offer)| !offer.named.contains_key(name))
            .map(|(architecture, _)| architecture.as_str())
            .collect();
        (!without.is_empty()).then_some((name, without))
    });
    let Some((name, without)) = missing.next() else {
        return Ok(());
    };
    let mut cause = searched(&without, gathered);
    let mut hints = Vec::from_iter(alike(name, gathered));
    for (name, without) in missing {
        let more = searched(&without, gathered);
        cause = format!("{cause}; cannot find package `{name}`: {more}");
        hints.extend(alike(name, gathered));
    }
    let error = Error::cannot("find package", name, cause);
    match hints.is_empty() {
        true => Err(error),
        false => Err(error.hint(hints.join("; "))),
    }
}

fn searched(without: &[&str], gathered: &Gathered) -> String {
    let places = without.iter().map(|architecture| {
        let suites = gathered.sources.iter();
        let suites: Vec<&str> = suites
            .filter(|(_, source)| !source.unverified.contains_key(*architecture))
            .map(|(suite, _)| suite.as_str())
            .collect();
        let suites = match suites.is_empty() {
            true => "no suite".to_owned(),
            false => suites.join(", "),
        };
        format!("{architecture} (searched {suites})")
    });
    let places: Vec<String> = places.collect();
    format!("there is none for {}", places.join(", "))
}

fn alike(name: &str, gathered: &Gathered) -> Option<String> {
    let names = gathered.offers.values().flat_map(|offer| &offer.names);
    let names = names.map(String::as_str).filter(|other| *other != name);
    let near = nearest(name, names);
    (!near.is_empty()).then(|| format!("instead of `{name}` there is {}", near.join(", ")))
}

/// The highest version of each package; among equals, of the source that the manifest names first.
fn choose<'a>(architecture: &str, offer: &'a Offer) -> Result<Chosen<'a>> {
    let mut chosen = Chosen::new();
    for (name, candidates) in &offer.named {
        let best = candidates.iter().max_by(|a, b| {
            let versions = a.package.version.cmp(&b.package.version);
            versions.then(b.rank.cmp(&a.rank))
        });
        let Some(best) = best else { continue };
        let mut equal = candidates
            .iter()
            .filter(|other| other.package.version.cmp(&best.package.version).is_eq());
        if let Some(other) = equal.find(|other| other.package.blob != best.package.blob) {
            let cause = format!(
                "{architecture} has two different files of version {}: {} in {}, {} in {}",
                best.package.version.as_str(),
                best.package.blob.digest,
                best.suite,
                other.package.blob.digest,
                other.suite,
            );
            return Err(Error::cannot("choose package", name, cause));
        }
        chosen.insert(name, best);
    }
    Ok(chosen)
}

fn locked(candidate: &Candidate, chosen: &Chosen<'_>) -> LockedPackage {
    let package = &candidate.package;
    let mut depends: Vec<String> = package
        .depends
        .iter()
        .filter_map(|relation| {
            let mut alternatives = relation.0.iter();
            let met = alternatives.find(|alternative| {
                let other = chosen.get(alternative.name.as_str());
                other.is_some_and(|other| alternative.allows(&other.package.version))
            });
            met.map(|alternative| alternative.name.to_string())
        })
        .collect();
    depends.sort();
    depends.dedup();
    LockedPackage {
        architecture: package.architecture.is_all().then(|| ALL.to_owned()),
        depends,
        filename: package.filename.clone(),
        reason: "requested".to_owned(),
        blob: package.blob,
        source: package.source.clone(),
        source_version: package.source_version.clone(),
        suite: candidate.suite.clone(),
        version: package.version.as_str().to_owned(),
    }
}

/// Where every architecture has the same architecture-independent file, one entry serves all.
fn merge_independent(files: &mut BTreeMap<String, LockedPackage>, architectures: usize) {
    let mut entries = files.values();
    let Some(first) = entries.next().cloned() else {
        return;
    };
    let independent = first.architecture.is_some() && files.len() == architectures;
    if independent && files.values().all(|other| *other == first) {
        let serving = LockedPackage {
            architecture: None,
            ..first
        };
        *files = BTreeMap::from([(ALL.to_owned(), serving)]);
    }
}
