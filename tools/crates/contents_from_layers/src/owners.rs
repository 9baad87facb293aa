//! The packages that own the entries of an image.

use std::collections::BTreeMap;

use image_facts::Origin;
use rootfs::{Kind, Node};

use crate::packages::Found;
use crate::recorded::ReadRoot;
use crate::wanted::DOCUMENTATION;

/// Owners by path and by layer. A number is the position of a package.
pub(crate) struct Owners {
    by_path: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
    /// The package that owns all files of a layer, by the text of its history.
    whole: BTreeMap<usize, usize>,
    /// The package whose record is the only one of a layer: it owns links and configuration files, which lists of MD5
    /// sums omit.
    single: BTreeMap<usize, usize>,
}

impl Owners {
    /// `origins` has the history text of each layer.
    pub(crate) fn of(read: &ReadRoot, packages: &[Found], origins: &[String]) -> Self {
        let mut by_path = BTreeMap::new();
        let mut records: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut by_name = BTreeMap::new();
        for (number, package) in packages.iter().enumerate() {
            for path in &package.listed {
                if let Some((path, node)) = read.place(path) {
                    if node.kind != Kind::Directory {
                        by_path.entry(path).or_insert(number);
                    }
                }
            }
            if package.is_single {
                records.entry(package.layer).or_default().push(number);
                by_name.insert(package.id.name.clone(), number);
            }
        }
        let single = records
            .into_iter()
            .filter_map(|(layer, packages)| match packages[..] {
                [package] => Some((layer, package)),
                _ => None,
            });
        let whole = origins.iter().enumerate().filter_map(|(layer, text)| {
            let origin = Origin::parse(text);
            let id = origin.package()?;
            let number = packages.iter().position(|package| package.id == *id)?;
            Some((layer, number))
        });
        Self {
            by_path,
            by_name,
            whole: whole.collect(),
            single: single.collect(),
        }
    }

    /// The owner of an entry. Directories have no owner, because packages share them.
    pub(crate) fn of_entry(&self, path: &str, node: &Node) -> Option<usize> {
        if node.kind == Kind::Directory {
            return None;
        }
        let listed = || self.by_path.get(path);
        let named = || self.by_name.get(named_after(path)?);
        let unlisted = || {
            let is_unlisted = matches!(node.kind, Kind::Link { .. }) || path.starts_with("etc/");
            self.single.get(&node.layer).filter(|_| is_unlisted)
        };
        let whole = self.whole.get(&node.layer);
        whole
            .or_else(listed)
            .or_else(named)
            .or_else(unlisted)
            .copied()
    }
}

/// The package that a path is named after.
fn named_after(path: &str) -> Option<&str> {
    let documentation = || path.strip_prefix(DOCUMENTATION)?.split('/').next();
    match image_facts::status_file(path) {
        Some((name, _)) => Some(name),
        None => documentation(),
    }
}
