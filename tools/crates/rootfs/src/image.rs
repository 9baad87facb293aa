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

/// One platform's image. Its documents are read and verified, nothing of its layers is.
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

/// An eStargz layer has this annotation, and its table of contents as this file.
const TABLE_DIGEST: &str = "containerd.io/snapshot/stargz/toc.digest";
const TABLE: &[u8] = b"stargz.index.json";

/// A layer, as the image's documents describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// What messages call it: its digest, or its path in a `docker save` archive.
    pub name: String,
    /// Digest and size of its blob; `None` in a `docker save` archive.
    pub blob: Option<Blob>,
    /// Media type of its blob.
    pub media_type: MediaType,
    /// Digest of the unpacked archive; `None` where the config has too few of them.
    pub diff_id: Option<Digest>,
    /// Annotations of its descriptor.
    pub annotations: BTreeMap<String, String>,
}

impl Image {
    /// Opens an image.
    ///
    /// - `path`: an OCI layout folder, a tar of one (plain, gzip or zstd), or a `docker save` archive (with `manifest.json`).
    /// - `platform`: `os/arch[/variant]`; needed only where there are several; the error lists what there is.
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

    /// Reads each layer exactly once, lowest first, gives every entry to every visitor, verifies size, digest and diff_id,
    /// and gives the merged root. An error of a visitor ends the reading.
    pub fn read(&self, visitors: &mut [&mut dyn Visitor]) -> Result<Root> {
        let mut alone = [Reading {
            image: self,
            visitors,
        }];
        let mut roots = read_together(&mut alone)?;
        Ok(roots.pop().unwrap_or_default())
    }

    /// Whether all layers are those of another image: described alike, and the very same files.
    pub fn shares_layers(&self, other: &Self) -> bool {
        let (own, others) = (self.layers.len(), other.layers.len());
        own == others && (0..own).all(|number| self.shares_layer(other, number))
    }

    /// Where it is, for messages.
    pub(crate) fn path(&self) -> &Path {
        self.store.path()
    }

    /// Whether a layer is described as that of another image, and its blob is the very same file.
    pub(crate) fn shares_layer(&self, other: &Self, number: usize) -> bool {
        let described = |image: &Self| image.layers.get(number).cloned();
        if described(self).is_none() || described(self) != described(other) {
            return false;
        }
        let file = |image: &Self| image.store.inode(&image.names[number]);
        file(self).is_some_and(|inode| Some(inode) == file(other))
    }

    /// Reads contents that nobody asked for in time: of each inode, at most `most` bytes go to `take`. Only the layers that
    /// have them are read again.
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

    /// Writes the merged root into an empty folder, which is made where it is missing: a file or link for every node. Links
    /// come last, so nothing is written through one. Root keeps owners and makes devices; others get files of their own.
    ///
    /// Reads the layers twice: first for what the root is, then for the contents that it has.
    pub fn unpack(&self, folder: &Path) -> Result<()> {
        let root = self.read(&mut [])?;
        self.unpack_root(&root, folder)
    }

    /// The same for a root that [`Image::read`] gave; reads the layers once.
    pub fn unpack_root(&self, root: &Root, folder: &Path) -> Result<()> {
        self.unpack_root_for(root, folder, Owners::SAME)
    }

    /// The same with other owners of the files, where the caller is root.
    ///
    /// # Errors
    ///
    /// As for [`Image::unpack`].
    pub fn unpack_root_for(&self, root: &Root, folder: &Path, owners: Owners) -> Result<()> {
        unpack::unpack(self, root, folder, owners)
    }

    /// What reading all layers once may take.
    pub(crate) fn budget(&self) -> Budget {
        // A blob that cannot be opened is an error when it is read.
        let size = |name: &str| self.store.source(name).map_or(0, |source| source.size());
        Budget::of_blobs(self.names.iter().map(|name| (name.as_str(), size(name))))
    }

    /// Gives every entry of a layer to `look`.
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
            // It speaks of the blob, and is no file of the image.
            let outcome = match seekable && entry.name == TABLE {
                true => Ok(()),
                false => look(inode, entry, content),
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

/// What is wrong with the media type of a layer, where bytes are packed in another way than it says.
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
        format!("layer `{name}`: its media type stands for {noun}, its bytes are {found}")
    })
}
