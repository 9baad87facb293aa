use blob::Result;
use tarball::{Ending, Entry, RawEntry};

use crate::Inode;

/// Receives every entry of every layer, lowest layer first, in the order of the archive. An error ends the reading.
pub trait Visitor {
    /// Called before the first entry of a layer.
    fn layer(&mut self, _layer: usize) -> Result<()> {
        Ok(())
    }

    /// Called for every entry as stored in the archive, including whiteouts, before [`Visitor::entry`].
    fn raw(&mut self, _layer: usize, _raw: &Raw) -> Result<()> {
        Ok(())
    }

    /// The part of a regular file's content that [`Visitor::entry`] needs.
    fn content_part(&mut self, _layer: usize, _entry: &Entry) -> ContentPart {
        ContentPart::None
    }

    /// Whether to pass the content of a regular file of any size to [`Visitor::piece`].
    fn needs_pieces(&mut self, _layer: usize, _entry: &Entry) -> bool {
        false
    }

    /// Receives the next bytes of a file's content; all pieces arrive before [`Visitor::entry`]. They are not kept in
    /// memory.
    fn piece(&mut self, _layer: usize, _entry: &Entry, _piece: &[u8]) -> Result<()> {
        Ok(())
    }

    /// Called for a file, directory or link with a valid name; whiteouts (`.wh.NAME`) are passed as files. `content`
    /// has at least the requested bytes, unless the file is shorter. It may have more if another visitor requested
    /// them.
    fn entry(&mut self, layer: usize, entry: &Entry, content: &[u8]) -> Result<()>;

    /// Called after the last entry of a layer.
    fn end(&mut self, _layer: usize, _ending: Ending) -> Result<()> {
        Ok(())
    }
}

/// The part of a file's content that a visitor requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContentPart {
    /// No content.
    None,
    /// The first bytes, at most this many.
    Head(usize),
    /// All bytes. They stay in memory until all visitors have seen them; more than 160 MiB are an error.
    All,
}

/// An entry as stored in a layer's archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Position of the entry; equals [`Node::inode`](crate::Node) of the node that it added to the root.
    pub inode: Inode,
    /// The name, which may be absolute or contain `..`.
    pub name: Vec<u8>,
    /// The target of a link; otherwise empty.
    pub link: Vec<u8>,
    /// The type flag of tar: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory, `6` named
    /// pipe.
    pub letter: u8,
    /// Permission bits.
    pub mode: u32,
    /// User ID of the owner.
    pub uid: u64,
    /// Group ID of the owner.
    pub gid: u64,
    /// Time of the last modification in seconds since 1970.
    pub mtime: u64,
    /// Size of the content in bytes.
    pub size: u64,
    /// Extended attributes (name and value), in the order of the archive.
    pub attributes: Vec<(String, Vec<u8>)>,
    /// Why the root does not contain it, if so: the end of a sentence that begins with "it" or "its".
    pub problem: Option<String>,
}

impl Raw {
    /// An entry at this position of which no problem is known.
    pub(crate) fn of(inode: Inode, entry: RawEntry) -> Self {
        Self {
            inode,
            name: entry.name,
            link: entry.link,
            letter: entry.letter,
            mode: entry.mode,
            uid: entry.uid,
            gid: entry.gid,
            mtime: entry.mtime,
            size: entry.size,
            attributes: entry.attributes,
            problem: None,
        }
    }
}
