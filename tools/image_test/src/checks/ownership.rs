//! Check `ownership`: each file belongs to one package and is unchanged, or is declared as generated.
//!
//! A package owns the files in its list of MD5 sums. The lists omit links and the configuration files below `etc`.
//! These belong to the package whose status.d file is in the same layer, if no other package has one there.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result;
use md5::{Digest, Md5};
use rootfs::{spell, Inode, Kind, Node, Raw, Root, Visitor};
use tarball::Entry;

use super::check::{Check, Collects};
use super::declared::{Declared, Section};
use super::packages::{status_of, Packages, Texts};
use super::problems::Problems;
use super::{histories, verdict, Judged};

/// Files that belong to no package, or differ from their package.
const GENERATED: Section = Section("generated");

pub(crate) const CHECK: Check = Check {
    name: "ownership",
    help: "Every file belongs to exactly one package or is listed in `--declared`",
    collects: |_| Collects {
        ownership: true,
        texts: true,
        ..Collects::NOTHING
    },
    judge: |facts| {
        let (packages, layers) = (facts.packages(), histories(facts.image));
        let (root, texts, declared) = (facts.root, facts.texts, facts.declared);
        Ok(facts
            .ownership
            .judge(root, &packages, texts, &layers, declared))
    },
    sections: &[GENERATED],
    ..Check::OF_ROOT
};

/// The data that the check collects while the layers are read.
#[derive(Debug, Default)]
pub(crate) struct Ownership {
    current: Option<Inode>,
    hash: Option<Md5>,
    /// In ascending order, as the entries are read.
    sums: Vec<(Inode, [u8; 16])>,
    /// Links, and files below `etc`, with their layers: the lists of packages do not contain them.
    unlisted: Vec<(Box<str>, u32)>,
}

impl Ownership {
    fn judge(
        &self,
        root: &Root,
        packages: &Packages,
        texts: &Texts,
        layers: &[String],
        declared: &Declared,
    ) -> Vec<Judged> {
        let claims = Claims::of(root, packages, texts, self);
        let mut owners = Problems::default();
        let mut contents = Problems::default();
        // Directories are shared; devices and pipes are checked by `layers`.
        let owned = |node: &Node| matches!(node.kind, Kind::File { .. } | Kind::Link { .. });
        for (path, node) in root.iter().filter(|(_, node)| owned(node)) {
            let made = || declared.allows(GENERATED, path);
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
        for (path, name) in &claims.lost {
            if !declared.allows(GENERATED, path) {
                contents.add(|| {
                    format!("package {name} lists `{path}`, which is not a file of the image")
                });
            }
        }
        owners.extend(declared.unused(GENERATED));
        vec![
            verdict(
                "every package has valid metadata",
                packages.problems.clone(),
            ),
            verdict("every file belongs to one package", owners),
            verdict(
                "every file has the content that its package lists",
                contents,
            ),
        ]
    }

    fn other_content(&self, claims: &Claims<'_>, path: &str, node: &Node) -> Option<String> {
        let listed = claims.listed(path).first()?;
        let inode = node.inode?;
        let at = self.sums.binary_search_by_key(&inode, |(inode, _)| *inode);
        let (_, sum) = self.sums.get(at.ok()?)?;
        (*sum != listed.sum).then(|| {
            let (found, expected) = (u128::from_be_bytes(*sum), u128::from_be_bytes(listed.sum));
            let name = listed.package;
            format!("`{path}` has MD5 sum {found:032x}, but package {name} lists {expected:032x}")
        })
    }
}

/// The paths that packages claim.
struct Claims<'a> {
    packages: &'a Packages,
    /// The package of each layer that belongs to exactly one.
    layers: BTreeMap<usize, &'a str>,
    /// Sorted by path, then by package.
    listed: Vec<Listed<'a>>,
    /// Listed paths that are not files of the image, with the package.
    lost: Vec<(String, &'a str)>,
    /// Sorted by path.
    unlisted: Vec<(&'a str, u32)>,
}

/// A line of a package's list.
#[derive(Debug)]
struct Listed<'a> {
    /// The real path.
    path: &'a str,
    package: &'a str,
    sum: [u8; 16],
}

impl<'a> Claims<'a> {
    fn of(root: &'a Root, packages: &'a Packages, texts: &Texts, seen: &'a Ownership) -> Self {
        let mut layers: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        let (mut listed, mut lost) = (Vec::new(), Vec::new());
        for (package, facts) in &packages.by_name {
            layers.entry(facts.layer).or_default().push(package);
            let Some(list) = facts.list else {
                continue;
            };
            texts.sums(list, |path, sum| {
                let path = real(root, path);
                let there = root.entry(&path);
                if let Some((path, _)) = there {
                    let line = Listed { path, package, sum };
                    listed.push(line);
                }
                if !there.is_some_and(|(_, node)| matches!(node.kind, Kind::File { .. })) {
                    lost.push((path, package.as_str()));
                }
            });
        }
        let layers = layers.into_iter().filter(|(_, names)| names.len() == 1);
        let unlisted = seen.unlisted.iter();
        let mut unlisted: Vec<_> = unlisted.map(|(path, layer)| (&**path, *layer)).collect();
        unlisted.sort_unstable();
        listed.sort_unstable_by_key(|line| (line.path, line.package));
        lost.sort_unstable();
        Self {
            packages,
            layers: layers
                .flat_map(|(layer, names)| Some((layer, *names.first()?)))
                .collect(),
            listed,
            lost,
            unlisted,
        }
    }

