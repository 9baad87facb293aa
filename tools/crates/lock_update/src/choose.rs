//! Chooses the packages of one architecture.

use std::collections::BTreeMap;

use apt_archive::{FileRecord, Relation};
use apt_resolver::{Choice, Entry, Reason, Request, Universe};
use blob::{Digest, Result};
use lock::{Location, LockedPackage, ALL, REQUESTED};
use message::nearest;

use crate::available::SINGLE_DEBS;
use crate::manifest::{Manifest, PackageItem};

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

/// A requested package that no source has for an architecture.
#[derive(Clone, Debug)]
pub(crate) struct MissingPackage {
    pub(crate) name: String,
    /// `none`, `no version 2.40` or `none of source sid`.
    pub(crate) what: String,
    /// The source that the request names, in `NAME/SOURCE`.
    pub(crate) source: Option<String>,
    /// The available versions.
    pub(crate) versions: Vec<String>,
    /// The packages that provide the name, if it is a virtual package (Policy 3.6).
    pub(crate) providers: Vec<String>,
    /// Similar names.
    pub(crate) similar_names: Vec<String>,
    /// Other architectures for which the same indexes have the package.
    pub(crate) other_architectures: Vec<String>,
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
            None => missing.push(missing_package(universe, item)?),
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

fn similar_names(universe: &Universe, name: &str) -> Vec<String> {
    let others = universe.names().into_iter();
    let similar = nearest(name, others.filter(|other| *other != name));
    similar.into_iter().map(str::to_owned).collect()
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

/// Describes a package that no source has.
fn missing_package(universe: &Universe, item: &PackageItem) -> Result<MissingPackage> {
    let name = item.name();
    let versions = universe.versions(name)?;
    let mut versions: Vec<&Entry<'_>> = versions.iter().collect();
    versions.sort_by(|a, b| a.package.version.cmp(&b.package.version));
    let available = versions
        .iter()
        .map(|entry| format!("{} ({})", entry.package.version, entry.source.name));
    let providers = universe.providers(name)?;
    let mut providers: Vec<String> = providers
        .iter()
        .map(|entry| entry.package.name.to_string())
        .collect();
    providers.sort();
    providers.dedup();
    let absent = versions.is_empty() && providers.is_empty();
    if absent {
        universe.check_not_malformed(name)?;
    }
    let (similar_names, other_architectures) = if absent {
        (
            similar_names(universe, name),
            universe.other_architectures(name),
        )
    } else {
        Default::default()
    };
    Ok(MissingPackage {
        name: name.to_owned(),
        what: match &item.package.choice {
            Choice::Version(version) => format!("no version {version}"),
            Choice::Source(source) => format!("none of source {source}"),
            Choice::Candidate => "none".to_owned(),
        },
        source: match &item.package.choice {
            Choice::Source(source) => Some(source.clone()),
            _ => None,
        },
        versions: available.collect(),
        providers,
        similar_names,
        other_architectures: other_architectures.into_iter().collect(),
    })
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
