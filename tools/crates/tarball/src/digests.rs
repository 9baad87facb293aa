use blob::{bytes_of_hex, Digest};

use crate::{escape_name, shown_name, Entry, Kind, Listed};

/// The digests of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digests {
    pub(crate) sha256: Digest,
    /// SPDX 2.3 requires it for each file (section 8.4). No check relies on it.
    pub(crate) sha1: [u8; 20],
}

impl Digests {
    /// The digests that the line of an entry states; `None` if the entry is not a file, or the line states only one.
    ///
    /// # Errors
    ///
    /// The line is not that of the entry: it has another path, type or size. The error is a sentence that starts with
    /// "its".
    pub fn of_line(line: &Listed<'_>, entry: &Entry) -> Result<Option<Self>, String> {
        let path = if entry.path.is_root() {
            ".".to_owned()
        } else {
            escape_name(entry.path.as_bytes())
        };
        let kind = match entry.kind {
            Kind::File { .. } | Kind::Hardlink { .. } => "file",
            Kind::Directory => "dir",
            Kind::Symlink { .. } => "link",
        };
        if (line.path, line.kind) != (path.as_str(), kind) {
            let (found, noun) = (shown_name(line.path), line.kind);
            return Err(format!("its content list has the {noun} `{found}` instead"));
        }
        let Kind::File { size } = entry.kind else {
            return Ok(None);
        };
        if line.size != size.to_string() {
            let stated = line.size;
            return Err(format!("its size is {size}, in its content list {stated}"));
        }
        let sha256 = Digest::from_hex(line.content).ok();
        let both = sha256.zip(bytes_of_hex(line.sha1));
        Ok(both.map(|(sha256, sha1)| Self { sha256, sha1 }))
    }
}
