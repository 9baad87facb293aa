//! Additional requirements of certain runtimes.

use oci_spec::image::Config;
use rootfs::{Image, Kind, Node, Root};

use super::collect::Layers;
use crate::checks::declared::{Declared, Section};
use crate::checks::options::Profile;
use crate::checks::problems::Problems;
use crate::checks::{pattern, verdict, CheckResult};

/// Directories that a program may write to (profile `openshift`).
pub(super) const WRITABLE: Section = Section("writable");

/// The largest unpacked size of a function's image.
const LAMBDA: u64 = 10 * 1024 * 1024 * 1024;

pub(crate) fn evaluate(
    profile: Profile,
    layers: &Layers,
    image: &Image,
    root: &Root,
    declared: &Declared,
) -> Option<CheckResult> {
    let (name, problems) = match profile {
        Profile::Default => return None,
        Profile::Rootless => (
            "owners are valid for rootless engines",
            layers.rootless.clone(),
        ),
        Profile::Lambda => ("valid for AWS Lambda functions", lambda(layers, root)),
        Profile::Openshift => (
            "valid for any user of group 0",
            openshift(image, root, declared),
        ),
    };
    Some(verdict(name, problems))
}

/// Lambda runs a function as a user that is not defined in the image and has no group in it.
fn lambda(layers: &Layers, root: &Root) -> Problems {
    let mut problems = Problems::default();
    if layers.size > LAMBDA {
        problems.push(format!(
            "its files have {} bytes; the limit is {LAMBDA}",
            layers.size
        ));
    }
    for (path, node) in root.iter().filter(|(path, _)| !is_home(path)) {
        let needed = needed(node);
        if node.mode & needed != needed {
            problems.push(unreadable(path, node, "the user of a Lambda function"));
        }
    }
    problems
}

/// OpenShift runs an image as an arbitrary user of group 0 (OpenShift's guidelines for images, "Support arbitrary user
/// ids").
fn openshift(image: &Image, root: &Root, declared: &Declared) -> Problems {
    let mut problems = Problems::default();
    let config = image.config().config().clone().unwrap_or_default();
    let user = config.user().clone().unwrap_or_default();
    let user = user.split(':').next().unwrap_or_default();
    if user.is_empty() || !user.bytes().all(|byte| byte.is_ascii_digit()) {
        problems.push(format!(
            "its user is `{user}`, which may be root: only a number proves that it is not"
        ));
    }
    for (path, node) in root.iter().filter(|(path, _)| !is_home(path)) {
        if !may(node, needed(node)) {
            problems.push(unreadable(path, node, "a user of group 0"));
        }
    }
    problems.extend(needed_directories(&config, root));
    for pattern in declared.patterns(WRITABLE) {
        let mut found = root
            .iter()
            .filter(|(path, _)| pattern::fits(pattern, path))
            .peekable();
        if found.peek().is_none() {
            problems.push(format!(
                "`{pattern}` is declared in `writable`, but does not exist"
            ));
        }
        for (path, node) in found.filter(|(_, node)| node.gid != 0 || node.mode & 0o070 != 0o070) {
            let facts = facts(node);
            problems.push(format!(
                "`{path}` is declared in `writable`, but is {facts}; group 0 must have rwx"
            ));
        }
    }
    problems
}

/// The working directory must be accessible, and the program executable.
fn needed_directories(config: &Config, root: &Root) -> Vec<String> {
    let mut problems = Vec::new();
    let directory = config
        .working_dir()
        .as_deref()
        .filter(|directory| !directory.is_empty());
    let command = config
        .entrypoint()
        .iter()
        .chain(config.cmd())
        .flatten()
        .next();
    let command = command.filter(|command| command.starts_with('/'));
    for (what, path) in [
        ("working directory", directory),
        ("program", command.map(String::as_str)),
    ] {
        let Some(path) = path else {
            continue;
        };
        match root.resolve(path) {
            Ok((_, node)) if may(node, 0o001) => {}
            Ok((_, node)) => problems.push(format!(
                "its {what} `{path}` is {}, which a user of group 0 cannot use",
                facts(node)
            )),
            // A runtime creates the directory; a program may be in a volume.
            Err(_) => {}
        }
    }
    problems
}

/// Home directories are private.
fn is_home(path: &str) -> bool {
    path == "root" || path.starts_with("root/") || path.starts_with("home/")
}

/// The permission bits that every user needs.
fn needed(node: &Node) -> u32 {
    match node.kind {
        Kind::Directory => 0o005,
        Kind::File { .. } if node.mode & 0o111 != 0 => 0o005,
        Kind::File { .. } => 0o004,
        _ => 0,
    }
}

/// Whether a user of group 0 has these permissions. For a file of group 0, only the group's bits count.
fn may(node: &Node, bits: u32) -> bool {
    match node.gid {
        0 => node.mode >> 3 & bits == bits,
        _ => node.mode & bits == bits,
    }
}

fn unreadable(path: &str, node: &Node, who: &str) -> String {
    format!("`{path}` is {}, which {who} cannot read", facts(node))
}

fn facts(node: &Node) -> String {
    let Node { mode, uid, gid, .. } = node;
    format!(
        "a {} owned by {uid}:{gid} with mode {mode:04o}",
        node.kind.noun()
    )
}
