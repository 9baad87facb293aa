/// A file, directory, link or device in a root. A hard link has the properties of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// File, directory, link or device.
    pub kind: Kind,
    /// Permission bits with set-uid, set-gid and sticky: at most `0o7777`.
    pub mode: u32,
    /// User ID of the owner.
    pub uid: u64,
    /// Group ID of the owner.
    pub gid: u64,
    /// Time of the last modification in seconds since 1970.
    pub mtime: u64,
    /// The layer that it comes from, counted from the lowest. If several layers have the path, this is the highest of
    /// them. A directory without an entry belongs to the layer of the first entry that needs it.
    pub layer: usize,
    /// The entry with its content. Hard links share it; `None` for a directory without an entry.
    pub inode: Option<Inode>,
}

/// The type of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File {
        /// Size of its content in bytes.
        size: u64,
    },
    /// A directory.
    Directory,
    /// A symbolic link.
    Link {
        /// The target as the kernel reads it: absolute, relative, with `..`, or dangling. Bytes that are not UTF-8 are
        /// escaped as in paths ([`escape`](crate::escape)).
        target: Box<str>,
    },
    /// A character or block device.
    Device {
        /// Whether it is a block device.
        block: bool,
        /// Major number.
        major: u32,
        /// Minor number.
        minor: u32,
    },
    /// A named pipe.
    Fifo,
}

impl Kind {
    /// The name of the type in messages.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Directory => "directory",
            Self::Link { .. } => "symbolic link",
            Self::Device { block: true, .. } => "block device",
            Self::Device { .. } => "character device",
            Self::Fifo => "named pipe",
        }
    }
}

/// The position of an entry in an image: layer and entry, both from 0. Extension headers do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Inode {
    /// The layer, counted from the lowest.
    pub layer: u32,
    /// The entry in the layer's archive.
    pub entry: u32,
}
