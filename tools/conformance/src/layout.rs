//! OCI image layouts in a directory ("OCI Image Layout" of the image specification), read without our own crates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure, Context, Result};
use serde_json::{Map, Value};

use crate::json;
use crate::platform::Platform;
use crate::process;
use crate::reference_tools::ReferenceTools;

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// A layout directory.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) directory: PathBuf,
    /// The one descriptor of `index.json`.
    pub(crate) root: Value,
}

/// Annotations that the layout adds to its one descriptor.
const OF_THE_LAYOUT: [&str; 2] = [
    "org.opencontainers.image.ref.name",
    "org.opencontainers.image.revision",
];

/// One image of a layout.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) digest: String,
    /// The annotations of its descriptor, without those that the layout adds: reference name and revision.
    pub(crate) annotations: Map<String, Value>,
    pub(crate) manifest: Value,
    pub(crate) config_digest: String,
    pub(crate) config: Value,
    /// Digest and path of each layer, lowest first.
    pub(crate) layers: Vec<(String, PathBuf)>,
}

impl Layout {
    /// Opens a layout; `index.json` must name exactly one descriptor.
    pub(crate) fn open(directory: &Path) -> Result<Self> {
        let index = json::read(&directory.join("index.json"))?;
        let [root] = json::items(&index["manifests"]) else {
            bail!(
                "`{}/index.json` does not name exactly one descriptor: {index}",
                directory.display()
            );
        };
        Ok(Self {
            directory: directory.to_owned(),
            root: root.clone(),
        })
    }

    /// The path of a blob.
    pub(crate) fn blob(&self, digest: &str) -> Result<PathBuf> {
        let Some(hex) = digest.strip_prefix("sha256:") else {
            bail!("`{digest}` is no SHA-256 digest");
        };
        Ok(self.directory.join("blobs/sha256").join(hex))
    }

    /// The digest of the root descriptor.
    pub(crate) fn digest(&self) -> Result<&str> {
        json::text(&self.root, "digest")
    }

    /// The media type of the root descriptor.
    pub(crate) fn media_type(&self) -> Result<&str> {
        json::text(&self.root, "mediaType")
    }

    /// The descriptors of the images: those of the index, or the root descriptor itself.
    pub(crate) fn descriptors(&self) -> Result<Vec<Value>> {
        if self.media_type()? == MANIFEST {
            return Ok(vec![self.root.clone()]);
        }
        let index = json::read(&self.blob(self.digest()?)?)?;
        Ok(json::items(&index["manifests"]).to_vec())
    }

    /// All images.
    pub(crate) fn images(&self) -> Result<Vec<Image>> {
        self.descriptors()?
            .iter()
            .map(|descriptor| self.image(descriptor))
            .collect()
    }

    /// The image of a layout that has exactly one.
    pub(crate) fn only_image(&self) -> Result<Image> {
        let mut images = self.images()?;
        match (images.pop(), images.is_empty()) {
            (Some(image), true) => Ok(image),
            _ => bail!(
                "`{}` does not hold exactly one image",
                self.directory.display()
            ),
        }
    }

    fn image(&self, descriptor: &Value) -> Result<Image> {
        let digest = json::text(descriptor, "digest")?.to_owned();
        let annotations = descriptor["annotations"].as_object();
        let mut annotations = annotations.cloned().unwrap_or_default();
        annotations.retain(|key, _| !OF_THE_LAYOUT.contains(&key.as_str()));
        let manifest = json::read(&self.blob(&digest)?)?;
        let config_digest = json::text(&manifest["config"], "digest")?.to_owned();
        let config = json::read(&self.blob(&config_digest)?)?;
        let layers = json::items(&manifest["layers"])
            .iter()
            .map(|layer| {
                let digest = json::text(layer, "digest")?;
                Ok((digest.to_owned(), self.blob(digest)?))
            })
            .collect::<Result<_>>()?;
        Ok(Image {
            digest,
            annotations,
            manifest,
            config_digest,
            config,
            layers,
        })
    }
}

impl Image {
    pub(crate) fn platform(&self) -> Platform {
        Platform::of(&self.config)
    }

    /// The version of the image's language runtime, from the annotations of its manifest.
    pub(crate) fn runtime_version(&self) -> Option<&str> {
        let annotations = self.manifest["annotations"].as_object()?;
        let version = annotations.iter().find(|(name, _)| {
            name.starts_with("com.google.distroless.") && name.ends_with(".version")
        });
        version?.1.as_str()
    }

