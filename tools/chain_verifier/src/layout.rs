//! The documents of an image in OCI layout format. Damage that a link reports does not end the reading.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use blob::{read_regular, Blob, Digest, Error, Result, ResultExt};
use oci::MAX_DOCUMENT;
use oci_spec::image::{Descriptor, ImageConfiguration};

use crate::report::{LinkKind, Report, Verdict};

/// The maximum number of images of an index.
const MAX_IMAGES: usize = 1_000;

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// A layout, of which one image or index is verified.
#[derive(Debug)]
pub(crate) struct Layout {
    directory: PathBuf,
    /// The digest of the image or index.
    pub(crate) root: Digest,
    /// Whether `root` is an index.
    pub(crate) is_index: bool,
    pub(crate) images: Vec<LayoutImage>,
}

/// An image for one platform.
#[derive(Debug)]
pub(crate) struct LayoutImage {
    pub(crate) digest: Digest,
    /// `linux/arm64`
    pub(crate) platform: String,
    /// Debian's name of the architecture.
    pub(crate) architecture: String,
    pub(crate) layers: Vec<LayoutLayer>,
}

/// A layer, as manifest and configuration describe it.
#[derive(Clone, Debug)]
pub(crate) struct LayoutLayer {
    pub(crate) blob: Blob,
    pub(crate) diff_id: Option<Digest>,
    /// The text in the history.
    pub(crate) created_by: String,
}

impl Layout {
    /// Reads the documents below the only entry of `index.json`, or below the one with digest `wanted`. Adds the links
    /// `image index`, and `manifest` of images whose documents are not those of their digests.
    ///
    /// # Errors
    ///
    /// The directory is not a layout, does not have the wanted image, or a document is malformed.
    pub(crate) fn read(
        directory: &Path,
        shown: &str,
        wanted: Option<Digest>,
        report: &mut Report,
    ) -> Result<Self> {
        let read = |report: &mut Report| -> Result<Self> {
            let path = directory.join("index.json");
            let index = read_regular(&path, MAX_DOCUMENT).cannot("read", "index.json")?;
            let index = oci::read_index("index.json", &index)?;
            let root = root(index.manifests(), wanted)?;
            let mut layout = Self {
                directory: directory.to_owned(),
                root: blob_of(root)?.digest,
                is_index: root.media_type().to_string() == INDEX,
                images: Vec::new(),
            };
            if layout.is_index {
                layout.read_index(root, report)?;
            } else {
                layout.read_image(root, report)?;
            }
            Ok(layout)
        };
        read(report).map_err(|error| error.within("read layout", shown))
    }

    /// The path of a blob.
    pub(crate) fn blob_path(&self, digest: Digest) -> PathBuf {
        self.directory.join("blobs/sha256").join(digest.hex())
    }

    /// The bytes of a document, or why they are not those of its descriptor.
    fn document(&self, descriptor: &Descriptor) -> Result<std::result::Result<Vec<u8>, String>> {
        let expected = blob_of(descriptor)?;
        let bytes = read_regular(&self.blob_path(expected.digest), MAX_DOCUMENT);
        Ok(match bytes {
            Err(error) => Err(format!("{} cannot be read: {error}", expected.digest)),
            Ok(bytes) => match Blob::of(&bytes) {
                found if found == expected => Ok(bytes),
                found => Err(format!(
                    "the blob {} has digest {} and {} bytes, {} are listed",
                    expected.digest, found.digest, found.size, expected.size
                )),
            },
        })
    }

    fn read_index(&mut self, root: &Descriptor, report: &mut Report) -> Result<()> {
        let subject = self.root.to_string();
        let bytes = match self.document(root)? {
            Ok(bytes) => bytes,
            Err(cause) => {
                report.add(LinkKind::ImageIndex, subject, Verdict::Broken(cause));
                return Ok(());
            }
        };
        let index = oci::read_index(&subject, &bytes)?;
        let manifests = index.manifests();
        if manifests.len() > MAX_IMAGES {
            let cause = format!(
                "it lists {} images, at most {MAX_IMAGES} are read",
                manifests.len()
            );
            return Err(Error::cannot("read", subject, cause));
        }
        let mut faults = Vec::new();
        if manifests.is_empty() {
            // All links of no image hold.
            faults.push("it lists no manifest".to_owned());
        }
        for descriptor in manifests {
            let digest = blob_of(descriptor)?.digest;
            if !self.blob_path(digest).is_file() {
                faults.push(format!("it lists {digest}, which the layout does not have"));
                continue;
            }
            self.read_image(descriptor, report)?;
            let listed = descriptor.platform().as_ref().map(|platform| {
                let variant = platform.variant().as_deref().unwrap_or_default();
                named(
                    &platform.os().to_string(),
                    &platform.architecture().to_string(),
                    variant,
                )
            });
            let own = self.images.last().filter(|image| image.digest == digest);
            if let (Some(listed), Some(own)) = (listed, own) {
                if listed != own.platform {
                    let own = &own.platform;
                    faults.push(format!(
                        "it lists {digest} for {listed}, its configuration says {own}"
                    ));
                }
            }
        }
        let verdict = if faults.is_empty() {
            Verdict::Holds(format!("it lists the {} manifests", manifests.len()))
        } else {
            Verdict::Broken(faults.join("; "))
        };
        report.add(LinkKind::ImageIndex, subject, verdict);
        Ok(())
    }

