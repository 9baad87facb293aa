//! Signed Releases: `InRelease`, which contains text and signatures (the cleartext framework, RFC 9580 section 7), or
//! `Release` with a separate `Release.gpg`.

use apt_types::Evidence;
use blob::{Digest, Error, Result, ResultExt};
use jiff::Timestamp;
use pgp::composed::{Deserializable, DetachedSignature};

use crate::keyring::{armored, brief, Fault, Keyring};
use crate::release::Release;

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// The largest number of signatures. Debian's Releases have three. The whole text is hashed for each of them, and an
/// attacker can add any number of them.
const MAX_SIGNATURES: usize = 32;

/// The numbers of hexadecimal digits of a fingerprint: version 4, and version 6 (RFC 9580, section 5.5.4).
const FINGERPRINTS: [usize; 2] = [40, 64];

/// A Release that a trusted key has signed.
#[derive(Debug)]
pub struct SignedRelease {
    /// The verified content.
    pub release: Release,
    /// The files that were verified.
    pub evidence: Evidence,
    /// The fingerprints of the trusted primary keys that signed it: sorted, at least one.
    pub signed_by: Vec<String>,
}

impl SignedRelease {
    /// Checks the signatures of an `InRelease` file against a keyring. Only the signed text is parsed.
    ///
    /// # Errors
    ///
    /// Fails if the file is malformed, if no trusted key made a valid signature, or if the signed text is not a valid
    /// Release.
    pub fn open(bytes: &[u8], keyring: &Keyring) -> Result<Self> {
        let text = Text::of(bytes);
        let (signed, armor) = split(text.as_str(), "\r\n")?;
        let signatures: Vec<DetachedSignature> = armored(armor, SIGNATURE)
            .map_err(brief)
            .cannot("read signatures of", "InRelease")?;
        let plain = signed.replace("\r\n", "\n");
        let signed = text.bytes_of(signed);
        let evidence = Evidence::InRelease(Digest::of(bytes));
        let verify = |date| valid_signatures("InRelease", &signatures, &signed, keyring, date);
        Self::trust(Release::parse(&plain), evidence, verify)
    }

    /// Reads an `InRelease` file whose signatures an earlier run checked, without checking them again. The caller must know
    /// that [`SignedRelease::open`] found these signers in the same bytes. `None` if the text has no date of its own.
    ///
    /// # Errors
    ///
    /// Fails if the file is malformed.
    pub fn open_checked(bytes: &[u8], signers: Signers) -> Result<Option<Self>> {
        let text = Text::of(bytes);
        let (signed, _) = split(text.as_str(), "\n")?;
        let release = Release::parse(&signed)?;
        Ok(release.undated.is_none().then(|| Self {
            release,
            evidence: Evidence::InRelease(Digest::of(bytes)),
            signed_by: signers.0,
        }))
    }

    /// The signers, for [`SignedRelease::open_checked`]. `None` if the date is that of a signature.
    pub fn signers(&self) -> Option<Signers> {
        let signers = Signers(self.signed_by.clone());
        self.release.undated.is_none().then_some(signers)
    }

    /// Checks a `Release` file against its `Release.gpg` and a keyring.
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`SignedRelease::open`].
    pub fn open_detached(bytes: &[u8], signature: &[u8], keyring: &Keyring) -> Result<Self> {
        let text = Text::of(bytes);
        let signatures = detached(signature).map_err(brief);
        let signatures = signatures.cannot("read signatures of", "Release.gpg")?;
        let evidence = Evidence::Detached {
            release: Digest::of(bytes),
            signature: Digest::of(signature),
        };
        let verify = |date| valid_signatures("Release", &signatures, bytes, keyring, date);
        Self::trust(Release::parse(text.as_str()), evidence, verify)
    }

    /// Accepts a Release whose signatures are valid at its own date. Faults of the signatures are reported before
    /// faults of the text. If it has no date, the time of its newest valid signature is used, which is signed too.
    fn trust(
        release: Result<Release>,
        evidence: Evidence,
        verify: impl Fn(Timestamp) -> Result<ValidSignatures>,
    ) -> Result<Self> {
        // Without a readable date, a key must be valid at the time of its signature: no key has expired at the Unix
        // epoch, and the check uses the later of both times.
        let date = release.as_ref().map_or(Timestamp::UNIX_EPOCH, |r| r.date);
        let ValidSignatures { signed_by, newest } = verify(date)?;
        let mut release = release?;
        if release.undated.is_some() {
            release.date = newest;
        }
        Ok(Self {
            release,
            evidence,
            signed_by,
        })
    }
}

/// The fingerprints of the trusted primary keys that signed a Release: sorted, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signers(Vec<String>);

impl Signers {
    /// One fingerprint a line.
    pub fn to_text(&self) -> String {
        let lines = self.0.iter().map(|one| format!("{one}\n"));
        lines.collect()
    }

    /// Reads what [`Signers::to_text`] wrote. `None` for any other text.
    pub fn of_text(text: &[u8]) -> Option<Self> {
        let lines = std::str::from_utf8(text).ok()?.strip_suffix('\n')?;
        let signers: Vec<String> = lines.split('\n').map(str::to_owned).collect();
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
        let are_fingerprints = signers
            .iter()
            .all(|one| FINGERPRINTS.contains(&one.len()) && one.bytes().all(is_digit));
        let is_sorted = signers.is_sorted_by(|one, other| one < other);
        (are_fingerprints && is_sorted).then_some(Self(signers))
    }
}

