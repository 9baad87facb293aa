//! Searches for unwanted licenses by their names.

use rootfs::{Kind, Root};

use crate::config::LicenseTest;

/// The parent of the documentation directories of Debian packages.
const DIRECTORY: &str = "usr/share/doc";

/// The license file of a package.
pub(super) const FILE: &str = "copyright";

/// Names that must not occur, in upper case.
const UNWANTED: [&str; 2] = ["AGPL", "WTFPL"];

/// Packages that container-structure-test skips: the copyright file of this one mentions the AGPL for a file that the
/// package does not contain.
const EXCEPTIONS: [&str; 1] = ["libgnutls30"];

/// The problems of a test. `found` gives the problems of the license at a path; `None` if no layer has its content.
pub(super) fn problems<'a>(
    test: &LicenseTest,
    root: &Root,
    found: impl Fn(&str) -> Result<Option<&'a [String]>, String>,
) -> Vec<String> {
    let mut problems = Vec::new();
    let mut check = |what: &str, path: &str| {
        let shown = path.trim_start_matches('/');
        match found(path) {
            Ok(Some(words)) => {
                let words = words.iter();
                problems.extend(words.map(|word| format!("{what}: `/{shown}` mentions {word}")));
            }
            Ok(None) => problems.push(format!("{what}: no layer has the content of `/{shown}`")),
            Err(why) => problems.push(format!("{what}: cannot read its license `/{shown}`: {why}")),
        }
    };
    let packages = if test.debian {
        debian(root)
    } else {
        Ok(Vec::new())
    };
    for (package, path) in packages.as_deref().unwrap_or_default() {
        check(&format!("package `{package}`"), path);
    }
    for path in &test.files {
        check("file", path);
    }
    if let Err(why) = packages {
        problems.insert(0, format!("cannot list the packages: {why}"));
    }
    problems
}

/// The unwanted names in a license.
pub(super) fn evaluate(content: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(content).to_uppercase();
    let found = UNWANTED.iter().filter(|word| text.contains(**word));
    found.map(|word| (*word).to_owned()).collect()
}

/// The packages of a Debian system, with the paths of their license files. A directory that is a link belongs to
/// another package.
pub(super) fn debian(root: &Root) -> Result<Vec<(String, String)>, String> {
    let (directory, node) = root.resolve(DIRECTORY).map_err(|why| why.to_string())?;
    if node.kind != Kind::Directory {
        return Err(format!("`/{directory}` is a {}", node.kind.noun()));
    }
    let prefix = format!("{directory}/");
    let packages = root.iter().filter(|(_, node)| node.kind == Kind::Directory);
    let packages = packages.filter_map(|(path, _)| path.strip_prefix(&prefix));
    let packages = packages.filter(|name| !name.contains('/') && !EXCEPTIONS.contains(name));
    Ok(packages
        .map(|name| (name.to_owned(), format!("{prefix}{name}/{FILE}")))
        .collect())
}
