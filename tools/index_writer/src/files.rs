//! Reads the files that the command line names; errors contain their paths as given.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use blob::{Blob, HashingReader, Outputs, Result, ResultExt};
use clap::Args;
use oci::{Blobs, Closure, Descriptor, Document, LayerMetadata};
use worker::Request;

/// The three kinds of blobs below a root, and the root.
#[derive(Args)]
pub(crate) struct Content {
    /// Descriptor of the image or index.
    #[arg(long, value_name = "DESCRIPTOR")]
    root: PathBuf,
    /// Configuration, manifest or index below the root; may be given several times.
    #[arg(long = "document", value_name = "FILE")]
    documents: Vec<PathBuf>,
    /// Metadata and file of a layer below the root; may be given several times.
    #[arg(long = "layer", value_name = "METADATA=BLOB")]
    layers: Vec<String>,
    /// File of an artifact, whose digest is computed; may be given several times.
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Content {
    /// All blobs that the root references.
    pub(crate) fn closure(&self, request: &Request) -> Result<Closure> {
        let root = read_descriptor(request, &self.root)?;
        let mut blobs = Blobs::new();
        for path in &self.documents {
            blobs.add_document(read_document(request, path)?);
        }
        add_layers(&mut blobs, request, "--layer", &self.layers)?;
        for path in &self.files {
            let blob = hash(request, path)?;
            blobs.add_file(blob, path.display(), request.path(path))?;
        }
        blobs.closure(root)
    }
}

/// Adds layers that the option `flag` gives as `METADATA=BLOB`.
pub(crate) fn add_layers(
    blobs: &mut Blobs,
    request: &Request,
    flag: &str,
    layers: &[String],
) -> Result<()> {
    for layer in layers {
        let (metadata, file) = split(request, flag, layer)?;
        let metadata = read_layer(request, metadata)?;
        blobs.add_layer(&metadata, file.display(), request.path(file))?;
    }
    Ok(())
}

/// Splits at the `=` that separates two existing files, because a path may contain `=`.
fn split<'a>(request: &Request, flag: &str, layer: &'a str) -> Result<(&'a Path, &'a Path)> {
    let halves = layer.match_indices('=').map(|(at, _)| {
        let (metadata, file) = (&layer[..at], &layer[at + 1..]);
        (Path::new(metadata), Path::new(file))
    });
    let is_file = |path: &Path| request.path(path).is_file();
    let mut both = halves
        .clone()
        .filter(|(metadata, file)| is_file(metadata) && is_file(file));
    let found = both.next().or_else(|| halves.clone().next());
    found
        .ok_or("expected METADATA=BLOB")
        .cannot("read", format!("{flag} {layer}"))
}

pub(crate) fn read_layer(request: &Request, path: &Path) -> Result<LayerMetadata> {
    LayerMetadata::parse(path.display(), &read(request, path)?)
}

pub(crate) fn read_document(request: &Request, path: &Path) -> Result<Document> {
    Ok(Document::new(path.display(), read(request, path)?))
}

pub(crate) fn read_descriptor(request: &Request, path: &Path) -> Result<Descriptor> {
    oci::read_descriptor(path.display(), &read(request, path)?)
}

pub(crate) fn read_text(request: &Request, path: &Path) -> Result<String> {
    fs::read_to_string(request.path(path)).cannot("read", path.display())
}

fn read(request: &Request, path: &Path) -> Result<Vec<u8>> {
    blob::read_regular(&request.path(path), oci::MAX_DOCUMENT).cannot("read", path.display())
}

/// Computes digest and size of a file.
pub(crate) fn hash(request: &Request, path: &Path) -> Result<Blob> {
    let file = File::open(request.path(path)).cannot("read", path.display())?;
    HashingReader::new(file)
        .finish()
        .cannot("read", path.display())
}

/// The files that are written for a manifest.
#[derive(Args)]
pub(crate) struct ManifestFiles {
    /// Configuration to write.
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Manifest to write.
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// Descriptor of the manifest to write.
    #[arg(long, value_name = "FILE")]
    descriptor: PathBuf,
    /// Digest of the manifest to write.
    #[arg(long, value_name = "FILE")]
    digest: PathBuf,
}

impl ManifestFiles {
    /// Prepares the four output files, which appear when they are committed.
    pub(crate) fn outputs(
        &self,
        request: &Request,
        config: &Document,
        manifest: &Document,
        descriptor: &Descriptor,
    ) -> Result<Outputs> {
        let mut outputs = Outputs::new();
        outputs.add(&request.path(&self.config), config.bytes())?;
        outputs.add(&request.path(&self.manifest), manifest.bytes())?;
        let (descriptor_file, digest_file) =
            (request.path(&self.descriptor), request.path(&self.digest));
        add_identity(&mut outputs, descriptor, &descriptor_file, &digest_file)?;
        Ok(outputs)
    }
}

/// Adds the files with the descriptor and the digest of a result.
pub(crate) fn add_identity(
    outputs: &mut Outputs,
    descriptor: &Descriptor,
    descriptor_file: &Path,
    digest_file: &Path,
) -> Result<()> {
    outputs.add(descriptor_file, &oci::descriptor_bytes(descriptor)?)?;
    outputs.add(digest_file, descriptor.digest().as_ref().as_bytes())
}
