use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::budget::STEPS;
use crate::nodes::Nodes;
use crate::{Kind, Node};

/// Linux follows no more links than this in one path.
const MAX_LINKS: usize = 40;

/// What a container finds: every path after whiteouts, opaque folders and hard links.
///
/// Paths are text without leading slash, `usr/bin/env`; the root itself is the empty path. Names that are not UTF-8 are
/// spelt out ([`spell`](crate::spell)).
#[derive(Clone, Debug, Default)]
pub struct Root {
    pub(crate) nodes: Nodes,
    pub(crate) problems: Vec<String>,
    pub(crate) steps: Steps,
}

/// How many parts of links' targets were followed.
#[derive(Debug, Default)]
pub(crate) struct Steps(AtomicU64);

impl Steps {
    /// Whether there are no more for this image.
    pub(crate) fn are_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) > STEPS
    }

    fn spend(&self, steps: usize) {
        self.0.fetch_add(steps as u64, Ordering::Relaxed);
    }
}

impl Clone for Steps {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// What stops it.
    pub reason: Reason,
    /// The path, all links before it resolved, where it stops: what is missing, or is no folder, or the link of a loop.
    pub at: String,
    /// The last symbolic link that was followed on the way, with its target.
    pub link: Option<(String, String)>,
}

/// What stops the resolution of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is nothing there.
    Missing,
    /// Links lead in a circle, or more than 40 follow each other.
    Loop,
    /// The links of the image are so long that they are not followed any more.
    TooLong,
    /// More of the path follows something that is not a folder.
    NotAFolder,
}

impl Root {
    /// What lies at a path; no link is followed. `.` and empty parts do not count, `..` takes a part away.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(&lexical(path))
    }

    /// A path as the root has it, to be kept without a copy, and what lies there.
    pub fn entry(&self, path: &str) -> Option<(&str, &Node)> {
        self.nodes.entry(&lexical(path))
    }

    /// Where a path leads with all symbolic links followed, the last one included, never out of the root.
    pub fn resolve(&self, path: &str) -> Result<(String, &Node), Unresolved> {
        let mut walk = Walk {
            root: self,
            at: String::new(),
            link: None,
            followed: 0,
        };
        walk.follow(path)?;
        match self.nodes.get(walk.at.as_str()) {
            Some(node) => Ok((walk.at, node)),
            None => Err(walk.stop(Reason::Missing)),
        }
    }

    /// Everything but the root itself, sorted by the bytes of paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().filter(|(path, _)| !path.is_empty())
    }

    /// What layers hold and no runtime could unpack, a line each: it is left out.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// A walk along a path.
struct Walk<'a> {
    root: &'a Root,
    at: String,
    link: Option<(String, String)>,
    followed: usize,
}

impl Walk<'_> {
    fn follow(&mut self, path: &str) -> Result<(), Unresolved> {
        // Parts still to go, the next one last.
        let mut parts: Vec<Cow<'_, str>> = path.rsplit('/').map(Cow::Borrowed).collect();
        while let Some(part) = parts.pop() {
            match &*part {
                "" | "." => continue,
                ".." => {
                    self.at.truncate(self.at.rfind('/').unwrap_or(0));
                    continue;
                }
                _ => {}
            }
            let folder = self.at.len();
            if !self.at.is_empty() {
                self.at.push('/');
            }
            self.at.push_str(&part);
            let more = parts.iter().any(|part| !matches!(&**part, "" | "."));
            match self.root.nodes.get(self.at.as_str()).map(|node| &node.kind) {
                None => return Err(self.stop(Reason::Missing)),
                Some(Kind::Link { target }) => {
                    if self.followed == MAX_LINKS {
                        return Err(self.stop(Reason::Loop));
                    }
                    if self.root.steps.are_spent() {
                        return Err(self.stop(Reason::TooLong));
                    }
                    self.followed += 1;
                    self.link = Some((self.at.clone(), target.to_string()));
                    match target.starts_with('/') {
                        true => self.at.clear(),
                        false => self.at.truncate(folder),
                    }
                    let target = target.rsplit('/').map(str::to_owned);
                    let before = parts.len();
                    parts.extend(target.map(Cow::Owned));
                    self.root.steps.spend(parts.len() - before);
                }
                Some(Kind::Folder) => {}
                Some(_) if more => return Err(self.stop(Reason::NotAFolder)),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn stop(&mut self, reason: Reason) -> Unresolved {
        Unresolved {
            reason,
            at: std::mem::take(&mut self.at),
            link: self.link.take(),
        }
    }
}

/// The key of a path, by its spelling alone: `.` and `..` are taken out and no link is followed, as Go's `filepath.Clean` does.
pub fn lexical(path: &str) -> Cow<'_, str> {
    let clean = |part: &str| !matches!(part, "" | "." | "..");
    let trimmed = path.strip_prefix('/').unwrap_or(path);
    if trimmed.is_empty() || trimmed.split('/').all(clean) {
        return Cow::Borrowed(trimmed);
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    Cow::Owned(parts.join("/"))
}

/// A fragment that follows the path: "leads to `usr/lib/x` by the link `lib` -> `usr/lib`, which is not there".
impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, at, link } = self;
        let why = match reason {
            Reason::Missing => "is not there",
            Reason::Loop => "is a link of a loop",
            Reason::TooLong => "is not followed: the links of the image are too long",
            Reason::NotAFolder => "is not a folder",
        };
        match link {
            Some((link, target)) => write!(f, "`/{at}` {why} (`/{link}` links to `{target}`)"),
            None => write!(f, "`/{at}` {why}"),
        }
    }
}

impl std::error::Error for Unresolved {}
