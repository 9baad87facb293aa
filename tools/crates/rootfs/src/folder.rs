//! The directory of an image, which names files that it should not.
//!
//! An image from elsewhere may say that its configuration is `/etc/passwd`, or have a blob that is a link to it. Of files outside
//! of the directory, only those are used that have the digest by which the image names them: whoever made it knows what is in
//! them. So layouts whose blobs are links to the layers of a build, as rules_oci makes them, can be read.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use blob::{open_regular, Blob, Error, HashingReader, Result, ResultExt};

use crate::store::clean;

/// Files that say what a directory is. One of them is in every image.
const MARKERS: [&str; 2] = ["oci-layout", "manifest.json"];

/// A directory that is read.
#[derive(Debug)]
pub(crate) struct Folder {
    /// As it was named, for messages.
    named: PathBuf,
    /// Where it really is.
    real: PathBuf,
    /// The directory that its files are links to: Bazel makes a directory of one link for each file, all of which lead to the
    /// same names in another directory.
    origin: Option<PathBuf>,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let real = fs::canonicalize(path).cannot("open image", path.display())?;
        let origin = MARKERS.iter().find_map(|marker| {
            let marked = fs::canonicalize(real.join(marker)).ok()?;
            let named = marked.file_name()? == *marker;
            marked.parent().filter(|_| named).map(Path::to_owned)
        });
        Ok(Self {
            named: path.to_owned(),
            real,
            origin,
        })
    }

    /// Opens a file. What leads out of the directory must be this blob.
    ///
    /// # Errors
    ///
    /// The file is not there, is no regular file, or is outside of the directory and not the blob.
    pub(crate) fn file(&self, name: &str, blob: Option<Blob>) -> Result<File> {
        let shown = self.named.join(name);
        let (path, is_inside) = self.find(name)?;
        let open = || open_regular(&path).cannot("read", shown.display());
        if is_inside {
            return open();
        }
        let Some(blob) = blob else {
            return Err(leaves(name, "it is a link out of the image's directory"));
        };
        // The size first: a large file is not read for nothing.
        let is_blob = |file: File| {
            let has_size = file.metadata().is_ok_and(|facts| facts.len() == blob.size);
            has_size
                && HashingReader::new(file)
                    .finish()
                    .is_ok_and(|found| found == blob)
        };
        match is_blob(open()?) {
            true => open(),
            false => Err(leaves(
                name,
                "it is a link out of the image's directory, to other bytes than its digest says",
            )),
        }
    }

    /// Device and inode of what a name leads to. Nothing is read; whether it may be read is for [`Self::file`] to say.
    pub(crate) fn inode(&self, name: &str) -> Option<(u64, u64)> {
        let (path, _) = self.find(name).ok()?;
        let facts = fs::metadata(path).ok()?;
        Some((facts.dev(), facts.ino()))
    }

    /// Whether there is a regular file. It may be one that [`Folder::file`] refuses, with a message.
    pub(crate) fn has(&self, name: &str) -> bool {
        let is_marker = MARKERS.contains(&name);
        let found = self.find(name);
        found.is_ok_and(|(path, is_inside)| path.is_file() && (is_inside || !is_marker))
    }

    /// The path of a file, all links followed, and whether it is in the directory.
    fn find(&self, name: &str) -> Result<(PathBuf, bool)> {
        if name.split('/').any(|part| part == "..") {
            return Err(leaves(name, "its path has a `..`"));
        }
        // A leading slash stands for the top of the archive: some builders write one.
        let name = String::from_utf8_lossy(&clean(name.as_bytes(), b"")).into_owned();
        let path = fs::canonicalize(self.real.join(&name))
            .cannot("read", self.named.join(&name).display())?;
        let is_of_origin = |origin: &PathBuf| origin.join(&name) == path;
        let is_inside =
            path.starts_with(&self.real) || self.origin.as_ref().is_some_and(is_of_origin);
        Ok((path, is_inside))
    }
}

fn leaves(name: &str, cause: &str) -> Error {
    Error::cannot("read", name, cause).hint("an image may only name files of its own")
}
