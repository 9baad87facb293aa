//! Changelogs of Debian packages (Policy 4.4), newest entry first.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;

/// The maximum size of the newest entries, decompressed: those of several years.
const MAX_TEXT: usize = 256 * 1024;

/// The number of bytes of a file to keep. Compressed, the newest entries are smaller.
pub(super) const MAX_FILE: usize = 320 * 1024;

/// The start of a file that is compressed with gzip, decompressed as far as possible and necessary.
pub(super) fn decompress(file: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let decoder = MultiGzDecoder::new(file);
    // The file may be cut, so its end is not checked. All text before a damage is text of the package.
    let _ = decoder.take(MAX_FILE as u64).read_to_end(&mut text);
    text
}

/// The first entries of a changelog, as many as fit; `None` if there are none.
pub(super) fn newest(mut text: Vec<u8>) -> Option<String> {
    if text.len() > MAX_TEXT {
        text.truncate(MAX_TEXT);
        let end = last_entry(&text)?;
        text.truncate(end);
    }
    let text = deb::control_text(text);
    (!text.trim().is_empty()).then_some(text)
}

/// The position of the last line that begins an entry, such as `glibc (2.36-9) bookworm; urgency=medium`. `None` if it is
/// the first one.
fn last_entry(text: &[u8]) -> Option<usize> {
    let mut end = text.len();
    while let Some(start) = text[..end].iter().rposition(|byte| *byte == b'\n') {
        let line = &text[start + 1..end];
        let is_start = line.first().is_some_and(u8::is_ascii_alphanumeric)
            && line.windows(2).any(|pair| pair == b" (");
        if is_start {
            return Some(start + 1);
        }
        end = start;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(version: usize) -> String {
        let lines = "  * A change (of a file).\n".repeat(100);
        format!("hello ({version}) unstable; urgency=medium\n\n{lines}\n -- A <a@b>  Fri, 1 Jan 2021 00:00:00 +0000\n\n")
    }

    #[test]
    fn long_changelogs_end_with_an_entry() {
        let text: String = (0..1000).map(entry).collect();
        let newest = newest(text.clone().into_bytes()).unwrap();
        assert!(text.starts_with(&newest));
        let rest = &text[newest.len()..];
        assert!(rest.starts_with("hello ("));
        let next = 5 + rest[5..].find("hello (").unwrap();
        assert!(newest.len() <= MAX_TEXT && newest.len() + next > MAX_TEXT);
    }

    #[test]
    fn short_changelogs_are_kept() {
        assert_eq!(newest(entry(1).into_bytes()), Some(entry(1)));
        assert_eq!(newest(b" \n".to_vec()), None);
        let long = format!("hello (1)\n{}", "x".repeat(MAX_TEXT));
        assert_eq!(newest(long.into_bytes()), None);
        assert_eq!(newest(b"Jos\xe9".to_vec()).unwrap(), "José");
    }

    #[test]
    fn damaged_files() {
        assert_eq!(decompress(b"no gzip"), b"");
        assert_eq!(decompress(b""), b"");
    }
}
