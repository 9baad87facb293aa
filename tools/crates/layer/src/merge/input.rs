//! Reads a part entry by entry, and refuses entries that no layer may have.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use blob::{Error, Result, ResultExt, Spool, Spooled};
use deb::{Budget, Limited};
use tarball::{Entry, Kind, Reader};

use super::seekable;
use crate::writer::is_whiteout;

const BUFFER: usize = 128 * 1024;

/// An open part.
pub(super) struct Input {
    reader: Reader<Limited<Box<dyn Read>>>,
    /// Limits the total size of contents: a sparse file of terabytes is stored in a few bytes.
    budget: Budget,
    /// The part is an eStargz blob, which has entries that are not files of an image.
    seekable: bool,
}

impl Input {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path).cannot("read", "tar")?;
        let seekable = seekable::has_footer(&mut file).cannot("read", "tar")?;
        let size = file.metadata().cannot("read", "tar")?.len();
        let file = BufReader::with_capacity(BUFFER, file);
        let inner = deb::decompressed(file, size).cannot("read", "tar")?;
        Ok(Self {
            reader: Reader::lenient(Limited::new(inner, size)),
            budget: Budget::of(size),
            seekable,
        })
    }

    /// The next entry that is allowed in a layer.
    pub(super) fn next(&mut self) -> Result<Option<Entry>> {
        loop {
            let Some(mut raw) = self.reader.next_raw()? else {
                return Ok(None);
            };
            let attribute = raw.attributes.pop();
            let entry = raw.entry()?;
            if self.seekable && seekable::is_mark(&entry.path) {
                continue;
            }
            if let Some((name, _)) = attribute {
                let name = name.escape_default();
                let cause = format!("it has the extended attribute `{name}`");
                let hint = "create the tar without extended attributes; GNU tar stores them only with --xattrs";
                return Err(Error::cannot("read entry", &entry.path, cause).hint(hint));
            }
            if is_whiteout(&entry.path) {
                let cause = "it is a whiteout, which deletes files of lower layers";
                let hint = "merge layers that never had the deleted file";
                return Err(Error::cannot("read entry", &entry.path, cause).hint(hint));
            }
            return Ok(Some(entry));
        }
    }

    /// Stores the content of the current entry.
    pub(super) fn keep(&mut self, entry: &Entry, spool: &mut Spool) -> Result<Spooled> {
        if let Kind::File { size } = entry.kind {
            let spent = self.budget.spend(size);
            spent.cannot("read entry", &entry.path)?;
        }
        let spooled = spool.keep(&mut self.reader);
        spooled.cannot("read entry", &entry.path)
    }
}
