//! Changelogs of Debian packages.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use crate::packages::Found;
use crate::recorded::ReadRoot;
use crate::wanted::DOCUMENTATION;

/// The maximum size of the newest entries, decompressed.
const MAX_TEXT: u64 = 256 << 10;

/// The newest entries of a package's changelog. That of a rebuild (`changelog.Debian.ARCH`) comes first.
pub(crate) fn changelog(read: &ReadRoot, package: &Found) -> Option<String> {
    let id = &package.id;
    let directory = format!("{DOCUMENTATION}{}", id.name);
    let is_native = !id.version.contains('-');
    let names = [
        Some(format!("changelog.Debian.{}", id.architecture)),
        Some("changelog.Debian".to_owned()),
        is_native.then(|| "changelog".to_owned()),
    ];
    let mut text = Vec::new();
    for name in names.into_iter().flatten() {
        if let Some(file) = read.text(&format!("{directory}/{name}")) {
            text.extend_from_slice(file);
        } else if let Some(file) = read.text(&format!("{directory}/{name}.gz")) {
            // The file may be cut, so its end is not checked.
            let _ = MultiGzDecoder::new(file)
                .take(MAX_TEXT)
                .read_to_end(&mut text);
        }
    }
    text.truncate(MAX_TEXT as usize);
    (!text.is_empty()).then(|| deb::control_text(text))
}
