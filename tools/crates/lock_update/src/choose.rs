//! Chooses the packages of one architecture.

use std::collections::BTreeMap;

use apt_archive::{FileRecord, Relation};
use apt_resolver::{Entry, Reason, Request, Universe};
use blob::{Digest, Result};
use lock::{Location, LockedPackage, ALL, REQUESTED};

use crate::available::SINGLE_DEBS;
use crate::manifest::{Manifest, PackageItem};
use crate::missing_package::{similar_names, MissingPackage};

/// A package that was chosen for an architecture.
#[derive(Clone, Debug)]
pub struct ChosenPackage {
    /// The package name.
    pub name: String,
    /// Its Debian architecture: the one that it was chosen for, or `all`.
    pub architecture: String,
    /// Its dependencies, as its index lists them.
    pub relations: Vec<Relation>,
    /// The entry in the lock.
    pub file: LockedPackage,
}

/// The chosen and the missing packages of an architecture.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Sorted by package name.
    pub(crate) chosen: Vec<ChosenPackage>,
    pub(crate) missing: Vec<MissingPackage>,
    /// Excluded names that no index mentions, with similar names.
    pub(crate) unknown: BTreeMap<String, Vec<String>>,
}

/// Returns the SHA-256 of a package file, by its path and the size and checksum in the index.
pub(crate) type Sha256Of<'a> = &'a dyn Fn(&Entry<'_>, &str, &FileRecord) -> Result<Digest>;

/// Chooses packages for one architecture.
pub(crate) fn choose(
    manifest: &Manifest,
    package_items: &[PackageItem],
    universe: &Universe,
    sha256: Sha256Of<'_>,
) -> Result<Selection> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    let unknown = unknown(package_items, universe);
    for item in package_items.iter().filter(|item| !item.exclude) {
        match item.package.pick(universe)? {
            Some(entry) => found.push((item, entry)),
            None => missing.push(MissingPackage::describe(universe, item)?),
        }
    }
    let skippable = |missing: &MissingPackage| manifest.skip_missing.contains(&missing.name);
    if !missing.iter().all(skippable) {
        return Ok(Selection {
            missing,
            unknown,
            ..Selection::default()
        });
    }
    let maker = EntryMaker { universe, sha256 };
    let mut chosen = if manifest.resolve {
        maker.with_dependencies(manifest, package_items, &found)?
    } else {
        maker.without_dependencies(&found)?
    };
    for one in &mut chosen {
        one.use_manifest_url(manifest);
    }
    Ok(Selection {
        chosen,
        missing,
        unknown,
    })
}

/// The excluded names that are not the name of a package, a provided name or a name in a relation.
fn unknown(package_items: &[PackageItem], universe: &Universe) -> BTreeMap<String, Vec<String>> {
    let excluded = package_items
        .iter()
        .filter(|item| item.exclude)
        .map(PackageItem::name);
    let unknown = excluded.filter(|name| !universe.mentions(name));
    unknown
        .map(|name| (name.to_owned(), similar_names(universe, name)))
        .collect()
}

/// Makes entries of the lock from chosen packages.
struct EntryMaker<'a> {
    universe: &'a Universe,
    sha256: Sha256Of<'a>,
}

impl EntryMaker<'_> {
    /// Returns the requested packages and all their dependencies.
    fn with_dependencies(
        &self,
        manifest: &Manifest,
        package_items: &[PackageItem],
        found: &[(&PackageItem, Entry<'_>)],
    ) -> Result<Vec<ChosenPackage>> {
        let exclusions = package_items.iter().filter(|item| item.exclude);
        let request = Request {
            packages: found.iter().map(|(item, _)| item.package.clone()).collect(),
            exclusions: exclusions.map(|item| item.package.name.clone()).collect(),
            essential: manifest.essential,
        };
        let resolution = apt_resolver::resolve(self.universe, &request)?;
        let packages = resolution.packages.iter().map(|package| {
            let name = package.name();
            let reason = match package.reason {
                Reason::Requested => REQUESTED.to_owned(),
                Reason::Essential => "essential".to_owned(),
                Reason::Dependency { of, .. } => format!("dependency of {of}"),
            };
            let depends = package.depends.iter().map(|edge| edge.package);
            let depends = depends.filter(|other| *other != name).map(str::to_owned);
            let unmet = resolution.unmet.iter().filter(|(of, _)| *of == name);
            let unmet = unmet.map(|(_, relation)| relation.to_string());
            self.chosen(&package.entry, reason, depends.collect(), unmet.collect())
        });
        packages.collect()
    }

    /// Returns only the requested packages.
    fn without_dependencies(
        &self,
        found: &[(&PackageItem, Entry<'_>)],
    ) -> Result<Vec<ChosenPackage>> {
        let chosen = found.iter().map(|(item, entry)| (item.name(), *entry));
        let chosen: BTreeMap<&str, Entry<'_>> = chosen.collect();
        let packages = chosen.values().map(|entry| {
            let relations = entry.package.depends.iter();
            let met = relations.filter_map(|relation| meets(relation, &chosen));
            self.chosen(entry, REQUESTED.to_owned(), met.collect(), Vec::new())
        });
        packages.collect()
    }

    /// Makes the lock's entry of a package.
    fn chosen(
        &self,
        entry: &Entry<'_>,
        reason: String,
        mut depends: Vec<String>,
        unmet: Vec<String>,
    ) -> Result<ChosenPackage> {
        let package = entry.package;
        depends.sort();
        depends.dedup();
        let (filename, listed) = self.universe.file(entry)?;
        let sha256 = (self.sha256)(entry, &filename, &listed)?;
        Ok(ChosenPackage {
            name: package.name.to_string(),
            architecture: package.architecture.to_string(),
            relations: package.depends.clone(),
            file: LockedPackage {
                architecture: package.architecture.is_all().then(|| ALL.to_owned()),
                depends,
                location: Location::Source {
                    key: entry.source.name.clone(),
                    filename,
                },
                reason,
                sha256,
                size: Some(listed.size),
                source: package.source.clone(),
                source_version: package.source_version.clone(),
                unmet,
                version: package.version.as_str().to_owned(),
            },
        })
    }
}

/// The name of the chosen package that satisfies a relation, by its name or by a name that it provides.
fn meets(relation: &Relation, chosen: &BTreeMap<&str, Entry<'_>>) -> Option<String> {
    relation.0.iter().find_map(|alternative| {
        let name = alternative.name.as_str();
        let same_name = chosen.get(name);
        if same_name.is_some_and(|entry| alternative.allows(&entry.package.version)) {
            return Some(name.to_owned());
        }
        let provider = chosen.iter().find(|(_, entry)| {
            let provides = &entry.package.provides;
            provides.iter().any(|provided| {
                provided.name == alternative.name
                    && alternative.allows_provided(provided.version.as_ref())
            })
        });
        provider.map(|(name, _)| (*name).to_owned())
    })
}

impl ChosenPackage {
    /// The lock names packages of the manifest's `debs` by URL.
    fn use_manifest_url(&mut self, manifest: &Manifest) {
        let Location::Source { key, filename } = &self.file.location else {
            return;
        };
        let at = filename
            .split('/')
            .next()
            .and_then(|at| at.parse::<usize>().ok());
        let single = at
            .and_then(|at| manifest.debs.get(at))
            .filter(|_| key == SINGLE_DEBS);
        if let Some(single) = single {
            self.file.location = Location::Urls(vec![single.url.clone()]);
        }
    }
}
