//! An OCI layout: a directory or a tar archive of one.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;

use blob::{Blob, Error, Result};
use oci::Descriptor;
use registry::Content;

use super::{blob_of, Source};
use crate::digest_tag::subject_of_tag;

/// The annotation that names an entry of `index.json`
/// (<https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys>).
const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// An OCI layout.
#[derive(Debug)]
pub struct LayoutSource {
    name: String,
    store: Box<dyn image_store::Source>,
    roots: Vec<Root>,
}

/// An entry of `index.json`.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its reference name, if it has one.
    pub name: Option<String>,
    /// The image, the index or the artifact.
    pub descriptor: Descriptor,
}

impl LayoutSource {
    /// Path and reference name of `PATH#NAME`. A file whose name has a `#` is the path.
    pub fn split(source: &str) -> (&str, Option<&str>) {
        match source.rsplit_once('#') {
            Some((path, name)) if !Path::new(source).exists() => (path, Some(name)),
            _ => (source, None),
        }
    }

    /// Opens a directory, or a tar archive (plain, gzip or zstd).
    ///
    /// # Errors
    ///
    /// It is not an OCI layout, or `index.json` is invalid.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let store = image_store::open(path)?;
        if !store.has("oci-layout") || !store.has("index.json") {
            let cause = "it is not an OCI layout: it has no `oci-layout` and `index.json`";
            let hint = if store.has("manifest.json") {
                "an archive of `docker save` needs Docker 25 or newer; or copy it with `skopeo copy docker-archive:FILE oci:DIRECTORY`"
            } else {
                "give the directory or tar archive that a build of an image writes"
            };
            return Err(Error::cannot("read image", name, cause).hint(hint));
        }
        oci::read_layout(
            "oci-layout",
            &image_store::document(&*store, "oci-layout", None)?,
        )
        .map_err(|error| error.within("read image", &name))?;
        let index = image_store::document(&*store, "index.json", None)?;
        let index = oci::read_layout_index("index.json", &index)
            .map_err(|error| error.within("read image", &name))?;
        let roots = index.manifests().iter().map(|descriptor| Root {
            name: descriptor
                .annotations()
                .as_ref()
                .and_then(|annotations| annotations.get(REF_NAME).cloned()),
            descriptor: descriptor.clone(),
        });
        Ok(Self {
            roots: roots.collect(),
            name,
            store,
        })
    }

    /// The entries of `index.json`.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The entry with a reference name; without a name, the only image: it may have several names and referrers.
    ///
    /// # Errors
    ///
    /// There is no such entry, or several. The message lists the names.
    pub fn root(&self, name: Option<&str>) -> Result<&Root> {
        let found: Vec<&Root> = match name {
            Some(name) => {
                let has_name = |root: &&Root| root.name.as_deref() == Some(name);
                self.roots.iter().filter(has_name).collect()
            }
            None => self.images(),
        };
        if let [root] = found[..] {
            return Ok(root);
        }
        let names: Vec<String> = self.roots.iter().map(shown).collect();
        let cause = format!(
            "expected one image{}, found {}: {}",
            name.map(|name| format!(" with the name `{name}`"))
                .unwrap_or_default(),
            found.len(),
            names.join(", ")
        );
        Err(Error::cannot("read image", &self.name, cause))
    }
}

impl LayoutSource {
    /// The first entry of each image. If all entries are artifacts, those count.
    fn images(&self) -> Vec<&Root> {
        let is_image = |root: &&Root| {
            let tag = root.name.as_deref();
            let has_subject = tag.is_some_and(|tag| subject_of_tag(tag).is_some());
            root.descriptor.artifact_type().is_none() && !has_subject
        };
        let mut images: Vec<&Root> = self.roots.iter().filter(is_image).collect();
        if images.is_empty() {
            images = self.roots.iter().collect();
        }
        let mut known = HashSet::new();
        images.retain(|root| known.insert(root.descriptor.digest()));
        images
    }
}

fn shown(root: &Root) -> String {
    let name = root.name.clone();
    format!(
        "`{}`",
        name.unwrap_or_else(|| root.descriptor.digest().to_string())
    )
}

impl Source for LayoutSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn document(&self, descriptor: &Descriptor) -> Result<Vec<u8>> {
        let blob = blob_of(descriptor)?;
        let name = image_store::blob_name(blob.digest);
        let bytes = image_store::document(&*self.store, &name, Some(blob))?;
        if Blob::of(&bytes) == blob {
            return Ok(bytes);
        }
        let found = Blob::of(&bytes);
        let cause = format!(
            "expected {} bytes, found {} bytes with the digest `{}`",
            blob.size, found.size, found.digest
        );
        Err(Error::cannot("read", name, cause))
    }

    fn blob(&self, blob: &Blob) -> Result<Box<dyn Content + Send + Sync + '_>> {
        let name = image_store::blob_name(blob.digest);
        if !self.store.has(&name) {
            return Err(
                Error::cannot("read", name, "it is missing").within("read image", &self.name)
            );
        }
        Ok(Box::new(LayoutBlob {
            source: self,
            blob: *blob,
        }))
    }
}

struct LayoutBlob<'a> {
    source: &'a LayoutSource,
    blob: Blob,
}

impl Content for LayoutBlob<'_> {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        let name = image_store::blob_name(self.blob.digest);
        let file = self.source.store.open(&name, Some(self.blob));
        let mut file = file.map_err(|error| io::Error::other(error.to_string()))?;
        if from > 0 {
            io::copy(&mut (&mut file).take(from), &mut io::sink())?;
        }
        Ok(Box::new(file))
    }
}
