//! Tests whether a path exists, and its properties. A symbolic link at the end of the path is tested itself; other
//! links are followed.

use std::collections::BTreeMap;

use rootfs::{lexical, Node, Root};

use super::mode::{go_mode, permissions};
use crate::config::{expand, ExecutableBy, ExistenceTest};

/// The problems of a test. `env` are the variables to replace in the path, if any.
pub(super) fn problems(
    test: &ExistenceTest,
    env: Option<&BTreeMap<String, String>>,
    root: &Root,
) -> Vec<String> {
    let path = match env {
        Some(env) => expand(&test.path, |name| env.get(name).cloned()),
        None => test.path.clone(),
    };
    let shown = if path == test.path {
        format!("`{path}`")
    } else {
        format!("`{path}` (`{}`)", test.path)
    };
    let mut problems = match (find(root, &path), test.should_exist) {
        (Err(_), false) => return Vec::new(),
        (Err(why), true) => return vec![format!("{shown} should exist: {why}")],
        (Ok(node), false) => {
            let noun = node.kind.noun();
            return vec![format!("{shown} should not exist, but is a {noun}")];
        }
        (Ok(node), true) => facts(test, node),
    };
    for problem in &mut problems {
        *problem = format!("{shown}: {problem}");
    }
    problems
}

fn facts(test: &ExistenceTest, node: &Node) -> Vec<String> {
    let mut problems = Vec::new();
    let found = go_mode(node);
    if let Some(expected) = test.permissions.as_ref().filter(|mode| **mode != found) {
        problems.push(format!(
            "expected permissions `{expected}`, found `{found}`"
        ));
    }
    let execute = test.executable_by.map(|by| match by {
        ExecutableBy::Any => (0o111, "anyone"),
        ExecutableBy::Owner => (0o100, "its owner"),
        ExecutableBy::Group => (0o010, "its group"),
        ExecutableBy::Other => (0o001, "others"),
    });
    if let Some((bits, whom)) = execute {
        if permissions(node) & bits == 0 {
            let problem = format!("expected to be executable by {whom}, found `{found}`");
            problems.push(problem);
        }
    }
    for (name, expected, found) in [("uid", test.uid, node.uid), ("gid", test.gid, node.gid)] {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            problems.push(format!("expected {name} {expected}, found {found}"));
        }
    }
    problems
}

/// The file at a path. The error says why there is none.
fn find<'a>(root: &'a Root, path: &str) -> Result<&'a Node, String> {
    let path = lexical(path);
    let (directory, name) = match path.rsplit_once('/') {
        Some((directory, name)) => (directory, name),
        None => ("", path.as_ref()),
    };
    let (directory, node) = root.resolve(directory).map_err(|why| why.to_string())?;
    if node.kind != rootfs::Kind::Directory {
        return Err(format!("`/{directory}` is a {}", node.kind.noun()));
    }
    let place = match (directory.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (false, true) => directory,
        (false, false) => format!("{directory}/{name}"),
    };
    root.get(&place)
        .ok_or_else(|| format!("`/{place}` does not exist"))
}
