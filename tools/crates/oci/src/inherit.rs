//! The annotations and labels that an image inherits from its base image.

use std::collections::HashMap;

/// The prefix of keys that the image specification defines (`annotations.md`). They describe one image: its time,
/// version, source, licences and base. They would be wrong for an image that is based on it.
const OF_ONE_IMAGE: &str = "org.opencontainers.image.";

/// The digest of the base image's manifest (`annotations.md`).
pub(crate) const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// The published name of the base image (`annotations.md`).
pub(crate) const BASE_NAME: &str = "org.opencontainers.image.base.name";

/// Whether a key describes only one image.
pub(crate) fn is_of_one_image(key: &str) -> bool {
    key.starts_with(OF_ONE_IMAGE)
}

/// The annotations or labels that are valid for derived images too.
pub(crate) fn inherited(base: Option<&HashMap<String, String>>) -> HashMap<String, String> {
    base.into_iter()
        .flatten()
        .filter(|(key, _)| !is_of_one_image(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_of_one_image_are_not_inherited() {
        let base = [
            "org.opencontainers.image.source",
            "org.opencontainers.imagery",
            "com.example.team",
        ];
        let base = base.map(|key| (key.to_owned(), "x".to_owned())).into();
        let mut kept: Vec<_> = inherited(Some(&base)).into_keys().collect();
        kept.sort_unstable();
        assert_eq!(kept, ["com.example.team", "org.opencontainers.imagery"]);
        assert!(inherited(None).is_empty());
    }
}
