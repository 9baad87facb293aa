//! The selection of images by patterns.

use blob::{Error, Result};

use crate::content::PlanImage;

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

/// Whether a text matches a pattern in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match text.find(part) {
            Some(at) => text = &text[at + part.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("a*", "ab", true),
            ("a*b", "ab", true),
            ("a*ba", "aba", true),
            ("ab*ba", "aba", false),
            ("static-*:*arm64", "static-debian12:debug-arm64", true),
            ("static-*:*arm64", "static-debian12:latest", false),
            ("*a*b*", "xaxbx", true),
            ("*b*a*", "xaxbx", false),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
