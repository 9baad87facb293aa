//! One part, entry by entry, with what no layer may have refused.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use blob::{Error, Result, ResultExt, Spool, Spooled};
use tarball::{Entry, EntryPath, Reader};

use super::seekable;

/// No layer unpacks to more; one that does is a bomb.
const MAX_UNPACKED: u64 = 16 * 1024 * 1024 * 1024;

const BUFFER: usize = 128 * 1024;

/// A part that is read.
pub(super) struct Input {
    reader: Reader<Limited<Box<dyn Read>>>,
    /// It has entries that speak of its blob, and are no files of an image.
    seekable: bool,
}

impl Input {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path).cannot("read", "tar")?;
        let seekable = seekable::has_footer(&mut file).cannot("read", "tar")?;
        let size = file.metadata().cannot("read", "tar")?.len();
        let file = BufReader::with_capacity(BUFFER, file);
        let inner = deb::decompressed(file, size).cannot("read", "tar")?;
        let left = MAX_UNPACKED;
        Ok(Self {
            reader: Reader::lenient(Limited { inner, left }),
            seekable,
        })
    }

    /// The next entry that a layer may have.
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
                let hint = "make the tar without extended attributes; GNU tar does unless it gets --xattrs";
                return Err(Error::cannot("read entry", &entry.path, cause).hint(hint));
            }
            if is_whiteout(&entry.path) {
                let cause = "it is a whiteout, which takes away what lower layers have";
                let hint = "merge layers in which the file never was";
                return Err(Error::cannot("read entry", &entry.path, cause).hint(hint));
            }
            return Ok(Some(entry));
        }
    }

    /// Keeps the content of the entry that came last.
    pub(super) fn keep(&mut self, entry: &Entry, spool: &mut Spool) -> Result<Spooled> {
        let spooled = spool.keep(&mut self.reader);
        spooled.cannot("read entry", &entry.path)
    }
}

/// OCI image specification, `layer.md`, "Whiteouts".
fn is_whiteout(path: &EntryPath) -> bool {
    path.components().any(|part| part.starts_with(b".wh."))
}

/// What a reader gives, up to a limit.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "it unpacks to more than 16 GiB")
        })?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_an_error() {
        let mut limited = Limited {
            inner: io::repeat(0),
            left: 4096,
        };
        let error = io::copy(&mut limited, &mut io::sink()).unwrap_err();
        assert_eq!(error.to_string(), "it unpacks to more than 16 GiB");
    }

    #[test]
    fn whiteouts_by_any_part() {
        for (path, is) in [
            ("etc/.wh.passwd", true),
            ("etc/.wh..wh..opq", true),
            (".wh.a/b", true),
            ("etc/a.wh.b", false),
        ] {
            let path = EntryPath::parse(path.as_bytes()).unwrap();
            assert_eq!(is_whiteout(&path), is, "{path}");
        }
    }
}
