use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use blob::{Blob, Digest, Result};
use oci::Platform;
use oci_spec::image::{ImageConfiguration, ImageManifest, MediaType};
use tarball::{Ending, RawEntry};

use crate::budget::Budget;
use crate::content::fill;
use crate::layer::{self, Content, Stop};
use crate::store::{Packing, Store};
use crate::together::{read_together, Reading};
use crate::{open, unpack, Inode, Owners, Raw, Root, Visitor, Want};

/// The image of one platform. Its documents are read and verified; its layers are not.
#[derive(Debug)]
pub struct Image {
    store: Store,
    listed: Option<Platform>,
    config: ImageConfiguration,
    manifest: Option<ImageManifest>,
    layers: Vec<Layer>,
    /// The names of the layers in the store.
    names: Vec<String>,
}

/// An eStargz layer has this annotation, and contains this file as its table of contents.
const TABLE_DIGEST: &str = "containerd.io/snapshot/stargz/toc.digest";
const TABLE: &[u8] = b"stargz.index.json";

/// A layer, as the image's documents describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The name for messages: the digest, or the path in a `docker save` archive.
    pub name: String,
    /// Digest and size of its blob; `None` in a `docker save` archive.
    pub blob: Option<Blob>,
    /// Media type of its blob.
    pub media_type: MediaType,
    /// Digest of the uncompressed archive; `None` if the configuration lists too few of them.
    pub diff_id: Option<Digest>,
    /// Annotations of its descriptor.
    pub annotations: BTreeMap<String, String>,
}

impl Image {
    /// Opens an image.
    ///
    /// - `path`: a directory in OCI layout format, a tar archive of one (plain, gzip or zstd), or a `docker save`
    ///   archive (with `manifest.json`).
    /// - `platform`: `os/arch[/variant]`; required only if there are several images.
    ///
    /// # Errors
    ///
    /// The documents are missing or invalid, or do not match their digests, or there is not exactly one image for the
    /// platform. The message lists the platforms that exist.
    pub fn open(path: &Path, platform: Option<&str>) -> Result<Self> {
        let (store, parts) = open::open(path, platform)?;
        let (layers, names) = parts.layers.into_iter().unzip();
        Ok(Self {
            store,
            listed: parts.listed,
            config: parts.config,
            manifest: parts.manifest,
            layers,
            names,
        })
    }

    /// The image configuration. Its ports and volumes are sorted.
    pub fn config(&self) -> &ImageConfiguration {
        &self.config
    }

    /// The manifest; `None` for `docker save` archives.
    pub fn manifest(&self) -> Option<&ImageManifest> {
        self.manifest.as_ref()
    }

    /// The platform under which an index lists the image, where that is not the one of its configuration.
    pub fn mislisted(&self) -> Option<&Platform> {
        let own = open::platform(&self.config);
        self.listed.as_ref().filter(|listed| !listed.fits(&own))
    }

    /// The layers, lowest first.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Reads each layer exactly once, lowest first, passes every entry to every visitor, verifies size, digest and
    /// diff_id, and returns the merged root.
    ///
    /// # Errors
    ///
    /// A layer cannot be read, does not match its documents, or exceeds a limit, or a visitor returns an error. The
    /// first error ends the reading.
    pub fn read(&self, visitors: &mut [&mut dyn Visitor]) -> Result<Root> {
        let mut alone = [Reading {
            image: self,
            visitors,
        }];
        let mut roots = read_together(&mut alone)?;
        Ok(roots.pop().unwrap_or_default())
    }

    /// Whether this image and `other` have the same layers, with equal descriptors and in the same files.
    pub fn shares_layers(&self, other: &Self) -> bool {
        let (own, others) = (self.layers.len(), other.layers.len());
        own == others && (0..own).all(|number| self.shares_layer(other, number))
    }

    /// The path of the image, for messages.
    pub(crate) fn path(&self) -> &Path {
        self.store.path()
    }

    /// Whether both images describe the layer in the same way and store its blob in the same file.
    pub(crate) fn shares_layer(&self, other: &Self, number: usize) -> bool {
        let described = |image: &Self| image.layers.get(number).cloned();
        if described(self).is_none() || described(self) != described(other) {
            return false;
        }
        let file = |image: &Self| image.store.inode(&image.names[number]);
        file(self).is_some_and(|inode| Some(inode) == file(other))
    }

