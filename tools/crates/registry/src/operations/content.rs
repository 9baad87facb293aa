//! The content of an upload.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use blob::open_regular;

/// The bytes of a blob that is uploaded. They may be read more than once, and from any position, because an upload
/// continues after an interruption. The content is not opened if the registry mounts the blob.
pub trait Content {
    /// A reader of the bytes from this position to the end.
    ///
    /// # Errors
    ///
    /// The content cannot be read.
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>>;
}

/// The content of a file.
#[derive(Clone, Debug)]
pub struct FileContent(pub PathBuf);

/// Bytes in memory.
#[derive(Clone, Copy, Debug)]
pub struct BytesContent<'a>(pub &'a [u8]);

impl Content for FileContent {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        let mut file: File = open_regular(&self.0)?;
        file.seek(SeekFrom::Start(from))?;
        Ok(Box::new(file))
    }
}

impl Content for BytesContent<'_> {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        Ok(Box::new(self.0.get(from..).unwrap_or_default()))
    }
}

/// A function that opens a reader at a position, for content that is not a file.
impl<F, R> Content for F
where
    F: Fn(u64) -> io::Result<R>,
    R: Read + 'static,
{
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self(from)?))
    }
}
