//! Locks of rules_distroless 0.9, version 2. They also contain the request that they were made from.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use serde::Deserialize;

use super::manifest::{import_source, ImportedManifest};
use super::package::locked;
use crate::merge::merge_independent;
use crate::model::{Lock, LockedPackage, ALL, REQUESTED};

/// A lock of rules_distroless, version 2.
#[derive(Clone, Debug, Deserialize)]
pub struct ForeignLockV2 {
    #[serde(default)]
    dependency_sets: BTreeMap<String, DependencySet>,
    #[serde(default)]
    packages: BTreeMap<String, ForeignPackageV2>,
    #[serde(default)]
    sources: BTreeMap<String, ForeignSourceV2>,
}

/// Architecture → requested packages: `/SUITE/NAME:ARCHITECTURE` → version.
#[derive(Clone, Debug, Deserialize)]
struct DependencySet {
    sets: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Deserialize)]
struct ForeignPackageV2 {
    name: String,
    version: String,
    architecture: String,
    sha256: String,
    filename: String,
    suite: String,
    #[serde(default)]
    depends_on: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct ForeignSourceV2 {
    uris: Vec<String>,
    #[serde(default)]
    components: Vec<String>,
}

/// Converts a set of the lock, and returns a manifest with the same requested packages. `name` is optional if the lock
/// has only one set.
///
/// # Errors
///
/// Fails if there is no such set, if `name` is missing and the lock has more than one set, if the lock does not contain
/// a package or source that it refers to, or if an architecture has two files of one package.
pub fn import_lock_v2(
    distro: &str,
    foreign: &ForeignLockV2,
    name: Option<&str>,
) -> Result<(ImportedManifest, Lock)> {
    let set = foreign.set(name)?;
    let mut packages = BTreeMap::new();
    let mut suites = BTreeSet::new();
    for (architecture, requested) in &set.sets {
        for (key, version) in requested {
            foreign.add(architecture, key, version, &mut suites, &mut packages)?;
        }
    }
    for files in packages.values_mut() {
        merge_independent(files, set.sets.len());
    }
    let sources = foreign.sources.iter();
    let sources = sources.filter(|(suite, _)| suites.contains(suite.as_str()));
    let sources = sources.map(|(suite, source)| {
        let channel = [std::slice::from_ref(suite), &source.components].concat();
        Ok(import_source(&channel.join(" "), source.first_url(suite)?))
    });
    let manifest = ImportedManifest {
        version: 1,
        sources: sources.collect::<Result<_>>()?,
        archs: set.sets.keys().cloned().collect(),
        resolve: true,
        packages: requested_packages(set),
    };
    let lock = Lock {
        distro: distro.to_owned(),
        architectures: set.sets.keys().cloned().collect(),
        sources: BTreeMap::new(),
        packages,
    };
    Ok((manifest, lock))
}

type Files = BTreeMap<String, BTreeMap<String, LockedPackage>>;

impl ForeignLockV2 {
    fn set(&self, name: Option<&str>) -> Result<&DependencySet> {
        let known: Vec<_> = self.dependency_sets.keys().collect();
        let listed = known.iter().map(|name| format!("`{name}`"));
        let listed = listed.collect::<Vec<_>>().join(", ");
        match (name, known.as_slice()) {
            (None, [only]) => Ok(&self.dependency_sets[*only]),
            (None, []) => Err(Error::cannot("use field", "dependency_sets", "it is empty")),
            (None, _) => {
                let cause = format!("there are {listed}");
                let error = Error::cannot("use field", "dependency_sets", cause);
                Err(error.hint("name one with `--set`; each becomes a manifest and a lock"))
            }
            (Some(name), _) => self.dependency_sets.get(name).ok_or_else(|| {
                let cause = format!("there is no such set; expected one of {listed}");
                Error::cannot("import set", name, cause)
            }),
        }
    }

