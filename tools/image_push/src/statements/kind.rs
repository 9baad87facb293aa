//! Types of statements, by their URLs and by the names that cosign gives them
//! (<https://github.com/sigstore/cosign/blob/main/doc/cosign_attest.md>).

use blob::{Error, Result};

/// Name and URL. The first name of a URL is also a part of file names.
const TYPES: [(&str, &str); 5] = [
    ("spdxjson", "https://spdx.dev/Document"),
    ("spdx", "https://spdx.dev/Document"),
    ("cyclonedx", "https://cyclonedx.org/bom"),
    ("slsaprovenance1", "https://slsa.dev/provenance/v1"),
    ("openvex", "https://openvex.dev/ns"),
];

/// The longest part of a file name that is made from a URL.
const MAX_PART: usize = 100;

/// The URL of a type: a URL, or a name such as `spdxjson`.
///
/// # Errors
///
/// The text of the option is neither.
pub(crate) fn predicate_type(option: &str, text: &str) -> Result<String> {
    if let Some((_, url)) = TYPES.iter().find(|(name, _)| *name == text) {
        return Ok((*url).to_owned());
    }
    if text.contains("://") && !text.contains(char::is_whitespace) {
        return Ok(text.to_owned());
    }
    let cause = "expected a URL, such as `https://spdx.dev/Document`";
    let names: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    let hint = format!("names that can replace a URL: {}", names.join(", "));
    Err(Error::cannot(format!("use {option}"), text, cause).hint(hint))
}

/// The part of a file name for statements of a type: its name, or letters and digits of the URL.
pub(crate) fn file_part(predicate_type: &str) -> String {
    if let Some((name, _)) = TYPES.iter().find(|(_, url)| *url == predicate_type) {
        return (*name).to_owned();
    }
    let url = predicate_type.split_once("://");
    let path = url.map_or(predicate_type, |(_, path)| path);
    let part = path.chars().take(MAX_PART);
    let part = part.map(|c| if c.is_ascii_alphanumeric() { c } else { '_' });
    part.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_urls() {
        for (text, url) in [
            ("spdxjson", "https://spdx.dev/Document"),
            ("openvex", "https://openvex.dev/ns"),
            ("https://a.example/b", "https://a.example/b"),
        ] {
            assert_eq!(predicate_type("--type", text).unwrap(), url);
        }
        for wrong in ["spdxjso", "", "https://a.example/ b"] {
            predicate_type("--type", wrong).unwrap_err();
        }
    }

    #[test]
    fn parts_of_file_names() {
        assert_eq!(file_part("https://cyclonedx.org/bom"), "cyclonedx");
        assert_eq!(file_part("https://a.example/../b?c"), "a_example____b_c");
        assert_eq!(file_part(&"é/".repeat(200)).len(), 100);
    }
}
