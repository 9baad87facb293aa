use serde::Serialize;
use sha1::{Digest as _, Sha1};

use super::values::{element, Checksum};
use crate::component::{Component, FileNode};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    #[serde(rename = "SPDXID")]
    id: String,
    file_name: String,
    checksums: Vec<Checksum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

/// A file; `None` for another component, and for a file without SHA-1, which this format requires.
pub(super) fn file(id: &str, component: &Component<'_>) -> Option<File> {
    let Component::File(FileNode { file, .. }) = component else {
        return None;
    };
    Some(File {
        id: element(id),
        file_name: format!("./{}", file.path),
        checksums: vec![
            Checksum::new("SHA1", hex::encode(file.sha1?)),
            Checksum::new("SHA256", file.sha256.hex()),
        ],
        comment: component.comment(),
    })
}

/// The [verification code](https://spdx.github.io/spdx-spec/v2.3/package-information/#79-package-verification-code-field)
/// of files; `None` if there are none.
pub(super) fn verification_code<'a>(
    files: impl Iterator<Item = &'a FileNode<'a>>,
) -> Option<String> {
    let mut sums: Vec<_> = files
        .filter_map(|node| node.file.sha1.map(hex::encode))
        .collect();
    if sums.is_empty() {
        return None;
    }
    sums.sort_unstable();
    Some(hex::encode(Sha1::digest(sums.concat())))
}
