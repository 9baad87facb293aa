use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use image_contents::{Image, Index};

use crate::build::Source;

/// Makes the contents of an index from those of its images. They get the order of the index, and the annotations of
/// their descriptors in it.
///
/// # Errors
///
/// The index is invalid, or its manifests are not exactly those of the images.
pub fn index(name: &str, source: Source<'_>, images: Vec<Image>) -> Result<Index> {
    let document = oci::read_index(source.file, source.text)?;
    let fail = |cause: String| {
        Error::cannot("read", source.file, cause)
            .hint("give the contents of each image of the index")
    };
    let images = images
        .into_iter()
        .map(|image| (image.digest.to_string(), image));
    let mut images: BTreeMap<_, _> = images.collect();
    let mut ordered = Vec::with_capacity(images.len());
    for descriptor in document.manifests() {
        let digest = descriptor.digest().to_string();
        let mut image = images
            .remove(&digest)
            .ok_or_else(|| fail(format!("its image `{digest}` has no contents file")))?;
        let annotations = descriptor.annotations().clone().unwrap_or_default();
        image.annotations.extend(annotations);
        ordered.push(image);
    }
    if let Some((digest, image)) = images.first_key_value() {
        let name = &image.name;
        return Err(fail(format!(
            "it does not have the image `{name}` (`{digest}`)"
        )));
    }
    let created = ordered.iter().map(|image| &image.created).max().cloned();
    Ok(Index {
        name: name.to_owned(),
        digest: Digest::of(source.text),
        created: created.ok_or_else(|| fail("it has no image".to_owned()))?,
        images: ordered,
    })
}
