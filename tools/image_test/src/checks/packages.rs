//! The packages of an image as described in `var/lib/dpkg/status.d`, which scanners read as well.

use std::collections::{BTreeMap, BTreeSet};

use blob::Result as BlobResult;
use rootfs::{spell, Inode, Kind, Raw, Root, Visitor, Want};
use tarball::Entry;

/// The directory with a file `NAME` for each package, and its list of files in `NAME.md5sums`.
const STATUS: &str = "var/lib/dpkg/status.d/";

/// The suffix of the lists.
const SUMS: &str = ".md5sums";

/// The largest size of a file. The largest list in Debian is below 2 MiB.
const MAX_TEXT: u64 = 16 * 1024 * 1024;

/// The description of a package.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) version: String,
    pub(crate) architecture: String,
    /// The name of the source package: the package's own name if there is no field `Source` (Debian Policy, 5.6.1).
    pub(crate) source: String,
    /// The layer that contains its status.d file.
    pub(crate) layer: usize,
    /// The list of its files ([`Texts::sums`]); `None` if it has no list.
    pub(crate) list: Option<Inode>,
}

/// The packages, with their names as keys.
#[derive(Debug, Default)]
pub(crate) struct Packages {
    pub(crate) by_name: BTreeMap<String, Package>,
    pub(crate) problems: Vec<String>,
}

/// The package of a path in status.d, and whether the path is its list.
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
    /// Reads the packages of a root.
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
            match described(name, text(path).unwrap_or_default()) {
                Ok(package) => {
                    let package = Package {
                        layer: node.layer,
                        ..package
                    };
                    packages.by_name.insert((*name).to_owned(), package);
                }
                Err(cause) => packages.problems.push(format!("`{path}` {cause}")),
            }
        }
        for (path, node, (name, _)) in files.iter().filter(|(_, _, (_, is_list))| *is_list) {
            let Some(package) = packages.by_name.get_mut(*name) else {
                packages.problems.push(format!(
                    "`{path}` lists the files of a package that the image does not have"
                ));
                continue;
            };
            let mut lines = text(path).unwrap_or_default().split(|byte| *byte == b'\n');
            let names_none =
                |line: &[u8]| !line.trim_ascii().is_empty() && deb::md5sums(line).next().is_none();
            let wrong = lines.position(names_none);
            match wrong.map(|at| at + 1) {
                None => package.list = node.inode,
                Some(line) => packages.problems.push(format!(
                    "line {line} of `{path}` is not an MD5 sum with a path"
                )),
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

/// Parses the status.d file of a package. The error is the end of a sentence that begins with the path.
fn described(name: &str, text: &[u8]) -> Result<Package, String> {
    let text = deb::control_text(text.to_vec());
    let mut paragraphs = deb::paragraphs(&text);
    let paragraph = paragraphs
        .next()
        .transpose()
        .map_err(|error| format!("is not control data: {error}"))?;
    let paragraph = paragraph.unwrap_or_default();
    match (paragraph.get("Package"), paragraph.get("Version")) {
        (Some(package), _) if package != name => Err(format!("describes the package `{package}`")),
        (Some(_), Some(version)) if paragraphs.next().is_none() => {
            let source = paragraph.get("Source").unwrap_or(name);
            Ok(Package {
                version: version.to_owned(),
                architecture: paragraph.get("Architecture").unwrap_or_default().to_owned(),
                source: source.split(' ').next().unwrap_or_default().to_owned(),
                ..Package::default()
            })
        }
        (Some(_), Some(_)) => Err("describes more than one package".to_owned()),
        (None, _) => Err("has no field `Package`".to_owned()),
        (_, None) => Err("has no field `Version`".to_owned()),
    }
}

/// The files in status.d and os-release, collected while the layers are read.
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
        if is_package_record(entry) {
            Want::All
        } else {
            Want::Nothing
        }
    }

    fn entry(&mut self, _layer: usize, entry: &Entry, content: &[u8]) -> BlobResult<()> {
        if let Some(inode) = self.current.filter(|_| is_package_record(entry)) {
            self.files.insert(inode, content.to_vec());
        }
        Ok(())
    }
}

fn is_package_record(entry: &Entry) -> bool {
    let is_file = matches!(entry.kind, tarball::Kind::File { .. });
    let path = spell(entry.path.as_bytes());
    let tells = status_of(&path).is_some() || path.ends_with("/os-release");
    is_file && entry.size() <= MAX_TEXT && tells
}

impl Texts {
    /// Passes each path and MD5 sum of a list to `take`.
    pub(crate) fn sums(&self, list: Inode, mut take: impl FnMut(&str, [u8; 16])) {
        let text = self.files.get(&list).map(Vec::as_slice);
        for listed in deb::md5sums(text.unwrap_or_default()) {
            let digits = std::str::from_utf8(listed.sum).unwrap_or_default();
            let sum = u128::from_str_radix(digits, 16).unwrap_or_default();
            take(&spell(listed.path.as_bytes()), sum.to_be_bytes());
        }
    }

    /// The distro as in package URLs: `debian-12`, from os-release(5); `None` if the image does not declare it.
    pub(crate) fn distro(&self, root: &Root) -> Option<String> {
        let (_, node) = root.resolve("etc/os-release").ok()?;
        let text = String::from_utf8_lossy(self.files.get(&node.inode?)?);
        let value = |key: &str| {
            let mut pairs = text.lines().filter_map(|line| line.split_once('='));
            let (_, value) = pairs.find(|(name, _)| *name == key)?;
            Some(value.trim_matches(['"', '\'']).to_owned())
        };
        Some(format!("{}-{}", value("ID")?, value("VERSION_ID")?))
    }
}
