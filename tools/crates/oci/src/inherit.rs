//! What an image takes over from its base's annotations and labels.

use std::collections::HashMap;

/// Keys that the image specification defines (`annotations.md`) tell of one image: its time, version, source, licences, its
/// own base. An image made on it is another one, of which they would be wrong.
const OF_ONE_IMAGE: &str = "org.opencontainers.image.";

/// Digest of the manifest of the base (`annotations.md`).
pub(crate) const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// Name under which the base is published (`annotations.md`).
pub(crate) const BASE_NAME: &str = "org.opencontainers.image.base.name";

/// Whether a key tells of one image only.
pub(crate) fn is_of_one_image(key: &str) -> bool {
    key.starts_with(OF_ONE_IMAGE)
}

/// Those that are as true of an image as of its base.
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
    fn what_is_of_one_image_stays_there() {
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
