//! One image for one architecture: the facts in its manifest and configuration.

use std::fs;
use std::path::Path;

use blob::{Error, Result, ResultExt};
use serde::Deserialize;

use crate::images::described::{json, ImageFiles};

#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Image {
    pub(crate) architecture: String,
    pub(crate) tag: String,
    pub(crate) entrypoint: Vec<String>,
    /// `KEY=VALUE`, in the image's order.
    pub(crate) env: Vec<String>,
    pub(crate) user: String,
    pub(crate) workdir: String,
    /// Lowest first.
    pub(crate) layers: Vec<Layer>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Layer {
    pub(crate) digest: String,
    /// The compressed size in bytes.
    pub(crate) size: u64,
    pub(crate) content: Content,
}

/// The content of a layer, from the image's history.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Content {
    /// A Debian package and its version.
    Package(String, String),
    /// A layer that our rules write, by its name.
    Other(String),
}

#[derive(Deserialize)]
struct Manifest {
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    size: u64,
}

#[derive(Deserialize)]
struct Config {
    architecture: String,
    config: Execution,
    history: Vec<History>,
}

#[derive(Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[derive(Default)]
struct Execution {
    entrypoint: Vec<String>,
    env: Vec<String>,
    user: String,
    working_dir: String,
}

#[derive(Deserialize)]
struct History {
    created_by: String,
    #[serde(default)]
    empty_layer: bool,
}

impl Image {
    /// Reads both documents.
    pub(crate) fn read(files: &ImageFiles) -> Result<Self> {
        let manifest: Manifest = json(files.manifest.display(), &bytes(&files.manifest)?)?;
        let config: Config = json(files.config.display(), &bytes(&files.config)?)?;
        let refused = |cause| Err(Error::cannot("describe", files.config.display(), cause));
        if config.architecture != files.architecture {
            let found = format!(
                "it is for `{}`, not for `{}`",
                config.architecture, files.architecture
            );
            return refused(found);
        }
        let history: Vec<_> = config
            .history
            .into_iter()
            .filter(|entry| !entry.empty_layer)
            .collect();
        if history.len() != manifest.layers.len() {
            let found = format!(
                "its history has {} layers, its manifest {}",
                history.len(),
                manifest.layers.len()
            );
            return refused(found);
        }
        let layers = manifest.layers.into_iter().zip(history);
        Ok(Self {
            architecture: config.architecture,
            tag: files.tag.clone(),
            entrypoint: config.config.entrypoint,
            env: config.config.env,
            user: config.config.user,
            workdir: config.config.working_dir,
            layers: layers
                .map(|(layer, entry)| Layer {
                    digest: layer.digest,
                    size: layer.size,
                    content: Content::of(&entry.created_by),
                })
                .collect(),
        })
    }

    /// The total size of its compressed layers, in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.layers.iter().map(|layer| layer.size).sum()
    }
}

impl Content {
    /// `deb netbase 6.4 all` is a package; the architecture is that of the image or `all`.
    fn of(created_by: &str) -> Self {
        match created_by.split(' ').collect::<Vec<_>>()[..] {
            ["deb", name, version, _] => Self::Package(name.into(), version.into()),
            _ => Self::Other(created_by.into()),
        }
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).cannot("read", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::testing::Folder;

    #[test]
    fn both_documents_are_read() {
        let directory = Folder::new();
        let files = directory.image("latest", "amd64", &["deb netbase 6.4 all", "rootfs"], 100);
        let image = Image::read(&files).unwrap();
        assert_eq!(image.size(), 201);
        assert_eq!(
            image.layers[0].content,
            Content::Package("netbase".into(), "6.4".into())
        );
        assert_eq!(image.layers[1].content, Content::Other("rootfs".into()));
        assert_eq!(image.user, "0");
        assert_eq!(image.entrypoint, [""; 0]);
    }

    #[test]
    fn another_architecture_is_refused() {
        let directory = Folder::new();
        let mut files = directory.image("latest", "amd64", &["rootfs"], 1);
        files.architecture = "arm".into();
        assert_eq!(
            Image::read(&files).unwrap_err().to_string(),
            format!(
                "cannot describe `{}`: it is for `amd64`, not for `arm`",
                files.config.display()
            )
        );
    }

    #[test]
    fn a_history_of_other_length_is_refused() {
        let directory = Folder::new();
        let one = directory.image("latest", "amd64", &["rootfs"], 1);
        let two = directory.image("debug", "amd64", &["rootfs", "busybox"], 1);
        let mixed = ImageFiles {
            manifest: two.manifest,
            ..one
        };
        assert_eq!(
            Image::read(&mixed).unwrap_err().to_string(),
            format!(
                "cannot describe `{}`: its history has 1 layers, its manifest 2",
                mixed.config.display()
            )
        );
    }
}
