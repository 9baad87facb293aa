//! Check `links`: every symbolic link leads somewhere, or is declared not to.

use rootfs::{Kind, Root};

use super::declared::{Declared, Section};
use super::{verdict, Judged};

/// What the kernel or a runtime puts there before anything starts.
const AT_RUN_TIME: [&str; 3] = ["dev", "proc", "sys"];

pub(crate) fn judge(root: &Root, declared: &Declared) -> Vec<Judged> {
    let mut problems = Vec::new();
    for (path, node) in root.iter() {
        let Kind::Link { target } = &node.kind else {
            continue;
        };
        let Err(unresolved) = root.resolve(path) else {
            continue;
        };
        let top = unresolved.at.split('/').next().unwrap_or_default();
        if AT_RUN_TIME.contains(&top) || declared.allows(Section::Links, path) {
            continue;
        }
        problems.push(match unresolved.at == *path {
            true => format!("`{path}` links to `{target}` in a circle"),
            false => format!("`{path}` links to `{target}`, which leads nowhere: {unresolved}"),
        });
    }
    problems.extend(declared.unused(Section::Links));
    vec![verdict("every symbolic link leads somewhere", problems)]
}
