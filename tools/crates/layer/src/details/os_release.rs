use std::io::Read;

use blob::Result;
use tarball::{Entry, Kind};

use crate::tee::Tee;

/// The file with the name of the distro
/// ([os-release(5)](https://www.freedesktop.org/software/systemd/man/latest/os-release.html)).
const VENDOR: &[u8] = b"usr/lib/os-release";

/// Its place for administrators, usually a link to the other one.
const LOCAL: &[u8] = b"etc/os-release";

/// Larger files are not recorded.
const MAX_FILE: u64 = 64 * 1024;

/// The os-release of a layer.
#[derive(Debug, Default)]
pub(crate) struct OsRelease {
    vendor: Option<String>,
    local: Option<String>,
}

impl OsRelease {
    /// Passes an entry to `append`, and records its text if it is one of the two files.
    pub(crate) fn watch(
        &mut self,
        entry: &Entry,
        content: &mut dyn Read,
        append: impl FnOnce(&mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let text = match entry.path.as_bytes() {
            VENDOR => &mut self.vendor,
            LOCAL => &mut self.local,
            _ => return append(content),
        };
        // This entry replaces an earlier one, even if it is not a file.
        *text = None;
        match entry.kind {
            Kind::File { size } if size <= MAX_FILE => {}
            _ => return append(content),
        }
        let mut content = Tee::new(content, MAX_FILE as usize);
        append(&mut content)?;
        *text = Some(String::from_utf8_lossy(&content.into_seen()).into_owned());
        Ok(())
    }

    /// The text that readers of the layer find.
    pub(crate) fn into_text(self) -> Option<String> {
        self.local.or(self.vendor)
    }
}
