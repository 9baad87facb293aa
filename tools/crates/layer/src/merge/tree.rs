//! What lies where after all parts so far.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};

use blob::{Error, Result, Spooled};
use tarball::{Entry, EntryPath, Kind};

/// More entries than this are not a layer: each costs memory.
const MAX_ENTRIES: usize = 1_000_000;

/// The names so far, and the files that they are names of.
#[derive(Debug, Default)]
pub(super) struct Tree {
    names: BTreeMap<EntryPath, Name>,
    files: Vec<(Entry, Spooled)>,
}

#[derive(Debug)]
struct Name {
    what: What,
    part: usize,
}

#[derive(Debug)]
enum What {
    /// A name of a file, by its place in the list of files.
    File(usize),
    /// A folder or a symbolic link.
    Other(Entry),
}

/// Why an entry cannot be added.
#[derive(Debug)]
pub(super) enum Trouble {
    Error(Error),
    Flip(Flip),
}

/// A path that is a directory on one side only.
#[derive(Debug)]
pub(super) struct Flip {
    pub(super) path: EntryPath,
    pub(super) now: &'static str,
    pub(super) before: &'static str,
    /// The part that had it before.
    pub(super) part: usize,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// An entry of the merged layer.
pub(super) struct Placed<'a> {
    pub(super) path: &'a EntryPath,
    /// Its facts; those of its file, where it is a name of one.
    pub(super) entry: &'a Entry,
    pub(super) content: Content<'a>,
}

pub(super) enum Content<'a> {
    None,
    Spooled(Spooled),
    /// The first name of the same file.
    NameOf(&'a EntryPath),
}

impl Tree {
    /// Puts an entry where it belongs, over what was there.
    pub(super) fn add(
        &mut self,
        part: usize,
        entry: Entry,
        content: Option<Spooled>,
    ) -> std::result::Result<(), Trouble> {
        let path = entry.path.clone();
        if self.names.len() >= MAX_ENTRIES {
            let cause = format!("the layer would have more than {MAX_ENTRIES} entries");
            return Err(Error::cannot("add entry", &path, cause).into());
        }
        self.imply_parents(part, &entry)?;
        let what = match (content, &entry.kind) {
            (Some(content), _) => {
                self.files.push((entry, content));
                What::File(self.files.len() - 1)
            }
            (None, Kind::Hardlink { target }) => What::File(self.linked(&path, target)?),
            (None, _) => What::Other(entry),
        };
        let (now, name) = (self.noun(&what), Name { what, part });
        match self.names.entry(path) {
            Slot::Vacant(slot) => {
                slot.insert(name);
            }
            Slot::Occupied(mut slot) => {
                if is_folder(&slot.get().what) != is_folder(&name.what) {
                    let path = slot.key().clone();
                    return Err(self.flip(path, now));
                }
                slot.insert(name);
            }
        }
        Ok(())
    }

    /// Folders that nobody described are as a layer has them: 0755, root's, of the time of what needs them.
    fn imply_parents(&mut self, part: usize, entry: &Entry) -> std::result::Result<(), Trouble> {
        let mut path = entry.path.parent();
        while let Some(folder) = path.filter(|folder| !folder.is_root()) {
            match self.names.get(&folder) {
                Some(name) if is_folder(&name.what) => return Ok(()),
                Some(_) => return Err(self.flip(folder, Kind::Directory.noun())),
                None => {}
            }
            path = folder.parent();
            let what = What::Other(Entry::directory(folder.clone(), entry.mtime));
            self.names.insert(folder, Name { what, part });
        }
        Ok(())
    }

    /// The file that a hard link is one more name of.
    fn linked(&self, path: &EntryPath, target: &EntryPath) -> Result<usize> {
        let cause = match self.names.get(target).map(|name| &name.what) {
            Some(What::File(file)) => return Ok(*file),
            Some(other) => {
                let noun = self.noun(other);
                format!("it is a hard link to `{target}`, which is a {noun}")
            }
            None => format!("it is a hard link to `{target}`, which is not there"),
        };
        Err(Error::cannot("add entry", path, cause))
    }

    fn noun(&self, what: &What) -> &'static str {
        match what {
            What::File(number) => self.files[*number].0.kind.noun(),
            What::Other(entry) => entry.kind.noun(),
        }
    }

    fn flip(&self, path: EntryPath, now: &'static str) -> Trouble {
        let name = &self.names[&path];
        let (before, part) = (self.noun(&name.what), name.part);
        Trouble::Flip(Flip {
            path,
            now,
            before,
            part,
        })
    }

    /// The merged layer, sorted by path. Of the names of a file the first has its content.
    pub(super) fn in_order(&self) -> impl Iterator<Item = Placed<'_>> {
        let mut first: HashMap<usize, &EntryPath> = HashMap::new();
        self.names.iter().map(move |(path, name)| match &name.what {
            What::Other(entry) => Placed {
                path,
                entry,
                content: Content::None,
            },
            What::File(number) => {
                let (entry, spooled) = &self.files[*number];
                let content = match first.get(number) {
                    Some(first) => Content::NameOf(first),
                    None => Content::Spooled(*spooled),
                };
                first.entry(*number).or_insert(path);
                Placed {
                    path,
                    entry,
                    content,
                }
            }
        })
    }
}

fn is_folder(what: &What) -> bool {
    matches!(what, What::Other(entry) if entry.kind == Kind::Directory)
}
