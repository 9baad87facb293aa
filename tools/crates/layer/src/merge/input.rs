//! Reads a part entry by entry, and refuses entries that no layer may have.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
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
    /// The number of the file in the spool, if the part is an uncompressed archive.
    plain: Option<usize>,
}

impl Input {
    /// Opens a part. The contents of an uncompressed archive are not copied to `spool`, which refers to its file.
    pub(super) fn open(path: &Path, spool: &mut Spool) -> Result<Self> {
        let mut file = File::open(path).cannot("read", "tar")?;
        let seekable = seekable::has_footer(&mut file).cannot("read", "tar")?;
        let size = file.metadata().cannot("read", "tar")?.len();
        let mut file = BufReader::with_capacity(BUFFER, file);
        let plain = if deb::is_plain(file.fill_buf().cannot("read", "tar")?) {
            let file = file.get_ref().try_clone().cannot("read", "tar")?;
            spool.refer(file)
        } else {
            None
        };
        let inner = deb::decompressed(file, size).cannot("read", "tar")?;
        Ok(Self {
            reader: Reader::lenient(Limited::new(inner, size)),
            budget: Budget::of(size),
            seekable,
            plain,
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

    /// Stores the content of the current entry, or its place in the part.
    pub(super) fn keep(&mut self, entry: &Entry, spool: &mut Spool) -> Result<Spooled> {
        if let Kind::File { size } = entry.kind {
            let spent = self.budget.spend(size);
            spent.cannot("read entry", &entry.path)?;
            if let (Some(file), Some(start)) = (self.plain, self.reader.stored_at()) {
                let skipped = io::copy(&mut self.reader, &mut io::sink());
                let size = skipped.cannot("read entry", &entry.path)?;
                return Ok(Spool::piece(file, start, size));
            }
        }
        let spooled = spool.keep(&mut self.reader);
        spooled.cannot("read entry", &entry.path)
    }
}
