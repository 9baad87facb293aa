//! Check `ownership`: each file belongs to one package and is unchanged, or is declared as generated.
//!
//! [`Owners`] says which packages own a file.

mod collect;

use image_facts::{status_file, Owners, Packages, RealPath};
use rootfs::{Kind, Node, Root};

pub(crate) use self::collect::Ownership;
use super::check::{Check, Collects};
use super::declared::{Declared, Section};
use super::problems::Problems;
use super::{verdict, CheckResult};

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
    evaluate: |facts| {
        let (packages, layers) = (facts.packages(), facts.image.histories());
        let (root, declared) = (facts.root, facts.declared);
        Ok(facts.ownership.evaluate(root, &packages, &layers, declared))
    },
    sections: &[GENERATED],
    ..Check::OF_ROOT
};

impl Ownership {
    fn evaluate(
        &self,
        root: &Root,
        packages: &Packages<'_>,
        layers: &[String],
        declared: &Declared,
    ) -> Vec<CheckResult> {
        let owned = Owned {
            packages,
            owners: self.owners(root, packages),
            layers,
        };
        let mut owners = Problems::default();
        let mut contents = Problems::default();
        // Directories are shared; devices and pipes are checked by `layers`.
        let has_owner = |node: &Node| matches!(node.kind, Kind::File { .. } | Kind::Link { .. });
        for (path, node) in root.iter().filter(|(_, node)| has_owner(node)) {
            let made = || declared.allows(GENERATED, path);
            if let Some(problem) = owned.problem(path, node) {
                if !made() {
                    owners.push(problem);
                }
            } else if let Some(problem) = self.other_content(&owned.owners, path, node) {
                if !made() {
                    contents.push(problem);
                }
            }
        }
        for (path, name) in owned.owners.missing() {
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

    fn owners<'a>(&'a self, root: &'a Root, packages: &'a Packages<'a>) -> Owners<'a> {
        let unlisted = self.unlisted.iter();
        let unlisted = unlisted.map(|(path, layer)| (&**path, *layer as usize));
        Owners::of(packages, |path| real(root, path), unlisted.collect())
    }

    fn other_content(&self, owners: &Owners<'_>, path: &str, node: &Node) -> Option<String> {
        let listed = owners.listed(path).first()?;
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

/// The packages of an image, and the files that they own.
struct Owned<'a> {
    packages: &'a Packages<'a>,
    owners: Owners<'a>,
    /// The text of each layer's history.
    layers: &'a [String],
}

impl Owned<'_> {
    /// Why a file or link does not belong to exactly one package.
    fn problem(&self, path: &str, node: &Node) -> Option<String> {
        // Problems of these files are reported with the packages.
        if status_file(path).is_some() {
            return None;
        }
        let layer = match self.layers.get(node.layer).map(String::as_str) {
            None | Some("") => node.layer.to_string(),
            Some(text) => format!("{} ({text})", node.layer),
        };
        let owners = self.owners.of_path(path);
        let own = self.owners.of_layer(node.layer);
        let has_list = |name: &&str| self.packages.by_name[*name].list.is_some();
        match (owners.len(), own) {
            (1, _) => {
                // A layer that belongs to no package may replace a package's file only if this is declared.
                let replaced = own.is_none() && self.owners.listed(path).is_empty();
                replaced
                    .then(|| format!("`{path}` belongs to no package: layer {layer} replaces it"))
            }
            (0, None) => Some(format!(
                "`{path}` belongs to no package: layer {layer} contains it"
            )),
            (0, Some(name)) => Some(name).filter(has_list).map(|name| {
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

/// The file of a listed path: parent directories may be links (`lib` in a merged `/usr`).
fn real<'a>(root: &'a Root, path: &str) -> RealPath<'a> {
    let real = path.rsplit_once('/').and_then(|(directory, name)| {
        let (directory, _) = root.resolve(directory).ok()?;
        Some(format!("{directory}/{name}"))
    });
    let path = real.unwrap_or_else(|| path.to_owned());
    let entry = root.entry(&path);
    RealPath {
        found: entry.map(|(path, _)| path),
        is_file: entry.is_some_and(|(_, node)| matches!(node.kind, Kind::File { .. })),
        path,
    }
}
