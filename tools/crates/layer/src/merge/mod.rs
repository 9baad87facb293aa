//! Merges several layers into one.

mod input;
mod list;
mod seekable;
mod tree;

use std::path::PathBuf;

use blob::{Error, Result, ResultExt, Spool, SpoolReader};
use tarball::{Entry, Kind};

use crate::LayerWriter;
use input::Input;
pub use list::PartList;
use tree::{Content, MergedEntry};
pub(crate) use tree::{Flip, Problem, Stored, Tree};

/// The writer of layers writes no larger content list, and a little more for its last line.
const MAX_LIST: u64 = 128 * 1024 * 1024;

/// A layer or a tar that becomes a part of another layer.
#[derive(Clone, Debug)]
pub struct Part {
    /// The path of the tar: plain, or compressed with gzip, zstd, xz or bzip2, which is detected from its first bytes.
    pub path: PathBuf,
    /// The name in messages.
    pub shown: String,
    /// The path of its content list, if it is a layer of the same build. The list must have the entries of the tar in the
    /// same order. The digests of files are then taken from it.
    pub mtree: Option<PathBuf>,
    /// Whether it may change mode and owner of an existing directory. Only for layers that contain no packages.
    pub changes_directories: bool,
}

/// Writes the parts, lowest first, as one layer with the same effect: entries are sorted by path, later ones replace
/// earlier ones, and hard links stay hard links. An existing directory keeps its mode and owner, as in dpkg, unless a
/// part that may change directories has other values than 0755 and root, the values of implicit parent directories.
///
/// Contents of a compressed part are kept in an unnamed temporary file next to the layer, and those of an uncompressed
/// part are read from it again; only the entries are in memory.
///
/// # Errors
///
/// A directory replaces a file or a link, or the reverse. A part has entries that our layers cannot contain: devices,
/// extended attributes, paths outside the root. The content list of a part has other entries or sizes than the part. A
/// part has a whiteout, because the file that it deletes may be below all parts.
pub fn merge(parts: &[Part], layer: &mut LayerWriter) -> Result<()> {
    let mut spool = Spool::next_to(layer.path())?;
    let mut tree = Tree::default();
    for (number, part) in parts.iter().enumerate() {
        read(part, number, &mut tree, &mut spool).map_err(|problem| match problem {
            Problem::Error(error) => error.within("merge", &part.shown),
            Problem::Flip(flip) => flip.error(parts, number),
        })?;
    }
    let kept = spool.finish().cannot("write", layer.path().display())?;
    write(&tree, &kept, layer)
}

fn read(
    part: &Part,
    number: usize,
    tree: &mut Tree,
    spool: &mut Spool,
) -> std::result::Result<(), Problem> {
    let text = match &part.mtree {
        Some(path) => blob::read_text(path, MAX_LIST).cannot("read", "content list")?,
        None => String::new(),
    };
    let list = part.mtree.as_ref().map(|_| tarball::read_listing(&text));
    let mut input = Input::open(&part.path, list, spool)?;
    while let Some(entry) = input.next()? {
        let digests = input.digests(&entry)?;
        let content = match entry.kind {
            Kind::File { .. } => Some(input.keep(&entry, digests, spool)?),
            _ => None,
        };
        tree.add(number, entry, content)?;
    }
    input.end()?;
    tree.end_part(part.changes_directories);
    Ok(())
}

fn write(tree: &Tree, kept: &SpoolReader, layer: &mut LayerWriter) -> Result<()> {
    for placed in tree.in_order(|_, _| true) {
        write_entry(&placed, kept, layer)?;
    }
    Ok(())
}

/// Writes one entry of a tree; entries must come in the order of the tree.
pub(crate) fn write_entry(
    placed: &MergedEntry,
    kept: &SpoolReader,
    layer: &mut LayerWriter,
) -> Result<()> {
    let entry = Entry {
        path: placed.path.clone(),
        ..placed.entry.clone()
    };
    match placed.content {
        Content::None => layer.append(&entry, &mut std::io::empty()),
        Content::Stored(Stored { piece, digests }) => {
            layer.append_known(&entry, digests, &mut kept.reader(piece))
        }
        Content::NameOf(first) => {
            let target = first.clone();
            let kind = Kind::Hardlink { target };
            layer.append(&Entry { kind, ..entry }, &mut std::io::empty())
        }
    }
}

impl Flip {
    fn error(&self, parts: &[Part], number: usize) -> Error {
        let (path, now, before) = (&self.path, self.now, self.before);
        let whose = if self.part == number {
            "before".to_owned()
        } else {
            format!("in `{}`", parts[self.part].shown)
        };
        let cause = format!("`{path}` is a {now} in it and a {before} {whose}");
        Error::cannot("merge", &parts[number].shown, cause).hint(
            "leave the path out of one layer, or move the content of the directory to the path that the other layer has",
        )
    }
}
