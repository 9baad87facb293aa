use crate::EntryPath;

/// One entry of an archive, with all properties that a layer keeps. Owners have only numbers, and there are no extended
/// attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path.
    pub path: EntryPath,
    /// The file type.
    pub kind: Kind,
    /// Permission bits including set-user-ID, set-group-ID and sticky bit: at most `0o7777`.
    pub mode: u32,
    /// User ID of the owner.
    pub uid: u64,
    /// Group ID.
    pub gid: u64,
    /// Modification time in seconds since 1970.
    pub mtime: u64,
}

/// The type of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file; its content follows the header.
    File {
        /// The size of the content in bytes.
        size: u64,
    },
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink {
        /// The target as the kernel reads it: absolute, relative, with `..`, or dangling.
        target: Vec<u8>,
    },
    /// A hard link: another path of an earlier file of the archive.
    Hardlink {
        /// The path of that file.
        target: EntryPath,
    },
}

impl Entry {
    /// A directory with mode 0755, owned by root, for parents that have no entry.
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

    /// The size of the content after the header, in bytes.
    pub fn size(&self) -> u64 {
        match self.kind {
            Kind::File { size } => size,
            _ => 0,
        }
    }
}

impl Kind {
    /// The file type's name in messages.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Directory => "directory",
            Self::Symlink { .. } => "symbolic link",
            Self::Hardlink { .. } => "hard link",
        }
    }
}
