//! One layer out of several.

mod input;
mod list;
mod seekable;
mod tree;

use std::path::PathBuf;

use blob::{Error, Kept, Result, ResultExt, Spool};
use tarball::{Entry, Kind};

use crate::LayerWriter;
use input::Input;
pub use list::PartList;
use tree::{Content, Placed};
pub(crate) use tree::{Flip, Tree, Trouble};

/// A layer or a tar that becomes a part of another layer.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it lies: a tar, plain or in gzip, zstd, xz or bzip2, which its first bytes tell.
    pub path: PathBuf,
    /// What messages call it.
    pub shown: String,
    /// Whether it may change mode and owner of a directory that is there: it is known to be no package.
    pub changes_directories: bool,
}

/// Writes the parts, lowest first, as the one layer that has the effect of all: sorted by path, what comes later replaces
/// what came before, and names of one file stay names of one file. A directory that is there keeps its mode and owner, as dpkg
/// leaves it, unless a part that may change directories says other ones than 0755 and root, which missing parents have.
///
/// Each part is read once. Contents wait in a file without a name beside the layer's; memory holds the entries only. A directory
/// in the place of a file or a link, or the reverse, is an error, and so is what a layer of ours cannot hold: devices,
/// extended attributes, names that lead out. Whiteouts are refused as well: what they take away may lie below all parts.
pub fn merge(parts: &[Part], layer: &mut LayerWriter) -> Result<()> {
    let mut spool = Spool::beside(layer.path())?;
    let mut tree = Tree::default();
    for (number, part) in parts.iter().enumerate() {
        read(part, number, &mut tree, &mut spool).map_err(|trouble| match trouble {
            Trouble::Error(error) => error.within("merge", &part.shown),
            Trouble::Flip(flip) => flip.error(parts, number),
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
) -> std::result::Result<(), Trouble> {
    let mut input = Input::open(&part.path)?;
    while let Some(entry) = input.next()? {
        let content = match entry.kind {
            Kind::File { .. } => Some(input.keep(&entry, spool)?),
            _ => None,
        };
        tree.add(number, entry, content)?;
    }
    tree.end_part(part.changes_directories);
    Ok(())
}

fn write(tree: &Tree, kept: &Kept, layer: &mut LayerWriter) -> Result<()> {
    for placed in tree.in_order(|_, _| true) {
        write_placed(&placed, kept, layer)?;
    }
    Ok(())
}

/// Writes one entry of a tree, in the order of the tree.
pub(crate) fn write_placed(placed: &Placed, kept: &Kept, layer: &mut LayerWriter) -> Result<()> {
    let entry = Entry {
        path: placed.path.clone(),
        ..placed.entry.clone()
    };
    match placed.content {
        Content::None => layer.append(&entry, &mut std::io::empty()),
        Content::Spooled(piece) => layer.append(&entry, &mut kept.reader(piece)),
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
        let whose = match self.part == number {
            true => "before".to_owned(),
            false => format!("in `{}`", parts[self.part].shown),
        };
        let cause = format!("`{path}` is a {now} in it and a {before} {whose}");
        Error::cannot("merge", &parts[number].shown, cause).hint(
            "one of them has to go: leave it out of one layer, or put what is below the directory where the other layer has it",
        )
    }
}
