//! Reads a part entry by entry, and refuses entries that no layer may have.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use blob::{Error, Result, ResultExt, Spool};
use deb::{Budget, Limited};
use tarball::{Digests, Entry, Kind, Listed, Reader};

use super::{seekable, Stored};
use crate::writer::is_whiteout;

const BUFFER: usize = 128 * 1024;

/// An open part.
pub(super) struct Input<L> {
    reader: Reader<Source>,
    /// The size of the part.
    size: u64,
    /// The lines of the content list that are left.
    list: Option<L>,
    /// Limits the total size of contents: a sparse file of terabytes is stored in a few bytes.
    budget: Budget,
    /// The part is an eStargz blob, which has entries that are not files of an image.
    seekable: bool,
    /// The number of the file in the spool, if the part is an uncompressed archive.
    plain: Option<usize>,
}

/// The bytes of the archive.
enum Source {
    /// The size is limited by that of the file, and contents can be skipped.
    Plain(BufReader<File>),
    Unpacked(Limited<Box<dyn Read>>),
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(buffer),
            Self::Unpacked(bytes) => bytes.read(buffer),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Plain(file) => file.seek(to),
            Self::Unpacked(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    /// Keeps the buffer, and calls the kernel only if the place is outside of it.
    fn seek_relative(&mut self, by: i64) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.seek_relative(by),
            Self::Unpacked(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

impl<'a, L: Iterator<Item = Result<Listed<'a>>>> Input<L> {
    /// Opens a part. The contents of an uncompressed archive are not copied to `spool`, which refers to its file.
    pub(super) fn open(path: &Path, list: Option<L>, spool: &mut Spool) -> Result<Self> {
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
        let source = if plain.is_some() {
            Source::Plain(file)
        } else {
            let inner = deb::decompressed(file, size).cannot("read", "tar")?;
            Source::Unpacked(Limited::new(inner, size))
        };
        Ok(Self {
            reader: Reader::lenient(source),
            size,
            list,
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

    /// The digests of the entry's content that the content list states. To be called for each entry.
    pub(super) fn digests(&mut self, entry: &Entry) -> Result<Option<Digests>> {
        let Some(list) = &mut self.list else {
            return Ok(None);
        };
        let digests = match list.next() {
            Some(line) => Digests::of_line(&line?, entry),
            None => Err("its content list ends before it".to_owned()),
        };
        digests.cannot("read entry", &entry.path)
    }

    /// Refuses a content list with more entries. To be called after the last entry.
    pub(super) fn end(&mut self) -> Result<()> {
        match self.list.as_mut().and_then(Iterator::next) {
            Some(line) => {
                let path = tarball::shown_name(line?.path);
                let cause = format!("it has `{path}`, which is not in the tar");
                Err(Error::cannot("read", "content list", cause))
            }
            None => Ok(()),
        }
    }

    /// Stores the content of the current entry, or its place in the part.
    pub(super) fn keep(
        &mut self,
        entry: &Entry,
        digests: Option<Digests>,
        spool: &mut Spool,
    ) -> Result<Stored> {
        if let Kind::File { size } = entry.kind {
            let spent = self.budget.spend(size);
            spent.cannot("read entry", &entry.path)?;
            if let (Some(file), Some(start)) = (self.plain, self.reader.stored_at()) {
                let skipped = self.reader.seek_rest();
                skipped.cannot("read entry", &entry.path)?;
                if self.reader.position() > self.size {
                    let cause = "the archive is truncated";
                    return Err(Error::cannot("read entry", &entry.path, cause));
                }
                let piece = Spool::piece(file, start, size);
                return Ok(Stored { piece, digests });
            }
        }
        let kept = spool.keep(&mut self.reader);
        let piece = kept.cannot("read entry", &entry.path)?;
        Ok(Stored { piece, digests })
    }
}
