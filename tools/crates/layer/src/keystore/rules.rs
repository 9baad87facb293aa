//! The rules by which Java loads certificates. One certificate that Java does not load makes the whole store unreadable
//! (OpenJDK, `X509CertImpl` and `X509CertInfo` of `sun.security.x509`).

use std::collections::BTreeSet;

use blob::Result;
use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};

use crate::certificate::{time, Certificate, Name};

/// Object identifiers without tag and length: key types (RFC 3279, section 2.3) and the alternative name (RFC 5280).
const EC_KEY: &[u8] = &[42, 134, 72, 206, 61, 2, 1];
const RSA_KEY: &[u8] = &[42, 134, 72, 134, 247, 13, 1, 1, 1];
const ALTERNATIVE_NAME: &[u8] = &[85, 29, 17];

/// The prefixes of the identifiers of the curves that Java knows (`sun.security.util.CurveDB`): SEC 2, X9.62 and
/// Brainpool.
const CURVES: [&[u8]; 3] = [
    &[43, 129, 4, 0],
    &[42, 134, 72, 206, 61, 3],
    &[43, 36, 3, 3, 2, 8, 1, 1],
];

/// Refuses a certificate that Java does not load.
///
/// # Errors
///
/// The message names the file, the certificate and the violated rule.
pub(crate) fn check(certificate: &Certificate) -> Result<()> {
    match fault(&certificate.der) {
        Ok(None) => Ok(()),
        Ok(Some(fault)) => Err(refusal(certificate, fault)),
        Err(_) => Err(refusal(
            certificate,
            "has fields that are not valid in X.509",
        )),
    }
}

fn refusal(certificate: &Certificate, fault: &str) -> blob::Error {
    certificate
        .fail(&format!("{fault}: Java could not load a store with it"))
        .hint("leave it out of the key store")
}

/// The first rule that a certificate violates; an error if a field does not have its type.
fn fault(der: &[u8]) -> der::Result<Option<&'static str>> {
    let mut reader = SliceReader::new(der)?;
    reader.sequence(|outer| {
        let (inner, fault) = outer.sequence(certified)?;
        let algorithm = outer.tlv_bytes()?;
        let signature = bits(outer.tlv_bytes()?)?;
        Ok(match () {
            () if fault.is_some() => fault,
            () if inner != algorithm => Some("names two signature algorithms"),
            () if signature.is_empty() => Some("has no signature"),
            () => None,
        })
    })
}

/// `TBSCertificate` (RFC 5280, section 4.1): its signature algorithm, and the rule that it violates.
fn certified<'a>(fields: &mut impl Reader<'a>) -> der::Result<(&'a [u8], Option<&'static str>)> {
    let version = match fields.peek_tag()? {
        tag if tag == context(0) => version(fields.tlv_bytes()?)?,
        _ => 0,
    };
    let serial = content(fields.tlv_bytes()?, Tag::Integer)?;
    let algorithm = fields.tlv_bytes()?;
    let issuer = is_empty_name(fields.tlv_bytes()?)?;
    let has_times = fields.sequence(|validity| {
        let (from, to) = (validity.tlv_bytes()?, validity.tlv_bytes()?);
        Ok(time::seconds(from).and(time::seconds(to)).is_some())
    })?;
    let subject = is_empty_name(fields.tlv_bytes()?)?;
    let key = key_fault(fields.tlv_bytes()?)?;
    let has_more = !fields.is_finished();
    let mut extensions = None;
    while !fields.is_finished() {
        let field = fields.tlv_bytes()?;
        if Tag::try_from(field[0])? == context(3) {
            extensions = Some(extension_fault(content(field, context(3))?)?);
        }
    }
    let fault = match extensions {
        _ if serial.is_empty() => Some("has an empty serial number"),
        _ if !has_times => Some("has a damaged validity"),
        _ if issuer => Some("has an empty issuer"),
        // Java accepts some certificates without a subject, but the subject is needed as the alias in the store.
        _ if subject => Some("has an empty subject"),
        _ if key.is_some() => key,
        _ if version == 0 && has_more => Some("has extensions, and is of version 1"),
        Some(_) if version != 2 => Some("has extensions, and is not of version 3"),
        Some(fault) => fault,
        None => None,
    };
    Ok((algorithm, fault))
}

const fn context(number: u8) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber::new(number),
    }
}

/// The content of an encoded value with this tag, which nothing may follow.
fn content(encoded: &[u8], tag: Tag) -> der::Result<&[u8]> {
    let value = AnyRef::from_der(encoded)?;
    value.tag().assert_eq(tag)?;
    Ok(value.value())
}

fn version(encoded: &[u8]) -> der::Result<u8> {
    u8::from_der(content(encoded, context(0))?)
}

