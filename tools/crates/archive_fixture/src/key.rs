//! OpenPGP keys and clear-signed texts, valid ones and ones with the defects that tests need.

use std::collections::BTreeMap;
use std::sync::Mutex;

use pgp::composed::{
    ArmorOptions, KeyType, SecretKeyParamsBuilder, SignedKeyDetails, SignedPublicKey,
    SignedPublicSubKey, SubkeyParamsBuilder,
};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    KeyFlags, SecretKey, SecretSubkey, Signature, SignatureConfig, SignatureType, Subpacket,
    SubpacketData, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{
    Duration, KeyDetails, PacketHeaderVersion, Password, SignedUser, SigningKey, Tag, Timestamp,
};
use rand::rngs::StdRng;
use rand::SeedableRng;

/// An unlimited lifetime.
pub const FOR_EVER: u32 = 0;

/// Seconds in a year.
pub const YEAR: u32 = 365 * 24 * 3600;

/// The properties of a key. Times are seconds since 1970.
#[derive(Clone, Debug)]
pub struct KeyPlan {
    /// The seed: different seeds give different keys.
    pub seed: u64,
    /// The creation time.
    pub made: u32,
    /// The lifetime of the primary key in seconds.
    pub lifetime: u32,
    /// The lifetime of the signing subkey; `None` if the primary key signs.
    pub subkey: Option<u32>,
    /// Whether the subkey has a back signature.
    pub back_signature: bool,
    /// Whether the signing key has the key flag for signing.
    pub signs: bool,
    /// Whether the primary key certifies its user ID.
    pub certified: bool,
    /// Whether the key is revoked.
    pub revoked: bool,
    /// The algorithm of the key; generating RSA keys takes seconds.
    pub kind: Kind,
    /// The digest algorithm of the signatures on the key itself.
    pub hash: Hash,
}

/// The algorithm of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Ed25519, which does not sign weak digests.
    Ed25519,
    /// RSA, which does.
    Rsa,
}

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, which can be forged.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// A key pair.
#[derive(Debug)]
pub struct Key {
    primary: SecretKey,
    subkey: Option<SecretSubkey>,
    public: SignedPublicKey,
}

impl Default for KeyPlan {
    /// A valid key of 2020-01-01 that signs with a subkey, like Debian's keys.
    fn default() -> Self {
        Self {
            seed: 1,
            made: 1_577_836_800,
            lifetime: FOR_EVER,
            subkey: Some(FOR_EVER),
            back_signature: true,
            signs: true,
            certified: true,
            revoked: false,
            kind: Kind::Ed25519,
            hash: Hash::Sha256,
        }
    }
}

impl Hash {
    fn algorithm(self) -> HashAlgorithm {
        match self {
            Self::Sha1 => HashAlgorithm::Sha1,
            Self::Sha256 => HashAlgorithm::Sha256,
            Self::Sha512 => HashAlgorithm::Sha512,
        }
    }
}

impl Key {
    /// A valid key.
    pub fn new(seed: u64) -> Self {
        Self::of(&KeyPlan {
            seed,
            ..KeyPlan::default()
        })
    }

    /// A key with these properties.
    pub fn of(plan: &KeyPlan) -> Self {
        let (primary, subkey) = secrets(plan);
        let user = UserId::from_str(PacketHeaderVersion::New, "Test <test@example.org>").unwrap();
        let mut users = Vec::new();
        if plan.certified {
            let config = plan.config(SignatureType::CertPositive, &primary, plan.lifetime);
            let certified = config.sign_certification(
                &primary,
                primary.public_key(),
                &Password::empty(),
                Tag::UserId,
                &user,
            );
            users.push(SignedUser::new(user, vec![certified.unwrap()]));
        }
        let mut revocations = Vec::new();
        if plan.revoked {
            let config = plan.config(SignatureType::KeyRevocation, &primary, FOR_EVER);
            let revocation = config.sign_key(&primary, &Password::empty(), primary.public_key());
            revocations.push(revocation.unwrap());
        }
        let details = SignedKeyDetails::new(revocations, Vec::new(), users, Vec::new());
        let subkeys = subkey.iter().map(|subkey| bind(plan, &primary, subkey));
        let subkeys = subkeys.collect();
        let public = SignedPublicKey::new(primary.public_key().clone(), details, subkeys);
        Self {
            primary,
            subkey,
            public,
        }
    }

