//! What one architecture takes of what it is offered.

use std::collections::BTreeMap;

use blob::Result;

use crate::archive::offer::SINGLE;
use crate::lock::{LockedPackage, Place, ALL, REQUESTED};
use crate::resolver::{self, Choice, Reason, Request};
use crate::universe::{Entry, Universe};
use crate::{Manifest, Relation, Wish};
use message::nearest;

/// A package that an architecture takes.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// The architecture that it is for: the one that takes it, or `all`.
    pub architecture: String,
    /// What it depends on, as its index says.
    pub relations: Vec<Relation>,
    /// What the lock says of it.
    pub file: LockedPackage,
}

/// A package that an architecture should take and is not offered.
#[derive(Clone, Debug)]
pub(crate) struct Missing {
    pub(crate) name: String,
    /// `none`, `no version 2.40` or `none of source sid`.
    pub(crate) what: String,
    /// The versions that there are.
    pub(crate) on_offer: Vec<String>,
    /// Who provides the name, where it is a virtual one (Policy 3.6).
    pub(crate) providers: Vec<String>,
    /// Names like it.
    pub(crate) near: Vec<String>,
}

/// What an architecture takes, sorted by name, and what it lacks.
pub(crate) fn choose(
    manifest: &Manifest,
    wishes: &[Wish],
    universe: &Universe,
) -> Result<(Vec<Chosen>, Vec<Missing>)> {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for wish in wishes.iter().filter(|wish| !wish.exclude) {
        match wish.package.pick(universe)? {
            Some(entry) => found.push((wish, entry)),
            None => missing.push(lacking(universe, wish)?),
        }
    }
    let skippable = |missing: &Missing| manifest.skip_missing.contains(&missing.name);
    if !missing.iter().all(skippable) {
        return Ok((Vec::new(), missing));
    }
    let mut chosen = match manifest.resolve {
        true => resolved(manifest, wishes, &found, universe)?,
        false => named(&found),
    };
    for one in &mut chosen {
        one.put_addresses(manifest);
    }
    Ok((chosen, missing))
}

/// The packages that were found, and all that they need.
fn resolved(
    manifest: &Manifest,
    wishes: &[Wish],
    found: &[(&Wish, Entry<'_>)],
    universe: &Universe,
) -> Result<Vec<Chosen>> {
    let exclusions = wishes.iter().filter(|wish| wish.exclude);
    let request = Request {
        wishes: found.iter().map(|(wish, _)| wish.package.clone()).collect(),
        exclusions: exclusions.map(|wish| wish.package.name.clone()).collect(),
        essential: manifest.essential,
    };
    let resolution = resolver::resolve(universe, &request)?;
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
        taken(&package.entry, reason, depends.collect(), unmet.collect())
    });
    Ok(packages.collect())
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
    let near = match versions.is_empty() && providers.is_empty() {
        true => nearest(
            name,
            universe.names().into_iter().filter(|other| *other != name),
        ),
        false => Vec::new(),
    };
    Ok(Missing {
        name: name.to_owned(),
        what: match &wish.package.choice {
            Choice::Version(version) => format!("no version {version}"),
            Choice::Source(source) => format!("none of source {source}"),
            Choice::Candidate => "none".to_owned(),
        },
        on_offer: on_offer.collect(),
        providers,
        near: near.into_iter().map(str::to_owned).collect(),
    })
}

/// Exactly the packages named.
fn named(found: &[(&Wish, Entry<'_>)]) -> Vec<Chosen> {
    let chosen = found.iter().map(|(wish, entry)| (wish.name(), *entry));
    let chosen: BTreeMap<&str, Entry<'_>> = chosen.collect();
    let packages = chosen.values().map(|entry| {
        let relations = entry.package.depends.iter();
        let met = relations.filter_map(|relation| meets(relation, &chosen));
        taken(entry, REQUESTED.to_owned(), met.collect(), Vec::new())
    });
    packages.collect()
}

/// The chosen package that meets a relation, by its name or by what it provides.
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

/// What the lock says of a package.
fn taken(
    entry: &Entry<'_>,
    reason: String,
    mut depends: Vec<String>,
    unmet: Vec<String>,
) -> Chosen {
    let package = entry.package;
    depends.sort();
    depends.dedup();
    let filename = package.filename.clone();
    Chosen {
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
            sha256: package.blob.digest,
            size: Some(package.blob.size),
            source: package.source.clone(),
            source_version: package.source_version.clone(),
            unmet,
            version: package.version.as_str().to_owned(),
        },
    }
}

impl Chosen {
    /// Single packages are locked by their addresses.
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
