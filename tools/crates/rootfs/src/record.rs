//! Layers that are read once and merged several times: images have layers in common, at different places.

use blob::{Error, Result};
use image_store::Image;
use tarball::{Kind, RawEntry};

use crate::budget::{self, Budget};
use crate::content::{fill, pieces};
use crate::layer;
use crate::merge::Merge;
use crate::{ContentPart, Inode, Raw, Root, Visitor};

/// Reads single layers of an image.
#[derive(Debug)]
pub struct Recorder<'a> {
    image: &'a Image,
    budget: Budget,
}

/// The entries of a layer, without contents.
#[derive(Debug)]
pub struct Recorded {
    /// Each with its position in the archive.
    entries: Vec<(u32, RawEntry)>,
    problem: Option<String>,
}

impl<'a> Recorder<'a> {
    /// A recorder for layers of this image. They have one limit together, as in [`ImageExt::read`](crate::ImageExt::read).
    ///
    /// # Errors
    ///
    /// The image has too many layers, or another number of layers than of diff_ids.
    pub fn of(image: &'a Image) -> Result<Self> {
        let (layers, ids) = (
            image.layers().len(),
            image.config().rootfs().diff_ids().len(),
        );
        if layers != ids {
            let cause = format!("it has {layers} layers, and its config {ids} diff_ids");
            return Err(Error::cannot("read image", image.name(), cause));
        }
        budget::layers(image.name(), layers)?;
        Ok(Self {
            image,
            budget: Budget::of(image),
        })
    }

    /// Reads and verifies a layer, counted from the lowest, and passes every entry to the visitor. Entries that depend on
    /// lower layers, such as hard links to them, are passed, too.
    ///
    /// # Errors
    ///
    /// As for [`ImageExt::read`](crate::ImageExt::read).
    pub fn record(&self, number: usize, visitor: &mut dyn Visitor) -> Result<Recorded> {
        let mut content = Vec::new();
        let mut entries = Vec::new();
        let name = &self.image.layers()[number].name;
        // A root of this layer alone: it checks names and limits.
        let mut merge = Merge::new();
        merge.begin(number);
        visitor.layer(number)?;
        let (compression, ending) = layer::read(
            self.image,
            number,
            &self.budget,
            &mut |inode, raw, reader| {
                let placement = merge.place(name, &raw, inode)?;
                visitor.raw(number, &Raw::of(inode, raw.clone()))?;
                if let Some(entry) = placement.entry {
                    let mut visitors: [&mut dyn Visitor; 1] = [&mut *visitor];
                    let part: ContentPart = visitors[0].content_part(number, &entry);
                    fill(&mut content, part, entry.size(), reader).map_err(layer::Stop::Content)?;
                    if matches!(entry.kind, Kind::File { .. }) {
                        pieces(&mut visitors, number, &entry, &content, reader)?;
                    }
                    visitors[0].entry(number, &entry, &content)?;
                }
                entries.push((inode.entry, raw));
                Ok(())
            },
        )?;
        visitor.end(number, ending)?;
        let problem = layer::mismatch(&self.image.layers()[number], compression);
        Ok(Recorded { entries, problem })
    }
}

/// Merges layers, lowest first, each with its name in messages.
///
/// # Errors
///
/// The root exceeds a limit.
pub fn merge_recorded<'r>(
    layers: impl IntoIterator<Item = (&'r str, &'r Recorded)>,
) -> Result<Root> {
    let mut merge = Merge::new();
    for (number, (name, recorded)) in layers.into_iter().enumerate() {
        merge.begin(number);
        for (entry, raw) in &recorded.entries {
            let layer = number as u32;
            let entry = *entry;
            merge.place(name, raw, Inode { layer, entry })?;
        }
        if let Some(problem) = &recorded.problem {
            merge.problem(problem.clone());
        }
    }
    Ok(merge.finish())
}
