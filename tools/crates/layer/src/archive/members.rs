use std::fs::File;
use std::io::{self, BufReader, Read};

use blob::{Error, HashingReader, Result};
use flate2::bufread::MultiGzDecoder;
use tarball::{Entry, EntryPath, Reader};

/// No release unpacks to more; an archive that does is a bomb.
const MAX_UNPACKED: u64 = 8 * 1024 * 1024 * 1024;

/// An archive's file, which is hashed as it is read.
pub(super) type Hashed = HashingReader<File>;

/// The members of a `.tar.gz` by their paths below the one folder that holds them all.
pub(super) struct Members<'a> {
    reader: Reader<Unpacked<'a>>,
    top: Option<Vec<u8>>,
}

impl<'a> Members<'a> {
    pub(super) fn new(file: &'a mut Hashed) -> Self {
        let decoder = MultiGzDecoder::new(BufReader::with_capacity(64 * 1024, file));
        let left = MAX_UNPACKED;
        Self {
            reader: Reader::new(Unpacked { decoder, left }),
            top: None,
        }
    }

    /// The next member; the folder itself is none.
    pub(super) fn next(&mut self) -> Result<Option<(EntryPath, Entry)>> {
        while let Some(entry) = self.reader.next_entry()? {
            if let Some(path) = self.below_top(&entry)? {
                return Ok(Some((path, entry)));
            }
        }
        Ok(None)
    }

    /// What is left of the content of the member that came last.
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
            let cause = format!("it is not in the folder `{known}`, as what is before it");
            return Err(Error::cannot("read entry", &entry.path, cause));
        }
        let rest = parts.collect::<Vec<_>>().join(&b'/');
        match rest.is_empty() {
            true => Ok(None),
            false => match EntryPath::parse(&rest) {
                Ok(path) => Ok(Some(path)),
                Err(why) => Err(Error::cannot(
                    "read entry",
                    &entry.path,
                    format!("its {why}"),
                )),
            },
        }
    }
}

/// What a gzip file holds, up to a limit, with the library's errors in our words.
struct Unpacked<'a> {
    decoder: MultiGzDecoder<BufReader<&'a mut Hashed>>,
    left: u64,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer).map_err(explain)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "the archive unpacks to more than 8 GiB",
            )
        })?;
        Ok(read)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_an_error() {
        let workspace = testkit::Workspace::new();
        workspace.write("a.gz", testkit::compress(".gz", &[0; 4096]));
        let file = File::open(workspace.path("a.gz")).unwrap();
        let mut hashed = HashingReader::new(file);
        let decoder = MultiGzDecoder::new(BufReader::new(&mut hashed));
        let mut unpacked = Unpacked {
            decoder,
            left: 4095,
        };
        let error = unpacked.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "the archive unpacks to more than 8 GiB");
    }
}
