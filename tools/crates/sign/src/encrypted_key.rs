//! The encrypted private keys of cosign: JSON with a key derived by scrypt and a NaCl secretbox
//! (<https://github.com/secure-systems-lab/go-securesystemslib/tree/main/encrypted>).

use blob::{Error, Result};
use crypto_secretbox::aead::Aead;
use crypto_secretbox::{KeyInit, XSalsa20Poly1305};
use p256::elliptic_curve::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};

use crate::base64_text;
use crate::line::line;

const VERB: &str = "read private key";

/// The scrypt costs `N` that cosign's library writes and accepts. The largest one needs 128 MiB of memory.
const COSTS: [u64; 3] = [1 << 15, 1 << 16, 1 << 17];

/// The cost `N` of new keys, cosign's default.
const COST: u64 = 1 << 16;

/// The maximum length of a salt, in bytes.
const MAX_SALT: usize = 64;

/// The lengths of the salt and the nonce of new keys.
pub(crate) const SALT: usize = 32;
pub(crate) const NONCE: usize = 24;

#[derive(Deserialize, Serialize)]
struct Sealed {
    kdf: Derivation,
    cipher: Cipher,
    ciphertext: String,
}

#[derive(Deserialize, Serialize)]
struct Derivation {
    name: String,
    params: Parameters,
    salt: String,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
struct Parameters {
    #[serde(rename = "N")]
    n: u64,
    r: u64,
    p: u64,
}

#[derive(Deserialize, Serialize)]
struct Cipher {
    name: String,
    nonce: String,
}

/// Decrypts a key. The parameters are checked before the password, and before memory is used.
pub(crate) fn decrypt(
    name: &str,
    json: &[u8],
    password: Option<&[u8]>,
) -> Result<Zeroizing<Vec<u8>>> {
    let cannot = |cause: String| Error::cannot(VERB, name, cause);
    let sealed: Sealed = serde_json::from_slice(json).map_err(|error| {
        cannot(format!(
            "invalid encrypted key: {}",
            line(&error.to_string())
        ))
    })?;
    let parameters = checked(&sealed).map_err(cannot)?;
    let salt = decoded("salt", &sealed.kdf.salt).map_err(cannot)?;
    let nonce = decoded("nonce", &sealed.cipher.nonce).map_err(cannot)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|nonce: Vec<u8>| {
        cannot(format!(
            "nonce: expected {NONCE} bytes, found {}",
            nonce.len()
        ))
    })?;
    if salt.is_empty() || salt.len() > MAX_SALT {
        return Err(cannot(format!(
            "salt: expected 1 to {MAX_SALT} bytes, found {}",
            salt.len()
        )));
    }
    let ciphertext = decoded("ciphertext", &sealed.ciphertext).map_err(cannot)?;
    let Some(password) = password else {
        return Err(cannot(
            "it is encrypted, and no password is given".to_owned(),
        ));
    };
    cipher(parameters, &salt, password)
        .and_then(|cipher| cipher.decrypt(&nonce.into(), ciphertext.as_slice()).ok())
        .map(Zeroizing::new)
        .ok_or_else(|| cannot("the password is wrong, or the file is damaged".to_owned()))
}

/// Encrypts a key, in the format that [`decrypt`] and cosign read.
pub(crate) fn encrypt(
    key: &[u8],
    password: &[u8],
    salt: [u8; SALT],
    nonce: [u8; NONCE],
) -> Result<Vec<u8>> {
    let cannot = |cause: &str| Error::cannot("encrypt", "private key", cause);
    let parameters = Parameters {
        n: COST,
        r: 8,
        p: 1,
    };
    let ciphertext = cipher(parameters, &salt, password)
        .and_then(|cipher| cipher.encrypt(&nonce.into(), key).ok())
        .ok_or_else(|| cannot("the cipher failed"))?;
    let sealed = Sealed {
        kdf: Derivation {
            name: "scrypt".to_owned(),
            params: parameters,
            salt: base64_text::encode(&salt),
        },
        cipher: Cipher {
            name: "nacl/secretbox".to_owned(),
            nonce: base64_text::encode(&nonce),
        },
        ciphertext: base64_text::encode(&ciphertext),
    };
    serde_json::to_vec(&sealed).map_err(|error| cannot(&error.to_string()))
}

fn checked(sealed: &Sealed) -> std::result::Result<Parameters, String> {
    for (field, expected, found) in [
        ("kdf", "scrypt", &sealed.kdf.name),
        ("cipher", "nacl/secretbox", &sealed.cipher.name),
    ] {
        if found != expected {
            return Err(format!(
                "{field}: expected `{expected}`, found `{}`",
                line(found)
            ));
        }
    }
    let Parameters { n, r, p } = sealed.kdf.params;
    if !COSTS.contains(&n) || r != 8 || p != 1 {
        return Err(format!(
            "scrypt parameters: expected N=32768, 65536 or 131072, r=8, p=1; found N={n}, r={r}, p={p}"
        ));
    }
    Ok(sealed.kdf.params)
}

fn decoded(field: &str, text: &str) -> std::result::Result<Vec<u8>, String> {
    base64_text::decode(text).map_err(|cause| format!("{field}: {cause}"))
}

/// The cipher with the key that scrypt derives from the password; `None` if the parameters are not possible.
fn cipher(parameters: Parameters, salt: &[u8], password: &[u8]) -> Option<XSalsa20Poly1305> {
    let log = u8::try_from(parameters.n.ilog2()).ok()?;
    let r = u32::try_from(parameters.r).ok()?;
    let p = u32::try_from(parameters.p).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    let parameters = scrypt::Params::new(log, r, p, key.len()).ok()?;
    scrypt::scrypt(password, salt, &parameters, key.as_mut_slice()).ok()?;
    Some(XSalsa20Poly1305::new((&*key).into()))
}
