use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use tree::{Reason, Step};

use crate::budget::STEPS;
use crate::nodes::Nodes;
use crate::{Kind, Node};

/// The file system of a container: every path after whiteouts, opaque directories and hard links.
///
/// Paths are text without a leading slash, `usr/bin/env`; the root itself is the empty path. Bytes that are not UTF-8
/// are escaped ([`escape`](crate::escape)).
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
        let real = tree::resolve(path.as_bytes(), |at| self.step(at))?;
        let real = text(real);
        match self.nodes.get(&real) {
            Some(node) => Ok((real, node)),
            None => Err(Unresolved {
                reason: Reason::Missing,
                at: real,
                link: None,
            }),
        }
    }

    /// The file at a path, whose parents are directories. Counts the components of a link.
    fn step(&self, path: &[u8]) -> Result<Step<'_>, Reason> {
        // All paths are UTF-8, because they are escaped.
        let path = std::str::from_utf8(path).map_err(|_| Reason::Missing)?;
        let node = self.nodes.get(path).ok_or(Reason::Missing)?;
        Ok(match &node.kind {
            Kind::Link { .. } if self.steps.are_spent() => return Err(Reason::TooLong),
            Kind::Link { target } => {
                self.steps.spend(target.split('/').count());
                Step::Link(target.as_bytes())
            }
            Kind::Directory => Step::Directory,
            _ => Step::File,
        })
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

impl From<tree::Unresolved> for Unresolved {
    fn from(why: tree::Unresolved) -> Self {
        let link = why.link.map(|(link, target)| (text(link), text(target)));
        Self {
            reason: why.reason,
            at: text(why.at),
            link,
        }
    }
}

/// A path that was resolved: it consists of escaped names, which are UTF-8.
fn text(path: Vec<u8>) -> String {
    String::from_utf8(path).unwrap_or_default()
}

/// The key of a path: removes `.` and `..` without following links, as Go's `filepath.Clean` does.
pub fn lexical(path: &str) -> Cow<'_, str> {
    match tree::clean(path.as_bytes()) {
        Cow::Borrowed(clean) => Cow::Borrowed(std::str::from_utf8(clean).unwrap_or_default()),
        Cow::Owned(clean) => Cow::Owned(text(clean)),
    }
}

/// For example: "`/usr/missing` does not exist (`/dangling` links to `usr/missing`)".
impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, at, link } = self;
        let why = match reason {
            Reason::Missing => "does not exist",
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
