//! An image directory that may refer to files outside of it.
//!
//! An untrusted image may declare `/etc/passwd` as its configuration, or contain a blob that links to it. A file
//! outside of the directory is read only if its digest is the one in the image: the author of the image then already
//! knows its content. This makes layouts of rules_oci readable, whose blobs are links to the layers of a build.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use blob::{open_regular, Blob, Error, HashingReader, Result, ResultExt};

use super::name::clean;
use super::{FileId, Source, StoredFile};

/// Files that identify the format of a directory. Every image has at least one of them.
const MARKERS: [&str; 2] = ["oci-layout", "manifest.json"];

/// An open image directory.
#[derive(Debug)]
pub(super) struct Directory {
    /// The path that the user gave, for messages.
    named: PathBuf,
    /// The canonical path.
    real: PathBuf,
    /// The directory that the files link to: Bazel creates a directory with one link for each file, all of them to the
    /// same names in another directory.
    origin: Option<PathBuf>,
}

impl Directory {
    pub(super) fn open(path: &Path) -> Result<Self> {
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

    /// Opens a file. A file outside of the directory must be this blob.
    fn file(&self, name: &str, blob: Option<Blob>) -> Result<File> {
        let shown = self.named.join(name);
        let (path, is_inside) = self.find(name)?;
        let open = || open_regular(&path).cannot("read", shown.display());
        if is_inside {
            return open();
        }
        let Some(blob) = blob else {
            return Err(leaves(name, "it is a link out of the image's directory"));
        };
        // Compare the size first, to avoid reading a large file that cannot match.
        let is_blob = |file: File| {
            let has_size = file.metadata().is_ok_and(|facts| facts.len() == blob.size);
            has_size
                && HashingReader::new(file)
                    .finish()
                    .is_ok_and(|found| found == blob)
        };
        if is_blob(open()?) {
            return open();
        }
        let cause =
            "it is a link out of the image's directory, to other bytes than its digest says";
        Err(leaves(name, cause))
    }

    /// The path of a file, all links followed, and whether it is in the directory.
    fn find(&self, name: &str) -> Result<(PathBuf, bool)> {
        if name.split('/').any(|part| part == "..") {
            return Err(leaves(name, "its path has a `..`"));
        }
        // Some builders write names with a leading slash, which means the root of the archive.
        let name = String::from_utf8_lossy(&clean(name.as_bytes(), b"")).into_owned();
        let path = fs::canonicalize(self.real.join(&name))
            .cannot("read", self.named.join(&name).display())?;
        let is_of_origin = |origin: &PathBuf| origin.join(&name) == path;
        let is_inside =
            path.starts_with(&self.real) || self.origin.as_ref().is_some_and(is_of_origin);
        Ok((path, is_inside))
    }
}

impl Source for Directory {
    fn has(&self, name: &str) -> bool {
        let is_marker = MARKERS.contains(&name);
        let found = self.find(name);
        found.is_ok_and(|(path, is_inside)| path.is_file() && (is_inside || !is_marker))
    }

    fn open(&self, name: &str, blob: Option<Blob>) -> Result<StoredFile<'_>> {
        let file = self.file(name, blob)?;
        let size = file.metadata().cannot("read", name)?.len();
        Ok(StoredFile::new(size, file))
    }

    /// Follows all links. Does not check whether [`Source::open`] would open the file.
    fn id(&self, name: &str) -> Option<FileId> {
        let (path, _) = self.find(name).ok()?;
        let facts = fs::metadata(path).ok()?;
        let (device, inode) = (facts.dev(), facts.ino());
        Some(FileId { device, inode })
    }
}

fn leaves(name: &str, cause: &str) -> Error {
    Error::cannot("read", name, cause).hint("an image may only refer to its own files")
}
