//! The content list of an archive in the format of mtree(5): one line for each entry, full paths, in the order of the
//! archive.

use std::fmt::Write as _;

use crate::digests::Digests;
use crate::{Entry, EntryPath, Kind};

/// Appends the line of an entry. For a hard link, `entry` is the entry of the linked file, and `target` its path.
pub(crate) fn append(
    list: &mut String,
    path: &EntryPath,
    entry: &Entry,
    digests: Option<Digests>,
    target: Option<&EntryPath>,
) {
    let kind = match entry.kind {
        Kind::File { .. } | Kind::Hardlink { .. } => "file",
        Kind::Directory => "dir",
        Kind::Symlink { .. } => "link",
    };
    // Writing to a string cannot fail.
    let _ = write!(
        list,
        "{} type={kind} mode={:04o} uid={} gid={} time={}.0",
        name(path),
        entry.mode,
        entry.uid,
        entry.gid,
        entry.mtime
    );
    if let Kind::Symlink { target } = &entry.kind {
        let _ = write!(list, " link={}", escape_name(target));
    }
    if let Some(Digests { sha256, sha1 }) = digests {
        let (size, sha256) = (entry.size(), sha256.hex());
        let _ = write!(list, " size={size} sha256digest={sha256} sha1digest=");
        for byte in sha1 {
            let _ = write!(list, "{byte:02x}");
        }
    }
    if let Some(target) = target {
        let _ = write!(list, " hardlink={}", name(target));
    }
    list.push('\n');
}

fn name(path: &EntryPath) -> String {
    if path.is_root() {
        ".".to_owned()
    } else {
        format!("./{}", escape_name(path.as_bytes()))
    }
}

/// A name in the form of content lists: bytes that are not graphic ASCII become a backslash and three octal digits.
pub fn escape_name(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name {
        match byte {
            b'\\' | b'#' => {
                let _ = write!(text, "\\{byte:03o}");
            }
            b'!'..=b'~' => text.push(char::from(*byte)),
            _ => {
                let _ = write!(text, "\\{byte:03o}");
            }
        }
    }
    text
}

/// The bytes of a name that [`escape_name`] has written.
pub fn unescape_name(escaped: &str) -> Vec<u8> {
    let mut name = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = rest.get(1..4).filter(|_| *first == b'\\');
        let code = code.and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                name.push(byte);
                rest = &rest[4..];
            }
            None => {
                name.push(*first);
                rest = tail;
            }
        }
    }
    name
}

/// A name of a content list for messages. Only control characters and bytes that are not UTF-8 are escaped.
pub fn shown_name(escaped: &str) -> String {
    let name = unescape_name(escaped);
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            if character.is_control() {
                text.extend(character.escape_default())
            } else {
                text.push(character)
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        assert_eq!(
            escape_name(b"a b#c\\d\n\xc5\x91=~"),
            r"a\040b\043c\134d\012\305\221=~"
        );
    }

    #[test]
    fn names_are_shown() {
        for (name, shown) in [
            ("a b#ő😀=~".as_bytes(), "a b#ő😀=~"),
            (b"a\nb\\040", r"a\nb\040"),
            (b"a\xff", r"a\xff"),
        ] {
            assert_eq!(shown_name(&escape_name(name)), shown);
        }
        assert_eq!(shown_name(r"a\9\04"), r"a\9\04");
    }
}
