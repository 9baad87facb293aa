//! PKCS #12 (RFC 7292): certificates that Java trusts, unencrypted, with a message authentication code.
//!
//! Certificates are public, so encryption is not needed; every JDK from 11 on and OpenSSL can read such a store. The
//! salt of the code is derived from the content, so that equal certificates give equal bytes. A random salt would only
//! protect the password, which is publicly known.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use blob::{Result, ResultExt};

use crate::der_encoding::{integer, octets, sequence, set, tagged, value};
use crate::keystore::Entry;

/// Object identifiers, without tag and length.
const DATA: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 7, 1];
const CERTIFICATE_BAG: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 12, 10, 1, 3];
const X509_CERTIFICATE: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 9, 22, 1];
const FRIENDLY_NAME: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 9, 20];
const SHA256: &[u8] = &[96, 134, 72, 1, 101, 3, 4, 2, 1];
/// Oracle's 2.16.840.1.113894.746875.1.1. Without it, Java treats a certificate as part of a chain, not as trusted.
const TRUSTED_KEY_USAGE: &[u8] = &[96, 134, 72, 1, 134, 249, 102, 173, 202, 123, 1, 1];
/// `anyExtendedKeyUsage` (RFC 5280, section 4.2.1.12).
const ANY_USAGE: &[u8] = &[85, 29, 37, 0];

/// The JDK's default.
const ITERATIONS: u32 = 10_000;

/// The block size of SHA-256 in bytes.
const BLOCK: usize = 64;

/// The ID of keys for message authentication codes (RFC 7292, appendix B.3).
const MAC_KEY: u8 = 3;

/// The store with these entries, protected by the password.
pub(crate) fn write(entries: &[Entry<'_>], password: &str) -> Result<Vec<u8>> {
    let bags: Vec<_> = entries.iter().map(bag).collect();
    let content = sequence(&[data(&sequence(&bags))]);
    let salt = &Sha256::digest(&content)[..20];
    let key = key(password, salt);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).cannot("write", "key store")?;
    mac.update(&content);
    let algorithm = sequence(&[identifier(SHA256), value(5, &[])]);
    let code = sequence(&[algorithm, octets(&mac.finalize().into_bytes())]);
    let code = sequence(&[code, octets(salt), integer(ITERATIONS)]);
    Ok(sequence(&[integer(3), data(&content), code]))
}

fn identifier(bytes: &[u8]) -> Vec<u8> {
    value(6, bytes)
}

/// `ContentInfo` with the type `data`.
fn data(content: &[u8]) -> Vec<u8> {
    sequence(&[identifier(DATA), tagged(&octets(content))])
}

/// `SafeBag` with a `CertBag`.
fn bag(entry: &Entry<'_>) -> Vec<u8> {
    let certificate = tagged(&octets(&entry.certificate.der));
    let certificate = sequence(&[identifier(X509_CERTIFICATE), certificate]);
    let name: Vec<u8> = wide(&entry.alias);
    let attributes = vec![
        sequence(&[identifier(FRIENDLY_NAME), set(vec![value(30, &name)])]),
        sequence(&[
            identifier(TRUSTED_KEY_USAGE),
            set(vec![identifier(ANY_USAGE)]),
        ]),
    ];
    sequence(&[
        identifier(CERTIFICATE_BAG),
        tagged(&certificate),
        set(attributes),
    ])
}

/// `BMPString`.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Derives a key from a password (RFC 7292, appendix B.2); the key is as long as one digest.
fn key(password: &str, salt: &[u8]) -> Vec<u8> {
    let password = [wide(password), vec![0, 0]].concat();
    let fill = |bytes: &[u8]| -> Vec<u8> {
        let size = bytes.len().next_multiple_of(BLOCK);
        bytes.iter().copied().cycle().take(size).collect()
    };
    let first = [vec![MAC_KEY; BLOCK], fill(salt), fill(&password)].concat();
    let mut key = Sha256::digest(first);
    for _ in 1..ITERATIONS {
        key = Sha256::digest(key);
    }
    key.to_vec()
}
