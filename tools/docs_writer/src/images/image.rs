//! One image for one architecture: the facts in its manifest and configuration.

use blob::{Digest, Error, Result};
use image_facts::Documents;

use crate::images::described::ImageFiles;
use crate::input;

#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Image {
    pub(crate) tag: String,
    /// The digest of the manifest.
    pub(crate) digest: Digest,
    pub(crate) facts: Documents,
}

impl Image {
    /// Reads both documents.
    pub(crate) fn read(files: &ImageFiles) -> Result<Self> {
        let (manifest, config) = (files.manifest.display(), files.config.display());
        let document = input::read(&files.manifest)?;
        let facts = Documents::read(
            (&manifest, &document),
            (&config, &input::read(&files.config)?),
        )?;
        if facts.architecture != files.architecture {
            let found = format!(
                "it is for `{}`, not for `{}`",
                facts.architecture, files.architecture
            );
            return Err(Error::cannot("describe", config, found));
        }
        Ok(Self {
            tag: files.tag.clone(),
            digest: Digest::of(&document),
            facts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::testing::Directory;
    use image_facts::{Origin, PackageId};

    #[test]
    fn both_documents_are_read() {
        let directory = Directory::new();
        let files = directory.image("latest", "amd64", &["deb netbase 6.4 all", "rootfs"], 100);
        let image = Image::read(&files).unwrap().facts;
        assert_eq!(image.size(), 201);
        assert_eq!(
            image.layers[0].origin,
            Origin::Package(PackageId::parse("netbase 6.4 all").unwrap())
        );
        assert_eq!(image.layers[1].origin, Origin::Other("rootfs".into()));
        assert_eq!(image.user, "0");
        assert_eq!(image.entrypoint, [""; 0]);
    }

    #[test]
    fn another_architecture_is_refused() {
        let directory = Directory::new();
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
        let directory = Directory::new();
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
