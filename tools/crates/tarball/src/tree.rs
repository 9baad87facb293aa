//! The rules of a layer: parents before children, no duplicate paths, only directories have children.

use std::collections::BTreeMap;

use blob::{Error, Result};

use crate::digests::Digests;
use crate::raw::check_target;
use crate::{Entry, EntryPath, Kind};

/// The maximum number of entries in an archive; [`crate::Writer`] refuses more. The largest known images have 350,000
/// files in a layer. Each entry takes about 520 bytes of memory, including its line in the content list.
pub const MAX_ENTRIES: usize = 400_000;

/// The entries so far, without contents and link targets, because there may be hundreds of thousands of entries.
#[derive(Debug, Default)]
pub(crate) struct Tree(BTreeMap<EntryPath, Record>);

/// An entry that was written. For a hard link, it has the values of the linked file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    file_type: FileType,
    mode: u32,
    uid: u64,
    gid: u64,
    mtime: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum FileType {
    File {
        size: u64,
        digests: Digests,
    },
    Directory,
    /// A parent directory that was added because it had no entry.
    ImpliedDirectory,
    Symlink,
}

impl FileType {
    fn noun(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Directory | Self::ImpliedDirectory => "directory",
            Self::Symlink => "symbolic link",
        }
    }
}

impl Record {
    fn new(entry: &Entry, file_type: FileType) -> Self {
        Self {
            file_type,
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            mtime: entry.mtime,
        }
    }

    fn facts(&self) -> String {
        let Self {
            mode,
            uid,
            gid,
            mtime,
            ..
        } = self;
        format!("{mode:04o} {uid}:{gid} of time {mtime}")
    }
}

impl Tree {
    /// Whether the entry is new; false for an existing directory with equal values. Any other existing path is an
    /// error.
    pub(crate) fn is_new(&self, entry: &Entry) -> Result<bool> {
        if entry.path.is_root() && entry.kind != Kind::Directory {
            return Err(refuse(
                entry,
                format!("the root cannot be a {}", entry.kind.noun()),
            ));
        }
        if let Kind::Symlink { target } = &entry.kind {
            check_target(target).map_err(|cause| refuse(entry, cause.to_owned()))?;
        }
        let Some(record) = self.0.get(&entry.path) else {
            return Ok(true);
        };
        let (before, now) = (record.file_type.noun(), entry.kind.noun());
        let again = Record::new(entry, record.file_type.clone());
        let cause = match record.file_type {
            FileType::Directory | FileType::ImpliedDirectory
                if entry.kind == Kind::Directory && *record == again =>
            {
                return Ok(false)
            }
            _ if before != now => format!("it occurs twice: as a {before} and as a {now}"),
            FileType::ImpliedDirectory => "the directory comes after its content".to_owned(),
            FileType::Directory => format!(
                "the directory occurs twice: as {} and as {}",
                record.facts(),
                again.facts()
            ),
            _ => "it is there already".to_owned(),
        };
        Err(refuse(entry, cause))
    }

    /// Whether the entry of a hard link has the mode, owner and time of its file.
    pub(crate) fn agrees(&self, entry: &Entry) -> bool {
        let Kind::Hardlink { target } = &entry.kind else {
            return true;
        };
        let file = self.0.get(target);
        file.is_none_or(|file| *file == Record::new(entry, file.file_type.clone()))
    }

    /// The word for the file type at a path, except for parent directories without an entry.
    pub(crate) fn noun(&self, path: &EntryPath) -> Option<&'static str> {
        let record = self.0.get(path)?;
        (record.file_type != FileType::ImpliedDirectory).then(|| record.file_type.noun())
    }

    /// The missing parent directories of the entry, outermost first.
    pub(crate) fn missing_parents(&self, entry: &Entry) -> Result<Vec<Entry>> {
        let mut missing = Vec::new();
        let mut path = entry.path.clone();
        while let Some(parent) = path.parent().filter(|parent| !parent.is_root()) {
            match self.0.get(&parent).map(|record| &record.file_type) {
                Some(FileType::Directory | FileType::ImpliedDirectory) => break,
                Some(file_type) => {
                    let cause = format!("its parent `{parent}` is a {}", file_type.noun());
                    return Err(refuse(entry, cause));
                }
                None => missing.push(Entry::directory(parent.clone(), entry.mtime)),
            }
            path = parent;
        }
        missing.reverse();
        Ok(missing)
    }

    /// The file that a hard link points to, with the link's path, and its digests.
    pub(crate) fn linked(&self, entry: &Entry, target: &EntryPath) -> Result<(Entry, Digests)> {
        let Some(record) = self.0.get(target) else {
            let cause = format!("it is a hard link to `{target}`, which does not exist");
            return Err(refuse(entry, cause));
        };
        let FileType::File { size, digests } = record.file_type else {
            let noun = record.file_type.noun();
            let cause = format!("it is a hard link to `{target}`, which is a {noun}");
            return Err(refuse(entry, cause));
        };
        let file = Entry {
            path: entry.path.clone(),
            kind: Kind::File { size },
            mode: record.mode,
            uid: record.uid,
            gid: record.gid,
            mtime: record.mtime,
        };
        Ok((file, digests))
    }

    /// Records an entry; a hard link is recorded as the linked file. Only files have digests.
    pub(crate) fn place(&mut self, entry: &Entry, digests: Option<Digests>) -> Result<()> {
        let file_type = match (&entry.kind, digests) {
            (Kind::File { size }, Some(digests)) => FileType::File {
                size: *size,
                digests,
            },
            (Kind::Directory, _) => FileType::Directory,
            _ => FileType::Symlink,
        };
        self.insert(entry, file_type)
    }

    /// Records a parent directory that has no entry.
    pub(crate) fn place_implied(&mut self, entry: &Entry) -> Result<()> {
        self.insert(entry, FileType::ImpliedDirectory)
    }

    fn insert(&mut self, entry: &Entry, file_type: FileType) -> Result<()> {
        if self.0.len() == MAX_ENTRIES {
            let cause = format!("the layer would have more than {MAX_ENTRIES} entries");
            return Err(refuse(entry, cause));
        }
        let record = Record::new(entry, file_type);
        self.0.insert(entry.path.clone(), record);
        Ok(())
    }
}

fn refuse(entry: &Entry, cause: String) -> Error {
    Error::cannot("add entry", &entry.path, cause)
}