    /// The public key in ASCII armor.
    pub fn public(&self) -> String {
        let armored = self.public.to_armored_string(ArmorOptions::default());
        armored.unwrap()
    }

    /// The public key in binary form.
    pub fn public_bytes(&self) -> Vec<u8> {
        self.public.to_bytes().unwrap()
    }

    /// The fingerprint of the primary key, in upper case.
    pub fn fingerprint(&self) -> String {
        format!("{:X}", self.public.fingerprint())
    }

    /// The fingerprint of the signing key, in upper case.
    pub fn signer(&self) -> String {
        match &self.subkey {
            Some(subkey) => format!("{:X}", subkey.fingerprint()),
            None => self.fingerprint(),
        }
    }

    fn sign(&self, what: &Signed<'_>, at: u32, lifetime: u32, hash: Hash) -> Signature {
        match &self.subkey {
            Some(subkey) => sign(subkey, what, at, lifetime, hash),
            None => sign(&self.primary, what, at, lifetime, hash),
        }
    }
}

impl KeyPlan {
    fn config(
        &self,
        typ: SignatureType,
        signer: &impl SigningKey,
        lifetime: u32,
    ) -> SignatureConfig {
        let mut config = SignatureConfig::v4(typ, signer.algorithm(), self.hash.algorithm());
        let mut flags = KeyFlags::default();
        flags.set_sign(self.signs);
        flags.set_certify(typ != SignatureType::SubkeyBinding);
        let mut data = vec![
            SubpacketData::SignatureCreationTime(Timestamp::from_secs(self.made)),
            SubpacketData::IssuerFingerprint(signer.fingerprint()),
            SubpacketData::KeyFlags(flags),
        ];
        if lifetime != FOR_EVER {
            data.push(SubpacketData::KeyExpirationTime(Duration::from_secs(
                lifetime,
            )));
        }
        config.hashed_subpackets = subpackets(data);
        config
    }
}

fn subpackets(data: Vec<SubpacketData>) -> Vec<Subpacket> {
    let subpackets = data.into_iter().map(Subpacket::regular);
    subpackets.collect::<Result<_, _>>().unwrap()
}

type Secrets = (SecretKey, Option<SecretSubkey>);

/// Secret keys are generated once for each test program, because finding primes is slow.
fn secrets(plan: &KeyPlan) -> Secrets {
    static MADE: Mutex<BTreeMap<(u64, Kind, u32, bool), Secrets>> = Mutex::new(BTreeMap::new());
    let which = (plan.seed, plan.kind, plan.made, plan.subkey.is_some());
    let mut made = MADE.lock().unwrap();
    made.entry(which).or_insert_with(|| make(plan)).clone()
}

fn make(plan: &KeyPlan) -> Secrets {
    let made = Timestamp::from_secs(plan.made);
    let key_type = match plan.kind {
        Kind::Ed25519 => KeyType::Ed25519Legacy,
        Kind::Rsa => KeyType::Rsa(2048),
    };
    let mut subkey = SubkeyParamsBuilder::default();
    let subkey = subkey
        .key_type(key_type.clone())
        .can_sign(true)
        .created_at(made)
        .build()
        .unwrap();
    let mut params = SecretKeyParamsBuilder::default();
    let params = params
        .key_type(key_type)
        .can_certify(true)
        .can_sign(true)
        .created_at(made)
        .primary_user_id("Test <test@example.org>".to_owned())
        .subkeys(plan.subkey.map(|_| subkey).into_iter().collect())
        .build()
        .unwrap();
    let key = params.generate(StdRng::seed_from_u64(plan.seed)).unwrap();
    let subkeys = key.secret_subkeys.into_iter();
    (key.primary_key, subkeys.map(|subkey| subkey.key).next())
}

