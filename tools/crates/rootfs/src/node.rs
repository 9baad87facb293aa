/// What lies at a path of a root. For a hard link these are the facts of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
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
    /// The layer, counted from the lowest, whose entry put it there. A folder that several layers have is the highest one's;
    /// a folder that no entry describes is that of the first entry that needed it.
    pub layer: usize,
    /// Which entry holds its content. Hard links have the same one; `None` for a folder that no entry describes.
    pub inode: Option<Inode>,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File {
        /// Number of bytes of its content.
        size: u64,
    },
    /// A folder.
    Folder,
    /// A symbolic link.
    Link {
        /// Where it points, as the kernel will read it: absolute, relative, with `..`, or dangling. Bytes that are not text
        /// are spelt as in paths ([`spell`](crate::spell)).
        target: Box<str>,
    },
    /// A character or block device.
    Device {
        /// Whether it is a block device.
        block: bool,
        /// Its major number.
        major: u32,
        /// Its minor number.
        minor: u32,
    },
    /// A named pipe.
    Fifo,
}

impl Kind {
    /// The word for it in messages.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Folder => "folder",
            Self::Link { .. } => "symbolic link",
            Self::Device { block: true, .. } => "block device",
            Self::Device { .. } => "character device",
            Self::Fifo => "named pipe",
        }
    }
}

/// An entry's place in an image: which layer, and which entry of it (both from 0; extension headers do not count).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Inode {
    /// The layer, counted from the lowest.
    pub layer: u32,
    /// The entry in the layer's archive.
    pub entry: u32,
}