    /// Adds a requested package and all its dependencies.
    fn add<'a>(
        &'a self,
        architecture: &str,
        key: &str,
        version: &str,
        suites: &mut BTreeSet<&'a str>,
        files: &mut Files,
    ) -> Result<()> {
        let root = format!("{key}={version}");
        let mut seen = BTreeSet::from([root.clone()]);
        let mut left = vec![root.clone()];
        while let Some(key) = left.pop() {
            let package = self.packages.get(&key).ok_or_else(|| {
                let cause = "the lock refers to it and does not contain it";
                Error::cannot("import package", &key, cause)
                    .hint("let rules_distroless write its lock again")
            })?;
            suites.insert(&package.suite);
            let reason = if key == root {
                REQUESTED.to_owned()
            } else {
                format!("dependency of {}", self.packages[&root].name)
            };
            let file = self.file(package, architecture, reason);
            let file = file.map_err(|error| error.within("import package", &key))?;
            insert(architecture, &package.name, file, files)?;
            let fresh = package.depends_on.iter();
            left.extend(fresh.filter(|key| seen.insert((*key).clone())).cloned());
        }
        Ok(())
    }

    fn file(
        &self,
        package: &ForeignPackageV2,
        architecture: &str,
        reason: String,
    ) -> Result<LockedPackage> {
        if package.architecture != architecture && package.architecture != ALL {
            let cause = format!("it is in the set for {architecture}");
            return Err(Error::cannot("use field", "architecture", cause));
        }
        let source = self.sources.get(&package.suite).ok_or_else(|| {
            let cause = format!("there is no source `{}`", package.suite);
            Error::cannot("use field", "suite", cause)
        })?;
        source.first_url(&package.suite)?;
        let mut urls: Vec<String> = Vec::new();
        for uri in &source.uris {
            let url = format!("{}/{}", uri.trim_end_matches('/'), package.filename);
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        let depends = package.depends_on.iter();
        let depends = depends.filter_map(|key| self.packages.get(key));
        let depends = depends.map(|other| other.name.clone()).collect();
        let mut file = locked(
            &package.name,
            &package.version,
            &package.sha256,
            urls,
            depends,
            reason,
        )?;
        file.architecture = (package.architecture == ALL).then(|| ALL.to_owned());
        Ok(file)
    }
}

impl ForeignSourceV2 {
    fn first_url(&self, suite: &str) -> Result<&str> {
        let first = self.uris.first().map(String::as_str);
        first.ok_or_else(|| Error::cannot("use source", suite, "expected a URL in `uris`"))
    }
}

/// Adds a package. An image contains a package only once, so two requested packages must not bring different versions.
fn insert(architecture: &str, name: &str, file: LockedPackage, files: &mut Files) -> Result<()> {
    let files = files.entry(name.to_owned()).or_default();
    match files.get(architecture) {
        Some(other) if other.sha256 != file.sha256 => {
            let cause = format!(
                "{architecture} has it as {} and as {}",
                other.version, file.version
            );
            Err(Error::cannot("import package", name, cause).hint(
                "an image contains one of them: write a manifest with the suites in their order, and lock it",
            ))
        }
        Some(_) if file.reason != REQUESTED => Ok(()),
        _ => {
            files.insert(architecture.to_owned(), file);
            Ok(())
        }
    }
}

/// The requested packages, as `NAME` or, if not for all architectures, `NAME [ARCHITECTURE …]`.
fn requested_packages(set: &DependencySet) -> Vec<String> {
    let mut requested: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (architecture, keys) in &set.sets {
        for key in keys.keys() {
            let name = key.rsplit('/').next().unwrap_or(key);
            let name = name.split(':').next().unwrap_or(name);
            requested.entry(name).or_default().push(architecture);
        }
    }
    let items = requested.into_iter().map(|(name, architectures)| {
        if architectures.len() == set.sets.len() {
            name.to_owned()
        } else {
            format!("{name} [{}]", architectures.join(" "))
        }
    });
    items.collect()
}
