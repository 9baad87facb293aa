//! The merged tree of all parts so far.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};

use blob::{Error, Result, Spooled};
use tarball::{Digests, Entry, EntryPath, Kind, MAX_ENTRIES};

/// The maximum total size of names and link targets, which may have 4096 bytes each.
const MAX_NAMES: usize = 64 * 1024 * 1024;

/// The directory with a file for each package in a layer.
const REGISTERED: &[u8] = b"var/lib/dpkg/status.d/";

/// The content of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    pub(crate) piece: Spooled,
    /// `None` if they are not known before the content is read.
    pub(crate) digests: Option<Digests>,
}

/// Mode, owner and group.
type Facts = (u32, u64, u64);

/// The mode and owner of a directory without an entry.
const PLAIN: Facts = (0o755, 0, 0);

/// The paths so far, and their files. Hard links are several paths of one file.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    names: BTreeMap<EntryPath, Name>,
    files: Vec<(Entry, Stored)>,
    /// The total size of names and targets so far.
    bytes: usize,
    /// Directories that exist with another mode or owner than in the current part.
    other: Vec<(EntryPath, Facts)>,
    /// Whether the current part contains a package.
    registered: bool,
}

#[derive(Debug)]
struct Name {
    node: Node,
    part: usize,
    /// Whether this is a parent directory without an entry.
    implied: bool,
}

#[derive(Debug)]
enum Node {
    /// A path of a file: its index in the list of files.
    File(usize),
    /// A directory or a symbolic link.
    Other(Entry),
}

/// The reason why an entry cannot be added.
#[derive(Debug)]
pub(crate) enum Problem {
    Error(Error),
    Flip(Flip),
}

/// A path that is a directory in one part and not in another.
#[derive(Debug)]
pub(crate) struct Flip {
    pub(crate) path: EntryPath,
    pub(crate) now: &'static str,
    pub(crate) before: &'static str,
    /// The index of the earlier part.
    pub(super) part: usize,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// An entry of the merged layer.
pub(crate) struct MergedEntry<'a> {
    pub(super) path: &'a EntryPath,
    /// The entry, or for a hard link the entry of its file.
    pub(super) entry: &'a Entry,
    pub(super) content: Content<'a>,
}

pub(crate) enum Content<'a> {
    None,
    Stored(Stored),
    /// The first path of the same file.
    NameOf(&'a EntryPath),
}

impl Tree {
    /// Adds an entry; it replaces an earlier one at the same path.
    pub(crate) fn add(
        &mut self,
        part: usize,
        entry: Entry,
        content: Option<Stored>,
    ) -> std::result::Result<(), Problem> {
        let path = entry.path.clone();
        if self.names.len().max(self.files.len()) >= MAX_ENTRIES {
            let cause = format!("the layer would have more than {MAX_ENTRIES} entries");
            return Err(Error::cannot("add entry", &path, cause).into());
        }
        self.bytes = self.bytes.saturating_add(name_bytes(&entry));
        if self.bytes > MAX_NAMES {
            let cause = format!("the names of the layer would have more than {MAX_NAMES} bytes");
            return Err(Error::cannot("add entry", &path, cause).into());
        }
        self.registered |= path.as_bytes().starts_with(REGISTERED);
        self.imply_parents(part, &entry)?;
        let node = match (content, &entry.kind) {
            (Some(content), _) => {
                self.files.push((entry, content));
                Node::File(self.files.len() - 1)
            }
            (None, Kind::Hardlink { target }) => Node::File(self.linked(&path, target)?),
            (None, _) => Node::Other(entry),
        };
        let implied = false;
        let now = self.noun(&node);
        let mut name = Name {
            node,
            part,
            implied,
        };
        match self.names.entry(path) {
            Slot::Vacant(slot) => {
                slot.insert(name);
            }
            Slot::Occupied(mut slot) => {
                if is_directory(&slot.get().node) != is_directory(&name.node) {
                    let path = slot.key().clone();
                    return Err(self.flip(path, now));
                }
                let other = keep_directory(slot.get(), &mut name);
                if let Some(facts) = other.filter(|_| slot.get().part != part) {
                    self.other.push((slot.key().clone(), facts));
                }
                slot.insert(name);
            }
        }
        Ok(())
    }

    /// Gives the file at a path the mode, owner and time of this entry, which added the path.
    pub(crate) fn describe(&mut self, entry: &Entry) {
        let Some(Node::File(number)) = self.names.get(&entry.path).map(|name| &name.node) else {
            return;
        };
        let file = &mut self.files[*number].0;
        (file.mode, file.uid, file.gid) = (entry.mode, entry.uid, entry.gid);
        file.mtime = entry.mtime;
    }

