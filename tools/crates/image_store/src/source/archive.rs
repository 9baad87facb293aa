//! A tar archive that is read in place: of a layout, or of `docker save`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use blob::{open_regular, Blob, Error, Result, ResultExt};
use flate2::read::MultiGzDecoder;
use tarball::Reader;

use super::name::clean;
use super::{FileId, Source, StoredFile};
use crate::{Compression, UnpackLimit};

/// Links of an archive to other members: `docker save` writes one level of them.
const MAX_LINKS: usize = 8;

/// Members of an archive. An image has at most some hundred layers; an index of many images has some thousand.
const MAX_MEMBERS: usize = 800_000;

/// Bytes of all names of members and of links.
const MAX_NAMES: usize = 64 << 20;

const BUFFER: usize = 128 * 1024;

/// An open archive, and where its members are.
#[derive(Debug)]
pub(super) struct Archive {
    file: File,
    members: BTreeMap<Vec<u8>, Member>,
}

#[derive(Debug)]
enum Member {
    File {
        start: u64,
        size: u64,
    },
    /// A link to the member of this name.
    Link(Vec<u8>),
}

impl Archive {
    /// Reads the headers of an archive. A compressed archive is first decompressed to an unnamed file, because blobs
    /// are accessed in any order.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let mut file = open_regular(path).cannot("read", path.display())?;
        if let Some(plain) = unpacked(&mut file).cannot("unpack", path.display())? {
            file = plain;
        }
        file.rewind().cannot("read", path.display())?;
        let length = file.metadata().cannot("read", path.display())?.len();
        let mut members = BTreeMap::new();
        let mut reader = Reader::lenient(&file);
        let mut names = 0;
        while let Some(entry) = reader.next_raw()? {
            names += entry.name.len() + entry.link.len();
            if names > MAX_NAMES || members.len() > MAX_MEMBERS {
                let cause = format!(
                    "the names in it have more than {MAX_NAMES} bytes, or are more than {MAX_MEMBERS}"
                );
                return Err(Error::cannot("read archive", path.display(), cause));
            }
            let name = clean(&entry.name, b"");
            let (start, size) = (reader.position(), entry.size);
            let member = match entry.letter {
                b'0' if start.saturating_add(size) > length => {
                    let cause = "the archive is truncated";
                    return Err(Error::cannot("read", String::from_utf8_lossy(&name), cause));
                }
                b'0' => Some(Member::File { start, size }),
                b'1' => Some(Member::Link(clean(&entry.link, b""))),
                b'2' => Some(Member::Link(clean(&entry.link, &name))),
                _ => None,
            };
            members.extend(member.map(|member| (name, member)));
            reader.seek_rest().cannot("read", path.display())?;
        }
        Ok(Self { file, members })
    }
}

impl Source for Archive {
    fn has(&self, name: &str) -> bool {
        self.members.contains_key(&clean(name.as_bytes(), b""))
    }

    fn open(&self, name: &str, _blob: Option<Blob>) -> Result<StoredFile<'_>> {
        let member = clean(name.as_bytes(), b"");
        let mut at = member.as_slice();
        for _ in 0..MAX_LINKS {
            match self.members.get(at) {
                Some(Member::File { start, size }) => {
                    let part = Part {
                        file: &self.file,
                        at: *start,
                        left: *size,
                    };
                    return Ok(StoredFile::new(*size, part));
                }
                Some(Member::Link(target)) => at = target,
                None => break,
            }
        }
        Err(Error::cannot("read", name, "it is not in the archive"))
    }

    fn id(&self, _name: &str) -> Option<FileId> {
        None
    }
}

/// The bytes of a member.
struct Part<'a> {
    file: &'a File,
    at: u64,
    left: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.file.read_at(&mut buffer[..most], self.at)?;
        (self.at, self.left) = (self.at + read as u64, self.left - read as u64);
        Ok(read)
    }
}

/// The decompressed bytes of an archive, in a file without a name; `None` if it is not compressed.
fn unpacked(file: &mut File) -> io::Result<Option<File>> {
    let mut magic = [0; 4];
    let known = file.read_at(&mut magic, 0)?;
    let input = BufReader::with_capacity(BUFFER, &*file);
    let mut decoder: Box<dyn Read + '_> = match Compression::of(&magic[..known]) {
        Compression::None => return Ok(None),
        Compression::Gzip => Box::new(MultiGzDecoder::new(input)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
    };
    let mut plain = tempfile::tempfile()?;
    let mut buffer = vec![0; BUFFER];
    let limit = UnpackLimit::of(file.metadata()?.len());
    let mut bytes = 0_u64;
    loop {
        let read = decoder.read(&mut buffer)?;
        bytes = bytes.saturating_add(read as u64);
        limit.check(bytes).map_err(io::Error::other)?;
        if read == 0 {
            return Ok(Some(plain));
        }
        plain.write_all(&buffer[..read])?;
    }
}