    /// The digests of its layers, lowest first.
    pub(crate) fn layer_digests(&self) -> Vec<String> {
        self.layers
            .iter()
            .map(|(digest, _)| digest.clone())
            .collect()
    }

    /// Whether the history lists a layer of this package.
    pub(crate) fn has_package(&self, name: &str) -> bool {
        let layer = format!("deb {name} ");
        json::items(&self.config["history"])
            .iter()
            .filter_map(|entry| entry["created_by"].as_str())
            .any(|created_by| created_by.starts_with(&layer))
    }
}

/// Results of `gzip` and `sha256sum` for layers and files. A layer of several images is unpacked once. A file that
/// several layouts contain as a hard link is read once.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    /// Digest of a layer to its diff_id.
    diff_ids: BTreeMap<String, String>,
    /// Device and inode of a file to the digest of its bytes, in hexadecimal.
    files: BTreeMap<(u64, u64), String>,
}

impl Sums {
    fn diff_id(&mut self, tools: &ReferenceTools, digest: &str, path: &Path) -> Result<&str> {
        if !self.diff_ids.contains_key(digest) {
            let sum = unpacked_sum_of(tools, path)?;
            self.diff_ids.insert(digest.to_owned(), sum);
        }
        Ok(&self.diff_ids[digest])
    }

    /// The digest of each file of a directory, by file name.
    fn of_files(
        &mut self,
        tools: &ReferenceTools,
        directory: &Path,
    ) -> Result<BTreeMap<String, String>> {
        let files = names(directory)?
            .into_iter()
            .map(|name| {
                let facts = fs::metadata(directory.join(&name))?;
                Ok((name, (facts.dev(), facts.ino())))
            })
            .collect::<Result<Vec<_>>>()?;
        let new: Vec<_> = files
            .iter()
            .filter(|(_, inode)| !self.files.contains_key(inode))
            .collect();
        let names = new.iter().map(|(name, _)| name);
        let found = sums(tools, directory, names)?;
        for (name, inode) in new {
            let sum = found
                .get(name)
                .with_context(|| format!("sha256sum says nothing of `{name}`"))?;
            self.files.insert(*inode, sum.clone());
        }
        let known = |(name, inode)| (name, self.files[&inode].clone());
        Ok(files.into_iter().map(known).collect())
    }
}

/// `sha256:HEX` of a file, computed by `sha256sum`.
pub(crate) fn sum_of(tools: &ReferenceTools, path: &Path) -> Result<String> {
    digest_in(&process::succeed(tools.system("sha256sum").arg(path))?)
}

/// `sha256:HEX` of the content that `gzip` unpacks from a file.
pub(crate) fn unpacked_sum_of(tools: &ReferenceTools, path: &Path) -> Result<String> {
    let mut gzip = tools.system("gzip");
    gzip.args(["--decompress", "--stdout"])
        .stdin(fs::File::open(path)?);
    digest_in(&process::piped(&mut gzip, &mut tools.system("sha256sum"))?)
}

fn digest_in(line: &[u8]) -> Result<String> {
    let line = String::from_utf8_lossy(line);
    let hex = line.get(..64).context("sha256sum says no digest")?;
    Ok(format!("sha256:{hex}"))
}

/// Checks every digest, size and diff_id of a layout with `sha256sum` and `gzip`, and that every file of it is
/// referenced.
pub(crate) fn check_blobs(layout: &Layout, tools: &ReferenceTools, known: &mut Sums) -> Result<()> {
    check_directory(&layout.directory)?;
    let sums = known.of_files(tools, &layout.directory.join("blobs/sha256"))?;
    let mut reached = BTreeSet::new();
    let mut check = |descriptor: &Value, media_type: &str| -> Result<()> {
        ensure!(
            descriptor["mediaType"] == media_type,
            "expected media type {media_type}: {descriptor}"
        );
        let digest = json::text(descriptor, "digest")?;
        let path = layout.blob(digest)?;
        let hex = digest.trim_start_matches("sha256:");
        ensure!(
            sums.get(hex).map(String::as_str) == Some(hex),
            "sha256sum says {:?} of {digest}",
            sums.get(hex)
        );
        let size = fs::metadata(&path)?.len();
        ensure!(
            descriptor["size"] == size,
            "{} has {size} bytes: {descriptor}",
            path.display()
        );
        reached.insert(hex.to_owned());
        Ok(())
    };
    if layout.media_type()? == INDEX {
        check(&layout.root, INDEX)?;
    }
    for (descriptor, image) in layout.descriptors()?.iter().zip(layout.images()?) {
        check(descriptor, MANIFEST)?;
        check(&image.manifest["config"], CONFIG)?;
        for layer in json::items(&image.manifest["layers"]) {
            check(layer, LAYER)?;
        }
        check_diff_ids(&image, tools, known)?;
    }
    let extra: Vec<_> = sums
        .keys()
        .filter(|name| !reached.contains(*name))
        .collect();
    ensure!(extra.is_empty(), "nothing refers to the blobs {extra:?}");
    Ok(())
}

