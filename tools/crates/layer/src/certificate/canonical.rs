//! OpenSSL's hash of a name, by which it finds certificates in a directory (`X509_NAME_hash_ex`,
//! `crypto/x509/x_name.c`).

use der::Tag;
use sha1::{Digest, Sha1};

use crate::certificate::name::{Attribute, Name};
use crate::der_encoding::{sequence, set, value};

/// The first four bytes of the SHA-1 of the canonical encoding, as a little-endian number in eight hexadecimal digits.
pub(crate) fn subject_hash(name: &Name) -> String {
    let sets = name
        .0
        .iter()
        .map(|attributes| set(attributes.iter().map(encode).collect()));
    let digest = Sha1::digest(sets.collect::<Vec<_>>().concat());
    format!(
        "{:02x}{:02x}{:02x}{:02x}",
        digest[3], digest[2], digest[1], digest[0]
    )
}

fn encode(attribute: &Attribute) -> Vec<u8> {
    let kind = value(6, attribute.kind.as_bytes());
    let content = match text(attribute) {
        Some(text) => value(12, canonical(&text).as_bytes()),
        None => attribute.encoded.clone(),
    };
    sequence(&[kind, content])
}

/// The text of a value of a type that OpenSSL converts (`ASN1_MASK_CANON`).
fn text(attribute: &Attribute) -> Option<String> {
    let content = &attribute.content;
    match attribute.tag {
        Tag::Utf8String => String::from_utf8(content.clone()).ok(),
        // Bytes are read as Latin-1, also those of T.61.
        Tag::PrintableString | Tag::TeletexString | Tag::Ia5String | Tag::VisibleString => {
            Some(content.iter().copied().map(char::from).collect())
        }
        Tag::BmpString => {
            let units = content
                .chunks(2)
                .map(|unit| Some(u32::from(unit[0]) << 8 | u32::from(*unit.get(1)?)));
            units.map(|unit| char::from_u32(unit?)).collect()
        }
        _ => None,
    }
}

/// Converts ASCII to lower case, replaces each run of white space by one space and trims the ends
/// (`asn1_string_canon`).
fn canonical(text: &str) -> String {
    let is_space = |letter: char| matches!(letter, ' ' | '\t'..='\r');
    let words = text.split(is_space).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}
