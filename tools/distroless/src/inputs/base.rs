//! The base image of a definition: an OCI layout, or an image of a registry, which is kept in the cache.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use blob::{blob_of_regular, cached, read_regular, Digest, Error, Result, ResultExt};
use image_build::Base;
use image_push::Connection;
use image_store::Images;
use oci::{Platform, MAX_DOCUMENT};
use registry::Reference;
use rustix::fs::{flock, FlockOperation, OFlags};
use transfer::Progress;

use crate::cache::{CacheDirectory, LOCK};
use crate::definition_file::DefinitionFile;

/// Opens the base image of a definition, if it has one. Layers for architectures that the definition does not have are not
/// downloaded.
///
/// # Errors
///
/// The image does not exist, or cannot be downloaded or read.
pub(crate) fn open_base(
    file: &DefinitionFile,
    cache: &CacheDirectory,
    connection: &Connection,
    offline: bool,
    progress: &Progress,
) -> Result<Option<Base>> {
    let directory = match &file.definition.base {
        None => return Ok(None),
        Some(image_definition::Base::Layout(path)) => file.resolve(path),
        Some(image_definition::Base::Registry { name, digest }) => {
            let wanted = Wanted {
                reference: &format!("{name}@{digest}"),
                digest: *digest,
                architectures: &file.definition.architectures,
            };
            wanted.layout(cache, connection, offline, progress)?
        }
    };
    Base::open(&directory).map(Some)
}

/// An image of a registry.
struct Wanted<'a> {
    reference: &'a str,
    digest: Digest,
    architectures: &'a [String],
}

impl Wanted<'_> {
    /// The layout of the image in the cache. It is downloaded if a part is missing.
    fn layout(
        &self,
        cache: &CacheDirectory,
        connection: &Connection,
        offline: bool,
        progress: &Progress,
    ) -> Result<PathBuf> {
        let directory = cache.bases()?.join(self.digest.hex());
        cached::make_directory(&directory)?;
        // Another user could put it there before `bases` was closed to them.
        let facts = directory.symlink_metadata();
        if !facts.is_ok_and(|facts| facts.is_dir() && cached::is_own(&facts)) {
            let cause = format!("another user could write to {}", directory.display());
            let error = Error::cannot("read base image", self.reference, cause);
            return Err(error.hint(format!("delete {}", directory.display())));
        }
        // Another build may download the same image: wait for it.
        let lock = directory.with_extension(LOCK);
        let lock = open_lock(&lock).cannot("write", lock.display())?;
        flock(&lock, FlockOperation::LockExclusive).cannot("lock", directory.display())?;
        // `cache clean` deletes what was not used recently.
        let opened = File::open(&directory).cannot("read", directory.display())?;
        cached::touch(&opened);
        if self.is_complete(&directory) {
            return Ok(directory);
        }
        if offline {
            let cause = "it is not in the cache, and `--offline` forbids network access";
            return Err(Error::cannot("read base image", self.reference, cause)
                .hint("run once without `--offline`"));
        }
        let removed = self.remove_damaged(&directory);
        removed.cannot("delete", directory.display())?;
        cached::make_directory(&directory)?;
        let reference = Reference::parse(self.reference)?;
        progress.line(&format!("base image {}", self.reference));
        let client = connection.client(progress)?;
        let jobs = usize::from(connection.jobs);
        image_push::download(&client, &reference, &self.platforms(), &directory, jobs)
            .map_err(|error| error.within("read base image", self.reference))?;
        Ok(directory)
    }

    fn platforms(&self) -> Vec<Platform> {
        let architectures = self.architectures.iter();
        let platform = |name: &String| Platform::of_any("linux", name, None);
        architectures.map(platform).collect()
    }

    /// Whether the layout is that of the wanted image, with all documents, and the layers of the wanted platforms.
    fn is_complete(&self, directory: &Path) -> bool {
        if listed(directory) != Some(vec![self.digest.to_string()]) {
            return false;
        }
        let Ok(Images { images, .. }) = Images::open(directory) else {
            return false;
        };
        let is_wanted = |image: &&image_store::Image| {
            let config = image.config();
            let architecture = config.architecture().to_string();
            config.os().to_string() == "linux" && self.architectures.contains(&architecture)
        };
        let has = |layer: &image_store::Layer| {
            layer.blob.is_some_and(|blob| {
                let path = directory.join(image_store::blob_name(blob.digest));
                blob_of_regular(&path).is_ok_and(|found| found == blob)
            })
        };
        let mut wanted = images.iter().filter(is_wanted).peekable();
        wanted.peek().is_some() && wanted.all(|image| image.layers().iter().all(has))
    }

    /// Deletes what a download would not replace: files with other bytes than their names say, or the layout of another
    /// image.
    fn remove_damaged(&self, directory: &Path) -> io::Result<()> {
        // A download replaces no document, and adds to a list.
        let can_be_completed = listed(directory).is_some_and(|digests| {
            digests.is_empty()
                || digests == [self.digest.to_string()] && Images::open(directory).is_ok()
        });
        if !can_be_completed {
            return fs::remove_dir_all(directory);
        }
        let blobs = directory.join("blobs/sha256");
        fs::create_dir_all(&blobs)?;
        for entry in fs::read_dir(blobs)? {
            let path = entry?.path();
            let found = blob_of_regular(&path).map(|blob| blob.digest.hex());
            if found.ok().as_deref() != path.file_name().and_then(OsStr::to_str) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// The digests that `index.json` lists: none after an interrupted download. `None` if it is no layout.
fn listed(directory: &Path) -> Option<Vec<String>> {
    let read = |name| read_regular(&directory.join(name), MAX_DOCUMENT).ok();
    oci::read_layout("oci-layout", &read("oci-layout")?).ok()?;
    let index = oci::read_layout_index("index.json", &read("index.json")?).ok()?;
    let digests = index
        .manifests()
        .iter()
        .map(|entry| entry.digest().to_string());
    Some(digests.collect())
}

/// Opens a file to lock it, and follows no link.
fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    options
        .custom_flags(OFlags::NOFOLLOW.bits() as i32)
        .open(path)
}
