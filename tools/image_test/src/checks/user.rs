//! Check `user`: engines can start the image as its user, and programs can look up users.
//!
//! An engine looks up a name in the image's own `/etc/passwd` and `/etc/group`, as
//! <https://pkg.go.dev/github.com/moby/sys/user#GetExecUser> does; a number needs no entry. The engine reads these
//! files as root, but the program reads them as the image's user (`getpwuid(3)`).

use std::collections::BTreeSet;

use blob::Result;
use rootfs::{Image, ImageExt, Kind, Node, Root};

use super::check::Check;
use super::declared::{Declared, Section};
use super::problems::Problems;
use super::{verdict, CheckResult};

/// The highest ID that engines accept: runc stores IDs as signed 32-bit numbers.
const MAX_ID: u64 = 2_147_483_647;

/// The largest size of a user database: engines read it line by line for each start.
const MAX_ACCOUNTS: usize = 4 << 20;

/// One of the two parts of `USER[:GROUP]`.
struct Part<'a> {
    noun: &'static str,
    /// The database with its names.
    file: &'static str,
    text: &'a str,
}

/// Users and groups of the configuration that the image does not define, and user databases that not every user may
/// read.
const USERS: Section = Section("users");

pub(crate) const CHECK: Check = Check {
    name: "user",
    help:
        "Names of user and group exist in the image; everyone may read /etc/passwd and /etc/group",
    evaluate: |facts| evaluate(facts.image, facts.root, facts.declared),
    sections: &[USERS],
    ..Check::OF_ROOT
};

fn evaluate(image: &Image, root: &Root, declared: &Declared) -> Result<Vec<CheckResult>> {
    let config = image.config().config().as_ref();
    let user = config.and_then(|config| config.user().as_deref());
    let user = user.unwrap_or_default();
    let (name, group) = user.split_once(':').unwrap_or((user, ""));
    let mut unknown = Problems::default();
    for part in [
        Part {
            noun: "user",
            file: "etc/passwd",
            text: name,
        },
        Part {
            noun: "group",
            file: "etc/group",
            text: group,
        },
    ] {
        if let Some(problem) = part.problem(image, root)? {
            if !declared.allows(USERS, part.text) {
                unknown.push(format!("`User` is `{user}`: {problem}"));
            }
        }
    }
    let mut unreadable = Problems::default();
    for file in ["etc/passwd", "etc/group"] {
        if let Some(problem) = closed(root, file) {
            if !declared.allows(USERS, file) {
                unreadable.push(problem);
            }
        }
    }
    unreadable.extend(declared.unused(USERS));
    Ok(vec![
        verdict("the user exists in the image", unknown),
        verdict(
            "everyone may read the lists of users and groups",
            unreadable,
        ),
    ])
}

impl Part<'_> {
    fn problem(&self, image: &Image, root: &Root) -> Result<Option<String>> {
        let (noun, file, text) = (self.noun, self.file, self.text);
        if text.is_empty() {
            return Ok(None);
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let is_high = text.parse().map_or(true, |id: u64| id > MAX_ID);
            return Ok(is_high.then(|| format!("the highest {noun} ID is {MAX_ID}")));
        }
        let Some(content) = read(image, root, file)? else {
            return Ok(Some(format!(
                "the image has no `{file}`, which must define {noun} `{text}`"
            )));
        };
        let content = String::from_utf8_lossy(&content);
        let entries = content
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>());
        let entries: Vec<_> = entries.filter(|fields| fields.len() > 1).collect();
        let Some(entry) = entries.iter().find(|fields| fields[0] == text) else {
            let names = entries.iter().map(|fields| fields[0]);
            let nearest = message::nearest(text, names);
            let nearest = if nearest.is_empty() {
                String::new()
            } else {
                format!("; similar names: `{}`", nearest.join("`, `"))
            };
            return Ok(Some(format!("`{file}` has no {noun} `{text}`{nearest}")));
        };
        // Engines read an invalid number as 0, which is root.
        let ids = if noun == "user" { 2..4 } else { 2..3 };
        let is_id = |field: &str| field.parse().is_ok_and(|id: u64| id <= MAX_ID);
        let is_sound = ids
            .clone()
            .all(|at| entry.get(at).is_some_and(|field| is_id(field)));
        Ok((!is_sound).then(|| {
            let line = message::shorten(&entry.join(":"));
            format!("the entry `{line}` of `{file}` has no ID, so engines use that of root")
        }))
    }
}

/// Reads a file, all links followed; `None` if it does not exist.
fn read(image: &Image, root: &Root, path: &str) -> Result<Option<Vec<u8>>> {
    let Ok((_, node)) = root.resolve(path) else {
        return Ok(None);
    };
    let Some(inode) = node
        .inode
        .filter(|_| matches!(node.kind, Kind::File { .. }))
    else {
        return Ok(None);
    };
    let mut read = None;
    image.read_again(&BTreeSet::from([inode]), MAX_ACCOUNTS, &mut |_, content| {
        read = Some(content.to_vec());
        Ok(())
    })?;
    Ok(read)
}

/// Why an existing file is not readable for every user.
fn closed(root: &Root, file: &str) -> Option<String> {
    root.get(file)?;
    let Ok((path, node)) = root.resolve(file) else {
        return Some(format!("`{file}` is a link without a target"));
    };
    if !matches!(node.kind, Kind::File { .. }) {
        return Some(format!("`{file}` is a {}", node.kind.noun()));
    }
    let facts = |node: &Node| {
        let (mode, uid, gid) = (node.mode, node.uid, node.gid);
        format!("has mode {mode:04o} and owner {uid}:{gid}")
    };
    if node.mode & 0o004 == 0 {
        let facts = facts(node);
        return Some(format!("`{file}` {facts}: other users cannot read it"));
    }
    let above = path.match_indices('/').map(|(at, _)| &path[..at]);
    let mut above = std::iter::once("").chain(above);
    above.find_map(|directory| {
        let node = root.get(directory).filter(|node| node.mode & 0o001 == 0)?;
        let facts = facts(node);
        Some(format!(
            "`/{directory}` {facts}: other users cannot read `{file}`"
        ))
    })
}
