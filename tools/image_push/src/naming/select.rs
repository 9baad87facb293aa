//! The selection of images by patterns.

use blob::{Error, Result};

use crate::content::PlanImage;
use crate::pattern::matches;

/// Names that a message lists.
const SHOWN: usize = 10;

/// The images whose title (`NAME-DISTRO:TAG`) matches at least one pattern; all images without a pattern. `*` stands for
/// any characters.
///
/// # Errors
///
/// A pattern matches no image, or there is no image.
pub(crate) fn select<'a>(
    images: &'a [PlanImage],
    patterns: &[String],
) -> Result<Vec<&'a PlanImage>> {
    let titles: Vec<String> = images.iter().map(PlanImage::title).collect();
    for pattern in patterns {
        if !titles.iter().any(|title| matches(pattern, title)) {
            return Err(no_match(pattern, &titles));
        }
    }
    let selected = images.iter().zip(&titles).filter(|(_, title)| {
        patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, title))
    });
    Ok(selected.map(|(image, _)| image).collect())
}

fn no_match(pattern: &str, titles: &[String]) -> Error {
    let near = message::nearest(pattern, titles.iter().map(String::as_str));
    let (start, names) = if near.is_empty() {
        let first = titles.iter().take(SHOWN).map(String::as_str).collect();
        ("images of the plan", first)
    } else {
        ("similar names", near)
    };
    let error = Error::cannot("select images", pattern, "no image has such a name");
    error.hint(format!(
        "write a name or a pattern such as `static-*:latest`; {start}: {}",
        names.join(", ")
    ))
}
