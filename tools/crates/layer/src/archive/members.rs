use std::fs::File;
use std::io::{self, BufReader, Read};

use blob::{Error, HashingReader, Result};
use deb::Limited;
use flate2::bufread::MultiGzDecoder;
use tarball::{Entry, EntryPath, Reader};

/// The archive file, which is hashed while it is read.
pub(super) type Hashed = HashingReader<File>;

/// The members of a `.tar.gz`, by their paths below its one top-level directory.
pub(super) struct Members<'a> {
    reader: Reader<Limited<Unpacked<'a>>>,
    top: Option<Vec<u8>>,
    /// An extended attribute of the current member.
    attribute: Option<String>,
}

impl<'a> Members<'a> {
    /// Reads the members of a file of `size` bytes.
    pub(super) fn new(file: &'a mut Hashed, size: u64) -> Self {
        let unpacked = MultiGzDecoder::new(BufReader::with_capacity(64 * 1024, file));
        Self {
            reader: Reader::new(Limited::new(Unpacked(unpacked), size)),
            top: None,
            attribute: None,
        }
    }

    /// The next member; skips the top-level directory itself.
    pub(super) fn next(&mut self) -> Result<Option<(EntryPath, Entry)>> {
        while let Some(mut raw) = self.reader.next_raw()? {
            self.attribute = raw.attributes.pop().map(|(name, _)| name);
            let entry = raw.entry()?;
            if let Some(path) = self.below_top(&entry)? {
                return Ok(Some((path, entry)));
            }
        }
        Ok(None)
    }

    /// The name of an extended attribute of the current member.
    pub(super) fn attribute(&self) -> Option<&str> {
        self.attribute.as_deref()
    }

    /// The unread content of the current member.
    pub(super) fn content(&mut self) -> &mut dyn Read {
        &mut self.reader
    }

    fn below_top(&mut self, entry: &Entry) -> Result<Option<EntryPath>> {
        let mut parts = entry.path.components();
        let Some(top) = parts.next() else {
            return Ok(None);
        };
        let known = self.top.get_or_insert_with(|| top.to_vec());
        if known != top {
            let known = String::from_utf8_lossy(known);
            let cause =
                format!("it is not in the directory `{known}`, unlike the entries before it");
            return Err(Error::cannot("read entry", &entry.path, cause));
        }
        let rest = parts.collect::<Vec<_>>().join(&b'/');
        if rest.is_empty() {
            Ok(None)
        } else {
            match EntryPath::parse(&rest) {
                Ok(path) => Ok(Some(path)),
                Err(why) => Err(Error::cannot(
                    "read entry",
                    &entry.path,
                    format!("its {why}"),
                )),
            }
        }
    }
}

/// The unpacked content of a gzip file. Replaces the library's error messages by ours.
struct Unpacked<'a>(MultiGzDecoder<BufReader<&'a mut Hashed>>);

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(explain)
    }
}

fn explain(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() || error.kind() == io::ErrorKind::Interrupted {
        return error;
    }
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof => "is truncated",
        _ => "is damaged",
    };
    io::Error::new(error.kind(), format!("its gzip data {what}"))
}
