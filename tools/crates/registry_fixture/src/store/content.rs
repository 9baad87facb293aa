//! The bytes of a blob.

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Clone)]
pub(crate) enum Content {
    Memory(Arc<[u8]>),
    File(Arc<StoredFile>),
}

/// A file that is removed when no blob and no response uses it.
pub(crate) struct StoredFile {
    pub(crate) path: PathBuf,
    pub(crate) size: u64,
}

impl Drop for StoredFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl Content {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(file) => file.size,
        }
    }

    /// Reads from this byte on.
    pub(crate) fn reader(&self, start: u64) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Memory(bytes) => {
                let mut cursor = Cursor::new(&**bytes);
                cursor.set_position(start);
                Box::new(cursor)
            }
            Self::File(file) => {
                let mut file = File::open(&file.path)?;
                file.seek(SeekFrom::Start(start))?;
                Box::new(file)
            }
        })
    }

    pub(crate) fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.reader(0)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