    fn listed(&self, path: &str) -> &[Listed<'a>] {
        same(&self.listed, |line| line.path, path)
    }

    /// Why a file or link does not belong to exactly one package.
    fn problem(&self, path: &str, node: &Node, layers: &[String]) -> Option<String> {
        // Problems of these files are reported with the packages.
        if status_of(path).is_some() {
            return None;
        }
        let layer = match layers.get(node.layer).map(String::as_str) {
            None | Some("") => node.layer.to_string(),
            Some(text) => format!("{} ({text})", node.layer),
        };
        let listed = self.listed(path);
        let mut owners: BTreeSet<&str> = listed.iter().map(|line| line.package).collect();
        let layers = same(&self.unlisted, |(path, _)| path, path).iter();
        owners.extend(layers.filter_map(|(_, layer)| self.layers.get(&(*layer as usize))));
        let own = self.layers.get(&node.layer);
        let lists = |name: &&&str| self.packages.by_name[**name].list.is_some();
        match (owners.len(), own) {
            (1, _) => {
                // A layer that belongs to no package may replace a package's file only if this is declared.
                let replaced = own.is_none() && listed.is_empty();
                replaced
                    .then(|| format!("`{path}` belongs to no package: layer {layer} replaces it"))
            }
            (0, None) => Some(format!(
                "`{path}` belongs to no package: layer {layer} contains it"
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

/// The items of a path, in a slice sorted by path.
fn same<'l, T>(all: &'l [T], of: impl Fn(&T) -> &str, path: &str) -> &'l [T] {
    let start = all.partition_point(|item| of(item) < path);
    let rest = &all[start..];
    &rest[..rest.partition_point(|item| of(item) == path)]
}

/// The real path: parent directories may be links (`lib` in a merged `/usr`).
fn real(root: &Root, path: &str) -> String {
    let Some((directory, name)) = path.rsplit_once('/') else {
        return path.to_owned();
    };
    match root.resolve(directory) {
        Ok((directory, _)) => format!("{directory}/{name}"),
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
        let path = spell(entry.path.as_bytes());
        let is_file = matches!(entry.kind, tarball::Kind::File { .. });
        let is_directory = entry.kind == tarball::Kind::Directory;
        if !is_directory && (!is_file || path.starts_with("etc/")) {
            self.unlisted.push((path.into(), layer as u32));
        }
        let (Some(inode), Some(hash)) = (self.current, self.hash.take()) else {
            return Ok(());
        };
        if is_file {
            self.sums.push((inode, hash.finalize().into()));
        }
        Ok(())
    }
}
