//! A repository of a registry.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::OnceLock;

use blob::{Blob, Error, Result};
use oci::Descriptor;
use registry::{Content, Repository, RepositoryClient, Selector};

use super::{blob_of, Source};

/// A repository of a registry. A blob is downloaded to a temporary file and verified before its first byte is read.
#[derive(Debug)]
pub struct RegistrySource<'a> {
    name: String,
    client: RepositoryClient<'a>,
}

impl<'a> RegistrySource<'a> {
    /// A repository.
    pub fn new(client: RepositoryClient<'a>) -> Self {
        let name = client.name().to_string();
        Self { name, client }
    }

    /// The operations on the repository.
    pub fn client(&self) -> &RepositoryClient<'a> {
        &self.client
    }
}

impl Source for RegistrySource<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn document(&self, descriptor: &Descriptor) -> Result<Vec<u8>> {
        let blob = blob_of(descriptor)?;
        let found = self.client.manifest(&Selector::Digest(blob.digest))?;
        let Some(found) = found else {
            let object = format!("{}@{}", self.name, blob.digest);
            return Err(Error::cannot("get manifest", object, "it is missing"));
        };
        if found.blob == blob {
            return Ok(found.bytes);
        }
        let cause = format!("expected {} bytes, found {}", blob.size, found.blob.size);
        Err(Error::cannot("get manifest", blob.digest, cause))
    }

    fn blob(&self, blob: &Blob) -> Result<Box<dyn Content + Send + Sync + '_>> {
        Ok(Box::new(Download {
            client: &self.client,
            blob: *blob,
            file: OnceLock::new(),
        }))
    }

    fn repository(&self) -> Option<&Repository> {
        Some(self.client.name())
    }
}

/// A blob that is downloaded when it is read for the first time. An upload that continues reads the same file again.
struct Download<'a> {
    client: &'a RepositoryClient<'a>,
    blob: Blob,
    file: OnceLock<File>,
}

impl Download<'_> {
    fn file(&self) -> io::Result<&File> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let mut output = BufWriter::new(tempfile::tempfile()?);
        let exists = self.client.blob(&self.blob, &mut output);
        let exists = exists.map_err(|error| io::Error::other(error.to_string()))?;
        if !exists {
            let object = format!("{}@{}", self.client.name(), self.blob.digest);
            let error = Error::cannot("get blob", object, "it is missing");
            return Err(io::Error::other(error.to_string()));
        }
        output.flush()?;
        let file = output
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        Ok(self.file.get_or_init(|| file))
    }
}

impl Content for Download<'_> {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        let file = self.file()?;
        Ok(Box::new(FileReader { file, at: from }))
    }
}

/// Reads a file from a position, also while others read it.
struct FileReader<'a> {
    file: &'a File,
    at: u64,
}

impl Read for FileReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