/// The bytes of a `BIT STRING`, without the leading number of unused bits.
fn bits(encoded: &[u8]) -> der::Result<&[u8]> {
    let octets = content(encoded, Tag::BitString)?;
    Ok(octets.get(1..).unwrap_or_default())
}

/// Whether a name has no attributes.
fn is_empty_name(encoded: &[u8]) -> der::Result<bool> {
    let name = Name::read(encoded)?;
    Ok(name.0.iter().all(Vec::is_empty))
}

/// `SubjectPublicKeyInfo`: Java accepts keys of unknown algorithms, but not damaged keys of known ones.
fn key_fault(encoded: &[u8]) -> der::Result<Option<&'static str>> {
    let mut reader = SliceReader::new(encoded)?;
    let fault = reader.sequence(|fields| {
        let (algorithm, parameters) = fields.sequence(|fields| {
            let algorithm = content(fields.tlv_bytes()?, Tag::ObjectIdentifier)?;
            let parameters = if fields.is_finished() {
                None
            } else {
                Some(fields.tlv_bytes()?)
            };
            Ok((algorithm, parameters))
        })?;
        let key = bits(fields.tlv_bytes()?)?;
        Ok(match algorithm {
            EC_KEY => curve_fault(parameters).or((!is_point(key)).then_some("has a damaged key")),
            RSA_KEY => (!is_rsa(key)).then_some("has a damaged key"),
            _ => None,
        })
    })?;
    reader.finish(fault)
}

/// Java supports only named curves.
fn curve_fault(parameters: Option<&[u8]>) -> Option<&'static str> {
    let curve = parameters.and_then(|encoded| content(encoded, Tag::ObjectIdentifier).ok());
    let Some(curve) = curve else {
        return Some("has a key of a curve without a name");
    };
    let is_known = CURVES.iter().any(|known| curve.starts_with(known));
    (!is_known).then_some("has a key of a curve that Java does not know")
}

/// Whether this is an uncompressed point (SEC 1, section 2.3.3); a coordinate of the smallest curve in use has 14
/// bytes.
fn is_point(key: &[u8]) -> bool {
    key.first() == Some(&4) && key.len() % 2 == 1 && key.len() > 28
}

/// `RSAPublicKey` (RFC 8017, appendix A.1.1).
fn is_rsa(key: &[u8]) -> bool {
    let read = || {
        let mut reader = SliceReader::new(key)?;
        reader.sequence(|fields| {
            for _modulus_exponent in 0..2 {
                content(fields.tlv_bytes()?, Tag::Integer)?;
            }
            Ok(())
        })?;
        reader.finish(())
    };
    read().is_ok()
}

/// `Extensions`: each extension must be valid and may occur once (RFC 5280, section 4.2).
fn extension_fault(list: &[u8]) -> der::Result<Option<&'static str>> {
    let mut reader = SliceReader::new(list)?;
    let mut seen = BTreeSet::new();
    let mut fault = None;
    reader.sequence(|extensions| {
        while !extensions.is_finished() {
            extensions.sequence(|fields| {
                let kind = content(fields.tlv_bytes()?, Tag::ObjectIdentifier)?;
                let critical = match fields.peek_tag()? {
                    Tag::Boolean => content(fields.tlv_bytes()?, Tag::Boolean)? != [0],
                    _ => false,
                };
                let value = content(fields.tlv_bytes()?, Tag::OctetString)?;
                if !seen.insert(kind) {
                    fault = fault.or(Some("has an extension twice"));
                }
                if critical && !is_sound(kind, value) {
                    fault = fault.or(Some("has a damaged extension that is critical"));
                }
                while !fields.is_finished() {
                    fields.tlv_bytes()?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })?;
    reader.finish(fault)
}

/// Whether the value of an extension is exactly one encoded value; Java also parses the alternative names.
fn is_sound(kind: &[u8], value: &[u8]) -> bool {
    match kind {
        ALTERNATIVE_NAME => has_sound_names(value).unwrap_or(false),
        _ => AnyRef::from_der(value).is_ok(),
    }
}

/// `SubjectAltName` (RFC 5280, section 4.2.1.6): at least one name, and IP addresses must be IPv4 or IPv6.
fn has_sound_names(value: &[u8]) -> der::Result<bool> {
    const ADDRESS: Tag = Tag::ContextSpecific {
        constructed: false,
        number: TagNumber::N7,
    };
    let mut reader = SliceReader::new(value)?;
    let sound = reader.sequence(|names| {
        let mut sound = !names.is_finished();
        while !names.is_finished() {
            let name = AnyRef::decode(names)?;
            sound &= name.tag() != ADDRESS || [4, 16].contains(&name.value().len());
        }
        Ok(sound)
    })?;
    reader.finish(sound)
}