/// A text and its encoding: UTF-8, or else Latin-1, in which each byte is a character.
enum Text<'a> {
    Utf8(&'a str),
    Latin1(String),
}

impl<'a> Text<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Utf8(text),
            Err(_) => Self::Latin1(bytes.iter().map(|byte| char::from(*byte)).collect()),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Utf8(text) => text,
            Self::Latin1(text) => text,
        }
    }

    /// The original bytes of a part of the text.
    fn bytes_of(&self, part: String) -> Vec<u8> {
        match self {
            Self::Utf8(_) => part.into_bytes(),
            Self::Latin1(_) => part.chars().map(|c| c as u8).collect(),
        }
    }
}

/// Parses signatures in the format of `gpg --detach-sign`, with or without `--armor`.
fn detached(bytes: &[u8]) -> pgp::errors::Result<Vec<DetachedSignature>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains(SIGNATURE) => armored(text, SIGNATURE),
        _ => DetachedSignature::from_bytes_many(bytes)?.collect(),
    }
}

/// Returns the signed text with these line ends, and the armoured signatures. The hashed text has `\r\n`.
fn split<'a>(text: &'a str, line_end: &str) -> Result<(String, &'a str)> {
    let wrong = |cause: &str| Err(Error::cannot("verify", "InRelease", cause));
    let Some(body) = text.strip_prefix(BEGIN) else {
        return wrong("it is not signed");
    };
    // At the start of a line, because no line of the signed text begins with an unescaped dash.
    let Some(at) = body.find(&format!("\n{SIGNATURE}")) else {
        return wrong("its signature is truncated");
    };
    let (body, armor) = body.split_at(at + 1);
    check_armor(armor).map_err(|cause| Error::cannot("verify", "InRelease", cause))?;
    let mut lines = body.lines().skip(1);
    for header in lines.by_ref().take_while(|line| !line.trim().is_empty()) {
        if !header.starts_with("Hash: ") {
            return wrong("expected an empty line before the signed text");
        }
    }
    let mut signed = String::with_capacity(body.len() + body.len() / 32);
    for (at, line) in lines.enumerate() {
        if line.starts_with('-') && !line.starts_with("- ") {
            return wrong("a line of its text begins with a dash that is not escaped");
        }
        if at > 0 {
            signed.push_str(line_end);
        }
        let line = line.strip_prefix("- ").unwrap_or(line);
        signed.push_str(line.trim_end_matches([' ', '\t', '\r']));
    }
    Ok((signed, armor))
}

/// Only signatures may follow the signed text, in one or several armoured blocks. The error is a cause.
fn check_armor(armor: &str) -> std::result::Result<(), &'static str> {
    let mut inside = false;
    for line in armor.lines().map(str::trim_end) {
        inside = match (inside, line) {
            (false, "") => false,
            (false, SIGNATURE) => true,
            (true, END) => false,
            (true, line) if !line.starts_with("-----") || END.starts_with(line) => true,
            _ => return Err("text follows its signature"),
        };
    }
    if inside {
        return Err("its signature is truncated");
    }
    Ok(())
}

/// The valid signatures of a Release: at least one.
struct ValidSignatures {
    /// The fingerprints of the keys, sorted.
    signed_by: Vec<String>,
    /// The newest time of signing.
    newest: Timestamp,
}

/// Returns the valid signatures; if there are none, the most relevant reason.
fn valid_signatures(
    file: &str,
    signatures: &[DetachedSignature],
    data: &[u8],
    keyring: &Keyring,
    date: Timestamp,
) -> Result<ValidSignatures> {
    if signatures.len() > MAX_SIGNATURES {
        let cause = format!("it has more than {MAX_SIGNATURES} signatures");
        return Err(Error::cannot("verify", file, cause));
    }
    let mut good = Vec::new();
    let mut faults = Vec::new();
    let mut newest = Timestamp::UNIX_EPOCH;
    for signature in signatures {
        match keyring.check(&signature.signature, data, date) {
            Ok((fingerprint, signed)) => {
                newest = newest.max(signed);
                good.push(fingerprint);
            }
            Err(fault) => faults.push(fault),
        }
    }
    good.sort();
    good.dedup();
    faults.sort();
    match faults.first() {
        _ if !good.is_empty() => Ok(ValidSignatures {
            signed_by: good,
            newest,
        }),
        Some(fault) => Err(explain(file, fault, &faults, keyring)),
        None => Err(Error::cannot("verify", file, "it is not signed")),
    }
}

fn explain(file: &str, fault: &Fault, all: &[Fault], keyring: &Keyring) -> Error {
    let cause = match fault {
        Fault::Tampered(key) => {
            format!("its text is not the text that key {key} signed: it was changed after signing")
        }
        Fault::Unsupported(key) => format!("key {key} uses an algorithm that is not supported"),
        Fault::Expired(what) => format!("{what} had expired at the Release's date"),
        Fault::Revoked(key) => format!("key {key} is revoked"),
        Fault::Weak(what) => format!("it is signed with a digest that can be forged: {what}"),
        Fault::Unbound(key) => {
            format!("no valid signature binds key {key} to its owner for signing")
        }
        Fault::Unknown(_) => {
            let keys: Vec<&str> = all.iter().filter_map(Fault::unknown_key).collect();
            format!(
                "no key of keyring `{}` signed it; signed by {}",
                keyring.name(),
                keys.join(", ")
            )
        }
    };
    Error::cannot("verify", file, cause)
}

impl Fault {
    fn unknown_key(&self) -> Option<&str> {
        match self {
            Fault::Unknown(key) => Some(key),
            _ => None,
        }
    }
}
