use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::budget::STEPS;
use crate::nodes::Nodes;
use crate::{Kind, Node};

/// The limit of Linux for the links in one path.
const MAX_LINKS: usize = 40;

/// The file system of a container: every path after whiteouts, opaque directories and hard links.
///
/// Paths are text without a leading slash, `usr/bin/env`; the root itself is the empty path. Bytes that are not UTF-8
/// are escaped ([`spell`](crate::spell)).
#[derive(Clone, Debug, Default)]
pub struct Root {
    pub(crate) nodes: Nodes,
    pub(crate) problems: Vec<String>,
    pub(crate) steps: Steps,
}

/// Number of path components of link targets that were followed.
#[derive(Debug, Default)]
pub(crate) struct Steps(AtomicU64);

impl Steps {
    /// Whether the limit for this image is exceeded.
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

/// The reason why a path cannot be resolved, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The reason.
    pub reason: Reason,
    /// The path up to the failing component, all links before it resolved: the missing file, the file that is not a
    /// directory, or the link of a loop.
    pub at: String,
    /// The last symbolic link that was followed, with its target.
    pub link: Option<(String, String)>,
}

/// Why the resolution of a path ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The file does not exist.
    Missing,
    /// Links form a loop, or more than 40 follow each other.
    Loop,
    /// The links of the image exceed the limit on followed components.
    TooLong,
    /// The path continues below something that is not a directory.
    NotADirectory,
}

impl Root {
    /// The node at a path; follows no links. Ignores `.` and empty components; `..` removes the component before it.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.nodes.get(&lexical(path))
    }

    /// The path as stored in the root, which can be kept without a copy, and its node.
    pub fn entry(&self, path: &str) -> Option<(&str, &Node)> {
        self.nodes.entry(&lexical(path))
    }

    /// Resolves a path, all symbolic links followed, including the last one. The result never leaves the root.
    ///
    /// # Errors
    ///
    /// The path does not exist, continues below something that is not a directory, or has too many links.
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

    /// All nodes except the root itself, sorted by the bytes of their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.nodes.iter().filter(|(path, _)| !path.is_empty())
    }

    /// Entries of the layers that no runtime could unpack, one line each. They are not in the root.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

/// The state of the resolution of a path.
struct Walk<'a> {
    root: &'a Root,
    at: String,
    link: Option<(String, String)>,
    followed: usize,
}

impl Walk<'_> {
    fn follow(&mut self, path: &str) -> Result<(), Unresolved> {
        // Remaining components, the next one last.
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
            let directory = self.at.len();
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
                    if target.starts_with('/') {
                        self.at.clear()
                    } else {
                        self.at.truncate(directory)
                    }
                    let target = target.rsplit('/').map(str::to_owned);
                    let before = parts.len();
                    parts.extend(target.map(Cow::Owned));
                    self.root.steps.spend(parts.len() - before);
                }
                Some(Kind::Directory) => {}
                Some(_) if more => return Err(self.stop(Reason::NotADirectory)),
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

/// The key of a path: removes `.` and `..` without following links, as Go's `filepath.Clean` does.
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

/// For example: "`/usr/missing` is not there (`/dangling` links to `usr/missing`)".
impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, at, link } = self;
        let why = match reason {
            Reason::Missing => "is not there",
            Reason::Loop => "is part of a loop of links",
            Reason::TooLong => "is not followed: the links of the image are too long",
            Reason::NotADirectory => "is not a directory",
        };
        match link {
            Some((link, target)) => write!(f, "`/{at}` {why} (`/{link}` links to `{target}`)"),
            None => write!(f, "`/{at}` {why}"),
        }
    }
}

impl std::error::Error for Unresolved {}
