//! OCI image layout directories ("OCI Image Layout" in `image-layout.md`).

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use blob::{temporary, Digest, Result, ResultExt};
use oci_spec::image::{
    Descriptor, ImageIndex, MediaType, ANNOTATION_REF_NAME, ANNOTATION_REVISION,
};
use tempfile::TempDir;

use crate::{json, Closure, RefName};

/// The content of `oci-layout`.
pub(crate) const MARKER: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;

/// Annotations of the one descriptor in `index.json`. They do not change the digest of the image.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    /// The reference name. Some tools find images only by it.
    pub name: Option<RefName>,
    /// The revision of the source code that the image was built from (`org.opencontainers.image.revision`).
    pub revision: Option<String>,
}

impl Naming {
    fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        let name = self.name.as_ref().map(RefName::text);
        [
            (ANNOTATION_REF_NAME, name),
            (ANNOTATION_REVISION, self.revision.as_deref()),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
    }
}

/// A layout with a temporary name, next to its final path. [`Layout::commit`] moves it there; if it is dropped before
/// that, it is deleted.
///
/// The temporary name starts with `.NAME.tmp-`, and the directory is locked (flock(2)) while a process writes to it.
/// The directory of a killed process is not locked; the next process that makes a layout of this name deletes it.
#[derive(Debug)]
pub struct Layout {
    directory: TempDir,
    /// Holds the lock.
    _lock: File,
    output: PathBuf,
}

/// The number of attempts to lock a new directory before another process deletes it.
const TRIES: usize = 8;

impl Layout {
    /// Writes the layout that will become `output`, which must not exist or must be an empty directory.
    ///
    /// Every blob is a regular file: a hard link to the layer if the file system permits it, else a copy (which shares
    /// blocks if the file system supports that).
    ///
    /// # Errors
    ///
    /// `output` is not free, or a file cannot be read or written.
    pub fn create(closure: &Closure, naming: &Naming, output: &Path) -> Result<Self> {
        check_free(output).cannot("write layout", output.display())?;
        let layout = fill(closure, naming, output).cannot("write layout", output.display())?;
        Ok(layout)
    }

    /// Moves the finished directory to its final path.
    ///
    /// # Errors
    ///
    /// The directory cannot be moved.
    pub fn commit(self) -> Result<()> {
        // This replaces an empty directory in one step.
        fs::rename(self.directory.path(), &self.output)
            .cannot("write layout", self.output.display())?;
        // The temporary directory was moved, so it must not be deleted.
        let _ = self.directory.keep();
        Ok(())
    }
}

fn check_free(output: &Path) -> std::result::Result<(), String> {
    match fs::read_dir(output) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err("the directory is not empty".into()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn fill(closure: &Closure, naming: &Naming, output: &Path) -> Result<Layout> {
    let parent = temporary::directory_of(output);
    temporary::remove_leftovers(output);
    let (directory, lock) = locked_directory(parent, &temporary::temporary_prefix(output))
        // Only the kind of the error, because the full message contains a random name.
        .map_err(|error| error.kind())
        .cannot("create directory in", parent.display())?;
    let root = directory.path();
    let blobs = root.join("blobs/sha256");
    fs::create_dir_all(&blobs).cannot("make", "blobs/sha256")?;
    write(&root.join("oci-layout"), MARKER)?;
    let top = closure.named_root(naming.annotations());
    write(&root.join("index.json"), &top_index(vec![top])?)?;
    for document in &closure.documents {
        write(&blobs.join(document.blob().digest.hex()), document.bytes())?;
    }
    for layer in &closure.layers {
        place(&layer.path, &blobs.join(layer.blob.digest.hex()))
            .cannot("place layer", &layer.name)?;
    }
    let output = output.to_owned();
    Ok(Layout {
        directory,
        _lock: lock,
        output,
    })
}

/// A new directory that this process has locked.
fn locked_directory(parent: &Path, prefix: &OsStr) -> io::Result<(TempDir, File)> {
    for _ in 0..TRIES {
        let directory = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(parent)?;
        // Until it is locked, other processes treat it as a leftover.
        if let Some(lock) = temporary::lock(directory.path()) {
            return Ok((directory, lock));
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).cannot("write", path.display())
}

/// Bazel provides inputs as symbolic links, and a hard link to one would be a symbolic link too.
fn place(from: &Path, to: &Path) -> io::Result<()> {
    let from = fs::canonicalize(from)?;
    if fs::hard_link(&from, to).is_ok() {
        return Ok(());
    }
    fs::copy(&from, to)?;
    fs::set_permissions(to, Permissions::from_mode(0o644))
}

/// The content of `index.json`.
pub(crate) fn top_index(roots: Vec<Descriptor>) -> Result<Vec<u8>> {
    let mut index = ImageIndex::default();
    index
        .set_media_type(Some(MediaType::ImageIndex))
        .set_manifests(roots);
    json::canonical(&index)
}

/// The path of a blob in a layout.
pub(crate) fn blob_path(digest: Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

#[cfg(test)]
mod tests;
