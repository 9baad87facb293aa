//! The records of packages in an image: `var/lib/dpkg/status.d` and os-release.

use std::collections::BTreeMap;

use blob::Result;
use image_facts::{status_file, Packages, StatusFile};
use rootfs::{escape, ContentPart, Image, ImageExt, Inode, Kind, Raw, Root, Visitor};
use tarball::Entry;

/// The largest size of a file. The largest list in Debian is below 2 MiB.
const MAX_TEXT: u64 = 16 * 1024 * 1024;

/// The files in status.d and os-release, collected while the layers are read.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    current: Option<Inode>,
    files: BTreeMap<Inode, Vec<u8>>,
}

impl Visitor for Texts {
    fn raw(&mut self, _layer: usize, raw: &Raw) -> Result<()> {
        self.current = Some(raw.inode);
        Ok(())
    }

    fn content_part(&mut self, _layer: usize, entry: &Entry) -> ContentPart {
        if is_package_record(entry) {
            ContentPart::All
        } else {
            ContentPart::None
        }
    }

    fn entry(&mut self, _layer: usize, entry: &Entry, content: &[u8]) -> Result<()> {
        if let Some(inode) = self.current.filter(|_| is_package_record(entry)) {
            self.files.insert(inode, content.to_vec());
        }
        Ok(())
    }
}

fn is_package_record(entry: &Entry) -> bool {
    let is_file = matches!(entry.kind, tarball::Kind::File { .. });
    let path = escape(entry.path.as_bytes());
    let tells = status_file(&path).is_some() || path.ends_with("/os-release");
    is_file && entry.size() <= MAX_TEXT && tells
}

impl Texts {
    /// The packages of a root.
    pub(crate) fn packages<'a>(&'a self, root: &'a Root) -> Packages<'a> {
        let files = root.iter().filter_map(|(path, node)| {
            let is_file = matches!(node.kind, Kind::File { .. });
            status_file(path).filter(|_| is_file)?;
            let text = node.inode.and_then(|inode| self.files.get(&inode));
            Some(StatusFile {
                path,
                layer: node.layer,
                text: text.map(Vec::as_slice).unwrap_or_default(),
            })
        });
        Packages::read(&files.collect::<Vec<_>>())
    }

    /// The distro as in package URLs: `debian-12`; `None` if the image does not declare it.
    pub(crate) fn distro(&self, root: &Root) -> Option<String> {
        let (_, node) = root.resolve("etc/os-release").ok()?;
        let text = self.files.get(&node.inode?)?;
        image_facts::distro(&String::from_utf8_lossy(text))
    }
}

/// An image that is read only for the records of its packages.
pub(crate) struct Records {
    root: Root,
    texts: Texts,
}

impl Records {
    pub(crate) fn read(image: &Image) -> Result<Self> {
        let mut texts = Texts::default();
        let root = image.read(&mut [&mut texts])?;
        Ok(Self { root, texts })
    }

    pub(crate) fn packages(&self) -> Packages<'_> {
        self.texts.packages(&self.root)
    }
}
