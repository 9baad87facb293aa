//! The directory of an image, which names files that it should not.
//!
//! An image from elsewhere may say that its configuration is `/etc/passwd`, or have a blob that is a link to it. Nothing outside
//! of the directory is opened, so that no message can show what is in it.

use std::fs;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};

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

    /// The path of a file, all links followed.
    ///
    /// # Errors
    ///
    /// The file is not there, or is not in the directory.
    pub(crate) fn path(&self, name: &str) -> Result<PathBuf> {
        let leaves = |cause: &str| {
            Error::cannot("read", name, cause).hint("an image may only name files of its own")
        };
        if name.split('/').any(|part| part == "..") {
            return Err(leaves("its path has a `..`"));
        }
        // A leading slash stands for the top of the archive: some builders write one.
        let name = String::from_utf8_lossy(&clean(name.as_bytes(), b"")).into_owned();
        let path = fs::canonicalize(self.real.join(&name))
            .cannot("read", self.named.join(&name).display())?;
        let is_of_origin = |origin: &PathBuf| origin.join(&name) == path;
        if path.starts_with(&self.real) || self.origin.as_ref().is_some_and(is_of_origin) {
            return Ok(path);
        }
        Err(leaves("it is a link out of the image's directory"))
    }
}
