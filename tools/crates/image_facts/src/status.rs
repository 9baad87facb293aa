//! The packages of an image as described in `var/lib/dpkg/status.d`, which scanners read as well.

use std::collections::{BTreeMap, BTreeSet};

use crate::SourcePackage;

/// The directory with a file `NAME` for each package, and its list of files in `NAME.md5sums`.
pub const STATUS: &str = "var/lib/dpkg/status.d/";

/// The suffix of the lists.
const SUMS: &str = ".md5sums";

/// A file in status.d.
#[derive(Clone, Copy, Debug)]
pub struct StatusFile<'t> {
    /// Its path, without a leading slash.
    pub path: &'t str,
    /// The layer that contains it, counted from the lowest.
    pub layer: usize,
    /// Its content.
    pub text: &'t [u8],
}

/// The description of a package.
#[derive(Clone, Debug, Default)]
pub struct Package<'t> {
    /// The version.
    pub version: String,
    /// The Debian architecture, or `all`; empty if there is no such field.
    pub architecture: String,
    /// The name of the source package: the package's own name if there is no field `Source`.
    pub source: String,
    /// The layer that contains its file in status.d.
    pub layer: usize,
    /// The list of its files ([`Package::files`]); `None` if it has no list.
    pub list: Option<&'t [u8]>,
}

/// The packages of an image.
#[derive(Debug, Default)]
pub struct Packages<'t> {
    /// The packages by their names.
    pub by_name: BTreeMap<String, Package<'t>>,
    /// Files that do not describe a package, one line each.
    pub problems: Vec<String>,
}

/// The package of a path in status.d, and whether the path is its list.
pub fn status_file(path: &str) -> Option<(&str, bool)> {
    let name = path
        .strip_prefix(STATUS)
        .filter(|name| !name.contains('/'))?;
    Some(match name.strip_suffix(SUMS) {
        Some(name) => (name, true),
        None => (name, false),
    })
}

impl<'t> Packages<'t> {
    /// Reads the packages from the files in status.d. Other files are ignored.
    pub fn read(files: &[StatusFile<'t>]) -> Self {
        let mut packages = Self::default();
        for file in files {
            if let Some((name, false)) = status_file(file.path) {
                packages.add(name, file);
            }
        }
        for file in files {
            if let Some((name, true)) = status_file(file.path) {
                packages.add_list(name, file);
            }
        }
        packages
    }

    fn add(&mut self, name: &str, file: &StatusFile<'t>) {
        match Package::parse(name, file.text) {
            Ok(package) => {
                let layer = file.layer;
                let package = Package { layer, ..package };
                self.by_name.insert(name.to_owned(), package);
            }
            Err(cause) => self.problems.push(format!("`{}` {cause}", file.path)),
        }
    }

    fn add_list(&mut self, name: &str, file: &StatusFile<'t>) {
        let path = file.path;
        let Some(package) = self.by_name.get_mut(name) else {
            self.problems.push(format!(
                "`{path}` lists the files of a package that the image does not have"
            ));
            return;
        };
        let is_wrong =
            |line: &[u8]| !line.trim_ascii().is_empty() && deb::md5sums(line).next().is_none();
        let wrong = file.text.split(|byte| *byte == b'\n').position(is_wrong);
        match wrong.map(|at| at + 1) {
            None => package.list = Some(file.text),
            Some(line) => self.problems.push(format!(
                "line {line} of `{path}` is not an MD5 sum with a path"
            )),
        }
    }

    /// Name and version of each.
    pub fn versions(&self) -> BTreeSet<(&str, &str)> {
        let packages = self.by_name.iter();
        packages
            .map(|(name, package)| (name.as_str(), package.version.as_str()))
            .collect()
    }
}

impl Package<'_> {
    /// Parses the file of a package in status.d. The error is the end of a sentence that begins with the path.
    fn parse(name: &str, text: &[u8]) -> Result<Self, String> {
        let text = deb::control_text(text.to_vec());
        let mut paragraphs = deb::paragraphs(&text);
        let paragraph = paragraphs
            .next()
            .transpose()
            .map_err(|error| format!("is not control data: {error}"))?;
        let paragraph = paragraph.unwrap_or_default();
        match (paragraph.get("Package"), paragraph.get("Version")) {
            (Some(package), _) if package != name => {
                Err(format!("describes the package `{package}`"))
            }
            (Some(_), Some(version)) if paragraphs.next().is_none() => Ok(Self {
                version: version.to_owned(),
                architecture: paragraph.get("Architecture").unwrap_or_default().to_owned(),
                source: SourcePackage::parse(paragraph.get("Source").unwrap_or(name)).name,
                ..Self::default()
            }),
            (Some(_), Some(_)) => Err("describes more than one package".to_owned()),
            (None, _) => Err("has no field `Package`".to_owned()),
            (_, None) => Err("has no field `Version`".to_owned()),
        }
    }

    /// Passes path and MD5 sum of each listed file to `take`.
    pub fn files(&self, mut take: impl FnMut(&str, [u8; 16])) {
        for listed in deb::md5sums(self.list.unwrap_or_default()) {
            let digits = std::str::from_utf8(listed.sum).unwrap_or_default();
            let sum = u128::from_str_radix(digits, 16).unwrap_or_default();
            take(&tree::escape(listed.path.as_bytes()), sum.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file<'t>(path: &'t str, text: &'t str) -> StatusFile<'t> {
        let text = text.as_bytes();
        StatusFile {
            path,
            layer: 2,
            text,
        }
    }

    #[test]
    fn packages_with_their_lists() {
        let (status, sums) = (
            "Package: a\nVersion: 1:2\nArchitecture: all\nSource: src (1)\n",
            "00000000000000000000000000000007  usr/a\n",
        );
        let packages = Packages::read(&[
            file("var/lib/dpkg/status.d/a.md5sums", sums),
            file("var/lib/dpkg/status.d/a", status),
            file("var/lib/dpkg/status.d/b.md5sums", sums),
            file("var/lib/dpkg/status.d/c", status),
            file("var/lib/dpkg/status.d/d/e", status),
        ]);
        assert_eq!(
            packages.problems,
            [
                "`var/lib/dpkg/status.d/c` describes the package `a`",
                "`var/lib/dpkg/status.d/b.md5sums` lists the files of a package that the image does not have",
            ]
        );
        assert_eq!(packages.versions(), BTreeSet::from([("a", "1:2")]));
        let package = &packages.by_name["a"];
        assert_eq!((&*package.source, package.layer), ("src", 2));
        let mut files = Vec::new();
        package.files(|path, sum| files.push((path.to_owned(), u128::from_be_bytes(sum))));
        assert_eq!(files, [("usr/a".to_owned(), 7)]);
    }

    #[test]
    fn a_list_with_another_line_is_no_list() {
        let packages = Packages::read(&[
            file("var/lib/dpkg/status.d/a", "Package: a\nVersion: 1\n"),
            file("var/lib/dpkg/status.d/a.md5sums", "\nx\n"),
        ]);
        assert_eq!(
            packages.problems,
            ["line 2 of `var/lib/dpkg/status.d/a.md5sums` is not an MD5 sum with a path"]
        );
        assert!(packages.by_name["a"].list.is_none());
    }
}