    /// Reads manifest and configuration. Adds a link only if one of them is not that of its digest.
    fn read_image(&mut self, descriptor: &Descriptor, report: &mut Report) -> Result<()> {
        let digest = blob_of(descriptor)?.digest;
        let manifest = match self.document(descriptor)? {
            Ok(bytes) => oci::read_manifest(digest, &bytes)?,
            Err(cause) => {
                report.add(
                    LinkKind::Manifest,
                    digest.to_string(),
                    Verdict::Broken(cause),
                );
                return Ok(());
            }
        };
        let config = match self.document(manifest.config())? {
            Ok(bytes) => oci::read_config(blob_of(manifest.config())?.digest, &bytes)?,
            Err(cause) => {
                let cause = format!("its configuration: {cause}");
                report.add(
                    LinkKind::Manifest,
                    digest.to_string(),
                    Verdict::Broken(cause),
                );
                return Ok(());
            }
        };
        let oci_name = config.architecture().to_string();
        let row = arch::Architecture::by_oci(&oci_name);
        let variant = config.variant().as_deref().unwrap_or_default();
        self.images.push(LayoutImage {
            digest,
            platform: named(&config.os().to_string(), &oci_name, variant),
            architecture: row.map_or("", |row| row.debian).to_owned(),
            layers: layers(manifest.layers(), &config)?,
        });
        Ok(())
    }
}

/// The entry of `index.json` to verify.
fn root(entries: &[Descriptor], wanted: Option<Digest>) -> Result<&Descriptor> {
    let fail = |cause: String| Error::cannot("use", "index.json", cause);
    if let Some(wanted) = wanted {
        let text = wanted.to_string();
        let found = entries
            .iter()
            .find(|entry| entry.digest().to_string() == text);
        return found.ok_or_else(|| {
            let digests = entries
                .iter()
                .take(10)
                .map(|entry| entry.digest().to_string());
            let digests: Vec<_> = digests.collect();
            fail(format!("expected {text}, found {}", digests.join(", ")))
        });
    }
    let digests: BTreeSet<String> = entries.iter().map(|e| e.digest().to_string()).collect();
    match (entries.first(), digests.len()) {
        (Some(entry), 1) => Ok(entry),
        (_, count) => {
            Err(fail(format!("it has {count} images, expected one"))
                .hint("choose one with `--digest`"))
        }
    }
}

/// The layers with the diff_ids and the history of the configuration.
fn layers(descriptors: &[Descriptor], config: &ImageConfiguration) -> Result<Vec<LayoutLayer>> {
    let mut diff_ids = config.rootfs().diff_ids().iter();
    let history = config.history().iter().flatten();
    let mut history = history.filter(|entry| entry.empty_layer() != Some(true));
    let mut layers = Vec::new();
    for descriptor in descriptors {
        let created_by = history.next().and_then(|entry| entry.created_by().clone());
        layers.push(LayoutLayer {
            blob: blob_of(descriptor)?,
            diff_id: diff_ids.next().map(|text| text.parse()).transpose()?,
            created_by: created_by.unwrap_or_default(),
        });
    }
    // A diff_id without a layer belongs to no layer of the manifest.
    if diff_ids.next().is_some() {
        if let Some(last) = layers.last_mut() {
            last.diff_id = None;
        }
    }
    Ok(layers)
}

fn blob_of(descriptor: &Descriptor) -> Result<Blob> {
    Ok(Blob {
        digest: descriptor.digest().to_string().parse()?,
        size: descriptor.size(),
    })
}

fn named(os: &str, architecture: &str, variant: &str) -> String {
    match variant {
        "" => format!("{os}/{architecture}"),
        variant => format!("{os}/{architecture}/{variant}"),
    }
}