    /// Reads contents that no visitor requested during [`Image::read`]: passes at most `most` bytes of each inode to
    /// `take`. Reads only the layers that contain one of the inodes.
    ///
    /// # Errors
    ///
    /// A layer cannot be read, does not match its documents, or exceeds a limit, or `take` returns an error.
    pub fn read_again(
        &self,
        wanted: &BTreeSet<Inode>,
        most: usize,
        take: &mut dyn FnMut(Inode, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut content = Vec::new();
        let budget = self.budget();
        let layers: BTreeSet<_> = wanted.iter().map(|inode| inode.layer as usize).collect();
        for number in layers
            .into_iter()
            .filter(|number| *number < self.layers.len())
        {
            self.entries(number, &budget, &mut |inode, entry, reader| {
                if wanted.contains(&inode) {
                    let read = fill(&mut content, Want::Head(most), entry.size, reader);
                    read.map_err(Stop::Content)?;
                    take(inode, &content)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Writes the merged root into an empty directory, which is created if it is missing: a file or link for every
    /// node. Links are written last, so that no write follows one. Root keeps the owners and creates devices; for other
    /// users, all files belong to the caller.
    ///
    /// Reads the layers twice: first to compute the root, then to write its contents.
    ///
    /// # Errors
    ///
    /// The image cannot be read, the directory is not empty, or a file cannot be written.
    pub fn unpack(&self, directory: &Path) -> Result<()> {
        let root = self.read(&mut [])?;
        self.unpack_root(&root, directory)
    }

    /// Like [`Image::unpack`], for a root that [`Image::read`] returned; reads the layers once.
    ///
    /// # Errors
    ///
    /// As for [`Image::unpack`].
    pub fn unpack_root(&self, root: &Root, directory: &Path) -> Result<()> {
        self.unpack_root_for(root, directory, Owners::SAME)
    }

    /// Like [`Image::unpack_root`], with other owners of the files if the caller is root.
    ///
    /// # Errors
    ///
    /// As for [`Image::unpack`].
    pub fn unpack_root_for(&self, root: &Root, directory: &Path, owners: Owners) -> Result<()> {
        unpack::unpack(self, root, directory, owners)
    }

    /// The budget for reading all layers once.
    pub(crate) fn budget(&self) -> Budget {
        // A blob that cannot be opened is reported when it is read.
        let size = |name: &str| self.store.source(name).map_or(0, |source| source.size());
        Budget::of_blobs(self.names.iter().map(|name| (name.as_str(), size(name))))
    }

    /// Passes every entry of a layer to `look`.
    pub(crate) fn entries(
        &self,
        number: usize,
        budget: &Budget,
        look: &mut dyn FnMut(Inode, RawEntry, Content) -> std::result::Result<(), Stop>,
    ) -> Result<(Packing, Ending)> {
        let mut inode = Inode {
            layer: number as u32,
            entry: 0,
        };
        let seekable = self.layers[number].annotations.contains_key(TABLE_DIGEST);
        let mut counted = |entry: RawEntry, content: Content| {
            // The table of contents describes the blob. It is not a file of the image.
            let outcome = if seekable && entry.name == TABLE {
                Ok(())
            } else {
                look(inode, entry, content)
            };
            inode.entry = inode.entry.saturating_add(1);
            outcome
        };
        layer::read(
            &self.store,
            &self.layers[number],
            &self.names[number],
            budget,
            &mut counted,
        )
    }
}

pub(crate) fn raw(inode: Inode, entry: RawEntry, problem: Option<String>) -> Raw {
    Raw {
        inode,
        name: entry.name,
        link: entry.link,
        letter: entry.letter,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        mtime: entry.mtime,
        size: entry.size,
        attributes: entry.attributes,
        problem,
    }
}

/// The problem with a layer whose compression differs from its media type.
pub(crate) fn mismatch(layer: &Layer, packing: Packing) -> Option<String> {
    layer.blob?;
    let name = layer.media_type.to_string();
    let (said, noun) = match () {
        () if name.ends_with("gzip") => (Packing::Gzip, "gzip"),
        () if name.ends_with("zstd") => (Packing::Zstd, "zstd"),
        () => (Packing::None, "a plain tar"),
    };
    let found = match packing {
        Packing::Gzip => "gzip",
        Packing::Zstd => "zstd",
        Packing::None => "a plain tar",
    };
    (said != packing).then(|| {
        let name = &layer.name;
        format!("layer `{name}`: its media type means {noun}, but its bytes are {found}")
    })
}
