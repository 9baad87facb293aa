//! A tar archive with an image, as a stream: an OCI layout that `docker load` can read, too.

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::path::Path;

use blob::{AtomicFile, Blob, Digest, Error, HashingWriter, Result, ResultExt};
use image_store::blob_name;
use registry::Content;
use serde_json::json;
use tar::{EntryType, Header};

use super::image::{machine, Image};
use super::name::{entries, Name};
use super::request::{Loaded, Request};
use crate::content::Source;
use crate::layout::{index_of, MARKER};

/// The size of a block of a tar archive.
const BLOCK: u64 = 512;

/// The members of an archive, without layers that are left out.
pub(super) struct Archive<'a> {
    parts: Vec<Part<'a>>,
}

enum Part<'a> {
    Bytes(Vec<u8>),
    Blob(Blob, Box<dyn Content + Send + Sync + 'a>),
}

impl<'a> Archive<'a> {
    /// An archive of an image with these names. It has no layer of `without`. All owners are 0:0 and all times are 0.
    ///
    /// # Errors
    ///
    /// The source does not have a layer.
    pub(super) fn of(
        source: &'a dyn Source,
        image: &Image,
        names: &[&Name],
        without: &HashSet<Digest>,
    ) -> Result<Self> {
        let mut archive = Self { parts: Vec::new() };
        archive.file("oci-layout", MARKER)?;
        archive.file("index.json", &index_of(entries(&image.descriptor, names))?)?;
        archive.file("manifest.json", &docker_manifest(image, names)?)?;
        archive.directory("blobs/")?;
        archive.directory("blobs/sha256/")?;
        archive.file(&blob_name(image.manifest_blob.digest), &image.manifest)?;
        archive.file(&blob_name(image.config_blob.digest), &image.config)?;
        let mut known = without.clone();
        for layer in &image.layers {
            if known.insert(layer.digest) {
                archive.blob(*layer, source.blob(layer)?)?;
            }
        }
        // The end: two blocks of zeros.
        let end = vec![0; usize::try_from(2 * BLOCK).unwrap_or_default()];
        archive.parts.push(Part::Bytes(end));
        Ok(archive)
    }

    /// The bytes of the archive. Reading fails if a layer does not have the right digest.
    pub(super) fn reader(&self) -> ArchiveReader<'_> {
        ArchiveReader {
            parts: self.parts.iter(),
            current: Box::new(io::empty()),
        }
    }

    fn directory(&mut self, path: &str) -> Result<()> {
        let header = header(path, EntryType::Directory, 0o755, 0)?;
        self.parts.push(Part::Bytes(header));
        Ok(())
    }

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let size = bytes.len() as u64;
        let mut part = header(path, EntryType::Regular, 0o644, size)?;
        part.extend_from_slice(bytes);
        part.extend(padding(size));
        self.parts.push(Part::Bytes(part));
        Ok(())
    }

    fn blob(&mut self, blob: Blob, content: Box<dyn Content + Send + Sync + 'a>) -> Result<()> {
        let header = header(
            &blob_name(blob.digest),
            EntryType::Regular,
            0o644,
            blob.size,
        )?;
        self.parts.push(Part::Bytes(header));
        self.parts.push(Part::Blob(blob, content));
        self.parts.push(Part::Bytes(padding(blob.size)));
        Ok(())
    }
}

/// Writes the archive of an image to a file, which is complete or does not exist.
pub(super) fn load(request: &Request<'_>, path: &Path) -> Result<Vec<Loaded>> {
    let requested = request.platform.as_ref();
    let image = Image::choose(request.source, request.root, requested, &machine())?;
    let names: Vec<&Name> = request.names.iter().collect();
    let archive = Archive::of(request.source, &image, &names, &HashSet::new())?;
    let mut file = AtomicFile::create(path)?;
    io::copy(&mut archive.reader(), &mut file).cannot("write", path.display())?;
    file.commit()?;
    Ok(vec![Loaded {
        name: path.display().to_string(),
        digest: image.manifest_blob.digest,
        is_unchanged: false,
    }])
}

/// `manifest.json`, which Docker without containerd's image store reads.
fn docker_manifest(image: &Image, names: &[&Name]) -> Result<Vec<u8>> {
    let layers = image.layers.iter().map(|layer| blob_name(layer.digest));
    let layers: Vec<String> = layers.collect();
    let tags: Vec<&str> = names.iter().map(|name| name.text()).collect();
    let config = blob_name(image.config_blob.digest);
    oci::canonical_json(&json!([{"Config": config, "Layers": layers, "RepoTags": tags}]))
}

fn header(path: &str, kind: EntryType, mode: u32, size: u64) -> Result<Vec<u8>> {
    let mut header = Header::new_ustar();
    header.set_path(path).cannot("write", path)?;
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_size(size);
    header.set_cksum();
    Ok(header.as_bytes().to_vec())
}

fn padding(size: u64) -> Vec<u8> {
    let count = size.wrapping_neg() % BLOCK;
    vec![0; usize::try_from(count).unwrap_or_default()]
}

/// The bytes of an archive.
pub(super) struct ArchiveReader<'p> {
    parts: std::slice::Iter<'p, Part<'p>>,
    current: Box<dyn Read + 'p>,
}

impl Read for ArchiveReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.current.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.current = match self.parts.next() {
                None => return Ok(0),
                Some(Part::Bytes(bytes)) => Box::new(bytes.as_slice()),
                Some(Part::Blob(blob, content)) => Box::new(Verified::new(*blob, &**content)?),
            };
        }
    }
}

/// The content of a blob. The last read fails if the digest or the size is wrong.
struct Verified<'p> {
    expected: Blob,
    content: Box<dyn Read + 'p>,
    hash: Option<HashingWriter<io::Sink>>,
}

impl<'p> Verified<'p> {
    fn new(expected: Blob, content: &'p (dyn Content + Send + Sync)) -> io::Result<Self> {
        // One byte more shows content that is too long.
        let content = content.open(0)?.take(expected.size.saturating_add(1));
        Ok(Self {
            expected,
            content: Box::new(content),
            hash: Some(HashingWriter::new(io::sink())),
        })
    }
}

impl Read for Verified<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        let Some(hash) = &mut self.hash else {
            return Ok(0);
        };
        hash.write_all(&buffer[..read])?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let found = self.hash.take().map(|hash| hash.finish().1);
        match found {
            Some(found) if found != self.expected => {
                let Blob { digest, size } = self.expected;
                let cause = format!(
                    "expected {size} bytes, found {} bytes with the digest `{}`",
                    found.size, found.digest
                );
                Err(io::Error::other(
                    Error::cannot("read layer", digest, cause).to_string(),
                ))
            }
            _ => Ok(0),
        }
    }
}
