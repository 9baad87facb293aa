//! The tags of an image.

use crate::content::PlanImage;
use crate::push::Tag;

use super::destinations::Naming;

/// The tag of an image without a variant and architecture.
const LATEST: &str = "latest";

/// The moving tags of an image, and its dated ones: `TAG-DAY`, and `RUNTIME-DAY` for an image with a runtime. Dated tags
/// have the day of the snapshot, not that of the push, so they are the same whenever the image is pushed.
pub(super) fn tags(image: &PlanImage, naming: &Naming) -> Vec<Tag> {
    let own = Some(&image.tag).filter(|tag| !tag.is_empty());
    let mut moving: Vec<&str> = own
        .into_iter()
        .chain(&image.tags)
        .map(String::as_str)
        .collect();
    let day = image.day().filter(|_| naming.has_dates);
    let mut tags = Vec::new();
    if let Some(day) = day {
        let date = match naming.revision {
            Some(revision) => format!("{day}.{revision}"),
            None => day,
        };
        let of_runtime = runtime_tag(image);
        let names = moving.iter().copied().chain(of_runtime.as_deref());
        tags.extend(names.map(|name| Tag::immutable(format!("{name}-{date}"))));
    }
    if image.name.is_empty() {
        moving.extend(naming.tags.iter().map(String::as_str));
    }
    tags.extend(moving.into_iter().map(Tag::moving));
    tags
}

/// `RUNTIME`, or `RUNTIME-VARIANT-ARCHITECTURE`.
fn runtime_tag(image: &PlanImage) -> Option<String> {
    let runtime = Some(image.runtime.as_str()).filter(|runtime| !runtime.is_empty())?;
    Some(match image.tag.strip_prefix(LATEST) {
        _ if image.tag.is_empty() => runtime.to_owned(),
        // `latest`, or `latest-arm64`.
        Some(rest) => format!("{runtime}{rest}"),
        None => format!("{runtime}-{}", image.tag),
    })
}