    /// Ends a part. If it may change directories, applies its modes and owners to those that existed.
    pub(super) fn end_part(&mut self, changes_directories: bool) {
        let registered = std::mem::take(&mut self.registered);
        for (path, facts) in std::mem::take(&mut self.other) {
            let changes = changes_directories && !registered && facts != PLAIN;
            match self.names.get_mut(&path).map(|name| &mut name.node) {
                Some(Node::Other(entry)) if changes => {
                    (entry.mode, entry.uid, entry.gid) = facts;
                }
                _ => {}
            }
        }
    }

    /// The word for the file type at a path, if a part has an entry for it.
    pub(crate) fn noun_at(&self, path: &EntryPath) -> Option<&'static str> {
        let name = self.names.get(path).filter(|name| !name.implied)?;
        Some(self.noun(&name.node))
    }

    /// Adds missing parent directories with mode 0755, owner root and the time of the entry.
    fn imply_parents(&mut self, part: usize, entry: &Entry) -> std::result::Result<(), Problem> {
        let mut path = entry.path.parent();
        while let Some(directory) = path.filter(|directory| !directory.is_root()) {
            match self.names.get(&directory) {
                Some(name) if is_directory(&name.node) => return Ok(()),
                Some(_) => return Err(self.flip(directory, Kind::Directory.noun())),
                None => {}
            }
            path = directory.parent();
            let node = Node::Other(Entry::directory(directory.clone(), entry.mtime));
            let implied = true;
            self.names.insert(
                directory,
                Name {
                    node,
                    part,
                    implied,
                },
            );
        }
        Ok(())
    }

    /// The file that a hard link points to.
    fn linked(&self, path: &EntryPath, target: &EntryPath) -> Result<usize> {
        let cause = match self.names.get(target).map(|name| &name.node) {
            Some(Node::File(file)) => return Ok(*file),
            Some(other) => {
                let noun = self.noun(other);
                format!("it is a hard link to `{target}`, which is a {noun}")
            }
            None => format!("it is a hard link to `{target}`, which does not exist"),
        };
        Err(Error::cannot("add entry", path, cause))
    }

    fn noun(&self, node: &Node) -> &'static str {
        match node {
            Node::File(number) => self.files[*number].0.kind.noun(),
            Node::Other(entry) => entry.kind.noun(),
        }
    }

    fn flip(&self, path: EntryPath, now: &'static str) -> Problem {
        let name = &self.names[&path];
        let (before, part) = (self.noun(&name.node), name.part);
        Problem::Flip(Flip {
            path,
            now,
            before,
            part,
        })
    }

    /// The entries of the merged layer that `wanted` accepts, sorted by path. The first path of a file has its content.
    pub(crate) fn in_order<'a>(
        &'a self,
        mut wanted: impl FnMut(&EntryPath, &Entry) -> bool + 'a,
    ) -> impl Iterator<Item = MergedEntry<'a>> {
        let mut first: HashMap<usize, &EntryPath> = HashMap::new();
        let names = self.names.iter();
        let names = names.filter(move |(path, name)| match &name.node {
            Node::Other(entry) => wanted(path, entry),
            Node::File(number) => wanted(path, &self.files[*number].0),
        });
        names.map(move |(path, name)| match &name.node {
            Node::Other(entry) => MergedEntry {
                path,
                entry,
                content: Content::None,
            },
            Node::File(number) => {
                let (entry, stored) = &self.files[*number];
                let content = match first.get(number) {
                    Some(first) => Content::NameOf(first),
                    None => Content::Stored(*stored),
                };
                first.entry(*number).or_insert(path);
                MergedEntry {
                    path,
                    entry,
                    content,
                }
            }
        })
    }
}

/// Gives a directory the mode and owner of the earlier one. Returns its own mode and owner if they are different.
fn keep_directory(before: &Name, now: &mut Name) -> Option<Facts> {
    let (Node::Other(before), Node::Other(now), false) =
        (&before.node, &mut now.node, before.implied)
    else {
        return None;
    };
    if now.kind != Kind::Directory {
        return None;
    }
    let kept = (before.mode, before.uid, before.gid);
    let own = (now.mode, now.uid, now.gid);
    (now.mode, now.uid, now.gid) = kept;
    (own != kept).then_some(own)
}

fn name_bytes(entry: &Entry) -> usize {
    let target = match &entry.kind {
        Kind::Symlink { target } => target.len(),
        _ => 0,
    };
    entry.path.as_bytes().len() + target
}

fn is_directory(node: &Node) -> bool {
    matches!(node, Node::Other(entry) if entry.kind == Kind::Directory)
}
