//! Where the files of an image come from.

mod archive;
mod directory;
mod name;

use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use blob::{Blob, Error, Result, ResultExt};
use oci::MAX_DOCUMENT;

pub use self::name::blob_name;

use self::archive::Archive;
use self::directory::Directory;

/// The files of an image, by the names of the OCI layout format (`oci-layout`, `index.json`, `blobs/sha256/HEX`) or of
/// `docker save` (`manifest.json`, and the names in it).
pub trait Source: fmt::Debug + Send + Sync {
    /// Whether there is a regular file with this name. [`Source::open`] may still refuse it, with a message.
    fn has(&self, name: &str) -> bool;

    /// Opens a file. `blob` is its digest and size if an image's document says them. The source may use it to find the
    /// file, and need not verify it.
    ///
    /// # Errors
    ///
    /// The file does not exist or cannot be read. The error names the file, not the image.
    fn open(&self, name: &str, blob: Option<Blob>) -> Result<StoredFile<'_>>;

    /// The identity of a file, the same for all its names; `None` if the source does not identify files.
    fn id(&self, name: &str) -> Option<FileId>;
}

/// Device and inode of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId {
    /// The device (`st_dev`).
    pub device: u64,
    /// The inode (`st_ino`).
    pub inode: u64,
}

/// A file of an image, opened for reading.
pub struct StoredFile<'a> {
    size: u64,
    content: Box<dyn Read + 'a>,
}

impl<'a> StoredFile<'a> {
    /// A file of `size` bytes with this content.
    pub fn new(size: u64, content: impl Read + 'a) -> Self {
        let content = Box::new(content);
        Self { size, content }
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl fmt::Debug for StoredFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut file = f.debug_struct("StoredFile");
        file.field("size", &self.size).finish_non_exhaustive()
    }
}

impl Read for StoredFile<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.content.read(buffer)
    }
}

/// Opens the files of an image: of a directory, or of a tar archive (plain, gzip or zstd).
///
/// # Errors
///
/// The path does not exist, or is neither a directory nor a tar archive.
pub fn open(path: &Path) -> Result<Box<dyn Source>> {
    let metadata = fs::metadata(path).cannot("open image", path.display())?;
    if metadata.is_dir() {
        return Ok(Box::new(Directory::open(path)?));
    }
    let archive = Archive::open(path);
    let archive = archive.map_err(|error| error.within("open image", path.display()))?;
    Ok(Box::new(archive))
}

/// A source with its name.
#[derive(Debug)]
pub(crate) struct Store {
    name: String,
    source: Box<dyn Source>,
}

impl Store {
    /// Opens a directory or an archive.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Ok(Self::of(path.display().to_string(), open(path)?))
    }

    pub(crate) fn of(name: String, source: Box<dyn Source>) -> Self {
        Self { name, source }
    }

    /// For messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.source.has(name)
    }

    pub(crate) fn open_file(&self, name: &str, blob: Option<Blob>) -> Result<StoredFile<'_>> {
        self.source.open(name, blob)
    }

    pub(crate) fn id(&self, name: &str) -> Option<FileId> {
        self.source.id(name)
    }

    /// All bytes of a small file.
    pub(crate) fn document(&self, name: &str) -> Result<Vec<u8>> {
        document(&*self.source, name, None)
    }

    /// All bytes of a small blob, which may be a link to the same bytes outside of the image.
    pub(crate) fn blob_document(&self, name: &str, blob: Blob) -> Result<Vec<u8>> {
        document(&*self.source, name, Some(blob))
    }
}

/// All bytes of a small file. `blob` is its digest and size if they are known, which the caller must verify.
///
/// # Errors
///
/// The file does not exist, cannot be read, or has more than [`MAX_DOCUMENT`] bytes.
pub fn document(source: &dyn Source, name: &str, blob: Option<Blob>) -> Result<Vec<u8>> {
    let file = source.open(name, blob)?;
    if file.size() > MAX_DOCUMENT {
        let cause = format!(
            "it has {} bytes, at most {MAX_DOCUMENT} are read",
            file.size()
        );
        return Err(Error::cannot("read", name, cause));
    }
    let mut bytes = Vec::new();
    let read = file.take(MAX_DOCUMENT).read_to_end(&mut bytes);
    read.cannot("read", name)?;
    Ok(bytes)
}
