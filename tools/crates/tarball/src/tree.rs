//! The rules of a layer: parents before children, no path twice, nothing below what is not a folder.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};

use crate::{Entry, EntryPath, Kind};

/// What lies where so far.
#[derive(Debug, Default)]
pub(crate) struct Tree(BTreeMap<EntryPath, Placed>);

/// An entry that was written. For a hard link these are the facts of its file.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) entry: Entry,
    pub(crate) digest: Option<Digest>,
    /// It was not asked for, only needed.
    implied: bool,
}

impl Tree {
    /// Whether the entry is new; false for a folder that was there with the same facts. Anything else that was there is an error.
    pub(crate) fn is_new(&self, entry: &Entry) -> Result<bool> {
        if entry.path.is_root() && entry.kind != Kind::Directory {
            return Err(refuse(
                entry,
                format!("the root cannot be a {}", entry.kind.noun()),
            ));
        }
        let Some(placed) = self.0.get(&entry.path) else {
            return Ok(true);
        };
        let (before, now) = (placed.entry.kind.noun(), entry.kind.noun());
        let cause = match &placed.entry {
            same if *same == *entry && same.kind == Kind::Directory => return Ok(false),
            _ if before != now => format!("it is there as a {before} and comes again as a {now}"),
            _ if placed.implied => "the directory comes after what it holds".to_owned(),
            other if other.kind == Kind::Directory => format!(
                "the directory is there as {} and comes again as {}",
                facts(other),
                facts(entry)
            ),
            _ => "it is there already".to_owned(),
        };
        Err(refuse(entry, cause))
    }

    /// The folders that must come before the entry, outermost first: those above it that are not there yet.
    pub(crate) fn missing_parents(&self, entry: &Entry) -> Result<Vec<Entry>> {
        let mut missing = Vec::new();
        let mut path = entry.path.clone();
        while let Some(parent) = path.parent().filter(|parent| !parent.is_root()) {
            match self.0.get(&parent).map(|placed| &placed.entry.kind) {
                Some(Kind::Directory) => break,
                Some(kind) => {
                    let cause = format!("`{parent}` above it is a {}", kind.noun());
                    return Err(refuse(entry, cause));
                }
                None => missing.push(Entry::directory(parent.clone(), entry.mtime)),
            }
            path = parent;
        }
        missing.reverse();
        Ok(missing)
    }

    /// The file that a hard link names once more.
    pub(crate) fn linked(&self, entry: &Entry, target: &EntryPath) -> Result<Placed> {
        match self.0.get(target) {
            Some(placed) if placed.digest.is_some() => Ok(placed.clone()),
            Some(placed) => {
                let noun = placed.entry.kind.noun();
                let cause = format!("it is a hard link to `{target}`, which is a {noun}");
                Err(refuse(entry, cause))
            }
            None => {
                let cause = format!("it is a hard link to `{target}`, which is not there");
                Err(refuse(entry, cause))
            }
        }
    }

    /// Remembers an entry. `path` is its own also where the facts are another's.
    pub(crate) fn place(&mut self, path: EntryPath, entry: Entry, digest: Option<Digest>) {
        let implied = false;
        self.0.insert(
            path,
            Placed {
                entry,
                digest,
                implied,
            },
        );
    }

    /// Remembers a folder that nobody asked for.
    pub(crate) fn place_implied(&mut self, entry: Entry) {
        let placed = Placed {
            entry,
            digest: None,
            implied: true,
        };
        self.0.insert(placed.entry.path.clone(), placed);
    }
}

fn refuse(entry: &Entry, cause: String) -> Error {
    Error::cannot("add entry", &entry.path, cause)
}

fn facts(entry: &Entry) -> String {
    let Entry {
        mode,
        uid,
        gid,
        mtime,
        ..
    } = entry;
    format!("{mode:04o} {uid}:{gid} of time {mtime}")
}
