//! Chooses the packages of one architecture.

use std::collections::BTreeMap;

use apt_archive::{Listed, Relation};
use apt_resolver::{Choice, Entry, Reason, Request, Universe};
use blob::{Digest, Result};
use lock::{LockedPackage, Place, ALL, REQUESTED};
use message::nearest;

use crate::available::SINGLE;
use crate::manifest::{Manifest, Wish};

/// A package that was chosen for an architecture.
#[derive(Clone, Debug)]
pub struct Chosen {
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
pub(crate) struct Missing {
    pub(crate) name: String,
    /// `none`, `no version 2.40` or `none of source sid`.
    pub(crate) what: String,
    /// The source that the request names, in `NAME/SOURCE`.
    pub(crate) source: Option<String>,
    /// The available versions.
    pub(crate) on_offer: Vec<String>,
    /// The packages that provide the name, if it is a virtual package (Policy 3.6).
    pub(crate) providers: Vec<String>,
    /// Similar names.
    pub(crate) near: Vec<String>,
    /// Other architectures for which the same indexes have the package.
    pub(crate) elsewhere: Vec<String>,
}

/// The chosen and the missing packages of an architecture.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Sorted by package name.
    pub(crate) chosen: Vec<Chosen>,
    pub(crate) missing: Vec<Missing>,
    /// Excluded names that no index mentions, with similar names.
    pub(crate) unknown: BTreeMap<String, Vec<String>>,
}

/// Returns the SHA-256 of a package file, by its path and the size and checksum in the index.
pub(crate) type Sha256Of<'a> = &'a dyn Fn(&Entry<'_>, &str, &Listed) -> Result<Digest>;

/// Chooses packages for one architecture.
pub(crate) fn choose(
    manifest: &Manifest,
    wishes: &[Wish],
    universe: &Universe,
    sha256: Sha256Of<'_>,
) -> Result<Selection> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    let unknown = unknown(wishes, universe);
    for wish in wishes.iter().filter(|wish| !wish.exclude) {
        match wish.package.pick(universe)? {
            Some(entry) => found.push((wish, entry)),
            None => missing.push(lacking(universe, wish)?),
        }
    }
    let skippable = |missing: &Missing| manifest.skip_missing.contains(&missing.name);
    if !missing.iter().all(skippable) {
        return Ok(Selection {
            missing,
            unknown,
            ..Selection::default()
        });
    }
    let taking = Taking { universe, sha256 };
    let mut chosen = match manifest.resolve {
        true => taking.resolved(manifest, wishes, &found)?,
        false => taking.named(&found)?,
    };
    for one in &mut chosen {
        one.put_addresses(manifest);
    }
    Ok(Selection {
        chosen,
        missing,
        unknown,
    })
}

/// The excluded names that are not the name of a package, a provided name or a name in a relation.
fn unknown(wishes: &[Wish], universe: &Universe) -> BTreeMap<String, Vec<String>> {
    let excluded = wishes.iter().filter(|wish| wish.exclude).map(Wish::name);
    let unknown = excluded.filter(|name| !universe.knows(name));
    unknown
        .map(|name| (name.to_owned(), near(universe, name)))
        .collect()
}

fn near(universe: &Universe, name: &str) -> Vec<String> {
    let others = universe.names().into_iter();
    let near = nearest(name, others.filter(|other| *other != name));
    near.into_iter().map(str::to_owned).collect()
}

/// Makes entries of the lock from chosen packages.
struct Taking<'a> {
    universe: &'a Universe,
    sha256: Sha256Of<'a>,
}

