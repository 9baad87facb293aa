//! A layout to which images are added.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use blob::{read_regular, temporary, AtomicFile, Blob, Error, HashingWriter, Result, ResultExt};
use image_store::blob_name;
use oci::{Descriptor, MAX_DOCUMENT};

use super::entries::Entries;
use super::MARKER;
use crate::content::Source;

/// A layout to which images are added. Other processes that add images must wait: the directory is locked (flock(2)).
///
/// Each file appears when it is complete, and `index.json` when everything that it names is there. So an interrupted
/// program leaves a valid layout, and the next one adds only what is missing.
pub(crate) struct LayoutTarget {
    directory: PathBuf,
    entries: Entries,
    /// Holds the lock.
    _lock: File,
}

impl LayoutTarget {
    /// Opens a layout, or makes one in a missing or empty directory.
    ///
    /// # Errors
    ///
    /// The directory has other files, another process writes to it, or it cannot be written.
    pub(crate) fn open(directory: &Path) -> Result<Self> {
        let shown = &directory.display();
        fs::create_dir_all(directory).cannot("make", shown)?;
        let Some(lock) = temporary::lock(directory) else {
            let cause = "another process writes to it";
            return Err(Error::cannot("write layout", shown, cause));
        };
        let is_new = !directory.join("oci-layout").exists();
        if is_new {
            check_empty(directory)?;
        }
        let blobs = directory.join("blobs/sha256");
        fs::create_dir_all(&blobs).cannot("make", blobs.display())?;
        let entries = if is_new {
            Entries::empty()
        } else {
            let marker = read(&directory.join("oci-layout"))?;
            oci::read_layout("oci-layout", &marker).map_err(|e| e.within("read", shown))?;
            let bytes = read(&directory.join("index.json"))?;
            Entries::parse("index.json", &bytes).map_err(|e| e.within("read", shown))?
        };
        let target = Self {
            directory: directory.to_owned(),
            entries,
            _lock: lock,
        };
        if is_new {
            target.write("oci-layout", MARKER)?;
            target.write("index.json", &target.entries.bytes()?)?;
        }
        Ok(target)
    }

    /// The path of the directory, for messages.
    pub(crate) fn name(&self) -> String {
        self.directory.display().to_string()
    }

    /// The digest of the entry with a name.
    pub(crate) fn digest_of(&self, name: &str) -> Option<&str> {
        self.entries.digest_of(name)
    }

    /// Whether the layout has a file of this digest and size. Its bytes are not read: every file was verified before it got
    /// its name. A link is not a file of the layout: it may lead to a file that changes, or that is not carried along.
    pub(crate) fn has(&self, blob: &Blob) -> bool {
        let path = self.directory.join(blob_name(blob.digest));
        fs::symlink_metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() == blob.size)
    }

    /// Adds a manifest, an index or a configuration.
    pub(crate) fn add_document(&self, blob: &Blob, bytes: &[u8]) -> Result<()> {
        if self.has(blob) {
            return Ok(());
        }
        self.write(&blob_name(blob.digest), bytes)
    }

    /// Adds a blob of a source, if it is missing. Returns whether it was missing.
    ///
    /// # Errors
    ///
    /// The source does not have it, or other bytes.
    pub(crate) fn add_blob(&self, source: &dyn Source, blob: &Blob) -> Result<bool> {
        if self.has(blob) {
            return Ok(false);
        }
        let name = blob_name(blob.digest);
        let content = source.blob(blob)?;
        let file = AtomicFile::create(&self.directory.join(&name))?;
        let mut output = HashingWriter::new(file);
        let mut input = content.open(0).cannot("read", &name)?;
        let mut input = (&mut input).take(blob.size.saturating_add(1));
        io::copy(&mut input, &mut output).cannot("copy", &name)?;
        let (file, found) = output.finish();
        if found == *blob {
            return file.commit().map(|()| true);
        }
        let cause = format!(
            "expected {} bytes, found {} bytes with the digest `{}`",
            blob.size, found.size, found.digest
        );
        Err(Error::cannot("read", name, cause).within("read", source.name()))
    }

    /// Adds entries to `index.json`. Everything that they name must be there. Returns whether the file changed.
    pub(crate) fn list(&mut self, entries: &[Descriptor]) -> Result<bool> {
        let mut has_changed = false;
        for entry in entries {
            has_changed |= self.entries.add(entry)?;
        }
        if has_changed {
            self.write("index.json", &self.entries.bytes()?)?;
        }
        Ok(has_changed)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.directory.join(name);
        let mut file = AtomicFile::create(&path)?;
        file.write_all(bytes).cannot("write", path.display())?;
        file.commit()
    }
}

fn check_empty(directory: &Path) -> Result<()> {
    let shown = &directory.display();
    let mut files = fs::read_dir(directory).cannot("read", shown)?;
    if files.next().is_none() {
        return Ok(());
    }
    let cause = "it is not an OCI layout, and it is not empty";
    Err(Error::cannot("write layout", shown, cause).hint("give a new directory"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    read_regular(path, MAX_DOCUMENT).cannot("read", path.display())
}
