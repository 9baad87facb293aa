use blob::Result;
use tarball::{Ending, Entry};

use crate::Inode;

/// Sees every entry of every layer, lowest layer first, in the order of the archive.
pub trait Visitor {
    /// A layer begins.
    fn layer(&mut self, _layer: usize) -> Result<()> {
        Ok(())
    }

    /// An entry as it stands in the archive, whiteouts included; comes for every one, before [`Visitor::entry`].
    fn raw(&mut self, _layer: usize, _raw: &Raw) -> Result<()> {
        Ok(())
    }

    /// How much of a regular file's content it wants.
    fn wants(&mut self, _layer: usize, _entry: &Entry) -> Want {
        Want::Nothing
    }

    /// Whether it takes a regular file's content in pieces, whatever its size: [`Visitor::piece`].
    fn wants_pieces(&mut self, _layer: usize, _entry: &Entry) -> bool {
        false
    }

    /// The next bytes of a file's content; all of them have come when [`Visitor::entry`] comes. Nothing is held for it.
    fn piece(&mut self, _layer: usize, _entry: &Entry, _piece: &[u8]) -> Result<()> {
        Ok(())
    }

    /// An entry that is a file, folder or link with a usable name; whiteouts (`.wh.NAME`) come as the files that they are.
    /// `content` has at least what was wanted, unless the file is shorter; it may have more, which another visitor wanted.
    fn entry(&mut self, layer: usize, entry: &Entry, content: &[u8]) -> Result<()>;

    /// A layer was read to its end.
    fn end(&mut self, _layer: usize, _ending: Ending) -> Result<()> {
        Ok(())
    }
}

/// How much of a file's content a visitor wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// None of it.
    Nothing,
    /// Its first bytes, at most so many.
    Head(usize),
    /// Everything. It is held in memory until all visitors have seen it; more than 160 MiB are an error.
    All,
}

/// An entry as it stands in a layer's archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Its place; equals [`Node::inode`](crate::Node) of what it put into the root.
    pub inode: Inode,
    /// The name: it may be absolute or hold `..`.
    pub name: Vec<u8>,
    /// The target of a link; else empty.
    pub link: Vec<u8>,
    /// Tar's letter of the type: `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` folder, `6` named pipe.
    pub letter: u8,
    /// Permission bits.
    pub mode: u32,
    /// Number of the owner.
    pub uid: u64,
    /// Number of the group.
    pub gid: u64,
    /// Time of the last change in seconds since 1970.
    pub mtime: u64,
    /// Bytes of content.
    pub size: u64,
    /// Extended attributes, in the order of the archive: name and value.
    pub attributes: Vec<(String, Vec<u8>)>,
    /// Why the root does not have it, where that is so: the end of a sentence that begins with "it" or "its".
    pub problem: Option<String>,
}
