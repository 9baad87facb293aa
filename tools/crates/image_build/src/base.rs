//! A base image: the directory of an OCI layout.

use std::path::{Path, PathBuf};

use blob::{Blob, Digest, Error, Result, ResultExt};
use image_store::{blob_name, Image, Images};

/// A base image, or an index of images.
#[derive(Debug)]
pub struct Base {
    directory: PathBuf,
    images: Vec<Image>,
}

/// The image of one platform.
#[derive(Debug)]
pub(crate) struct BaseImage<'a> {
    pub(crate) directory: &'a Path,
    pub(crate) image: &'a Image,
    pub(crate) manifest: Digest,
}

impl Base {
    /// Opens a directory in OCI layout format. Documents are verified here, layers when an image is built.
    ///
    /// # Errors
    ///
    /// It is no such directory, or a document is missing, invalid or does not match its digest.
    pub fn open(directory: &Path) -> Result<Self> {
        if !directory.is_dir() {
            let cause = "expected a directory in OCI layout format";
            return Err(Error::cannot("open base image", directory.display(), cause));
        }
        let absolute = directory.canonicalize();
        let absolute = absolute.cannot("open base image", directory.display())?;
        let images = Images::open(directory)?.images;
        Ok(Self {
            directory: absolute,
            images,
        })
    }

    /// The image for an architecture.
    pub(crate) fn image(&self, architecture: &str) -> Result<BaseImage<'_>> {
        let is_wanted = |image: &&Image| {
            let config = image.config();
            config.architecture().to_string() == architecture && config.os().to_string() == "linux"
        };
        let Some(image) = self.images.iter().find(is_wanted) else {
            let config = self.images.iter().map(Image::config);
            let found: Vec<String> = config
                .map(|config| format!("`{}/{}`", config.os(), config.architecture()))
                .collect();
            let cause = format!(
                "it has no image for linux/{architecture}; it has {}",
                found.join(", ")
            );
            return Err(Error::cannot(
                "use base image",
                self.directory.display(),
                cause,
            ));
        };
        let Some(manifest) = image.digest() else {
            let cause = "expected an OCI layout, found an archive of `docker save`";
            return Err(Error::cannot(
                "use base image",
                self.directory.display(),
                cause,
            ));
        };
        Ok(BaseImage {
            directory: &self.directory,
            image,
            manifest,
        })
    }
}

impl BaseImage<'_> {
    /// The file of a blob.
    pub(crate) fn blob(&self, digest: Digest) -> PathBuf {
        self.directory.join(blob_name(digest))
    }

    /// Digest and size of each layer.
    pub(crate) fn layers(&self) -> Vec<Blob> {
        let layers = self.image.layers().iter();
        layers.filter_map(|layer| layer.blob).collect()
    }
}
