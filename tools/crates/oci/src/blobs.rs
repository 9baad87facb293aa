//! The given blobs, and the blobs that a root descriptor references.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::fs;
use std::path::PathBuf;

use blob::{Blob, Digest, Error, Result, ResultExt};
use oci_spec::image::{Descriptor, MediaType};

use crate::document::blob_of;
use crate::{media, read_index, read_manifest, Document, LayerMetadata};

/// Documents and layers that were given for a layout or an archive.
#[derive(Debug, Default)]
pub struct Blobs {
    documents: BTreeMap<Digest, Document>,
    layers: BTreeMap<Digest, LayerFile>,
}

/// The file of a layer. Its digest comes from its metadata, its size from the file system.
#[derive(Debug)]
pub(crate) struct LayerFile {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) blob: Blob,
}

impl Blobs {
    /// A set without blobs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a config, a manifest or an index. Adding the same document again has no effect.
    pub fn add_document(&mut self, document: Document) {
        self.documents
            .entry(document.blob().digest)
            .or_insert(document);
    }

    /// Adds a layer: its file at `path`, and its name for messages. Adding the same layer again has no effect.
    ///
    /// # Errors
    ///
    /// The file cannot be read or does not have the size that the metadata states.
    pub fn add_layer(
        &mut self,
        metadata: &LayerMetadata,
        name: impl Display,
        path: PathBuf,
    ) -> Result<()> {
        self.add_file(metadata.blob(), name, path)
    }

    /// Adds any other file that a manifest references, as [`Blobs::add_layer`] does; `blob` is its digest and size.
    ///
    /// # Errors
    ///
    /// As [`Blobs::add_layer`].
    pub fn add_file(&mut self, blob: Blob, name: impl Display, path: PathBuf) -> Result<()> {
        let file = fs::metadata(&path).cannot("read layer", &name)?;
        if !file.is_file() {
            return Err(Error::cannot("read layer", name, "it is not a file"));
        }
        if file.len() != blob.size {
            let cause = format!(
                "its metadata says {} bytes, it has {}",
                blob.size,
                file.len()
            );
            return Err(Error::cannot("read layer", name, cause));
        }
        let name = name.to_string();
        let file = LayerFile { name, path, blob };
        self.layers.entry(blob.digest).or_insert(file);
        Ok(())
    }

    /// All blobs that `root` references, directly or indirectly.
    ///
    /// # Errors
    ///
    /// Blobs are missing, have another size or are not referenced; the message lists all of them.
    pub fn closure(self, root: Descriptor) -> Result<Closure> {
        let mut walk = Walk {
            blobs: &self,
            reached: BTreeSet::new(),
            problems: Vec::new(),
        };
        let image = walk.root(&root)?;
        let (reached, mut problems) = (walk.reached, walk.problems);
        problems.extend(self.superfluous(&reached));
        if !problems.is_empty() {
            return Err(Error::cannot(
                "assemble",
                root.digest(),
                problems.join("; "),
            ));
        }
        Ok(Closure {
            root,
            image,
            documents: self.documents.into_values().collect(),
            layers: self.layers.into_values().collect(),
        })
    }

    fn superfluous<'a>(
        &'a self,
        reached: &'a BTreeSet<Digest>,
    ) -> impl Iterator<Item = String> + 'a {
        let documents = self
            .documents
            .iter()
            .map(|(digest, document)| (digest, document.name()));
        let layers = self
            .layers
            .iter()
            .map(|(digest, layer)| (digest, layer.name.as_str()));
        documents
            .chain(layers)
            .filter(|(digest, _)| !reached.contains(digest))
            .map(|(digest, name)| format!("`{name}` (`{digest}`) is not part of it"))
    }
}

/// A root descriptor and exactly the blobs that it references.
#[derive(Debug)]
pub struct Closure {
    pub(crate) root: Descriptor,
    /// If the root is one image: its config and its layers, lowest first.
    pub(crate) image: Option<(Digest, Vec<Digest>)>,
    pub(crate) documents: Vec<Document>,
    pub(crate) layers: Vec<LayerFile>,
}

impl Closure {
    /// The root descriptor with additional annotations.
    pub(crate) fn named_root<'a>(
        &self,
        names: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Descriptor {
        let mut root = self.root.clone();
        let mut annotations = root.annotations().clone().unwrap_or_default();
        let names = names.into_iter();
        annotations.extend(names.map(|(key, value)| (key.to_owned(), value.to_owned())));
        root.set_annotations((!annotations.is_empty()).then_some(annotations));
        root
    }
}

struct Walk<'a> {
    blobs: &'a Blobs,
    reached: BTreeSet<Digest>,
    problems: Vec<String>,
}

impl<'a> Walk<'a> {
    fn root(&mut self, root: &Descriptor) -> Result<Option<(Digest, Vec<Digest>)>> {
        match root.media_type() {
            MediaType::ImageManifest => self.manifest(root, "the root"),
            MediaType::ImageIndex => {
                if let Some(document) = self.document(root, "the root")? {
                    let index = read_index(document.name(), document.bytes())?;
                    for (position, entry) in index.manifests().iter().enumerate() {
                        self.manifest(
                            entry,
                            &format!("`manifests[{position}]` of `{}`", document.name()),
                        )?;
                    }
                }
                Ok(None)
            }
            other => {
                let cause =
                    media::unexpected(other, &[MediaType::ImageManifest, MediaType::ImageIndex]);
                Err(Error::cannot("assemble", root.digest(), cause))
            }
        }
    }

    fn manifest(
        &mut self,
        descriptor: &Descriptor,
        role: &str,
    ) -> Result<Option<(Digest, Vec<Digest>)>> {
        let Some(document) = self.document(descriptor, role)? else {
            return Ok(None);
        };
        let manifest = read_manifest(document.name(), document.bytes())?;
        self.document(
            manifest.config(),
            &format!("`config` of `{}`", document.name()),
        )?;
        let mut layers = Vec::new();
        for (position, layer) in manifest.layers().iter().enumerate() {
            let blob = blob_of(layer)?;
            let found = self
                .blobs
                .layers
                .get(&blob.digest)
                .map(|layer| layer.blob.size);
            self.reach(
                blob,
                found,
                &format!("`layers[{position}]` of `{}`", document.name()),
            );
            layers.push(blob.digest);
        }
        // Engines do not load artifacts.
        let is_image = *manifest.config().media_type() == MediaType::ImageConfig;
        let config = blob_of(manifest.config())?;
        Ok(is_image.then_some((config.digest, layers)))
    }

    fn document(&mut self, descriptor: &Descriptor, role: &str) -> Result<Option<&'a Document>> {
        let blob = blob_of(descriptor)?;
        let document = self.blobs.documents.get(&blob.digest);
        self.reach(blob, document.map(|document| document.blob().size), role);
        Ok(document)
    }

    fn reach(&mut self, blob: Blob, found: Option<u64>, role: &str) {
        if !self.reached.insert(blob.digest) && found.is_none() {
            return;
        }
        match found {
            Some(size) if size == blob.size => {}
            Some(size) => self.problems.push(format!(
                "{role} (`{}`) says {} bytes, the blob has {size}",
                blob.digest, blob.size
            )),
            None => self
                .problems
                .push(format!("{role} (`{}`) is missing", blob.digest)),
        }
    }
}

#[cfg(test)]
mod tests;
