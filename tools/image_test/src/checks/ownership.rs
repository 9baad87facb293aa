//! Check `ownership`: each file is that of one package, as the package has it, or declared to be made.
//!
//! A package owns what its list of MD5 sums names. Lists leave out links and what lies below `etc` for administrators to change:
//! of those it owns what the layer has that has its file in status.d, where the layer is that of no other package.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;
use md5::{Digest, Md5};
use rootfs::{spell, Inode, Kind, Node, Raw, Root, Visitor};
use tarball::Entry;

use super::declared::{Declared, Section};
use super::packages::{status_of, Packages};
use super::{verdict, Judged};

/// What the check takes from the layers as they go by.
#[derive(Debug, Default)]
pub(crate) struct Ownership {
    current: Option<Inode>,
    hash: Option<Md5>,
    sums: BTreeMap<Inode, [u8; 16]>,
    /// The links of each layer, and its files below `etc`: what no list names.
    unlisted: BTreeMap<String, BTreeSet<usize>>,
}

impl Ownership {
    pub(crate) fn judge(
        &self,
        root: &Root,
        packages: &Packages,
        layers: &[String],
        declared: &Declared,
    ) -> Vec<Judged> {
        let claims = Claims::of(root, packages, self);
        let mut owners = Vec::new();
        let mut contents = Vec::new();
        // Folders are shared; devices and pipes are the affair of `layers`.
        let owned = |node: &Node| matches!(node.kind, Kind::File { .. } | Kind::Link { .. });
        for (path, node) in root.iter().filter(|(_, node)| owned(node)) {
            let made = || declared.allows(Section::Generated, path);
            if let Some(problem) = claims.problem(path, node, layers) {
                if !made() {
                    owners.push(problem);
                }
            } else if let Some(problem) = self.other_content(&claims, path, node) {
                if !made() {
                    contents.push(problem);
                }
            }
        }
        for (path, listed) in &claims.listed {
            let is_file = root
                .get(path)
                .is_some_and(|node| matches!(node.kind, Kind::File { .. }));
            if !is_file && !declared.allows(Section::Generated, path) {
                for (name, _) in listed {
                    contents.push(format!(
                        "package {name} lists `{path}`, which is no file of the image"
                    ));
                }
            }
        }
        owners.extend(declared.unused(Section::Generated));
        vec![
            verdict("every package is described", packages.problems.clone()),
            verdict("every file belongs to one package", owners),
            verdict("every file is as its package lists it", contents),
        ]
    }

    fn other_content(&self, claims: &Claims<'_>, path: &str, node: &Node) -> Option<String> {
        let (name, expected) = claims.listed.get(path)?.first()?;
        let sum = self.sums.get(&node.inode?)?;
        let found: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        (found != *expected).then(|| {
            format!("`{path}` has the MD5 sum {found}, and package {name} lists {expected}")
        })
    }
}

/// Which package claims what.
struct Claims<'a> {
    packages: &'a Packages,
    /// The package whose layer a layer is.
    layers: BTreeMap<usize, &'a str>,
    /// Real path → packages that list it, with the sum.
    listed: BTreeMap<String, Vec<(&'a str, &'a str)>>,
    unlisted: &'a BTreeMap<String, BTreeSet<usize>>,
}

impl<'a> Claims<'a> {
    fn of(root: &Root, packages: &'a Packages, seen: &'a Ownership) -> Self {
        let mut layers: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        let mut listed: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
        for (name, package) in &packages.by_name {
            layers.entry(package.layer).or_default().push(name);
            for (path, sum) in package.sums.iter().flatten() {
                listed
                    .entry(real(root, path))
                    .or_default()
                    .push((name, sum));
            }
        }
        let layers = layers.into_iter().filter(|(_, names)| names.len() == 1);
        Self {
            packages,
            layers: layers
                .flat_map(|(layer, names)| Some((layer, *names.first()?)))
                .collect(),
            listed,
            unlisted: &seen.unlisted,
        }
    }

    /// Why a file or link is not that of exactly one package.
    fn problem(&self, path: &str, node: &Node, layers: &[String]) -> Option<String> {
        // What is wrong with these is said of the packages.
        if status_of(path).is_some() {
            return None;
        }
        let layer = match layers.get(node.layer).map(String::as_str) {
            None | Some("") => node.layer.to_string(),
            Some(text) => format!("{} ({text})", node.layer),
        };
        let listed = self.listed.get(path).into_iter().flatten();
        let mut owners: BTreeSet<&str> = listed.map(|(name, _)| *name).collect();
        let layers = self.unlisted.get(path).into_iter().flatten();
        owners.extend(layers.filter_map(|layer| self.layers.get(layer)));
        let own = self.layers.get(&node.layer);
        let lists = |name: &&&str| self.packages.by_name[**name].sums.is_some();
        match (owners.len(), own) {
            (1, _) => {
                // A layer that is no package's may replace what a package has, where that is declared.
                let replaced = own.is_none() && !self.listed.contains_key(path);
                replaced
                    .then(|| format!("`{path}` belongs to no package: layer {layer} has it anew"))
            }
            (0, None) => Some(format!(
                "`{path}` belongs to no package: layer {layer} has it"
            )),
            (0, Some(name)) => Some(name).filter(lists).map(|name| {
                format!("`{path}` is in the layer of package {name}, which does not list it")
            }),
            _ => {
                let owners: Vec<&str> = owners.into_iter().collect();
                Some(format!(
                    "`{path}` belongs to packages {}",
                    owners.join(" and ")
                ))
            }
        }
    }
}

/// Where a path really is: folders above it may be links (`lib` in a merged `/usr`).
fn real(root: &Root, path: &str) -> String {
    let Some((folder, name)) = path.rsplit_once('/') else {
        return path.to_owned();
    };
    match root.resolve(folder) {
        Ok((folder, _)) => format!("{folder}/{name}"),
        Err(_) => path.to_owned(),
    }
}

impl Visitor for Ownership {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> Result<()> {
        self.current = Some(raw.inode);
        Ok(())
    }

    fn wants_pieces(&mut self, _layer: usize, _entry: &Entry) -> bool {
        self.hash = Some(Md5::new());
        true
    }

    fn piece(&mut self, _layer: usize, _entry: &Entry, piece: &[u8]) -> Result<()> {
        if let Some(hash) = &mut self.hash {
            hash.update(piece);
        }
        Ok(())
    }

    fn entry(&mut self, layer: usize, entry: &Entry, _content: &[u8]) -> Result<()> {
        let path = spell(entry.path.as_bytes()).into_owned();
        let is_file = matches!(entry.kind, tarball::Kind::File { .. });
        let is_folder = entry.kind == tarball::Kind::Directory;
        if !is_folder && (!is_file || path.starts_with("etc/")) {
            self.unlisted.entry(path).or_default().insert(layer);
        }
        let (Some(inode), Some(hash)) = (self.current, self.hash.take()) else {
            return Ok(());
        };
        if is_file {
            self.sums.insert(inode, hash.finalize().into());
        }
        Ok(())
    }
}
