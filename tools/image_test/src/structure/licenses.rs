//! Searches for unwanted licenses by their names.

use rootfs::{Kind, Root};

use super::questions::{file, Questions};
use crate::config::LicenseTest;

/// The parent of the documentation directories of Debian packages.
const FOLDER: &str = "usr/share/doc";

/// The license file of a package.
pub(super) const FILE: &str = "copyright";

/// Names that must not occur, in upper case.
const UNWANTED: [&str; 2] = ["AGPL", "WTFPL"];

/// Packages that container-structure-test skips: the copyright file of this one mentions the AGPL for a file that the
/// package does not contain.
const EXCEPTIONS: [&str; 1] = ["libgnutls30"];

/// The problems of a test.
pub(super) fn problems(test: &LicenseTest, questions: &Questions, root: &Root) -> Vec<String> {
    let mut problems = Vec::new();
    if test.debian {
        match debian(root) {
            Ok(files) => {
                for (package, path) in files {
                    check(
                        &format!("package `{package}`"),
                        &path,
                        questions,
                        root,
                        &mut problems,
                    );
                }
            }
            Err(why) => problems.push(format!("cannot list the packages: {why}")),
        }
    }
    for path in &test.files {
        check("file", path, questions, root, &mut problems);
    }
    problems
}

fn check(what: &str, path: &str, questions: &Questions, root: &Root, problems: &mut Vec<String>) {
    let shown = path.trim_start_matches('/');
    match file(root, path).map(|inode| questions.license(inode)) {
        Ok(Some(found)) => {
            problems.extend(
                found
                    .iter()
                    .map(|word| format!("{what}: `/{shown}` names {word}")),
            );
        }
        Ok(None) => problems.push(format!("{what}: no layer has the content of `/{shown}`")),
        Err(why) => problems.push(format!("{what}: cannot read its licence `/{shown}`: {why}")),
    }
}

/// The unwanted names in a license.
pub(super) fn judge(content: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(content).to_uppercase();
    let found = UNWANTED.iter().filter(|word| text.contains(**word));
    found.map(|word| (*word).to_owned()).collect()
}

/// The packages of a Debian system, with the paths of their license files. A directory that is a link belongs to
/// another package.
pub(super) fn debian(root: &Root) -> Result<Vec<(String, String)>, String> {
    let (folder, node) = root.resolve(FOLDER).map_err(|why| why.to_string())?;
    if node.kind != Kind::Folder {
        return Err(format!("`/{folder}` is a {}", node.kind.noun()));
    }
    let prefix = format!("{folder}/");
    let packages = root.iter().filter(|(_, node)| node.kind == Kind::Folder);
    let packages = packages.filter_map(|(path, _)| path.strip_prefix(&prefix));
    let packages = packages.filter(|name| !name.contains('/') && !EXCEPTIONS.contains(name));
    Ok(packages
        .map(|name| (name.to_owned(), format!("{prefix}{name}/{FILE}")))
        .collect())
}
