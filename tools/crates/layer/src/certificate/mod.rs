//! X.509 certificates, as far as stores of them look into them.

mod canonical;
mod java;
mod name;
mod pem;

use blob::{Error, Result};
use der::asn1::{GeneralizedTime, UtcTime};
use der::{Decode, Reader, SliceReader, Tag, TagNumber};

pub(crate) use self::canonical::subject_hash;
pub(crate) use self::java::alias;
use self::name::Name;

/// A certificate, and the two facts of it that stores need.
#[derive(Debug)]
pub(crate) struct Certificate {
    /// All of it, as it was signed.
    pub(crate) der: Vec<u8>,
    pub(crate) subject: Name,
    /// When it begins to be valid, in milliseconds since 1970.
    pub(crate) not_before: u64,
}

/// The certificates of a PEM file (RFC 7468, section 5) in their order, at least one; `name` is what messages call it.
pub(crate) fn read_pem(name: &str, text: &[u8]) -> Result<Vec<Certificate>> {
    let fail = |cause: String| Error::cannot("read", name, cause);
    let blocks = pem::blocks(text).map_err(fail)?;
    if blocks.is_empty() {
        return Err(fail("it holds no PEM certificate".to_owned()));
    }
    let certificates = blocks.into_iter().zip(1..).map(|(der, number)| {
        let certificate = Certificate::read(der);
        // What the parser says differs from version to version of it.
        certificate.map_err(|_| fail(format!("its certificate {number} is no X.509 certificate")))
    });
    certificates.collect()
}

impl Certificate {
    /// Reads the fields of `TBSCertificate` up to the subject (RFC 5280, section 4.1); old roots break rules on the others.
    fn read(der: Vec<u8>) -> der::Result<Self> {
        let mut reader = SliceReader::new(&der)?;
        let (not_before, subject) = reader.sequence(|outer| {
            let facts = outer.sequence(|fields| {
                const VERSION: Tag = Tag::ContextSpecific {
                    constructed: true,
                    number: TagNumber::N0,
                };
                if fields.peek_tag()? == VERSION {
                    fields.tlv_bytes()?;
                }
                for _serial_algorithm_issuer in 0..3 {
                    fields.tlv_bytes()?;
                }
                let not_before = fields.sequence(|validity| {
                    let time = milliseconds(validity.tlv_bytes()?)?;
                    validity.tlv_bytes()?;
                    Ok(time)
                })?;
                let subject = Name::read(fields.tlv_bytes()?)?;
                while !fields.is_finished() {
                    fields.tlv_bytes()?;
                }
                Ok((not_before, subject))
            })?;
            for _algorithm_signature in 0..2 {
                outer.tlv_bytes()?;
            }
            Ok(facts)
        })?;
        reader.finish(())?;
        Ok(Self {
            der,
            subject,
            not_before,
        })
    }
}

fn milliseconds(time: &[u8]) -> der::Result<u64> {
    let since = match Tag::try_from(time.first().copied().unwrap_or_default())? {
        Tag::UtcTime => UtcTime::from_der(time)?.to_unix_duration(),
        _ => GeneralizedTime::from_der(time)?.to_unix_duration(),
    };
    Ok(since.as_secs() * 1000)
}
