use std::collections::{BTreeMap, BTreeSet};

use crate::Packages;

/// The packages that own the files of an image.
///
/// A package owns the files in its list of MD5 sums. The lists omit links and the configuration files below `etc`.
/// These belong to the package whose status.d file is in the same layer, if no other package has one there.
#[derive(Debug)]
pub struct Owners<'a> {
    /// The package of each layer that belongs to exactly one.
    layers: BTreeMap<usize, &'a str>,
    /// Sorted by path, then by package.
    listed: Vec<Listed<'a>>,
    /// Listed paths that are not files of the image, with the package.
    missing: Vec<(String, &'a str)>,
    /// Sorted by path.
    unlisted: Vec<(&'a str, usize)>,
}

/// A line of a package's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<'a> {
    /// The real path.
    pub path: &'a str,
    /// The name of the package.
    pub package: &'a str,
    /// The MD5 sum.
    pub sum: [u8; 16],
}

/// The file of a listed path. The directories above it may be links, as `lib` in a merged `/usr`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealPath<'a> {
    /// The path with the links of its directories resolved.
    pub path: String,
    /// The same path, as the image has it; `None` if the image does not have it.
    pub found: Option<&'a str>,
    /// Whether it is a regular file.
    pub is_file: bool,
}

impl<'a> Owners<'a> {
    /// Assigns the files of an image to its packages.
    ///
    /// - `real`: finds the file of a listed path.
    /// - `unlisted`: the real paths of links and of files below `etc`, each with its layer.
    pub fn of(
        packages: &'a Packages<'a>,
        real: impl Fn(&str) -> RealPath<'a>,
        mut unlisted: Vec<(&'a str, usize)>,
    ) -> Self {
        let mut layers: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        let (mut listed, mut missing) = (Vec::new(), Vec::new());
        for (name, package) in &packages.by_name {
            layers.entry(package.layer).or_default().push(name);
            package.files(|path, sum| {
                let real = real(path);
                let package = name.as_str();
                listed.extend(real.found.map(|path| Listed { path, package, sum }));
                if !real.is_file {
                    missing.push((real.path, package));
                }
            });
        }
        let single = layers.into_iter().filter(|(_, names)| names.len() == 1);
        unlisted.sort_unstable();
        listed.sort_unstable_by_key(|line| (line.path, line.package));
        missing.sort_unstable();
        Self {
            layers: single
                .flat_map(|(layer, names)| Some((layer, *names.first()?)))
                .collect(),
            listed,
            missing,
            unlisted,
        }
    }

    /// The lines of all lists for a path.
    pub fn listed(&self, path: &str) -> &[Listed<'a>] {
        equal(&self.listed, |line| line.path, path)
    }

    /// Listed paths that are not files of the image, with the package, sorted.
    pub fn missing(&self) -> &[(String, &'a str)] {
        &self.missing
    }

    /// The package of a layer that belongs to exactly one.
    pub fn of_layer(&self, layer: usize) -> Option<&'a str> {
        self.layers.get(&layer).copied()
    }

    /// The packages that a path belongs to.
    pub fn of_path(&self, path: &str) -> BTreeSet<&'a str> {
        let listed = self.listed(path).iter();
        let mut owners: BTreeSet<&str> = listed.map(|line| line.package).collect();
        let layers = equal(&self.unlisted, |(path, _)| path, path).iter();
        owners.extend(layers.filter_map(|(_, layer)| self.of_layer(*layer)));
        owners
    }
}

/// The items of a path, in a slice sorted by path.
fn equal<'l, T>(all: &'l [T], of: impl Fn(&T) -> &str, path: &str) -> &'l [T] {
    let start = all.partition_point(|item| of(item) < path);
    let rest = &all[start..];
    &rest[..rest.partition_point(|item| of(item) == path)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StatusFile;

    #[test]
    fn listed_files_and_links() {
        let sum = "00000000000000000000000000000007";
        let files = [
            (
                "var/lib/dpkg/status.d/a",
                0,
                "Package: a\nVersion: 1\n".to_owned(),
            ),
            (
                "var/lib/dpkg/status.d/b",
                1,
                "Package: b\nVersion: 1\n".to_owned(),
            ),
            (
                "var/lib/dpkg/status.d/a.md5sums",
                0,
                format!("{sum}  lib/a\n{sum}  gone\n"),
            ),
        ];
        let files: Vec<_> = files
            .iter()
            .map(|(path, layer, text)| StatusFile {
                path,
                layer: *layer,
                text: text.as_bytes(),
            })
            .collect();
        let packages = Packages::read(&files);
        let real = |path: &str| {
            let found = (path == "lib/a").then_some("usr/lib/a");
            RealPath {
                path: found.unwrap_or(path).to_owned(),
                found,
                is_file: found.is_some(),
            }
        };
        let owners = Owners::of(&packages, real, vec![("usr/link", 1), ("usr/lib/a", 1)]);
        assert_eq!(owners.of_path("usr/link"), BTreeSet::from(["b"]));
        assert_eq!(owners.of_path("usr/lib/a"), BTreeSet::from(["a", "b"]));
        assert_eq!(owners.of_path("usr/other"), BTreeSet::new());
        assert_eq!(owners.missing(), [("gone".to_owned(), "a")]);
        assert_eq!((owners.of_layer(1), owners.of_layer(2)), (Some("b"), None));
        assert_eq!(owners.listed("usr/lib/a").len(), 1);
    }
}
