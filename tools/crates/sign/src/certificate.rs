//! The certificates of keyless signatures (<https://github.com/sigstore/fulcio/blob/main/docs/certificate-specification.md>).

use std::fmt;

use blob::{Error, Result};
use sigstore_verify::crypto::{parse_certificate_info, CertificateInfo, SubjectAltName};
use sigstore_verify::types::DerCertificate;

use crate::line::line;
use crate::{der_lengths, pem, Identity, PublicKey};

const VERB: &str = "read certificate";

/// The maximum size of a certificate in PEM, in bytes.
const MAX_CERTIFICATE: usize = 64 * 1024;

/// The cause for a certificate whose elements are shorter than they claim.
pub(crate) const MALFORMED: &str = "the certificate is not DER";

/// A certificate that says who used a key. It is not verified: [`verify_keyless`](crate::verify_keyless) does that.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    info: CertificateInfo,
    identity: Identity,
}

impl Certificate {
    /// Parses the first certificate of a PEM text. `name` is for messages.
    ///
    /// # Errors
    ///
    /// The text has no certificate, or the certificate is malformed or names no identity or no issuer.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let cannot = |cause: &str| Error::cannot(VERB, name, cause);
        if text.len() > MAX_CERTIFICATE {
            return Err(cannot("it is larger than 64 KiB"));
        }
        let malformed = |error: &dyn fmt::Display| cannot(&line(&error.to_string()));
        let der = DerCertificate::from_pem(text).map_err(|error| malformed(&error))?;
        if !der_lengths::fit(der.as_bytes()) {
            return Err(cannot(MALFORMED));
        }
        let info = parse_certificate_info(&der).map_err(|error| malformed(&error))?;
        let identity = Identity {
            name: match &info.identity {
                Some(name) => name.as_str().to_owned(),
                None => return Err(cannot("it names no identity")),
            },
            issuer: match &info.issuer {
                Some(issuer) => issuer.clone(),
                None => return Err(cannot("it names no issuer of identities")),
            },
        };
        Ok(Self {
            der: der.as_bytes().to_vec(),
            info,
            identity,
        })
    }

    /// Who used the key.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether the name of the identity is an email address, and not a URL.
    pub fn names_email(&self) -> bool {
        matches!(self.info.identity, Some(SubjectAltName::Email(_)))
    }

    /// Whether the certificate is for a key.
    pub fn is_for(&self, key: &PublicKey) -> bool {
        key.is_der(self.info.public_key.as_bytes())
    }

    /// The end of the validity, in seconds since 1970.
    pub fn not_after(&self) -> i64 {
        self.info.not_after.as_second()
    }

    /// The certificate in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in PEM, with lines of 64 characters.
    ///
    /// # Errors
    ///
    /// The text cannot be written.
    pub fn pem(&self) -> Result<String> {
        pem::write("CERTIFICATE", &self.der)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
