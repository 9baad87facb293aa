//! Reads several images together: a layer that they share is read once.

use blob::{Error, Result};
use image_store::Image;
use tarball::{Kind, RawEntry};

use crate::budget::{self, Budget};
use crate::content::{fill, pieces};
use crate::layer::{self, Content, Stop};
use crate::merge::Merge;
use crate::{ContentPart, Inode, Raw, Root, Visitor};

/// An image and the visitors of its layers.
pub struct Reading<'a, 'v> {
    /// The image.
    pub image: &'a Image,
    /// The visitors, which receive every entry of every layer.
    pub visitors: &'a mut [&'v mut dyn Visitor],
}

/// Reads several images as [`ImageExt::read`](crate::ImageExt::read) reads one, and returns their roots in the same order. Images share layers
/// from the lowest one up, as long as they store them in the same files; each shared layer is read and verified once.
///
/// # Errors
///
/// The first error of any image ends the reading of all. It does not name the image: read the images one by one to find
/// it.
pub fn read_together(readings: &mut [Reading<'_, '_>]) -> Result<Vec<Root>> {
    for Reading { image, .. } in readings.iter() {
        let (layers, ids) = (
            image.layers().len(),
            image.config().rootfs().diff_ids().len(),
        );
        if layers != ids {
            let cause = format!("it has {layers} layers, and its config {ids} diff_ids");
            return Err(Error::cannot("read image", image.name(), cause));
        }
        budget::layers(image.name(), layers)?;
    }
    let budgets: Vec<_> = readings.iter().map(|each| Budget::of(each.image)).collect();
    let all = readings.iter_mut().map(|reading| Part {
        image: reading.image,
        visitors: &mut *reading.visitors,
        merge: Merge::new(),
    });
    let mut parts: Vec<_> = all.collect();
    let mut content = Vec::new();
    // The number of the next layer, and the images that share all layers below it.
    let mut groups: Vec<(usize, Vec<usize>)> = vec![(0, (0..parts.len()).collect())];
    while let Some((number, images)) = groups.pop() {
        let has_it = |at: &usize| parts[*at].image.layers().len() > number;
        let mut rest: Vec<usize> = images.into_iter().filter(has_it).collect();
        while let Some(first) = rest.first().copied() {
            let image = parts[first].image;
            let same = |at: &usize| *at == first || image.shares_layer(parts[*at].image, number);
            let (sharing, others): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(same);
            read_layer(&mut parts, &budgets, number, &sharing, &mut content)?;
            groups.push((number + 1, sharing));
            rest = others;
        }
    }
    Ok(parts.into_iter().map(|part| part.merge.finish()).collect())
}

struct Part<'p, 'v> {
    image: &'p Image,
    visitors: &'p mut [&'v mut dyn Visitor],
    merge: Merge,
}

/// Reads one layer of the first of these images, on behalf of all; it counts against the budget of the first.
fn read_layer(
    parts: &mut [Part<'_, '_>],
    budgets: &[Budget],
    number: usize,
    sharing: &[usize],
    content: &mut Vec<u8>,
) -> Result<()> {
    let Some(first) = sharing.first() else {
        return Ok(());
    };
    let image = parts[*first].image;
    for at in sharing {
        let part = &mut parts[*at];
        part.merge.begin(number);
        for visitor in part.visitors.iter_mut() {
            visitor.layer(number)?;
        }
    }
    let name = &image.layers()[number].name;
    let (compression, ending) = layer::read(
        image,
        number,
        &budgets[*first],
        &mut |inode, entry, reader| {
            look(
                parts,
                number,
                sharing,
                name,
                content,
                (inode, entry, reader),
            )
        },
    )?;
    if let Some(problem) = layer::mismatch(&image.layers()[number], compression) {
        for at in sharing {
            parts[*at].merge.problem(problem.clone());
        }
    }
    for at in sharing {
        for visitor in parts[*at].visitors.iter_mut() {
            visitor.end(number, ending)?;
        }
    }
    Ok(())
}

/// Passes an entry to all visitors.
fn look(
    parts: &mut [Part<'_, '_>],
    number: usize,
    sharing: &[usize],
    name: &str,
    content: &mut Vec<u8>,
    (inode, entry, reader): (Inode, RawEntry, Content),
) -> std::result::Result<(), Stop> {
    // The entry is the same for the visitors of all images. Whether it can be placed depends on the root.
    let mut seen = None;
    let mut problems = Vec::with_capacity(sharing.len());
    for at in sharing {
        let placement = parts[*at].merge.place(name, &entry, inode)?;
        seen = placement.entry;
        problems.push(placement.problem);
    }
    let mut raw = Raw::of(inode, entry);
    for (at, problem) in sharing.iter().zip(problems) {
        raw.problem = problem;
        for visitor in parts[*at].visitors.iter_mut() {
            visitor.raw(number, &raw)?;
        }
    }
    let Some(entry) = seen else {
        return Ok(());
    };
    let parts = parts.iter_mut().enumerate();
    let parts = parts.filter(|(at, _)| sharing.contains(at));
    let mut visitors: Vec<&mut dyn Visitor> = parts
        .flat_map(|(_, part)| part.visitors.iter_mut())
        .map(|visitor| &mut **visitor as &mut dyn Visitor)
        .collect();
    let requested = visitors
        .iter_mut()
        .map(|visitor| visitor.content_part(number, &entry));
    let part = requested.max().unwrap_or(ContentPart::None);
    fill(content, part, entry.size(), reader).map_err(Stop::Content)?;
    if matches!(entry.kind, Kind::File { .. }) {
        pieces(&mut visitors, number, &entry, content, reader)?;
    }
    for visitor in &mut visitors {
        visitor.entry(number, &entry, content)?;
    }
    Ok(())
}
