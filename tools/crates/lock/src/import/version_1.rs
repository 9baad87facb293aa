//! Manifests and locks of rules_distroless 0.x, version 1.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use serde::Deserialize;

use super::manifest::{import_source, ImportedManifest};
use super::package::locked;
use crate::merge::merge_independent;
use crate::model::{Lock, LockedPackage, REQUESTED};

/// A manifest of rules_distroless 0.x.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignManifest {
    version: u32,
    sources: Vec<ForeignSource>,
    archs: Vec<String>,
    packages: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ForeignSource {
    channel: String,
    url: Option<String>,
    #[serde(default)]
    urls: Vec<String>,
}

/// A lock of rules_distroless, version 1.
#[derive(Clone, Debug, Deserialize)]
pub struct ForeignLockV1 {
    version: u32,
    packages: Vec<ForeignPackage>,
}

#[derive(Clone, Debug, Deserialize)]
struct ForeignPackage {
    name: String,
    version: String,
    arch: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    urls: Vec<String>,
    sha256: String,
    #[serde(default)]
    dependencies: Vec<ForeignDependency>,
}

#[derive(Clone, Debug, Deserialize)]
struct ForeignDependency {
    name: String,
}

/// Converts a manifest. The URL of a Debian snapshot becomes the well-known name of that repository: the lock holds the
/// snapshot time, not the manifest.
///
/// # Errors
///
/// Fails if the version is not 1, or if a source has no URL.
pub fn import_manifest(foreign: &ForeignManifest) -> Result<ImportedManifest> {
    if foreign.version != 1 {
        let cause = format!("expected 1, found {}", foreign.version);
        return Err(Error::cannot("use key", "version", cause));
    }
    let sources = foreign.sources.iter().map(|source| {
        let url = source.url.as_ref().or(source.urls.first());
        let url = url.ok_or_else(|| {
            Error::cannot("use source", &source.channel, "expected `url` or `urls`")
        })?;
        Ok(import_source(&source.channel, url))
    });
    Ok(ImportedManifest {
        version: 1,
        sources: sources.collect::<Result<_>>()?,
        archs: foreign.archs.clone(),
        resolve: true,
        packages: foreign.packages.clone(),
    })
}

/// Converts a lock: the same files, by URL and digest. No signed index lists them yet; `update` locks them again with
/// signatures.
///
/// # Errors
///
/// Fails if the version is not 1, or if a package is for an unknown architecture, has an invalid URL or digest, or
/// occurs twice for an architecture.
pub fn import_lock_v1(
    distro: &str,
    manifest: &ForeignManifest,
    foreign: &ForeignLockV1,
) -> Result<Lock> {
    if foreign.version != 1 {
        let cause = format!("expected 1, found {}", foreign.version);
        return Err(Error::cannot("use field", "version", cause));
    }
    let requested: BTreeSet<&str> = manifest.packages.iter().map(String::as_str).collect();
    let architectures: BTreeSet<&String> = manifest.archs.iter().collect();
    let mut packages: BTreeMap<String, BTreeMap<String, LockedPackage>> = BTreeMap::new();
    for package in &foreign.packages {
        if !architectures.contains(&package.arch) {
            let cause = format!(
                "it is for {}, which is not in the manifest's `archs`",
                package.arch
            );
            return Err(Error::cannot("import package", &package.name, cause));
        }
        let file = file(package, foreign, &requested);
        let file = file.map_err(|error| error.within("import package", &package.name))?;
        let files = packages.entry(package.name.clone()).or_default();
        if let Some(other) = files.insert(package.arch.clone(), file) {
            let cause = format!("{} has {} and another", package.arch, other.version);
            return Err(Error::cannot("import package", &package.name, cause));
        }
    }
    for files in packages.values_mut() {
        merge_independent(files, architectures.len());
    }
    Ok(Lock {
        distro: distro.to_owned(),
        architectures: architectures.into_iter().cloned().collect(),
        sources: BTreeMap::new(),
        packages,
    })
}

fn file(
    package: &ForeignPackage,
    lock: &ForeignLockV1,
    requested: &BTreeSet<&str>,
) -> Result<LockedPackage> {
    let urls: Vec<String> = package.url.iter().chain(&package.urls).cloned().collect();
    if urls.is_empty() {
        return Err(Error::cannot(
            "use field",
            "urls",
            "expected one or more URLs",
        ));
    }
    let depends = package.dependencies.iter().map(|d| d.name.clone());
    let depends = depends.collect();
    let needs = |other: &&ForeignPackage| {
        other.arch == package.arch && other.dependencies.iter().any(|d| d.name == package.name)
    };
    let reason = match lock.packages.iter().find(needs) {
        Some(other) if !requested.contains(package.name.as_str()) => {
            format!("dependency of {}", other.name)
        }
        _ => REQUESTED.to_owned(),
    };
    locked(
        &package.name,
        &package.version,
        &package.sha256,
        urls,
        depends,
        reason,
    )
}
