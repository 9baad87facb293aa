use std::collections::{BTreeMap, BTreeSet};

use image_contents::Image;

use super::side::Side;
use crate::report::{Change, LibraryChange};

/// The end of a symbol that is not for other source packages: glibc's libraries use such symbols of each other,
/// and they change with each version.
const PRIVATE: &str = "@GLIBC_PRIVATE";

/// A library of an image, from all files with its SONAME.
#[derive(Clone, Debug, Default)]
struct Known<'a> {
    package: Option<&'a str>,
    /// The exports; `None` if neither the contents nor the details have them.
    exports: Option<BTreeSet<&'a str>>,
}

/// The libraries that differ: those whose symbols disappear first, then by SONAME.
pub(super) fn compare(old: (&Side, &Image), new: (&Side, &Image)) -> Vec<LibraryChange> {
    let (olds, news) = (libraries(old.0, old.1), libraries(new.0, new.1));
    let names: BTreeSet<&str> = olds.keys().chain(news.keys()).copied().collect();
    let exported = news.values().filter_map(|known| known.exports.as_ref());
    let exported: BTreeSet<&str> = exported.flatten().copied().collect();
    let changes = names
        .into_iter()
        .filter_map(|soname| change(soname, olds.get(soname), news.get(soname), &exported));
    let mut changes: Vec<LibraryChange> = changes.collect();
    changes.sort_by_key(|change| !change.is_break());
    changes
}

/// `exported` has the symbols of all libraries on the new side.
fn change(
    soname: &str,
    old: Option<&Known>,
    new: Option<&Known>,
    exported: &BTreeSet<&str>,
) -> Option<LibraryChange> {
    let known = [new, old].into_iter().flatten();
    let package = known.filter_map(|known| known.package).next();
    let mut report = LibraryChange {
        soname: soname.to_owned(),
        change: Change::Changed,
        package: package.map(str::to_owned),
        removed_symbols: Vec::new(),
        moved_symbols: Vec::new(),
        added_symbols: Vec::new(),
    };
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old.exports.as_ref()?, new.exports.as_ref()?),
        (Some(_), None) => {
            report.change = Change::Removed;
            return Some(report);
        }
        _ => {
            report.change = Change::Added;
            return Some(report);
        }
    };
    let only = |own: &BTreeSet<&str>, others: &BTreeSet<&str>| -> Vec<String> {
        let names = own.difference(others);
        names.map(|name| (*name).to_owned()).collect()
    };
    let (moved, removed) = only(old, new)
        .into_iter()
        .partition(|name| exported.contains(&**name));
    (report.moved_symbols, report.removed_symbols) = (moved, removed);
    report.added_symbols = only(new, old);
    (old != new).then_some(report)
}

fn libraries<'a>(side: &Side<'a>, image: &'a Image) -> BTreeMap<&'a str, Known<'a>> {
    let packages = owners(image);
    let mut libraries: BTreeMap<&str, Known> = BTreeMap::new();
    for library in image.layers.iter().flat_map(|layer| &layer.libraries) {
        let Some(soname) = library.soname.as_deref() else {
            continue;
        };
        let known = libraries.entry(soname).or_default();
        known.package = known.package.or(packages.get(&*library.path).copied());
        let key = (library.path.clone(), soname.to_owned());
        let names = match &library.exports[..] {
            [] => side.symbols.get(&key).map(Vec::as_slice),
            names => Some(names),
        };
        if let Some(names) = names {
            let names = names.iter().map(|name| &**name);
            let names = names.filter(|name| !name.ends_with(PRIVATE));
            known.exports.get_or_insert_default().extend(names);
        }
    }
    libraries
}

/// The packages of files.
fn owners(image: &Image) -> BTreeMap<&str, &str> {
    let packages = image.layers.iter().flat_map(|layer| &layer.packages);
    let pairs = packages.flat_map(|package| {
        let entries = package.entries.iter();
        entries.map(|entry| (&*entry.path, &*package.id.name))
    });
    pairs.collect()
}
