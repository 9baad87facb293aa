//! Image layout folders ("OCI Image Layout" in `image-layout.md`).

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use blob::{beside, Digest, Result, ResultExt};
use oci_spec::image::{
    Descriptor, ImageIndex, MediaType, ANNOTATION_REF_NAME, ANNOTATION_REVISION,
};
use tempfile::TempDir;

use crate::{json, Closure, RefName};

/// The content of `oci-layout`.
pub(crate) const MARKER: &[u8] = br#"{"imageLayoutVersion":"1.0.0"}"#;

/// What stands at the one descriptor of `index.json`: beside the image, in no digest of it.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    /// Its name, for tools that find images by nothing else.
    pub name: Option<RefName>,
    /// The revision of the sources that it was built from (`org.opencontainers.image.revision`).
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

/// A layout under a temporary name beside its place. Dropped, it vanishes; [`Layout::commit`] moves it there.
///
/// The name begins with `.NAME.tmp-`, and the directory is locked (flock(2)) while somebody fills it. What a killed process has
/// left is not locked: the next one that makes a layout of that name removes it.
#[derive(Debug)]
pub struct Layout {
    folder: TempDir,
    /// Open, so that it stays locked.
    _lock: File,
    output: PathBuf,
}

/// How often a directory is made that others remove before it is locked.
const TRIES: usize = 8;

impl Layout {
    /// Makes the folder that will become `output`, which must not be there, or be an empty folder.
    ///
    /// Every blob is a real file: a hard link to the layer where the file system allows, else a copy (which shares
    /// its blocks where the file system can do that).
    pub fn create(closure: &Closure, naming: &Naming, output: &Path) -> Result<Self> {
        check_free(output).cannot("write layout", output.display())?;
        let layout = fill(closure, naming, output).cannot("write layout", output.display())?;
        Ok(layout)
    }

    /// Moves the finished folder to its place.
    pub fn commit(self) -> Result<()> {
        // Over an empty folder, this replaces it in one step.
        fs::rename(self.folder.path(), &self.output)
            .cannot("write layout", self.output.display())?;
        // It is not there any more, so there is nothing to delete.
        let _ = self.folder.keep();
        Ok(())
    }
}

fn check_free(output: &Path) -> std::result::Result<(), String> {
    match fs::read_dir(output) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err("the folder is not empty".into()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn fill(closure: &Closure, naming: &Naming, output: &Path) -> Result<Layout> {
    let parent = beside::directory_of(output);
    beside::remove_leftovers(output);
    let (folder, lock) = locked_directory(parent, &beside::temporary_prefix(output))
        // The kind alone: the rest of the message has a random name in it.
        .map_err(|error| error.kind())
        .cannot("make a folder in", parent.display())?;
    let root = folder.path();
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
        folder,
        _lock: lock,
        output,
    })
}

/// A new directory that this process has locked.
fn locked_directory(parent: &Path, prefix: &OsStr) -> io::Result<(TempDir, File)> {
    for _ in 0..TRIES {
        let folder = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(parent)?;
        // Until it is locked, it looks like a leftover to others.
        if let Some(lock) = beside::lock(folder.path()) {
            if folder.path().is_dir() {
                return Ok((folder, lock));
            }
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).cannot("write", path.display())
}

/// Bazel hands inputs over as symbolic links, and a hard link to one would be one too.
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

/// Where a blob lies in a layout.
pub(crate) fn blob_path(digest: Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

#[cfg(test)]
mod tests;
