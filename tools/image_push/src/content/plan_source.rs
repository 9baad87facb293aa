//! The content of a plan: documents and layers as files, layers also in a remote cache.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use blob::{read_regular, Blob, Digest, Error, Result, ResultExt};
use oci::{read_descriptor, Descriptor, LayerMetadata, MAX_DOCUMENT};
use registry::{Content, FileContent};

use super::{blob_of, Graph, LayoutSource, Plan, PlanImage, RemoteCache, Source};

/// The largest file with the metadata of a layer.
const MAX_METADATA: u64 = 16 << 20;

/// The documents and layers of some images of a plan. No layer is read.
#[derive(Debug)]
pub struct PlanSource<'a> {
    plan: &'a Plan,
    name: String,
    /// Files by the digest of their content.
    documents: HashMap<Digest, PathBuf>,
    layers: HashMap<Digest, Layer>,
    /// Layouts by their paths in the plan.
    layouts: HashMap<String, LayoutSource>,
    cache: Option<&'a RemoteCache<'a>>,
}

#[derive(Debug)]
struct Layer {
    blob: Blob,
    /// `None` if Bazel did not declare the file.
    file: Option<PathBuf>,
}

impl<'a> PlanSource<'a> {
    /// The content of these images of a plan. Layers without a file are in `cache`.
    ///
    /// # Errors
    ///
    /// A document or the metadata of a layer cannot be read.
    pub fn open<'i>(
        plan: &'a Plan,
        images: impl IntoIterator<Item = &'i PlanImage>,
        cache: Option<&'a RemoteCache<'a>>,
    ) -> Result<Self> {
        let mut source = Self {
            plan,
            name: plan.file.display().to_string(),
            documents: HashMap::new(),
            layers: HashMap::new(),
            layouts: HashMap::new(),
            cache,
        };
        let (mut documents, mut layers) = (HashSet::new(), HashSet::new());
        for image in images {
            if !image.layout.is_empty() {
                let layout = LayoutSource::open(&plan.runfiles.file(&image.layout))?;
                source.layouts.insert(image.layout.clone(), layout);
            }
            for path in &image.documents {
                if documents.insert(path.clone()) {
                    source.add_document(path)?;
                }
            }
            for position in &image.layers {
                if layers.insert(*position) {
                    source.add_layer(*position)?;
                }
            }
        }
        Ok(source)
    }

    fn add_document(&mut self, path: &str) -> Result<()> {
        let file = self.plan.runfiles.file(path);
        let bytes = self.read(path, MAX_DOCUMENT)?;
        self.documents.insert(Digest::of(&bytes), file);
        Ok(())
    }

    fn add_layer(&mut self, position: usize) -> Result<()> {
        let Some(layer) = self.plan.layers.get(position) else {
            return Ok(());
        };
        let bytes = self.read(&layer.metadata, MAX_METADATA)?;
        let blob = LayerMetadata::parse(&layer.metadata, &bytes)?.blob();
        let file = Some(&layer.blob).filter(|path| !path.is_empty());
        let file = file.map(|path| self.plan.runfiles.file(path));
        self.layers.insert(blob.digest, Layer { blob, file });
        Ok(())
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>> {
        let bytes = read_regular(&self.plan.runfiles.file(path), limit).cannot("read", path);
        bytes.map_err(|error| {
            error
                .within("read images of", &self.name)
                .hint("build the target again; the files of a plan are runfiles of its program")
        })
    }

    /// The source of the content of an image: its layout, if it has one.
    pub fn of(&self, image: &PlanImage) -> &dyn Source {
        match self.layouts.get(&image.layout) {
            Some(layout) => layout,
            None => self,
        }
    }

    /// The descriptor of an image.
    ///
    /// # Errors
    ///
    /// The descriptor is invalid, or the layout has several images.
    pub fn root(&self, image: &PlanImage) -> Result<Descriptor> {
        match self.layouts.get(&image.layout) {
            Some(layout) => Ok(layout.root(None)?.descriptor.clone()),
            None => read_descriptor(&image.root, &self.read(&image.root, MAX_DOCUMENT)?),
        }
    }

    /// All manifests of an image. The files of all content are known.
    ///
    /// # Errors
    ///
    /// The descriptor or a document is invalid, or the plan lacks a document or a layer.
    pub fn graph(&self, image: &PlanImage) -> Result<Graph> {
        let graph = Graph::read(self.of(image), &self.root(image)?)?;
        if !image.layout.is_empty() {
            return Ok(graph);
        }
        for node in graph.nodes() {
            for descriptor in &node.blobs {
                let blob = blob_of(descriptor)?;
                self.check(&blob).map_err(|error| {
                    let title = format!("{} ({})", self.name, image.title());
                    error.within("read image", title)
                })?;
            }
        }
        Ok(graph)
    }

    /// Checks that the plan has a blob.
    fn check(&self, blob: &Blob) -> Result<()> {
        if self.documents.contains_key(&blob.digest) {
            return Ok(());
        }
        let found = self.layers.get(&blob.digest).map(|layer| layer.blob.size);
        match found {
            Some(size) if size == blob.size => Ok(()),
            Some(size) => {
                let cause = format!("expected {} bytes, its metadata says {size}", blob.size);
                Err(Error::cannot("read", blob.digest, cause))
            }
            None => Err(Error::cannot(
                "read",
                blob.digest,
                "the plan does not have it",
            )),
        }
    }
}

impl Source for PlanSource<'_> {
    fn name(&self) -> &str {
        &self.name
    }

    fn document(&self, descriptor: &Descriptor) -> Result<Vec<u8>> {
        let blob = blob_of(descriptor)?;
        let file = self.documents.get(&blob.digest);
        let lacks = || Error::cannot("read", blob.digest, "the plan does not have it");
        let file = file.ok_or_else(lacks)?;
        let bytes = read_regular(file, MAX_DOCUMENT).cannot("read", file.display())?;
        let found = Blob::of(&bytes);
        if found == blob {
            return Ok(bytes);
        }
        let cause = format!(
            "expected {} bytes with the digest `{}`, found {} with `{}`",
            blob.size, blob.digest, found.size, found.digest
        );
        Err(Error::cannot("read", file.display(), cause))
    }

    fn blob(&self, blob: &Blob) -> Result<Box<dyn Content + Send + Sync + '_>> {
        if let Some(file) = self.documents.get(&blob.digest) {
            return Ok(Box::new(FileContent(file.clone())));
        }
        let layer = self.layers.get(&blob.digest);
        let file = layer.and_then(|layer| layer.file.as_ref());
        if let Some(file) = file.filter(|file| file.is_file()) {
            return Ok(Box::new(FileContent(file.clone())));
        }
        match self.cache {
            Some(cache) => cache.content(blob),
            None => Err(Error::cannot(
                "read layer",
                blob.digest,
                "Bazel left it in the remote cache",
            )
            .hint("name the cache with `--remote-cache` or `DISTROLESS_REMOTE_CACHE`, or run Bazel with `--remote_download_outputs=all`")),
        }
    }
}
