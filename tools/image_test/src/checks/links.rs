//! Check `links`: every symbolic link has a target, or is declared.

use rootfs::{Kind, Reason, Root};

use super::check::Check;
use super::declared::{Declared, Section};
use super::problems::Problems;
use super::{verdict, CheckResult};

/// Directories that the kernel or a runtime fills before a program starts.
const AT_RUN_TIME: [&str; 3] = ["dev", "proc", "sys"];

/// Symbolic links without a target.
const LINKS: Section = Section("links");

pub(crate) const CHECK: Check = Check {
    name: "links",
    help: "Every symbolic link has a target",
    evaluate: |facts| Ok(evaluate(facts.root, facts.declared)),
    sections: &[LINKS],
    ..Check::OF_ROOT
};

fn evaluate(root: &Root, declared: &Declared) -> Vec<CheckResult> {
    let mut problems = Problems::default();
    for (path, node) in root.iter() {
        let Kind::Link { target } = &node.kind else {
            continue;
        };
        let Err(unresolved) = root.resolve(path) else {
            continue;
        };
        let top = unresolved.at.split('/').next().unwrap_or_default();
        let is_followed = unresolved.reason != Reason::TooLong;
        if (is_followed && AT_RUN_TIME.contains(&top)) || declared.allows(LINKS, path) {
            continue;
        }
        let by = unresolved.link.iter().map(|(link, _)| link);
        let by = by
            .filter(|link| *link != path)
            .map(|link| format!(" (by the link `{link}`)"));
        let by: String = by.collect();
        problems.push(match unresolved.reason {
            Reason::Loop => format!("`{path}` links to `{target}`, which is a loop of links"),
            Reason::TooLong => {
                format!("`{path}` cannot be resolved: the links of the image are too long")
            }
            Reason::Missing => {
                format!(
                    "`{path}` links to `{target}`, but there is no `{}`{by}",
                    unresolved.at
                )
            }
            Reason::NotADirectory => {
                format!(
                    "`{path}` links to `{target}`, but `{}` is not a directory{by}",
                    unresolved.at
                )
            }
        });
    }
    problems.extend(declared.unused(LINKS));
    vec![verdict("every symbolic link has a target", problems)]
}
