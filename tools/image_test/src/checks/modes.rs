//! Check `modes`: no file or directory has unexpected permissions.

use rootfs::{Kind, Root};

use super::check::Check;
use super::declared::{Declared, Section};
use super::problems::Problems;
use super::{verdict, CheckResult};

/// Directories that every user may write to (Filesystem Hierarchy Standard), with the sticky bit.
const FOR_ALL: [&str; 2] = ["tmp", "var/tmp"];

/// `PATH MODE`, for example `var/local 2775`.
const MODES: Section = Section("modes");

pub(crate) const CHECK: Check = Check {
    name: "modes",
    help: "No file or directory is setuid, setgid or writable by everyone",
    evaluate: |facts| Ok(evaluate(facts.root, facts.declared)),
    sections: &[MODES],
    ..Check::OF_ROOT
};

fn evaluate(root: &Root, declared: &Declared) -> Vec<CheckResult> {
    let mut problems = Problems::default();
    for (path, node) in root.iter() {
        if let Kind::Link { .. } = node.kind {
            continue;
        }
        if FOR_ALL.contains(&path) && (&node.kind, node.mode) == (&Kind::Directory, 0o1777) {
            continue;
        }
        let mut unsafe_bits = Vec::new();
        for (bits, name) in [
            (0o4000, "setuid"),
            (0o2000, "setgid"),
            (0o0002, "writable by everyone"),
        ] {
            if node.mode & bits != 0 {
                unsafe_bits.push(name);
            }
        }
        let mode = format!("{:04o}", node.mode);
        if unsafe_bits.is_empty() || declared.allows(MODES, &format!("{path} {mode}")) {
            continue;
        }
        let (noun, unsafe_bits) = (node.kind.noun(), unsafe_bits.join(" and "));
        problems.push(format!(
            "`{path}` is a {noun} with mode {mode}: {unsafe_bits}"
        ));
    }
    problems.extend(declared.unused(MODES));
    vec![verdict(
        "no file or directory is setuid, setgid or writable by everyone",
        problems,
    )]
}
