//! Keyrings: which signatures are accepted, and at which time.

use std::borrow::Cow;

use blob::{Digest, Error, Result, ResultExt};
use jiff::Timestamp;
use pgp::composed::{Deserializable, SignedPublicKey, SignedPublicSubKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{KeyFlags, Signature, SignatureType};
use pgp::types::{KeyDetails, Tag};

const BEGIN: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

/// Public keys that are trusted to sign a repository's Releases.
#[derive(Debug)]
pub struct Keyring {
    name: String,
    keys: Vec<SignedPublicKey>,
}

/// The bytes of a keyring, which are parsed only where signatures are checked.
#[derive(Clone, Debug)]
pub struct KeyringFile {
    name: String,
    bytes: Cow<'static, [u8]>,
}

impl KeyringFile {
    /// The bytes of a keyring, and its name in messages.
    pub fn new(name: &str, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.into(),
        }
    }

    /// The SHA-256 of the bytes.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// Parses the keys.
    ///
    /// # Errors
    ///
    /// Fails in the same cases as [`Keyring::parse`].
    pub fn parse(&self) -> Result<Keyring> {
        Keyring::parse(&self.name, &self.bytes)
    }
}

/// The reason why a signature is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// A trusted key signed another text.
    Tampered(String),
    /// A signature by a trusted key with an unsupported algorithm.
    Unsupported(String),
    /// The key or the signature was no longer valid.
    Expired(String),
    /// The key was revoked.
    Revoked(String),
    /// The digest algorithm can be forged.
    Weak(String),
    /// No verifiable signature binds the key to its owner.
    Unbound(String),
    /// The key is not in the keyring.
    Unknown(String),
}

impl Keyring {
    /// Parses keys in the format of `gpg --export`, with or without `--armor`. Several armoured blocks may follow one
    /// another.
    ///
    /// # Errors
    ///
    /// Fails if the bytes are malformed or contain no key.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self> {
        let keys = match std::str::from_utf8(bytes) {
            Ok(text) if text.contains(BEGIN) => armored(text, BEGIN),
            _ => SignedPublicKey::from_bytes_many(bytes).and_then(Iterator::collect),
        };
        let keys: Vec<SignedPublicKey> = keys.map_err(brief).cannot("read keyring", name)?;
        if keys.is_empty() {
            return Err(Error::cannot("read keyring", name, "it contains no key"));
        }
        Ok(Self {
            name: name.to_owned(),
            keys,
        })
    }

    /// The name of the keyring in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the fingerprint of the trusted key that made `signature` over `data`, and the time of the signature.
    ///
    /// `date` is the time at which the signer claims to have signed. Keys and signatures that had expired then are not
    /// accepted.
    pub(crate) fn check(
        &self,
        signature: &Signature,
        data: &[u8],
        date: Timestamp,
    ) -> std::result::Result<(String, Timestamp), Fault> {
        let mut fault = Fault::Unknown(issuer(signature));
        for key in &self.keys {
            for part in parts(key) {
                if !part.made(signature) {
                    continue;
                }
                match part.check(signature, data, date) {
                    Ok(signed) => return Ok((fingerprint(key), signed)),
                    Err(other) => fault = other,
                }
            }
        }
        Err(fault)
    }
}

/// The library's message without raw bytes and stack trace.
pub(crate) fn brief(error: pgp::errors::Error) -> String {
    const LONGEST: usize = 100;
    let text = error.to_string();
    let end = text.find(['[', '{', '\n']).unwrap_or(text.len());
    let text = text[..end].split(" Error(").next().unwrap_or_default();
    let text: String = text.chars().take(LONGEST).collect();
    let text = text.trim_end_matches([' ', ':', '(']);
    if text.is_empty() {
        "it is not OpenPGP data".to_owned()
    } else {
        text.to_owned()
    }
}

