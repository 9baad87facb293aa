use std::collections::{BTreeMap, BTreeSet};

use deb::Version;
use image_contents::{Image, Package, Runtime};

use crate::report::{Change, PackageChange, PackageFacts};

/// The packages of one side: for each name, the packages by architecture with a text that differs if their content does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackageSet {
    by_name: BTreeMap<String, BTreeMap<String, (PackageFacts, String)>>,
}

impl PackageSet {
    /// Adds a package. `content` is a text that differs for another content of the same version, such as a digest.
    pub fn add(&mut self, name: &str, facts: PackageFacts, content: String) {
        let of_name = self.by_name.entry(name.to_owned()).or_default();
        of_name.insert(facts.architecture.clone(), (facts, content));
    }
}

/// The Debian packages of an image.
pub(super) fn of_image(image: &Image) -> PackageSet {
    let mut set = PackageSet::default();
    for package in image.layers.iter().flat_map(|layer| &layer.packages) {
        let id = &package.id;
        let facts = PackageFacts {
            version: id.version.clone(),
            architecture: id.architecture.clone(),
            source: package.source.name.clone(),
            source_version: package.source_version().to_owned(),
            licenses: package.licenses.expression.clone(),
        };
        set.add(&id.name, facts, content_of(package));
    }
    set
}

/// The SHA-256 of the `.deb` file, if it is known. Differences of single files are in the report of files.
fn content_of(package: &Package) -> String {
    let download = package.download.as_ref();
    let sum = download.and_then(|download| download.sha256);
    sum.map(|sum| sum.to_string()).unwrap_or_default()
}

/// The runtimes of an image.
pub(super) fn runtimes_of_image(image: &Image) -> PackageSet {
    let mut set = PackageSet::default();
    for runtime in image.layers.iter().flat_map(|layer| &layer.runtimes) {
        let Runtime {
            name,
            version,
            licenses,
            ..
        } = runtime;
        let facts = PackageFacts {
            version: version.clone(),
            licenses: licenses.expression.clone(),
            ..PackageFacts::default()
        };
        set.add(name, facts, String::new());
    }
    set
}

/// The packages that differ, sorted by name.
pub(super) fn compare(old: &PackageSet, new: &PackageSet) -> Vec<PackageChange> {
    let names: BTreeSet<&String> = old.by_name.keys().chain(new.by_name.keys()).collect();
    let none = BTreeMap::new();
    let mut changes = Vec::new();
    for name in names {
        let of = |set: &'_ PackageSet| set.by_name.get(name).cloned();
        let (olds, news) = (
            of(old).unwrap_or(none.clone()),
            of(new).unwrap_or(none.clone()),
        );
        for (old, new) in pairs(olds, news) {
            if let Some(change) = change(old.as_ref(), new.as_ref()) {
                changes.push(PackageChange {
                    name: name.clone(),
                    change,
                    old: old.map(|(facts, _)| facts),
                    new: new.map(|(facts, _)| facts),
                });
            }
        }
    }
    changes
}

type Known = (PackageFacts, String);

/// The packages of one name, in pairs of the same architecture. If each side has one package, they are a pair.
fn pairs(
    mut olds: BTreeMap<String, Known>,
    mut news: BTreeMap<String, Known>,
) -> Vec<(Option<Known>, Option<Known>)> {
    if olds.len() == 1 && news.len() == 1 {
        let first = |packages: BTreeMap<String, Known>| packages.into_values().next();
        return vec![(first(olds), first(news))];
    }
    let architectures: BTreeSet<String> = olds.keys().chain(news.keys()).cloned().collect();
    let pair = |name: String| (olds.remove(&name), news.remove(&name));
    architectures.into_iter().map(pair).collect()
}

fn change(old: Option<&Known>, new: Option<&Known>) -> Option<Change> {
    let ((old, content), (new, other)) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => return Some(Change::Removed),
        (None, Some(_)) => return Some(Change::Added),
        (None, None) => return None,
    };
    if old.version != new.version {
        let parsed = [&old.version, &new.version].map(|text| text.parse::<Version>().ok());
        return Some(match parsed {
            [Some(old), Some(new)] if old < new => Change::Upgraded,
            [Some(old), Some(new)] if old > new => Change::Downgraded,
            _ => Change::Changed,
        });
    }
    let is_same = old == new && (content == other || content.is_empty() || other.is_empty());
    (!is_same).then_some(Change::Changed)
}
