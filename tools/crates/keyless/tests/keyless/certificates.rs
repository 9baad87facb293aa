//! A certificate authority and a log of certificates.

use std::str::FromStr;
use std::time::Duration;

use blob::Digest;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use x509_cert::der::asn1::{
    BitString, Ia5String, ObjectIdentifier, OctetString, UtcTime, Utf8StringRef,
};
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
};
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};
use x509_cert::{Certificate, TbsCertificate, Version};

const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";
const CODE_SIGNING: &str = "1.3.6.1.5.5.7.3.3";
const ISSUER: &str = "1.3.6.1.4.1.57264.1.8";
const SCT_LIST: &str = "1.3.6.1.4.1.11129.2.4.2";

/// In the year 2046: 2049 is the last year of this form of time.
const FAR: u64 = 2_400_000_000;

/// A certificate authority with its log. Both keys are the same in all tests.
pub(crate) struct Authority {
    key: SigningKey,
    log: SigningKey,
    /// How long a certificate is valid, in seconds.
    pub(crate) life: u64,
}

/// The name in a certificate.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    Email(&'a str),
    Url(&'a str),
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self {
            key: SigningKey::from_slice(&[1; 32]).unwrap(),
            log: SigningKey::from_slice(&[2; 32]).unwrap(),
            life: 600,
        }
    }

    /// The certificate of the authority, in DER.
    pub(crate) fn root(&self) -> Vec<u8> {
        let constraints = BasicConstraints {
            ca: true,
            path_len_constraint: Some(0),
        };
        let extensions = vec![
            extension("2.5.29.19", true, &constraints),
            extension("2.5.29.15", true, &KeyUsage(KeyUsages::KeyCertSign.into())),
        ];
        let key = spki(&self.key);
        self.signed(&self.content(root_name(), &key, 0, FAR, extensions))
    }

    /// The public key of the log, in DER.
    pub(crate) fn log_key(&self) -> Vec<u8> {
        spki(&self.log)
    }

    /// The certificate of a key, in PEM.
    pub(crate) fn certify(&self, spki: &[u8], subject: Subject<'_>, issuer: &str) -> String {
        let name = match subject {
            Subject::Email(name) => GeneralName::Rfc822Name(Ia5String::new(name).unwrap()),
            Subject::Url(name) => {
                GeneralName::UniformResourceIdentifier(Ia5String::new(name).unwrap())
            }
        };
        let usage = ExtendedKeyUsage(vec![oid(CODE_SIGNING)]);
        let mut extensions = vec![
            extension(
                "2.5.29.15",
                true,
                &KeyUsage(KeyUsages::DigitalSignature.into()),
            ),
            extension("2.5.29.37", false, &usage),
            extension("2.5.29.17", true, &SubjectAltName(vec![name])),
            extension(ISSUER, false, &Utf8StringRef::new(issuer).unwrap()),
        ];
        // The log signs the content before the list is added, so both contents need the same time.
        let (start, end) = (now(), now() + self.life);
        let content = |extensions| self.content(Name::default(), spki, start, end, extensions);
        let logged = self.logged(&content(extensions.clone()).to_der().unwrap());
        let list = OctetString::new(logged).unwrap();
        extensions.push(extension(SCT_LIST, false, &list));
        pem(&self.signed(&content(extensions)))
    }

    fn content(
        &self,
        subject: Name,
        spki: &[u8],
        start: u64,
        end: u64,
        extensions: Vec<Extension>,
    ) -> TbsCertificate {
        let time = |seconds| {
            let time = UtcTime::from_unix_duration(Duration::from_secs(seconds));
            Time::UtcTime(time.unwrap())
        };
        TbsCertificate {
            version: Version::V3,
            serial_number: SerialNumber::new(&[1]).unwrap(),
            signature: algorithm(),
            issuer: root_name(),
            validity: Validity {
                not_before: time(start),
                not_after: time(end),
            },
            subject,
            subject_public_key_info: SubjectPublicKeyInfoOwned::from_der(spki).unwrap(),
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(extensions),
        }
    }

    fn signed(&self, content: &TbsCertificate) -> Vec<u8> {
        let signature = sign(&self.key, &content.to_der().unwrap());
        let certificate = Certificate {
            tbs_certificate: content.clone(),
            signature_algorithm: algorithm(),
            signature: BitString::from_bytes(&signature).unwrap(),
        };
        certificate.to_der().unwrap()
    }

    /// The list with the log's promise (SCT) for a certificate without this list: RFC 6962, sections 3.2 and 3.3.
    fn logged(&self, content: &[u8]) -> Vec<u8> {
        let time = (now() * 1000).to_be_bytes();
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        let issuer = Digest::of(&spki(&self.key));
        let signed = [
            &[0, 0][..],
            &time,
            &[0, 1],
            issuer.as_bytes(),
            &length[1..],
            content,
            &[0, 0],
        ];
        let signature = sign(&self.log, &signed.concat());
        let id = Digest::of(&self.log_key());
        let algorithms = [4, 3];
        let sct = [
            &[0][..],
            id.as_bytes(),
            &time,
            &[0, 0],
            &algorithms,
            &prefixed(&signature),
        ];
        prefixed(&prefixed(&sct.concat()))
    }
}

fn root_name() -> Name {
    Name::from_str("CN=root,O=test").unwrap()
}

fn prefixed(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&length[..], bytes].concat()
}

fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new(text).unwrap()
}

fn algorithm() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned {
        oid: oid(ECDSA_WITH_SHA256),
        parameters: None,
    }
}

fn extension(id: &str, critical: bool, value: &impl Encode) -> Extension {
    Extension {
        extn_id: oid(id),
        critical,
        extn_value: OctetString::new(value.to_der().unwrap()).unwrap(),
    }
}

/// A public key in DER.
pub(crate) fn spki(key: &SigningKey) -> Vec<u8> {
    let key = key.verifying_key().to_public_key_der().unwrap();
    key.as_bytes().to_vec()
}

/// A signature in DER.
pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
    let signature: DerSignature = key.sign(message);
    signature.as_bytes().to_vec()
}

/// The time, in seconds since 1970.
pub(crate) fn now() -> u64 {
    jiff::Timestamp::now().as_second().unsigned_abs()
}

fn pem(der: &[u8]) -> String {
    use x509_cert::der::pem::{encode_string, LineEnding};
    encode_string("CERTIFICATE", LineEnding::LF, der).unwrap()
}
