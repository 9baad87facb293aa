//! X.509 certificates: one parser for the bundle, the directory and the key stores.

mod canonical;
mod java;
mod marks;
mod name;
mod pem;
pub(crate) mod time;
mod trust;

use blob::{Error, Result};
use der::{Reader, SliceReader, Tag, TagNumber};

pub(crate) use self::canonical::subject_hash;
pub(crate) use self::java::alias;
pub(crate) use self::name::Name;
use self::pem::Label;

/// The byte order marks of UTF-16.
const UTF_16: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// A certificate, and those of its fields that key stores need, in their encoded form.
#[derive(Debug)]
pub(crate) struct Certificate {
    /// The whole signed certificate.
    pub(crate) der: Vec<u8>,
    /// Its origin, for messages.
    place: Place,
    /// The start of its validity.
    not_before: Vec<u8>,
    subject: Vec<u8>,
}

/// The position of a certificate, for messages.
#[derive(Clone, Debug)]
struct Place {
    file: String,
    /// From 1.
    number: usize,
    /// The line of its BEGIN marker, from 1; `None` in a binary file.
    line: Option<usize>,
}

/// Reads the certificates of a file in their order, at least one; `name` is the file's name in messages. The file is
/// PEM (RFC 7468, section 5), in any of its common variants, or one certificate in DER.
///
/// # Errors
///
/// A certificate cannot be read; the message names its number and line. No certificate is skipped silently.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Vec<Certificate>> {
    let fail = |cause: String| Error::cannot("read", name, cause);
    if UTF_16.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(fail("it is UTF-16".to_owned()).hint("save it as UTF-8"));
    }
    let place = |number, line| Place {
        file: name.to_owned(),
        number,
        line,
    };
    let blocks = pem::blocks(bytes).map_err(fail)?;
    if blocks.is_empty() {
        return match Certificate::read(bytes.to_vec(), place(1, None)) {
            Ok(certificate) => Ok(vec![certificate]),
            Err(_) => Err(fail("it contains no PEM certificate".to_owned())),
        };
    }
    let certificates = blocks.into_iter().zip(1..).map(|(block, number)| {
        let place = place(number, Some(block.line));
        let der = match block.label {
            Label::Plain => block.der,
            Label::Trusted => place.trusted(block.der)?,
        };
        let certificate = Certificate::read(der, place.clone());
        // The messages of the parser change between its versions.
        certificate.map_err(|_| place.fail("is no X.509 certificate"))
    });
    certificates.collect()
}

impl Place {
    /// Removes the trust settings from a certificate. Fails if they do not trust it for TLS servers, because a plain
    /// certificate cannot express that.
    fn trusted(&self, mut der: Vec<u8>) -> Result<Vec<u8>> {
        let damaged = |_| self.fail("is no X.509 certificate");
        let mut reader = SliceReader::new(&der).map_err(damaged)?;
        let size = reader.tlv_bytes().map_err(damaged)?.len();
        let settings = trust::is_for_servers(&der[size..]);
        if settings.map_err(|_| self.fail("has damaged trust settings"))? {
            der.truncate(size);
            Ok(der)
        } else {
            Err(self
                .fail("is not trusted for servers, by its own trust settings")
                .hint("leave it out, or drop the settings: `openssl x509 -in FILE`"))
        }
    }

    fn fail(&self, what: &str) -> Error {
        let line = self.line.map(|line| format!(", at line {line},"));
        let cause = format!(
            "its certificate {}{} {what}",
            self.number,
            line.unwrap_or_default()
        );
        Error::cannot("read", &self.file, cause)
    }
}

impl Certificate {
    /// Parses the fields of `TBSCertificate` up to the subject (RFC 5280, section 4.1). Later fields are not parsed,
    /// because old root certificates violate rules about them.
    fn read(der: Vec<u8>, place: Place) -> der::Result<Self> {
        let mut reader = SliceReader::new(&der)?;
        let (not_before, subject) = reader.sequence(|outer| {
            let fields = outer.sequence(|fields| {
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
                    let time = validity.tlv_bytes()?.to_vec();
                    validity.tlv_bytes()?;
                    Ok(time)
                })?;
                fields.peek_tag()?.assert_eq(Tag::Sequence)?;
                let subject = fields.tlv_bytes()?.to_vec();
                while !fields.is_finished() {
                    fields.tlv_bytes()?;
                }
                Ok((not_before, subject))
            })?;
            for _algorithm_signature in 0..2 {
                outer.tlv_bytes()?;
            }
            Ok(fields)
        })?;
        reader.finish(())?;
        Ok(Self {
            der,
            place,
            not_before,
            subject,
        })
    }

    /// The certificate as a PEM block, in the form that all our outputs use.
    pub(crate) fn pem(&self) -> String {
        pem::encode(&self.der)
    }

    /// The subject's name.
    pub(crate) fn subject(&self) -> Result<Name> {
        let name = Name::read(&self.subject);
        name.map_err(|_| self.fail("has a damaged subject"))
    }

    /// The start of its validity, in milliseconds since 1970; 0 for earlier times.
    pub(crate) fn not_before(&self) -> Result<u64> {
        let seconds = time::seconds(&self.not_before);
        let seconds = seconds.ok_or_else(|| self.fail("has a damaged validity"))?;
        Ok(u64::try_from(seconds).unwrap_or(0).saturating_mul(1000))
    }

    /// An error that names the certificate's file, number and line.
    pub(crate) fn fail(&self, what: &str) -> Error {
        self.place.fail(what)
    }
}
