//! OpenSSL's trust settings, which follow the certificate in a `TRUSTED CERTIFICATE` block (`X509_CERT_AUX`,
//! `crypto/x509/x_x509a.c`).

use der::asn1::ObjectIdentifier;
use der::{Decode, Reader, SliceReader, Tag, TagNumber};

/// `serverAuth` (RFC 5280, section 4.2.1.12), the usage that most programs need root certificates for.
const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

/// `anyExtendedKeyUsage`, which includes all usages.
const ANY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

/// Whether OpenSSL would trust the certificate for TLS servers by these settings (`obj_trust`,
/// `crypto/x509/x509_trust.c`): it is not in the list of rejected usages, and it is in the list of trusted usages if
/// there is one. A bundle of plain certificates cannot express these restrictions.
///
/// # Errors
///
/// The bytes are not valid trust settings.
pub(crate) fn is_for_servers(settings: &[u8]) -> der::Result<bool> {
    if settings.is_empty() {
        return Ok(true);
    }
    const REJECT: Tag = Tag::ContextSpecific {
        constructed: true,
        number: TagNumber::N0,
    };
    let (mut trusted, mut rejected) = (None, None);
    let mut reader = SliceReader::new(settings)?;
    reader.sequence(|fields| {
        if !fields.is_finished() && fields.peek_tag()? == Tag::Sequence {
            trusted = Some(has_servers(fields.tlv_bytes()?)?);
        }
        if !fields.is_finished() && fields.peek_tag()? == REJECT {
            // Implicitly tagged: like a sequence, with another tag.
            let mut list = fields.tlv_bytes()?.to_vec();
            list[0] = 0x30;
            rejected = Some(has_servers(&list)?);
        }
        while !fields.is_finished() {
            fields.tlv_bytes()?;
        }
        Ok(())
    })?;
    reader.finish(())?;
    Ok(rejected != Some(true) && trusted != Some(false))
}

fn has_servers(list: &[u8]) -> der::Result<bool> {
    let mut reader = SliceReader::new(list)?;
    let found = reader.sequence(|uses| {
        let mut found = false;
        while !uses.is_finished() {
            let one = ObjectIdentifier::decode(uses)?;
            found |= one == SERVER_AUTH || one == ANY_USAGE;
        }
        Ok(found)
    })?;
    reader.finish(found)
}
