//! OCI image layouts as they lie on disk ("OCI Image Layout" of the image specification), read with nothing of ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure, Context, Result};
use serde_json::{Map, Value};

use crate::json;
use crate::judge::Judges;
use crate::platform::Platform;
use crate::process;

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// A layout folder.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) folder: PathBuf,
    /// The one descriptor of `index.json`.
    pub(crate) root: Value,
}

/// Annotations that the layout puts at its one descriptor.
const OF_THE_LAYOUT: [&str; 2] = [
    "org.opencontainers.image.ref.name",
    "org.opencontainers.image.revision",
];

/// One image of a layout.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) digest: String,
    /// Those of its descriptor, less those that the layout adds: the name in it, and the revision.
    pub(crate) annotations: Map<String, Value>,
    pub(crate) manifest: Value,
    pub(crate) config_digest: String,
    pub(crate) config: Value,
    /// Digest and path of each layer, lowest first.
    pub(crate) layers: Vec<(String, PathBuf)>,
}

impl Layout {
    /// Opens a layout; `index.json` must name exactly one descriptor.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let index = json::read(&folder.join("index.json"))?;
        let [root] = json::items(&index["manifests"]) else {
            bail!(
                "`{}/index.json` does not name exactly one descriptor: {index}",
                folder.display()
            );
        };
        Ok(Self {
            folder: folder.to_owned(),
            root: root.clone(),
        })
    }

    /// Where a blob lies.
    pub(crate) fn blob(&self, digest: &str) -> Result<PathBuf> {
        let Some(hex) = digest.strip_prefix("sha256:") else {
            bail!("`{digest}` is no SHA-256 digest");
        };
        Ok(self.folder.join("blobs/sha256").join(hex))
    }

    /// The digest of the root.
    pub(crate) fn digest(&self) -> Result<&str> {
        json::text(&self.root, "digest")
    }

    /// The media type of the root.
    pub(crate) fn media_type(&self) -> Result<&str> {
        json::text(&self.root, "mediaType")
    }

    /// The descriptors of the images: those of the index, or the root itself.
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

    /// The image of a layout that has one.
    pub(crate) fn only_image(&self) -> Result<Image> {
        let mut images = self.images()?;
        match (images.pop(), images.is_empty()) {
            (Some(image), true) => Ok(image),
            _ => bail!(
                "`{}` does not hold exactly one image",
                self.folder.display()
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

    /// The version of the language that the image is for, as its manifest has it.
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

    /// Whether a layer of the image is said to be of this package.
    pub(crate) fn has_package(&self, name: &str) -> bool {
        let layer = format!("deb {name} ");
        json::items(&self.config["history"])
            .iter()
            .filter_map(|entry| entry["created_by"].as_str())
            .any(|created_by| created_by.starts_with(&layer))
    }
}

/// What `gzip` and `sha256sum` say of layers and files. A layer that several images have is unpacked once, and a file that
/// several layouts have as a hard link is read once.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    /// Digest of a layer to its diff_id.
    diff_ids: BTreeMap<String, String>,
    /// Device and inode of a file to the digest of its bytes, in hexadecimal.
    files: BTreeMap<(u64, u64), String>,
}

impl Sums {
    fn diff_id(&mut self, judges: &Judges, digest: &str, path: &Path) -> Result<&str> {
        if !self.diff_ids.contains_key(digest) {
            let sum = unpacked_sum_of(judges, path)?;
            self.diff_ids.insert(digest.to_owned(), sum);
        }
        Ok(&self.diff_ids[digest])
    }

    /// Name of each file of a directory to the digest of its bytes.
    fn of_files(&mut self, judges: &Judges, folder: &Path) -> Result<BTreeMap<String, String>> {
        let files = names(folder)?
            .into_iter()
            .map(|name| {
                let facts = fs::metadata(folder.join(&name))?;
                Ok((name, (facts.dev(), facts.ino())))
            })
            .collect::<Result<Vec<_>>>()?;
        let new: Vec<_> = files
            .iter()
            .filter(|(_, inode)| !self.files.contains_key(inode))
            .collect();
        let names = new.iter().map(|(name, _)| name);
        let found = sums(judges, folder, names)?;
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

/// `sha256:HEX` of a file, as `sha256sum` says.
pub(crate) fn sum_of(judges: &Judges, path: &Path) -> Result<String> {
    digest_in(&process::succeed(judges.tool("sha256sum").arg(path))?)
}

/// The same of what `gzip` unpacks.
pub(crate) fn unpacked_sum_of(judges: &Judges, path: &Path) -> Result<String> {
    let mut gzip = judges.tool("gzip");
    gzip.args(["--decompress", "--stdout"])
        .stdin(fs::File::open(path)?);
    digest_in(&process::piped(&mut gzip, &mut judges.tool("sha256sum"))?)
}

fn digest_in(line: &[u8]) -> Result<String> {
    let line = String::from_utf8_lossy(line);
    let hex = line.get(..64).context("sha256sum says no digest")?;
    Ok(format!("sha256:{hex}"))
}

/// Every digest, size and diff_id of a layout, recomputed by `sha256sum` and `gzip`; and nothing else lies in it.
pub(crate) fn check_blobs(layout: &Layout, judges: &Judges, known: &mut Sums) -> Result<()> {
    check_folder(&layout.folder)?;
    let sums = known.of_files(judges, &layout.folder.join("blobs/sha256"))?;
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
        check_diff_ids(&image, judges, known)?;
    }
    let extra: Vec<_> = sums
        .keys()
        .filter(|name| !reached.contains(*name))
        .collect();
    ensure!(extra.is_empty(), "nothing refers to the blobs {extra:?}");
    Ok(())
}

fn check_diff_ids(image: &Image, judges: &Judges, known: &mut Sums) -> Result<()> {
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
        let found = known.diff_id(judges, digest, path)?;
        ensure!(
            found == expected,
            "layer {digest} unpacks to {found}, the config says {expected}"
        );
    }
    Ok(())
}

/// The layers of an image that lie in the unpacked archive of it have the bytes that their names say.
pub(crate) fn check_archived_layers(archive: &Path, image: &Image, judges: &Judges) -> Result<()> {
    let folder = judges.fresh_folder("archive")?;
    let mut tar = judges.tool("tar");
    tar.arg("--extract").arg("--file").arg(archive);
    process::succeed(tar.arg("--directory").arg(&folder))?;
    let names: BTreeSet<_> = image
        .layers
        .iter()
        .map(|(digest, _)| digest.trim_start_matches("sha256:").to_owned())
        .collect();
    for (name, sum) in sums(judges, &folder.join("blobs/sha256"), &names)? {
        ensure!(name == sum, "sha256sum says {sum} of layer {name}");
    }
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// File name to what `sha256sum` says of it.
fn sums<'a>(
    judges: &Judges,
    folder: &Path,
    names: impl IntoIterator<Item = &'a String>,
) -> Result<BTreeMap<String, String>> {
    let mut names = names.into_iter().peekable();
    if names.peek().is_none() {
        return Ok(BTreeMap::new());
    }
    let output = process::text(judges.tool("sha256sum").args(names).current_dir(folder))?;
    let pairs = output.lines().map(|line| {
        let (sum, name) = line
            .split_once("  ")
            .context("sha256sum prints `SUM  NAME`")?;
        Ok((name.to_owned(), sum.to_owned()))
    });
    pairs.collect()
}

/// A layout holds `oci-layout`, `index.json`, `blobs/sha256`, and real files only.
fn check_folder(folder: &Path) -> Result<()> {
    // A sandbox hands the files over as links; the folder that the build made lies behind them.
    let marker = fs::canonicalize(folder.join("oci-layout"))?;
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

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests;
