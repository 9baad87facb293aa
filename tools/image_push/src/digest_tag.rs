//! Tags that belong to a manifest: `sha256-DIGEST`, the list of its referrers, and those of cosign 2.

use blob::Digest;

/// The ends of tags in which cosign 2 stores signatures, attestations and SBOMs.
const SUFFIXES: [&str; 3] = ["sig", "att", "sbom"];

/// The digest in a tag `sha256-DIGEST` or `sha256-DIGEST.SUFFIX`: the image to which its manifest belongs.
pub(crate) fn subject_of_tag(tag: &str) -> Option<Digest> {
    let rest = tag.strip_prefix("sha256-")?;
    let hex = match rest.split_once('.') {
        Some((hex, suffix)) if SUFFIXES.contains(&suffix) => hex,
        Some(_) => return None,
        None => rest,
    };
    Digest::from_hex(hex).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_of_tags() {
        let digest = Digest::of(b"a");
        let hex = digest.hex();
        for suffix in ["", ".sig", ".att", ".sbom"] {
            let tag = format!("sha256-{hex}{suffix}");
            assert_eq!(subject_of_tag(&tag), Some(digest), "{tag}");
        }
        for tag in [
            "latest",
            "sha256-1",
            &format!("sha256-{hex}.x"),
            &format!("{hex}.sig"),
        ] {
            assert_eq!(subject_of_tag(tag), None, "{tag}");
        }
    }
}
