//! Identifiers in documents.

use blob::Digest;

/// A text with the characters that SPDX allows in identifiers (letters, digits, `-`, `.`). Other bytes become `C` and
/// two hexadecimal digits: `libstdcC2BC2B6`.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' => escaped.push(byte.into()),
            other => escaped.push_str(&format!("C{other:02X}")),
        }
    }
    escaped
}

/// The beginning of the SHA-256 of texts, for identifiers of what has no short name.
pub(crate) fn short_hash(texts: &[&str]) -> String {
    let hash = Digest::of(texts.join("\n").as_bytes());
    hash.hex()[..20].to_owned()
}

/// A UUID that follows from bytes: version 8 of [RFC 9562](https://www.rfc-editor.org/rfc/rfc9562#section-5.8), from
/// their SHA-256.
pub(crate) fn uuid(bytes: &[u8]) -> String {
    let mut id = [0; 16];
    id.copy_from_slice(&Digest::of(bytes).as_bytes()[..16]);
    id[6] = (id[6] & 0x0f) | 0x80;
    id[8] = (id[8] & 0x3f) | 0x80;
    let hex = hex::encode(id);
    let (a, b, c, d, e) = (
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    );
    format!("{a}-{b}-{c}-{d}-{e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_characters() {
        assert_eq!(escape("libstdc++6-1:2.0~x"), "libstdcC2BC2B6-1C3A2.0C7Ex");
        assert_eq!(escape("é_"), "CC3CA9C5F");
    }

    #[test]
    fn uuids_have_version_and_variant() {
        assert_eq!(uuid(b""), "e3b0c442-98fc-8c14-9afb-f4c8996fb924");
        assert_ne!(uuid(b"a"), uuid(b"b"));
    }
}
