//! Access to the files of an image: a layout directory, or an archive that is read in place.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use blob::{open_regular, Blob, Digest, Error, Result, ResultExt};
use flate2::read::MultiGzDecoder;
use oci::MAX_DOCUMENT;
use tarball::Reader;

use crate::budget::{Budget, NODES, STRINGS};
use crate::folder::Folder;

/// Links of an archive to other members: `docker save` writes one level of them.
const MAX_LINKS: usize = 8;

const BUFFER: usize = 128 * 1024;

/// Files by their names.
#[derive(Debug)]
pub(crate) struct Store {
    /// For messages.
    path: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(Folder),
    Archive {
        file: File,
        members: BTreeMap<Vec<u8>, Member>,
    },
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

/// A file of a store, opened for reading.
pub(crate) enum Source<'a> {
    File(File, u64),
    Member { file: &'a File, at: u64, left: u64 },
}

impl Source<'_> {
    /// Size in bytes.
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::File(_, size) => *size,
            Self::Member { left, .. } => *left,
        }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.read(buffer),
            Self::Member { file, at, left } => {
                let most = buffer
                    .len()
                    .min(usize::try_from(*left).unwrap_or(usize::MAX));
                let read = file.read_at(&mut buffer[..most], *at)?;
                (*at, *left) = (*at + read as u64, *left - read as u64);
                Ok(read)
            }
        }
    }
}

/// The path of a blob in a layout.
pub(crate) fn blob_name(digest: Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

impl Store {
    /// Opens a directory or an archive. A compressed archive is first decompressed to an unnamed file, because blobs
    /// are accessed in any order.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let metadata = fs::metadata(path).cannot("open image", path.display())?;
        let place = if metadata.is_dir() {
            Place::Folder(Folder::open(path)?)
        } else {
            archive(path).map_err(|error| error.within("open image", path.display()))?
        };
        let path = path.to_owned();
        Ok(Self { path, place })
    }

    /// For messages.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        match &self.place {
            Place::Folder(folder) => folder.has(name),
            Place::Archive { members, .. } => members.contains_key(&clean(name.as_bytes(), b"")),
        }
    }

    /// Opens a file. The error names the blob or document, not the image.
    pub(crate) fn source(&self, name: &str) -> Result<Source<'_>> {
        self.find(name, None)
    }

    /// Opens the file of a blob, which may be a link to the same bytes outside of the image.
    pub(crate) fn blob(&self, name: &str, blob: Blob) -> Result<Source<'_>> {
        self.find(name, Some(blob))
    }

    fn find(&self, name: &str, blob: Option<Blob>) -> Result<Source<'_>> {
        match &self.place {
            Place::Folder(folder) => {
                let file = folder.file(name, blob)?;
                let size = file.metadata().cannot("read", name)?.len();
                Ok(Source::File(file, size))
            }
            Place::Archive { file, members } => {
                let name_in_archive = clean(name.as_bytes(), b"");
                let mut place = name_in_archive.as_slice();
                for _ in 0..MAX_LINKS {
                    match members.get(place) {
                        Some(Member::File { start, size }) => {
                            let (at, left) = (*start, *size);
                            return Ok(Source::Member { file, at, left });
                        }
                        Some(Member::Link(target)) => place = target,
                        None => break,
                    }
                }
                Err(Error::cannot("read", name, "it is not in the archive"))
            }
        }
    }

    /// Device and inode of a file, the same for all its names; `None` in an archive.
    pub(crate) fn inode(&self, name: &str) -> Option<(u64, u64)> {
        match &self.place {
            Place::Folder(folder) => folder.inode(name),
            Place::Archive { .. } => None,
        }
    }

    /// All bytes of a small file.
    pub(crate) fn document(&self, name: &str) -> Result<Vec<u8>> {
        whole(name, self.source(name)?)
    }

    /// All bytes of a small blob.
    pub(crate) fn blob_document(&self, name: &str, blob: Blob) -> Result<Vec<u8>> {
        whole(name, self.blob(name, blob)?)
    }
}

fn whole(name: &str, source: Source<'_>) -> Result<Vec<u8>> {
    if source.size() > MAX_DOCUMENT {
        let cause = format!(
            "it has {} bytes, at most {MAX_DOCUMENT} are read",
            source.size()
        );
        return Err(Error::cannot("read", name, cause));
    }
    let mut bytes = Vec::new();
    let read = source.take(MAX_DOCUMENT).read_to_end(&mut bytes);
    read.cannot("read", name)?;
    Ok(bytes)
}

/// Reads the headers of an archive.
fn archive(path: &Path) -> Result<Place> {
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
        if names > STRINGS || members.len() > NODES {
            let cause =
                format!("the names in it have more than {STRINGS} bytes, or are more than {NODES}");
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
    Ok(Place::Archive { file, members })
}

/// The decompressed bytes of an archive, in a file without a name; `None` if it is not compressed.
fn unpacked(file: &mut File) -> io::Result<Option<File>> {
    let mut magic = [0; 4];
    let known = file.read_at(&mut magic, 0)?;
    let input = BufReader::with_capacity(BUFFER, &*file);
    let mut decoder: Box<dyn Read + '_> = match Packing::of(&magic[..known]) {
        Packing::None => return Ok(None),
        Packing::Gzip => Box::new(MultiGzDecoder::new(input)),
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
    };
    let mut plain = tempfile::tempfile()?;
    let mut buffer = vec![0; BUFFER];
    let budget = Budget::of(file.metadata()?.len());
    loop {
        let read = decoder.read(&mut buffer)?;
        budget.unpack(read as u64).map_err(io::Error::other)?;
        match read {
            0 => return Ok(Some(plain)),
            read => plain.write_all(&buffer[..read])?,
        }
    }
}

/// The compression of a file, by its first four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    pub(crate) fn of(magic: &[u8]) -> Self {
        match magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Self::Zstd,
            // A zstd file may begin with a skippable frame.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// The normalized name of a member, relative to the directory of `from`.
pub(crate) fn clean(name: &[u8], from: &[u8]) -> Vec<u8> {
    let folder = from.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    let mut parts: Vec<&[u8]> = Vec::new();
    let all = from[..folder].split(|byte| *byte == b'/');
    for part in all.chain(name.split(|byte| *byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join(&b'/')
}
