//! Check `modes`: no file or directory has unexpected permissions.

use rootfs::{Kind, Root};

use super::declared::{Declared, Section};
use super::problems::Problems;
use super::{verdict, Judged};

/// Directories that every user may write to (Filesystem Hierarchy Standard), with the sticky bit.
const FOR_ALL: [&str; 2] = ["tmp", "var/tmp"];

pub(crate) fn judge(root: &Root, declared: &Declared) -> Vec<Judged> {
    let mut problems = Problems::default();
    for (path, node) in root.iter() {
        if let Kind::Link { .. } = node.kind {
            continue;
        }
        if FOR_ALL.contains(&path) && (&node.kind, node.mode) == (&Kind::Folder, 0o1777) {
            continue;
        }
        let mut surprises = Vec::new();
        for (bits, name) in [
            (0o4000, "setuid"),
            (0o2000, "setgid"),
            (0o0002, "writable for all"),
        ] {
            if node.mode & bits != 0 {
                surprises.push(name);
            }
        }
        let mode = format!("{:04o}", node.mode);
        if surprises.is_empty() || declared.allows(Section::Modes, &format!("{path} {mode}")) {
            continue;
        }
        let (noun, surprises) = (node.kind.noun(), surprises.join(" and "));
        problems.push(format!("`{path}` is a {noun} of mode {mode}: {surprises}"));
    }
    problems.extend(declared.unused(Section::Modes));
    vec![verdict("no mode is a surprise", problems)]
}