/// The content of the armoured blocks that begin with `begin`.
pub(crate) fn armored<T: Deserializable>(text: &str, begin: &str) -> pgp::errors::Result<Vec<T>> {
    let mut all = Vec::new();
    for (start, _) in text.match_indices(begin) {
        let block = &text[start..];
        let end = block[1..].find(begin).map_or(block.len(), |at| at + 1);
        // Copied text may have blanks at the ends of lines. The library would read them as data.
        let lines: Vec<&str> = block[..end].lines().map(str::trim_end).collect();
        let block = lines.join("\n");
        let (found, _) = T::from_string_many(&block)?;
        for one in found {
            all.push(one?);
        }
    }
    Ok(all)
}

/// A key that may sign: the primary key (`subkey` is `None`) or one of its subkeys.
struct Part<'a> {
    key: &'a SignedPublicKey,
    subkey: Option<&'a SignedPublicSubKey>,
}

fn parts(key: &SignedPublicKey) -> impl Iterator<Item = Part<'_>> {
    let subkeys = key.public_subkeys.iter().map(Some);
    std::iter::once(None)
        .chain(subkeys)
        .map(move |subkey| Part { key, subkey })
}

impl Part<'_> {
    fn made(&self, signature: &Signature) -> bool {
        let (fingerprint, id) = match self.subkey {
            Some(subkey) => (subkey.fingerprint(), subkey.legacy_key_id()),
            None => (self.key.fingerprint(), self.key.legacy_key_id()),
        };
        signature.issuer_fingerprint().contains(&&fingerprint)
            || signature.issuer_key_id().contains(&&id)
    }

    fn check(
        &self,
        signature: &Signature,
        data: &[u8],
        date: Timestamp,
    ) -> std::result::Result<Timestamp, Fault> {
        let name = fingerprint(self.key);
        if !is_strong(signature) {
            let algorithm = signature.hash_alg().unwrap_or(HashAlgorithm::None);
            return Err(Fault::Weak(format!("{algorithm} of key {name}")));
        }
        let verified = match self.subkey {
            Some(subkey) => signature.verify(&subkey.key, data),
            None => signature.verify(&self.key.primary_key, data),
        };
        let of_data = matches!(
            signature.typ(),
            Some(SignatureType::Text | SignatureType::Binary)
        );
        match verified {
            Err(
                pgp::errors::Error::Unsupported { .. } | pgp::errors::Error::Unimplemented { .. },
            ) => return Err(Fault::Unsupported(name)),
            Ok(()) if of_data => {}
            _ => return Err(Fault::Tampered(name)),
        }
        let signed = created(signature).ok_or_else(|| Fault::Unbound(name.clone()))?;
        let at = date.as_second().max(signed);
        if ended(signed, signature.signature_expiration_time(), at) {
            return Err(Fault::Expired(format!("the signature of key {name}")));
        }
        self.valid(at)?;
        Timestamp::from_second(signed).map_err(|_| Fault::Unbound(name))
    }

    /// Checks that the key could sign at a time: bound to its owner, not revoked, not expired.
    fn valid(&self, at: i64) -> std::result::Result<(), Fault> {
        let name = fingerprint(self.key);
        if revoked(self.key) || self.subkey.is_some_and(|s| subkey_revoked(self.key, s)) {
            return Err(Fault::Revoked(name));
        }
        let unbound = || Fault::Unbound(name.clone());
        let expired = |end: String| Fault::Expired(format!("key {name} ({end})"));
        let owner = certification(self.key, at).ok_or_else(unbound)?;
        let flags = owner.key_flags();
        if self.subkey.is_none() && flags != KeyFlags::default() && !flags.sign() {
            return Err(unbound());
        }
        let made = i64::from(self.key.created_at().as_secs());
        if ended(made, owner.key_expiration_time(), at) {
            return Err(expired(end_date(made, owner)));
        }
        if let Some(subkey) = self.subkey {
            let bound = binding(self.key, subkey, at).ok_or_else(unbound)?;
            let made = i64::from(subkey.created_at().as_secs());
            if ended(made, bound.key_expiration_time(), at) {
                return Err(expired(end_date(made, bound)));
            }
        }
        Ok(())
    }
}