fn bind(plan: &KeyPlan, primary: &SecretKey, subkey: &SecretSubkey) -> SignedPublicSubKey {
    let lifetime = plan.subkey.unwrap_or(FOR_EVER);
    let mut config = plan.config(SignatureType::SubkeyBinding, primary, lifetime);
    let none = Password::empty();
    if plan.back_signature {
        let back = plan.config(SignatureType::KeyBinding, subkey, FOR_EVER);
        let back =
            back.sign_primary_key_binding(subkey, subkey.public_key(), &none, primary.public_key());
        let embedded = SubpacketData::EmbeddedSignature(Box::new(back.unwrap()));
        config.hashed_subpackets.extend(subpackets(vec![embedded]));
    }
    let bound =
        config.sign_subkey_binding(primary, primary.public_key(), &none, subkey.public_key());
    SignedPublicSubKey::new(subkey.public_key().clone(), vec![bound.unwrap()])
}

fn sign(key: &impl SigningKey, what: &Signed<'_>, at: u32, lifetime: u32, hash: Hash) -> Signature {
    let kind = match what {
        Signed::Text(_) => SignatureType::Text,
        Signed::File(_) => SignatureType::Binary,
    };
    let mut config = SignatureConfig::v4(kind, key.algorithm(), hash.algorithm());
    let mut data = vec![
        SubpacketData::SignatureCreationTime(Timestamp::from_secs(at)),
        SubpacketData::IssuerFingerprint(key.fingerprint()),
    ];
    if lifetime != FOR_EVER {
        let lifetime = Duration::from_secs(lifetime);
        data.push(SubpacketData::SignatureExpirationTime(lifetime));
    }
    config.hashed_subpackets = subpackets(data);
    let bytes = match what {
        Signed::File(bytes) => bytes.to_vec(),
        Signed::Text(text) => {
            // The last line end is not signed, and neither is white space at the ends of lines.
            let lines = text.trim_end_matches('\n').lines();
            let lines: Vec<&str> = lines
                .map(|line| line.trim_end_matches([' ', '\t']))
                .collect();
            lines.join("\n").into_bytes()
        }
    };
    config.sign(key, &Password::empty(), &bytes[..]).unwrap()
}

/// The signed data: a text, whose line ends are normalised, or the bytes of a file.
enum Signed<'a> {
    Text(&'a str),
    File(&'a [u8]),
}

/// The text with the keys' signatures, as `gpg --clear-sign` writes it. `at` is the time of the signatures.
pub fn clear_sign(text: &str, keys: &[&Key], at: u32, lifetime: u32, hash: Hash) -> String {
    let armor = armored(&Signed::Text(text), keys, at, lifetime, hash);
    let escaped: String = text
        .trim_end_matches('\n')
        .lines()
        .map(|line| {
            if line.starts_with('-') {
                format!("- {line}\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    let hash = match hash {
        Hash::Sha1 => "SHA1",
        Hash::Sha256 => "SHA256",
        Hash::Sha512 => "SHA512",
    };
    format!("-----BEGIN PGP SIGNED MESSAGE-----\nHash: {hash}\n\n{escaped}{armor}")
}

/// Detached signatures of a file, as `gpg --armor --detach-sign` writes them.
pub fn detached_sign(file: &[u8], keys: &[&Key], at: u32, lifetime: u32, hash: Hash) -> String {
    armored(&Signed::File(file), keys, at, lifetime, hash)
}

fn armored(what: &Signed<'_>, keys: &[&Key], at: u32, lifetime: u32, hash: Hash) -> String {
    let mut packets = Vec::new();
    for key in keys {
        let signature = key.sign(what, at, lifetime, hash);
        pgp::packet::PacketTrait::to_writer_with_header(&signature, &mut packets).unwrap();
    }
    let mut armor = Vec::new();
    let typ = pgp::armor::BlockType::Signature;
    pgp::armor::write(&Raw(packets), typ, &mut armor, None, true).unwrap();
    String::from_utf8(armor).unwrap()
}

/// Packets that are already encoded.
struct Raw(Vec<u8>);

impl Serialize for Raw {
    fn to_writer<W: std::io::Write>(&self, writer: &mut W) -> pgp::errors::Result<()> {
        writer.write_all(&self.0)?;
        Ok(())
    }

    fn write_len(&self) -> usize {
        self.0.len()
    }
}
