//! Names of files in an image.

use blob::Digest;

/// The name of a blob in a layout.
pub fn blob_name(digest: Digest) -> String {
    format!("blobs/sha256/{}", digest.hex())
}

/// The normalized name of a member, relative to the directory of `from`.
pub(super) fn clean(name: &[u8], from: &[u8]) -> Vec<u8> {
    let directory = from.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    let path = [&from[..directory], b"/", name].concat();
    tree::clean(&path).into_owned()
}