/// The newest self-signature on a user ID or on the key. It holds the key's expiration time.
fn certification(key: &SignedPublicKey, at: i64) -> Option<&Signature> {
    let users = key.details.users.iter().flat_map(|user| {
        user.signatures.iter().filter(move |signature| {
            signature
                .verify_certification(&key.primary_key, Tag::UserId, &user.id)
                .is_ok()
        })
    });
    let direct = key.details.direct_signatures.iter().filter(|signature| {
        signature.key_expiration_time().is_some() && signature.verify_key(&key.primary_key).is_ok()
    });
    newest(users.chain(direct), at)
}

/// The newest signature that binds a subkey to the primary key for signing, with the subkey's back signature.
fn binding<'a>(
    key: &SignedPublicKey,
    subkey: &'a SignedPublicSubKey,
    at: i64,
) -> Option<&'a Signature> {
    let bound = subkey.signatures.iter().filter(|signature| {
        signature.typ() == Some(SignatureType::SubkeyBinding)
            && signature.key_flags().sign()
            && signature
                .verify_subkey_binding(&key.primary_key, &subkey.key)
                .is_ok()
            && signature.embedded_signature().is_some_and(|back| {
                is_strong(back)
                    && back
                        .verify_primary_key_binding(&subkey.key, &key.primary_key)
                        .is_ok()
            })
    });
    newest(bound, at)
}

fn newest<'a>(signatures: impl Iterator<Item = &'a Signature>, at: i64) -> Option<&'a Signature> {
    signatures
        .filter(|signature| {
            is_strong(signature)
                && created(signature).is_some_and(|created| {
                    created <= at && !ended(created, signature.signature_expiration_time(), at)
                })
        })
        .max_by_key(|signature| created(signature))
}

fn revoked(key: &SignedPublicKey) -> bool {
    let mut revocations = key.details.revocation_signatures.iter();
    revocations.any(|revocation| revocation.verify_key(&key.primary_key).is_ok())
}

fn subkey_revoked(key: &SignedPublicKey, subkey: &SignedPublicSubKey) -> bool {
    subkey.signatures.iter().any(|signature| {
        signature.typ() == Some(SignatureType::SubkeyRevocation)
            && signature
                .verify_subkey_binding(&key.primary_key, &subkey.key)
                .is_ok()
    })
}

fn is_strong(signature: &Signature) -> bool {
    use HashAlgorithm::{Sha256, Sha384, Sha3_256, Sha3_512, Sha512};
    matches!(
        signature.hash_alg(),
        Some(Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512)
    )
}

fn created(signature: &Signature) -> Option<i64> {
    signature.created().map(|time| i64::from(time.as_secs()))
}

fn ended(start: i64, span: Option<pgp::types::Duration>, at: i64) -> bool {
    let span = span.map_or(0, |span| i64::from(span.as_secs()));
    span != 0 && start + span < at
}

fn end_date(start: i64, signature: &Signature) -> String {
    let span = signature.key_expiration_time();
    let end = start + span.map_or(0, |span| i64::from(span.as_secs()));
    Timestamp::from_second(end).map_or_else(|_| end.to_string(), |end| end.to_string())
}

fn fingerprint(key: &SignedPublicKey) -> String {
    format!("{:X}", key.fingerprint())
}

fn issuer(signature: &Signature) -> String {
    let fingerprints = signature.issuer_fingerprint();
    let ids = signature.issuer_key_id();
    match (fingerprints.first(), ids.first()) {
        (Some(fingerprint), _) => format!("{fingerprint:X}"),
        (None, Some(id)) => id.to_string().to_uppercase(),
        (None, None) => "without a name".to_owned(),
    }
}