impl Taking<'_> {
    /// Returns the requested packages and all their dependencies.
    fn resolved(
        &self,
        manifest: &Manifest,
        wishes: &[Wish],
        found: &[(&Wish, Entry<'_>)],
    ) -> Result<Vec<Chosen>> {
        let exclusions = wishes.iter().filter(|wish| wish.exclude);
        let request = Request {
            wishes: found.iter().map(|(wish, _)| wish.package.clone()).collect(),
            exclusions: exclusions.map(|wish| wish.package.name.clone()).collect(),
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
            self.taken(&package.entry, reason, depends.collect(), unmet.collect())
        });
        packages.collect()
    }
    /// Returns only the requested packages.
    fn named(&self, found: &[(&Wish, Entry<'_>)]) -> Result<Vec<Chosen>> {
        let chosen = found.iter().map(|(wish, entry)| (wish.name(), *entry));
        let chosen: BTreeMap<&str, Entry<'_>> = chosen.collect();
        let packages = chosen.values().map(|entry| {
            let relations = entry.package.depends.iter();
            let met = relations.filter_map(|relation| meets(relation, &chosen));
            self.taken(entry, REQUESTED.to_owned(), met.collect(), Vec::new())
        });
        packages.collect()
    }

    /// Makes the lock's entry of a package.
    fn taken(
        &self,
        entry: &Entry<'_>,
        reason: String,
        mut depends: Vec<String>,
        unmet: Vec<String>,
    ) -> Result<Chosen> {
        let package = entry.package;
        depends.sort();
        depends.dedup();
        let (filename, listed) = self.universe.file(entry)?;
        let sha256 = (self.sha256)(entry, &filename, &listed)?;
        Ok(Chosen {
            name: package.name.to_string(),
            architecture: package.architecture.to_string(),
            relations: package.depends.clone(),
            file: LockedPackage {
                architecture: package.architecture.is_all().then(|| ALL.to_owned()),
                depends,
                place: Place::Source {
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

fn lacking(universe: &Universe, wish: &Wish) -> Result<Missing> {
    let name = wish.name();
    let versions = universe.versions(name)?;
    let mut versions: Vec<&Entry<'_>> = versions.iter().collect();
    versions.sort_by(|a, b| a.package.version.cmp(&b.package.version));
    let on_offer = versions
        .iter()
        .map(|entry| format!("{} ({})", entry.package.version, entry.source.name));
    let providers = universe.providers(name)?;
    let mut providers: Vec<String> = providers
        .iter()
        .map(|entry| entry.package.name.to_string())
        .collect();
    providers.sort();
    providers.dedup();
    let nobody = versions.is_empty() && providers.is_empty();
    if nobody {
        universe.check_unbroken(name)?;
    }
    let (near, elsewhere) = match nobody {
        true => (near(universe, name), universe.elsewhere(name)),
        false => Default::default(),
    };
    Ok(Missing {
        name: name.to_owned(),
        what: match &wish.package.choice {
            Choice::Version(version) => format!("no version {version}"),
            Choice::Source(source) => format!("none of source {source}"),
            Choice::Candidate => "none".to_owned(),
        },
        source: match &wish.package.choice {
            Choice::Source(source) => Some(source.clone()),
            _ => None,
        },
        on_offer: on_offer.collect(),
        providers,
        near,
        elsewhere: elsewhere.into_iter().collect(),
    })
}

/// The chosen package that satisfies a relation, by its name or by a name that it provides.
fn meets(relation: &Relation, chosen: &BTreeMap<&str, Entry<'_>>) -> Option<String> {
    relation.0.iter().find_map(|alternative| {
        let name = alternative.name.as_str();
        let own = chosen.get(name);
        if own.is_some_and(|entry| alternative.allows(&entry.package.version)) {
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

impl Chosen {
    /// The lock names packages of the manifest's `debs` by URL.
    fn put_addresses(&mut self, manifest: &Manifest) {
        let Place::Source { key, filename } = &self.file.place else {
            return;
        };
        let at = filename
            .split('/')
            .next()
            .and_then(|at| at.parse::<usize>().ok());
        let single = at
            .and_then(|at| manifest.debs.get(at))
            .filter(|_| key == SINGLE);
        if let Some(single) = single {
            self.file.place = Place::Urls(vec![single.url.clone()]);
        }
    }
}
