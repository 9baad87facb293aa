use crate::EntryPath;

/// One entry of an archive: everything that a layer keeps of it. Owners have numbers only, and there are no extended attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it lies.
    pub path: EntryPath,
    /// What it is.
    pub kind: Kind,
    /// Permission bits with set-uid, set-gid and sticky: at most `0o7777`.
    pub mode: u32,
    /// Number of the owner.
    pub uid: u64,
    /// Number of the group.
    pub gid: u64,
    /// Time of the last change in seconds since 1970.
    pub mtime: u64,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file; its content follows the header.
    File {
        /// Number of bytes of the content.
        size: u64,
    },
    /// A folder.
    Directory,
    /// A symbolic link.
    Symlink {
        /// Where it points, as the kernel will read it: absolute, relative, with `..`, or dangling.
        target: Vec<u8>,
    },
    /// One more name of a file that came earlier in the archive.
    Hardlink {
        /// The path of that file.
        target: EntryPath,
    },
}

impl Entry {
    /// A folder that nobody described: 0755, owned by root.
    pub fn directory(path: EntryPath, mtime: u64) -> Self {
        Self {
            path,
            kind: Kind::Directory,
            mode: 0o755,
            uid: 0,
            gid: 0,
            mtime,
        }
    }

    /// The number of bytes of content that follow the header.
    pub fn size(&self) -> u64 {
        match self.kind {
            Kind::File { size } => size,
            _ => 0,
        }
    }
}

impl Kind {
    /// The word for it in messages.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Directory => "directory",
            Self::Symlink { .. } => "symbolic link",
            Self::Hardlink { .. } => "hard link",
        }
    }
}
