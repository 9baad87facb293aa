//! The packages of an image, as `var/lib/dpkg/status.d` tells of them: what scanners read, too.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result as BlobResult;
use rootfs::{spell, Inode, Kind, Raw, Root, Visitor, Want};
use tarball::Entry;

/// Where each package has a file `NAME`, and `NAME.md5sums` where it lists its files.
const STATUS: &str = "var/lib/dpkg/status.d/";

/// The end of the names of lists.
const SUMS: &str = ".md5sums";

/// The largest list of Debian is below 2 MiB.
const MAX_TEXT: u64 = 16 * 1024 * 1024;

/// What is known of a package.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) version: String,
    /// The layer that has its file in status.d.
    pub(crate) layer: usize,
    /// Path and MD5 sum of its files; `None` where it has no list.
    pub(crate) sums: Option<BTreeMap<String, String>>,
}

/// The packages by name.
#[derive(Debug, Default)]
pub(crate) struct Packages {
    pub(crate) by_name: BTreeMap<String, Package>,
    pub(crate) problems: Vec<String>,
}

/// The package that a path tells of, and whether it is its list.
pub(crate) fn status_of(path: &str) -> Option<(&str, bool)> {
    let name = path
        .strip_prefix(STATUS)
        .filter(|name| !name.contains('/'))?;
    Some(match name.strip_suffix(SUMS) {
        Some(name) => (name, true),
        None => (name, false),
    })
}

impl Packages {
    /// Those of a root.
    pub(crate) fn read(root: &Root, texts: &Texts) -> Self {
        let mut packages = Self::default();
        let text = |path: &str| {
            let inode = root.get(path)?.inode?;
            texts.files.get(&inode).map(Vec::as_slice)
        };
        let files = root
            .iter()
            .filter(|(_, node)| matches!(node.kind, Kind::File { .. }));
        let files: Vec<_> = files
            .filter_map(|(path, node)| Some((path, node, status_of(path)?)))
            .collect();
        for (path, node, (name, _)) in files.iter().filter(|(_, _, (_, is_list))| !is_list) {
            match version(name, text(path).unwrap_or_default()) {
                Ok(version) => {
                    let package = Package {
                        version,
                        layer: node.layer,
                        sums: None,
                    };
                    packages.by_name.insert((*name).to_owned(), package);
                }
                Err(cause) => packages.problems.push(format!("`{path}` {cause}")),
            }
        }
        for (path, _, (name, _)) in files.iter().filter(|(_, _, (_, is_list))| *is_list) {
            let Some(package) = packages.by_name.get_mut(*name) else {
                packages.problems.push(format!(
                    "`{path}` lists the files of a package that is not there"
                ));
                continue;
            };
            match sums(text(path).unwrap_or_default()) {
                Ok(sums) => package.sums = Some(sums),
                Err(line) => packages
                    .problems
                    .push(format!("line {line} of `{path}` is no MD5 sum with a path")),
            }
        }
        packages
    }

    /// Name and version of each.
    pub(crate) fn versions(&self) -> BTreeSet<(&str, &str)> {
        let packages = self.by_name.iter();
        packages
            .map(|(name, package)| (name.as_str(), package.version.as_str()))
            .collect()
    }
}

/// The version that a file in status.d has for the package of its name. The error is the end of a sentence.
fn version(name: &str, text: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())?;
    let mut paragraphs = deb::paragraphs(text);
    let paragraph = paragraphs
        .next()
        .transpose()
        .map_err(|error| format!("is no control data: {error}"))?;
    let paragraph = paragraph.unwrap_or_default();
    match (paragraph.get("Package"), paragraph.get("Version")) {
        (Some(package), _) if package != name => Err(format!("tells of the package `{package}`")),
        (Some(_), Some(version)) if paragraphs.next().is_none() => Ok(version.to_owned()),
        (Some(_), Some(_)) => Err("tells of more than one package".to_owned()),
        (None, _) => Err("has no field `Package`".to_owned()),
        (_, None) => Err("has no field `Version`".to_owned()),
    }
}

/// Paths and sums. The error is the number of the line that is neither.
fn sums(text: &[u8]) -> Result<BTreeMap<String, String>, usize> {
    let text = spell(text);
    let lines = text.lines().enumerate();
    let sums = lines.map(|(at, line)| {
        let (sum, path) = line
            .split_once("  ")
            .or(line.split_once(" *"))
            .ok_or(at + 1)?;
        let is_sum = sum.len() == 32 && sum.bytes().all(|byte| byte.is_ascii_hexdigit());
        let path = path.strip_prefix("./").unwrap_or(path);
        match is_sum && !path.is_empty() {
            true => Ok((path.to_owned(), sum.to_ascii_lowercase())),
            false => Err(at + 1),
        }
    });
    sums.collect()
}

/// The files in status.d, kept as the layers go by.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    current: Option<Inode>,
    files: BTreeMap<Inode, Vec<u8>>,
}

impl Visitor for Texts {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> BlobResult<()> {
        self.current = Some(raw.inode);
        Ok(())
    }

    fn wants(&mut self, _layer: usize, entry: &Entry) -> Want {
        match is_status(entry) {
            true => Want::All,
            false => Want::Nothing,
        }
    }

    fn entry(&mut self, _layer: usize, entry: &Entry, content: &[u8]) -> BlobResult<()> {
        if let Some(inode) = self.current.filter(|_| is_status(entry)) {
            self.files.insert(inode, content.to_vec());
        }
        Ok(())
    }
}

fn is_status(entry: &Entry) -> bool {
    let is_file = matches!(entry.kind, tarball::Kind::File { .. });
    is_file && entry.size() <= MAX_TEXT && status_of(&spell(entry.path.as_bytes())).is_some()
}
