//! Signed Releases: `InRelease`, with the signatures around the text (the cleartext framework, RFC 9580 section 7), or
//! `Release` with them beside it in `Release.gpg`.

use blob::{Digest, Error, Result, ResultExt};
use jiff::Timestamp;
use pgp::composed::{Deserializable, DetachedSignature};

use super::keyring::Fault;
use crate::{Keyring, Release};

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// A Release that a trusted key has signed.
#[derive(Debug)]
pub struct SignedRelease {
    /// What it says.
    pub release: Release,
    /// The files that say it.
    pub evidence: Evidence,
    /// Fingerprints of the trusted primary keys that signed it, sorted, at least one.
    pub signed_by: Vec<String>,
}

/// The SHA-256 of each file that a signature and what it signs were read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Of `InRelease`.
    InRelease(Digest),
    /// Of two files.
    Detached {
        /// `Release`
        release: Digest,
        /// `Release.gpg`
        signature: Digest,
    },
}

impl SignedRelease {
    /// Checks the signatures of an `InRelease` file against a keyring, then reads what was signed and nothing else.
    pub fn open(bytes: &[u8], keyring: &Keyring) -> Result<Self> {
        let text = std::str::from_utf8(bytes).cannot("read", "InRelease")?;
        let (signed, armor) = split(text)?;
        let (signatures, _) =
            DetachedSignature::from_string_many(armor).cannot("read signatures of", "InRelease")?;
        let signatures: Vec<DetachedSignature> = signatures
            .collect::<pgp::errors::Result<_>>()
            .cannot("read signatures of", "InRelease")?;
        let plain = signed.replace("\r\n", "\n");
        let evidence = Evidence::InRelease(Digest::of(bytes));
        let judge = |date| judge("InRelease", &signatures, signed.as_bytes(), keyring, date);
        Self::trust(Release::parse(&plain), evidence, judge)
    }

    /// The same for a `Release` file and its `Release.gpg`.
    pub fn open_detached(bytes: &[u8], signature: &[u8], keyring: &Keyring) -> Result<Self> {
        let text = std::str::from_utf8(bytes).cannot("read", "Release")?;
        let signatures = detached(signature).cannot("read signatures of", "Release.gpg")?;
        let evidence = Evidence::Detached {
            release: Digest::of(bytes),
            signature: Digest::of(signature),
        };
        let judge = |date| judge("Release", &signatures, bytes, keyring, date);
        Self::trust(Release::parse(text), evidence, judge)
    }

    /// A Release is used when its signatures hold at its own date; those faults come before faults of the text.
    fn trust(
        release: Result<Release>,
        evidence: Evidence,
        judge: impl Fn(Timestamp) -> Result<Vec<String>>,
    ) -> Result<Self> {
        // An unreadable date cannot vouch for a key; the beginning of time expires none, and the error comes below.
        let date = release.as_ref().map_or(Timestamp::UNIX_EPOCH, |r| r.date);
        let signed_by = judge(date)?;
        Ok(Self {
            release: release?,
            evidence,
            signed_by,
        })
    }
}

/// Signatures as `gpg --detach-sign` writes them, with `--armor` or without.
fn detached(bytes: &[u8]) -> pgp::errors::Result<Vec<DetachedSignature>> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains(SIGNATURE) => {
            DetachedSignature::from_string_many(text)?.0.collect()
        }
        _ => DetachedSignature::from_bytes_many(bytes)?.collect(),
    }
}

/// The text that was signed, with the line ends that were hashed, and the armoured signatures.
fn split(text: &str) -> Result<(String, &str)> {
    let wrong = |cause: &str| Err(Error::cannot("verify", "InRelease", cause));
    let Some(body) = text.strip_prefix(BEGIN) else {
        return wrong("it is not signed");
    };
    let (Some(at), true) = (body.find(SIGNATURE), text.trim_end().ends_with(END)) else {
        return wrong("its signature is cut off");
    };
    let (body, armor) = body.split_at(at);
    if armor.matches(END).count() != 1 || armor.matches(SIGNATURE).count() != 1 {
        return wrong("text follows its signature");
    }
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
            signed.push_str("\r\n");
        }
        let line = line.strip_prefix("- ").unwrap_or(line);
        signed.push_str(line.trim_end_matches([' ', '\t', '\r']));
    }
    Ok((signed, armor))
}

/// The fingerprints of the good signatures; where there is none, the most telling reason.
fn judge(
    file: &str,
    signatures: &[DetachedSignature],
    data: &[u8],
    keyring: &Keyring,
    date: Timestamp,
) -> Result<Vec<String>> {
    let mut good = Vec::new();
    let mut faults = Vec::new();
    for signature in signatures {
        match keyring.check(&signature.signature, data, date) {
            Ok(fingerprint) => good.push(fingerprint),
            Err(fault) => faults.push(fault),
        }
    }
    good.sort();
    good.dedup();
    faults.sort();
    match faults.first() {
        _ if !good.is_empty() => Ok(good),
        Some(fault) => Err(explain(file, fault, &faults, keyring)),
        None => Err(Error::cannot("verify", file, "it is not signed")),
    }
}

fn explain(file: &str, fault: &Fault, all: &[Fault], keyring: &Keyring) -> Error {
    let cause = match fault {
        Fault::Tampered(key) => {
            format!("its text is not what key {key} signed; it was changed on the way")
        }
        Fault::Expired(what) => format!("{what} had expired at the Release's date"),
        Fault::Revoked(key) => format!("key {key} is revoked"),
        Fault::Weak(what) => format!("it is signed with a digest that can be forged: {what}"),
        Fault::Unbound(key) => {
            format!("key {key} is not bound to its owner, for signing, by a valid signature")
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
