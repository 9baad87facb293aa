use std::collections::BTreeSet;
use std::path::Path;

use blob::Result;
use image_store::Image;

use crate::budget::Budget;
use crate::content::fill;
use crate::layer::{self, Stop};
use crate::together::{read_together, Reading};
use crate::{unpack, ContentPart, Inode, Owners, Root, Visitor};

/// Reads the layers of an image.
pub trait ImageExt {
    /// Reads each layer exactly once, lowest first, passes every entry to every visitor, verifies size, digest and
    /// diff_id, and returns the merged root.
    ///
    /// # Errors
    ///
    /// A layer cannot be read, does not match its documents, or exceeds a limit, or a visitor returns an error. The
    /// first error ends the reading.
    fn read(&self, visitors: &mut [&mut dyn Visitor]) -> Result<Root>;

    /// Reads contents that no visitor requested during [`ImageExt::read`]: passes at most `most` bytes of each inode to
    /// `take`. Reads only the layers that contain one of the inodes.
    ///
    /// # Errors
    ///
    /// A layer cannot be read, does not match its documents, or exceeds a limit, or `take` returns an error.
    fn read_again(
        &self,
        wanted: &BTreeSet<Inode>,
        most: usize,
        take: &mut dyn FnMut(Inode, &[u8]) -> Result<()>,
    ) -> Result<()>;

    /// Writes the merged root into an empty directory, which is created if it is missing: a file or link for every
    /// node. Links are written last, so that no write follows one. Root keeps the owners and creates devices; for other
    /// users, all files belong to the caller.
    ///
    /// Reads the layers twice: first to compute the root, then to write its contents.
    ///
    /// # Errors
    ///
    /// The image cannot be read, the directory is not empty, or a file cannot be written.
    fn unpack(&self, directory: &Path) -> Result<()> {
        let root = self.read(&mut [])?;
        self.unpack_root(&root, directory)
    }

    /// Like [`ImageExt::unpack`], for a root that [`ImageExt::read`] returned; reads the layers once.
    ///
    /// # Errors
    ///
    /// As for [`ImageExt::unpack`].
    fn unpack_root(&self, root: &Root, directory: &Path) -> Result<()> {
        self.unpack_root_for(root, directory, Owners::SAME)
    }

    /// Like [`ImageExt::unpack_root`], with other owners of the files if the caller is root.
    ///
    /// # Errors
    ///
    /// As for [`ImageExt::unpack`].
    fn unpack_root_for(&self, root: &Root, directory: &Path, owners: Owners) -> Result<()>;
}

impl ImageExt for Image {
    fn read(&self, visitors: &mut [&mut dyn Visitor]) -> Result<Root> {
        let mut alone = [Reading {
            image: self,
            visitors,
        }];
        let mut roots = read_together(&mut alone)?;
        Ok(roots.pop().unwrap_or_default())
    }

    fn read_again(
        &self,
        wanted: &BTreeSet<Inode>,
        most: usize,
        take: &mut dyn FnMut(Inode, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut content = Vec::new();
        let budget = Budget::of(self);
        let layers: BTreeSet<_> = wanted.iter().map(|inode| inode.layer as usize).collect();
        let layers = layers.into_iter();
        for number in layers.filter(|number| *number < self.layers().len()) {
            layer::read(self, number, &budget, &mut |inode, entry, reader| {
                if wanted.contains(&inode) {
                    let read = fill(&mut content, ContentPart::Head(most), entry.size, reader);
                    read.map_err(Stop::Content)?;
                    take(inode, &content)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn unpack_root_for(&self, root: &Root, directory: &Path, owners: Owners) -> Result<()> {
        unpack::unpack(self, root, directory, owners)
    }
}
