//! JKS, Java's own key store format, version 2 (OpenJDK, `sun.security.provider.JavaKeyStore`).

use blob::{Error, Result};
use sha1::{Digest, Sha1};

use crate::keystore::Entry;

const MAGIC: u32 = 0xfeed_feed;
const VERSION: u32 = 2;

/// The tag of a trusted certificate.
const TRUSTED: u32 = 2;

/// The digest at the end covers the password, these bytes and the content.
const WHITENER: &[u8] = b"Mighty Aphrodite";

/// The store with these entries, protected by the password.
pub(crate) fn write(entries: &[Entry<'_>], password: &str) -> Result<Vec<u8>> {
    let mut store = Vec::new();
    for number in [MAGIC, VERSION, size(entries.len())?] {
        store.extend(number.to_be_bytes());
    }
    for entry in entries {
        store.extend(TRUSTED.to_be_bytes());
        store.extend(text(&entry.alias)?);
        store.extend(entry.certificate.not_before()?.to_be_bytes());
        store.extend(text("X.509")?);
        store.extend(size(entry.certificate.der.len())?.to_be_bytes());
        store.extend_from_slice(&entry.certificate.der);
    }
    let mut digest = Sha1::new();
    for unit in password.encode_utf16() {
        digest.update(unit.to_be_bytes());
    }
    digest.update(WHITENER);
    digest.update(&store);
    store.extend_from_slice(&digest.finalize());
    Ok(store)
}

fn size(number: usize) -> Result<u32> {
    u32::try_from(number).map_err(|_| Error::cannot("write", "key store", "it is too large"))
}

/// Java's modified UTF-8 (`java.io.DataInput`): NUL as two bytes, and characters above U+FFFF as two surrogates.
fn text(text: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for unit in text.encode_utf16() {
        let low = 0x80 | (unit & 0x3f) as u8;
        match unit {
            1..=0x7f => bytes.push(unit as u8),
            0 | 0x80..=0x7ff => bytes.extend([0xc0 | (unit >> 6) as u8, low]),
            _ => bytes.extend([
                0xe0 | (unit >> 12) as u8,
                0x80 | (unit >> 6 & 0x3f) as u8,
                low,
            ]),
        }
    }
    let length = u16::try_from(bytes.len());
    let length =
        length.map_err(|_| Error::cannot("write", text, "it is longer than 65535 bytes"))?;
    Ok([length.to_be_bytes().as_slice(), &bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modified_utf_8() {
        assert_eq!(
            text("a\0é€").unwrap(),
            b"\0\x08a\xc0\x80\xc3\xa9\xe2\x82\xac"
        );
        assert_eq!(text("😀").unwrap(), b"\0\x06\xed\xa0\xbd\xed\xb8\x80");
        assert!(text(&"x".repeat(65536)).is_err());
    }
}
