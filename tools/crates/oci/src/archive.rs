//! A layout as one tar archive.

use std::fs::File;
use std::io::{BufReader, Read, Write};

use blob::{Error, HashingReader, Result, ResultExt};
use oci_spec::image::{Descriptor, ANNOTATION_REF_NAME};
use serde_json::json;
use tar::{Builder, EntryType, Header};

use crate::blobs::LayerFile;
use crate::layout::{blob_path, top_index, MARKER};
use crate::{json, Closure, Tag};

const BUFFER: usize = 128 * 1024;

/// containerd's annotation of the full image name.
const ANNOTATION_IMAGE_NAME: &str = "io.containerd.image.name";

/// Writes an archive that OCI tools can read (`oci-layout`, `index.json`, `blobs`). If the root is one image, `docker
/// load` can read it too (`manifest.json`).
///
/// Tags are written for each kind of reader: containerd and newer Docker engines read annotations in `index.json`,
/// which then has one descriptor for each tag; older ones read `RepoTags`. With at most one tag, `index.json` has one
/// descriptor. All owners are 0:0, all times are 0, and blobs are sorted by digest. The digests of layers are checked
/// while they are copied.
///
/// # Errors
///
/// A layer cannot be read or has another digest than its metadata, or the output cannot be written.
pub fn write_archive(closure: &Closure, tags: &[Tag], output: impl Write) -> Result<()> {
    let mut archive = Archive(Builder::new(output));
    archive.file("oci-layout", MARKER)?;
    archive.file("index.json", &top_index(named_roots(closure, tags))?)?;
    if let Some(manifest) = docker_manifest(closure, tags)? {
        archive.file("manifest.json", &manifest)?;
    }
    archive.directory("blobs/")?;
    archive.directory("blobs/sha256/")?;
    for document in &closure.documents {
        archive.file(&blob_path(document.blob().digest), document.bytes())?;
    }
    for layer in &closure.layers {
        archive.layer(layer)?;
    }
    archive.0.finish().cannot("write", "archive")
}

fn named_roots(closure: &Closure, tags: &[Tag]) -> Vec<Descriptor> {
    let named = |tag: &Tag| {
        let names = [
            (ANNOTATION_IMAGE_NAME, tag.full()),
            (ANNOTATION_REF_NAME, tag.tag().into()),
        ];
        closure.named_root(names.iter().map(|(key, value)| (*key, value.as_str())))
    };
    match tags {
        [] => vec![closure.root.clone()],
        tags => tags.iter().map(named).collect(),
    }
}

fn docker_manifest(closure: &Closure, tags: &[Tag]) -> Result<Option<Vec<u8>>> {
    let Some((config, layers)) = &closure.image else {
        return Ok(None);
    };
    let layers: Vec<_> = layers.iter().map(|layer| blob_path(*layer)).collect();
    let tags: Vec<_> = tags.iter().map(Tag::text).collect();
    let image = json!({"Config": blob_path(*config), "Layers": layers, "RepoTags": tags});
    json::canonical(&json!([image])).map(Some)
}

struct Archive<W: Write>(Builder<W>);

impl<W: Write> Archive<W> {
    fn directory(&mut self, path: &str) -> Result<()> {
        let header = header(path, EntryType::Directory, 0o755, 0)?;
        self.0.append(&header, [].as_slice()).cannot("write", path)
    }

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let header = header(path, EntryType::Regular, 0o644, bytes.len() as u64)?;
        self.0.append(&header, bytes).cannot("write", path)
    }

    fn layer(&mut self, layer: &LayerFile) -> Result<()> {
        let path = blob_path(layer.blob.digest);
        let header = header(&path, EntryType::Regular, 0o644, layer.blob.size)?;
        let file = File::open(&layer.path).cannot("archive layer", &layer.name)?;
        let mut reader = HashingReader::new(BufReader::with_capacity(BUFFER, file));
        let content = (&mut reader).take(layer.blob.size);
        self.0.append(&header, content).cannot("write", path)?;
        let found = reader.finish().cannot("archive layer", &layer.name)?;
        if found == layer.blob {
            return Ok(());
        }
        let cause = format!(
            "its metadata says `{}` ({} bytes), it is `{}` ({} bytes)",
            layer.blob.digest, layer.blob.size, found.digest, found.size
        );
        Err(Error::cannot("archive layer", &layer.name, cause))
    }
}

fn header(path: &str, kind: EntryType, mode: u32, size: u64) -> Result<Header> {
    let mut header = Header::new_ustar();
    header.set_path(path).cannot("write", path)?;
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_cksum();
    Ok(header)
}

#[cfg(test)]
mod tests;
