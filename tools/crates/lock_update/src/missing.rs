//! Reports packages that no source has.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};

use crate::available::UnverifiedIndex;
use crate::manifest::{Manifest, PackageItem};
use crate::missing_package::MissingPackage;
use crate::open::OpenedSource;
use crate::part::ArchitecturePart;

/// Fails with all packages that architectures lack, not only the first.
pub(crate) fn check_none_missing(
    manifest: &Manifest,
    sources: &[OpenedSource<'_>],
    parts: &BTreeMap<&str, ArchitecturePart>,
) -> Result<()> {
    let mut missing: BTreeMap<&str, Vec<(&str, &MissingPackage)>> = BTreeMap::new();
    for (architecture, part) in parts {
        for one in &part.missing {
            if !manifest.skip_missing.contains(&one.name) {
                missing
                    .entry(&one.name)
                    .or_default()
                    .push((architecture, one));
            }
        }
    }
    let (mut causes, mut hints) = (Vec::new(), Vec::new());
    for (name, without) in &missing {
        causes.push(cause(sources, parts, without));
        let source = without
            .iter()
            .find_map(|(_, missing)| missing.source.as_deref());
        if let Some(source) = source.filter(|source| !has_source(sources, source)) {
            hints.push(format!(
                "`sources` has no `{source}`; add it, such as `channel: {source} main`"
            ));
        }
        let providers = without.iter().flat_map(|(_, missing)| &missing.providers);
        let providers: BTreeSet<&str> = providers.map(String::as_str).collect();
        if !providers.is_empty() {
            let all: Vec<&str> = providers.into_iter().collect();
            let all = all.join(", ");
            hints.push(format!(
                "`{name}` is a virtual package; request a package that provides it: {all}"
            ));
        }
        let near: BTreeSet<&str> = without
            .iter()
            .flat_map(|(_, missing)| missing.similar_names.iter().map(String::as_str))
            .collect();
        if !near.is_empty() {
            let near: Vec<&str> = near.into_iter().take(3).collect();
            hints.push(format!("names similar to `{name}`: {}", near.join(", ")));
        }
    }
    let mut names = missing.keys().zip(causes);
    let Some((name, mut cause)) = names.next() else {
        return Ok(());
    };
    for (name, more) in names {
        cause = format!("{cause}; cannot find package `{name}`: {more}");
    }
    let error = Error::cannot("find package", name, cause);
    if hints.is_empty() {
        Err(error)
    } else {
        Err(error.hint(hints.join("; ")))
    }
}

/// Fails if no index mentions an excluded package: its name is probably misspelt. One architecture that mentions the
/// name is enough.
pub(crate) fn check_exclusions(
    package_items: &[PackageItem],
    parts: &BTreeMap<&str, ArchitecturePart>,
) -> Result<()> {
    for item in package_items.iter().filter(|item| item.exclude) {
        let meant = parts
            .iter()
            .filter(|(arch, _)| item.architectures.allows(arch));
        let parts: Vec<&ArchitecturePart> = meant.map(|(_, part)| part).collect();
        let known = |part: &&ArchitecturePart| !part.unknown.contains_key(item.name());
        if parts.is_empty() || parts.iter().any(known) {
            continue;
        }
        let cause = "no source has it, and no package depends on it";
        let error = Error::cannot("exclude package", item.name(), cause);
        let near = parts
            .iter()
            .filter_map(|part| part.unknown.get(item.name()));
        let near: BTreeSet<&str> = near.flatten().map(String::as_str).collect();
        let near: Vec<&str> = near.into_iter().take(3).collect();
        return Err(if near.is_empty() {
            error.hint(format!("remove `-{}` from `packages`", item.name()))
        } else {
            error.hint(format!("similar names: {}", near.join(", ")))
        });
    }
    Ok(())
}

/// Returns `there is none for amd64 (searched bookworm), …; available versions: 1.0 (bookworm)`.
fn cause(
    sources: &[OpenedSource<'_>],
    parts: &BTreeMap<&str, ArchitecturePart>,
    without: &[(&str, &MissingPackage)],
) -> String {
    let places = without.iter().map(|(architecture, missing)| {
        let searched = searched(sources, architecture, &parts[architecture].unverified);
        let other_architectures = match &missing.other_architectures[..] {
            [] => String::new(),
            other => format!(", which has it for {} only", other.join(", ")),
        };
        format!("{architecture} (searched {searched}{other_architectures})")
    });
    let places: Vec<String> = places.collect();
    let what = without.first().map_or("none", |(_, missing)| &missing.what);
    let versions = without.iter().flat_map(|(_, missing)| &missing.versions);
    let mut seen = BTreeSet::new();
    let versions: Vec<&str> = versions
        .map(String::as_str)
        .filter(|available| seen.insert(*available))
        .collect();
    let versions = if versions.is_empty() {
        String::new()
    } else {
        format!("; available versions: {}", versions.join(", "))
    };
    format!("there is {what} for {}{versions}", places.join(", "))
}

fn has_source(sources: &[OpenedSource<'_>], key: &str) -> bool {
    sources.iter().any(|opened| opened.source.key() == key)
}

fn searched(
    sources: &[OpenedSource<'_>],
    architecture: &str,
    unverified: &BTreeMap<String, UnverifiedIndex>,
) -> String {
    let own = sources
        .iter()
        .filter(|opened| opened.source.serves(architecture));
    let keys: BTreeSet<&str> = own.map(|opened| opened.source.key()).collect();
    let keys: Vec<&str> = keys
        .into_iter()
        .filter(|key| !unverified.contains_key(*key))
        .collect();
    if keys.is_empty() {
        "no suite".to_owned()
    } else {
        keys.join(", ")
    }
}
