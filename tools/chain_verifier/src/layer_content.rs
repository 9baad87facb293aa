//! What a layer of a layout contains.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use blob::{open_regular, Blob, Error, HashingReader, Result, ResultExt};
use flate2::read::MultiGzDecoder;
use image_facts::{Packages, StatusFile, STATUS};
use image_store::{Compression, UnpackLimit};
use tarball::{EntryPath, Reader};

use crate::entry::Properties;

/// The maximum number of entries of a layer.
const MAX_ENTRIES: usize = 1_000_000;

/// The maximum size of a file in status.d, and of all of them together, in bytes.
const MAX_STATUS: u64 = 16 << 20;

/// A layer that was read once.
#[derive(Debug)]
pub(crate) struct LayerContent {
    /// The blob as stored.
    pub(crate) blob: Blob,
    /// The uncompressed archive, or why it cannot be read.
    pub(crate) archive: std::result::Result<Archive, String>,
}

/// The archive of a layer.
#[derive(Debug)]
pub(crate) struct Archive {
    /// The digest of the uncompressed bytes.
    pub(crate) diff_id: blob::Digest,
    /// The entries by path.
    pub(crate) entries: BTreeMap<EntryPath, Properties>,
    /// The number of entries that no package can have, such as devices.
    pub(crate) others: usize,
    /// The packages whose files in status.d it has.
    pub(crate) packages: Vec<StatedPackage>,
}

/// A package as status.d describes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StatedPackage {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) architecture: String,
}

impl LayerContent {
    /// Reads the layer in this file.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn read(path: &Path, shown: &str) -> Result<Self> {
        let file = open_regular(path).cannot("read layer", shown)?;
        let size = file.metadata().cannot("read layer", shown)?.len();
        let mut packed = HashingReader::new(file);
        let archive = archive(&mut packed, size).map_err(|error| error.to_string());
        let blob = packed.finish().cannot("read layer", shown)?;
        Ok(Self { blob, archive })
    }
}

fn archive(packed: &mut HashingReader<File>, size: u64) -> Result<Archive> {
    let mut input = BufReader::with_capacity(128 * 1024, packed);
    let magic = input.fill_buf().cannot("read", "blob")?;
    let compression = Compression::of(&magic[..magic.len().min(4)]);
    let plain: Box<dyn Read + '_> = match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(MultiGzDecoder::new(input)),
        Compression::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(input);
            Box::new(decoder.cannot("unpack", "blob")?)
        }
    };
    let limited = Limited {
        inner: plain,
        limit: UnpackLimit::of(size),
        read: 0,
    };
    let mut hashed = HashingReader::new(limited);
    let mut archive = entries(&mut hashed)?;
    archive.diff_id = hashed.finish().cannot("unpack", "blob")?.digest;
    Ok(archive)
}

fn entries(plain: &mut impl Read) -> Result<Archive> {
    let mut reader = Reader::lenient(BufReader::with_capacity(128 * 1024, plain));
    let mut archive = Archive {
        diff_id: blob::Digest::of(b""),
        entries: BTreeMap::new(),
        others: 0,
        packages: Vec::new(),
    };
    let mut status = Vec::new();
    let mut left = MAX_STATUS;
    while let Some(raw) = reader.next_raw()? {
        if archive.entries.len() + archive.others >= MAX_ENTRIES {
            let cause = format!("it has more than {MAX_ENTRIES} entries");
            return Err(Error::cannot("read", "layer", cause));
        }
        let has_attributes = !raw.attributes.is_empty();
        let Ok(entry) = raw.entry() else {
            archive.others += 1;
            continue;
        };
        archive.others += usize::from(has_attributes);
        let mut text = Vec::new();
        let is_status = entry.path.as_bytes().starts_with(STATUS.as_bytes());
        let known = |target: &EntryPath| archive.entries.get(target);
        let properties = if is_status && entry.size() <= left {
            left -= entry.size();
            let read = reader.read_to_end(&mut text);
            read.cannot("read entry", &entry.path)?;
            Properties::of(&entry, &mut text.as_slice(), known)
        } else {
            Properties::of(&entry, &mut reader, known)
        };
        if is_status {
            status.push((
                String::from_utf8_lossy(entry.path.as_bytes()).into_owned(),
                text,
            ));
        }
        let properties = properties.cannot("read entry", &entry.path)?;
        archive.entries.insert(entry.path, properties);
    }
    archive.packages = packages(&status);
    Ok(archive)
}

/// The packages that the files in status.d describe.
fn packages(status: &[(String, Vec<u8>)]) -> Vec<StatedPackage> {
    let files: Vec<StatusFile<'_>> = status
        .iter()
        .map(|(path, text)| StatusFile {
            path,
            layer: 0,
            text,
        })
        .collect();
    let packages = Packages::read(&files).by_name.into_iter();
    let stated = packages.map(|(name, package)| StatedPackage {
        name,
        version: package.version,
        architecture: package.architecture,
    });
    stated.collect()
}

/// A reader that ends with an error if the layer unpacks to too many bytes.
struct Limited<R> {
    inner: R,
    limit: UnpackLimit,
    read: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read = self.read.saturating_add(read as u64);
        self.limit.check(self.read).map_err(io::Error::other)?;
        Ok(read)
    }
}
