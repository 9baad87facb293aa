//! What loads what, for the folders that count beyond the file that names them.

use std::collections::{BTreeMap, BTreeSet};

use super::elf::Elf;
use super::loader::{own_folders, Found, Image};

/// What loads a file, by real paths.
pub(crate) type Parents<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub(crate) fn parents<'a>(image: &Image<'a>) -> Parents<'a> {
    let mut parents = Parents::new();
    for (path, elf) in &image.files {
        for name in &elf.needed {
            if let Found::Library(real, _) = image.find(path, elf, name, &[]) {
                parents.entry(real).or_default().insert(path);
            }
        }
    }
    parents
}

/// The folders of `DT_RPATH` of all that loads a file, which count for it too unless it has a `DT_RUNPATH`.
pub(crate) fn inherited(
    image: &Image<'_>,
    path: &str,
    elf: &Elf,
    parents: &Parents<'_>,
) -> Vec<String> {
    let mut folders = Vec::new();
    if elf.runpath.is_some() && !image.has_musl(elf) {
        return folders;
    }
    let (mut seen, mut next) = (BTreeSet::new(), vec![path]);
    while let Some(path) = next.pop() {
        for parent in parents.get(path).into_iter().flatten() {
            if seen.insert(parent) {
                folders.extend(own_folders(parent, image.files[parent]));
                next.push(parent);
            }
        }
    }
    folders
}
