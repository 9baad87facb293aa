//! What a layer and a package say about a path.

use std::io::{self, Read};

use blob::{Digest, HashingReader};
use tarball::{Entry, Kind};

/// The properties of a path that a package decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Properties {
    mode: u32,
    uid: u64,
    gid: u64,
    content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    File { sha256: Digest, size: u64 },
    Symlink(Vec<u8>),
    Directory,
}

impl Properties {
    /// The properties of an entry. A hard link has the content of its file, which `linked` returns.
    ///
    /// # Errors
    ///
    /// The content cannot be read, or a hard link has no file.
    pub(crate) fn of<'a>(
        entry: &Entry,
        content: &mut dyn Read,
        linked: impl FnOnce(&tarball::EntryPath) -> Option<&'a Self>,
    ) -> io::Result<Self> {
        let content = match &entry.kind {
            Kind::Directory => Content::Directory,
            Kind::Symlink { target } => Content::Symlink(target.clone()),
            Kind::File { size } => Content::File {
                sha256: HashingReader::new(content.take(*size)).finish()?.digest,
                size: *size,
            },
            Kind::Hardlink { target } => match linked(target) {
                Some(file) => file.content.clone(),
                None => return Err(io::Error::other("it is a hard link to no file before it")),
            },
        };
        Ok(Self {
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            content,
        })
    }

    /// The properties of a file that the build writes for a package: it belongs to root.
    pub(crate) fn of_record(mode: u32, content: &[u8]) -> Self {
        Self {
            mode,
            uid: 0,
            gid: 0,
            content: Content::File {
                sha256: Digest::of(content),
                size: content.len() as u64,
            },
        }
    }

    /// Whether it is a directory as the build makes one above files: everybody can read it, and it belongs to root.
    pub(crate) fn is_plain_directory(&self) -> bool {
        let has_owner = (self.uid, self.gid) == (0, 0);
        self.content == Content::Directory && has_owner && self.mode == 0o755
    }

    /// The first difference between this entry of a layer and that of a package: a phrase.
    pub(crate) fn difference(&self, package: &Self) -> Option<String> {
        if self.content != package.content {
            return Some(match (&self.content, &package.content) {
                (Content::File { sha256, .. }, Content::File { sha256: other, .. }) => {
                    format!("it has digest {sha256}, that of the package {other}")
                }
                (Content::Symlink(_), Content::Symlink(_)) => {
                    "it is a link to another target than that of the package".to_owned()
                }
                _ => "it has another type than that of the package".to_owned(),
            });
        }
        if self.mode != package.mode {
            let (own, other) = (self.mode, package.mode);
            return Some(format!(
                "it has mode {own:04o}, that of the package {other:04o}"
            ));
        }
        if (self.uid, self.gid) != (package.uid, package.gid) {
            let (own, other) = ((self.uid, self.gid), (package.uid, package.gid));
            return Some(format!(
                "it is owned by {}:{}, that of the package by {}:{}",
                own.0, own.1, other.0, other.1
            ));
        }
        None
    }
}