fn check_diff_ids(image: &Image, tools: &ReferenceTools, known: &mut Sums) -> Result<()> {
    let expected = json::strings(&image.config["rootfs"]["diff_ids"]);
    ensure!(
        image.config["rootfs"]["type"] == "layers",
        "rootfs is of no known type"
    );
    ensure!(!expected.is_empty(), "there is no layer");
    ensure!(
        expected.len() == image.layers.len(),
        "{} diff_ids for {} layers",
        expected.len(),
        image.layers.len()
    );
    for (expected, (digest, path)) in expected.iter().zip(&image.layers) {
        let found = known.diff_id(tools, digest, path)?;
        ensure!(
            found == expected,
            "layer {digest} unpacks to {found}, the config says {expected}"
        );
    }
    Ok(())
}

/// Checks that the layers of an image in a Docker archive have the digests that their names give.
pub(crate) fn check_archived_layers(
    archive: &Path,
    image: &Image,
    tools: &ReferenceTools,
) -> Result<()> {
    let directory = tools.fresh_directory("archive")?;
    let mut tar = tools.system("tar");
    tar.arg("--extract").arg("--file").arg(archive);
    process::succeed(tar.arg("--directory").arg(&directory))?;
    let names: BTreeSet<_> = image
        .layers
        .iter()
        .map(|(digest, _)| digest.trim_start_matches("sha256:").to_owned())
        .collect();
    for (name, sum) in sums(tools, &directory.join("blobs/sha256"), &names)? {
        ensure!(name == sum, "sha256sum says {sum} of layer {name}");
    }
    fs::remove_dir_all(directory)?;
    Ok(())
}

/// The output of `sha256sum` for each file, by file name.
fn sums<'a>(
    tools: &ReferenceTools,
    directory: &Path,
    names: impl IntoIterator<Item = &'a String>,
) -> Result<BTreeMap<String, String>> {
    let mut names = names.into_iter().peekable();
    if names.peek().is_none() {
        return Ok(BTreeMap::new());
    }
    let output = process::text(tools.system("sha256sum").args(names).current_dir(directory))?;
    let pairs = output.lines().map(|line| {
        let (sum, name) = line
            .split_once("  ")
            .context("sha256sum prints `SUM  NAME`")?;
        Ok((name.to_owned(), sum.to_owned()))
    });
    pairs.collect()
}

/// Checks that a layout consists of `oci-layout`, `index.json` and `blobs/sha256`, and of regular files only.
fn check_directory(directory: &Path) -> Result<()> {
    // A sandbox gives tests symbolic links to the files, so find the directory that the build wrote.
    let marker = fs::canonicalize(directory.join("oci-layout"))?;
    let real = marker.parent().context("oci-layout lies nowhere")?;
    ensure!(
        json::read(&marker)? == serde_json::json!({"imageLayoutVersion": "1.0.0"}),
        "wrong oci-layout"
    );
    ensure!(
        names(real)? == ["blobs", "index.json", "oci-layout"],
        "expected three entries, found {:?}",
        names(real)?
    );
    ensure!(
        names(&real.join("blobs"))? == ["sha256"],
        "there are blobs of other algorithms"
    );
    let blobs = real.join("blobs/sha256");
    let blobs = names(&blobs)?.into_iter().map(|name| blobs.join(name));
    for file in [real.join("index.json"), marker.clone()]
        .into_iter()
        .chain(blobs)
    {
        ensure!(
            fs::symlink_metadata(&file)?.is_file(),
            "`{}` is no real file",
            file.display()
        );
    }
    Ok(())
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(directory)
        .with_context(|| format!("cannot list `{}`", directory.display()))?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests;
