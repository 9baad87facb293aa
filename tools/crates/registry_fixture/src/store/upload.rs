//! An upload of a blob.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::content::{Content, StoredFile};
use super::digest::Digest;

pub(crate) struct Upload {
    pub(crate) id: String,
    pub(crate) repository: String,
    /// The number of requests that wrote to it.
    pub(crate) state: u64,
    pub(crate) size: u64,
    sink: Sink,
}

enum Sink {
    Memory(Vec<u8>),
    /// The file, which is removed with the upload, and the handle to write.
    File(Arc<StoredFile>, File),
}

impl Upload {
    pub(super) fn new(id: String, repository: &str, directory: Option<&Path>) -> io::Result<Self> {
        let sink = match directory {
            None => Sink::Memory(Vec::new()),
            Some(directory) => {
                let path = directory.join(&id);
                let handle = OpenOptions::new()
                    .append(true)
                    .create_new(true)
                    .open(&path)?;
                Sink::File(Arc::new(StoredFile { path, size: 0 }), handle)
            }
        };
        Ok(Self {
            id,
            repository: repository.to_owned(),
            state: 0,
            size: 0,
            sink,
        })
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.sink {
            Sink::Memory(sink) => sink.extend_from_slice(bytes),
            Sink::File(_, handle) => handle.write_all(bytes)?,
        }
        self.size += bytes.len() as u64;
        Ok(())
    }

    /// Whether the bytes so far have this digest.
    pub(crate) fn has(&self, digest: &Digest) -> io::Result<bool> {
        match &self.sink {
            Sink::Memory(bytes) => digest.matches(&bytes[..]),
            Sink::File(file, _) => digest.matches(File::open(&file.path)?),
        }
    }

    pub(super) fn into_content(self, digest: &Digest) -> io::Result<Content> {
        Ok(match self.sink {
            Sink::Memory(bytes) => Content::Memory(bytes.into()),
            Sink::File(file, _) => {
                let path = named_after(&file.path, &self.id, digest);
                std::fs::rename(&file.path, &path)?;
                Content::File(Arc::new(StoredFile {
                    path,
                    size: self.size,
                }))
            }
        })
    }
}

/// The name has the ID, too, so that a file is never replaced while a response reads it.
fn named_after(path: &Path, id: &str, digest: &Digest) -> PathBuf {
    path.with_file_name(format!("{}-{id}", digest.file_name()))
}
