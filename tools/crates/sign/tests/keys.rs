//! Keys in all formats, of cosign and OpenSSL, and the algorithms of signatures.

#![allow(clippy::unwrap_used)]

use sign::{Algorithm, KeyPair, PrivateKey, PublicKey, Signer};

/// Made by `cosign generate-key-pair` with the password `correct-horse`.
const COSIGN_KEY: &str = include_str!("testdata/cosign.key");
const COSIGN_PUB: &str = include_str!("testdata/cosign.pub");
/// The same key in two formats, made by OpenSSL.
const SEC1: &str = include_str!("testdata/sec1.pem");
const PKCS8: &str = include_str!("testdata/pkcs8.pem");
const SEC1_PUB: &str = include_str!("testdata/sec1.pub");

const PASSWORD: &[u8] = b"correct-horse";

fn private(text: &str) -> PrivateKey {
    PrivateKey::parse("key", text, Some(PASSWORD)).unwrap()
}

fn refused(text: &str, password: Option<&[u8]>) -> String {
    PrivateKey::parse("key", text, password)
        .unwrap_err()
        .to_string()
}

fn refused_public(text: &str) -> String {
    PublicKey::parse("key.pub", text).unwrap_err().to_string()
}

/// PEM of any bytes.
fn pem(label: &str, content: &[u8]) -> String {
    use std::fmt::Write as _;
    let text = encoded(content);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        writeln!(pem, "{}", std::str::from_utf8(line).unwrap()).unwrap();
    }
    pem + &format!("-----END {label}-----\n")
}

fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// An encrypted key with these fields of `kdf` and `cipher`.
fn sealed(kdf: &str, cipher: &str) -> String {
    let json = format!(r#"{{"kdf":{kdf},"cipher":{cipher},"ciphertext":"AAAA"}}"#);
    pem("ENCRYPTED SIGSTORE PRIVATE KEY", json.as_bytes())
}

fn scrypt(parameters: &str) -> String {
    format!(r#"{{"name":"scrypt","params":{parameters},"salt":"AAAA"}}"#)
}

const BOX: &str = r#"{"name":"nacl/secretbox","nonce":"AAAA"}"#;

#[test]
fn an_encrypted_key_of_cosign() {
    let public = PublicKey::parse("cosign.pub", COSIGN_PUB).unwrap();
    assert_eq!(private(COSIGN_KEY).public_key(), &public);
    // `openssl pkey -pubin -in cosign.pub -outform DER | openssl dgst -sha256 -binary | base64`
    assert_eq!(
        public.fingerprint(),
        "hTmoiHZQGEXo6B2e4VeVBSNMyx4IFb0sXrl228kl/gk="
    );
    let old = COSIGN_KEY.replace("SIGSTORE", "COSIGN");
    assert_eq!(private(&old).public_key(), &public);
    assert_eq!(
        refused(COSIGN_KEY, Some(b"wrong")),
        "cannot read private key `key`: the password is wrong, or the file is damaged"
    );
    assert_eq!(
        refused(COSIGN_KEY, None),
        "cannot read private key `key`: it is encrypted, and no password is given"
    );
}

#[test]
fn the_formats_of_openssl() {
    let public = PublicKey::parse("sec1.pub", SEC1_PUB).unwrap();
    let parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    for text in [
        SEC1.to_owned(),
        PKCS8.to_owned(),
        SEC1.replace('\n', "\r\n"),
        format!("{parameters}{SEC1}"),
        PKCS8.trim_end().to_owned(),
        format!("\n{PKCS8}\n\n"),
    ] {
        let key = PrivateKey::parse("SIGNING_KEY", &text, None).unwrap();
        assert_eq!(key.public_key(), &public, "{text}");
        assert_eq!(key.public_key().pem().unwrap(), SEC1_PUB);
    }
}

/// <https://www.rfc-editor.org/rfc/rfc6979#appendix-A.2.5>, message "sample" with SHA-256.
#[test]
fn signatures_are_those_of_rfc_6979() {
    let mut der = vec![0x30, 0x31, 2, 1, 1, 4, 32];
    der.extend_from_slice(
        b"\xc9\xaf\xa9\xd8\x45\xba\x75\x16\x6b\x5c\x21\x57\x67\xb1\xd6\x93\
          \x4e\x50\xc3\xdb\x36\xe8\x9b\x12\x7b\x8a\x62\x2b\x12\x0f\x67\x21",
    );
    der.extend_from_slice(b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07");
    let key = private(&pem("EC PRIVATE KEY", &der));
    let signature = key.sign(b"sample").unwrap();
    let expected = b"\x30\x46\x02\x21\x00\
        \xef\xd4\x8b\x2a\xac\xb6\xa8\xfd\x11\x40\xdd\x9c\xd4\x5e\x81\xd6\
        \x9d\x2c\x87\x7b\x56\xaa\xf9\x91\xc3\x4d\x0e\xa8\x4e\xaf\x37\x16\x02\x21\x00\
        \xf7\xcb\x1c\x94\x2d\x65\x7c\x41\xd4\x36\xc7\xa1\xb6\xe2\x9f\x65\
        \xf3\xe9\x00\xdb\xb9\xaf\xf4\x06\x4d\xc4\xab\x2f\x84\x3a\xcd\xa8";
    assert_eq!(signature, expected);
    assert!(key.public_key().verifies(b"sample", &signature));
    assert!(!key.public_key().verifies(b"Sample", &signature));
}

#[test]
fn a_new_key_pair_is_read_back() {
    let pair = KeyPair::generate(b"").unwrap();
    let read = PrivateKey::parse("key", &pair.private_pem, Some(b"")).unwrap();
    let public = PublicKey::parse("key.pub", &pair.public_pem).unwrap();
    assert_eq!(read.public_key(), &public);
    assert_eq!(pair.key.public_key(), &public);
    assert_eq!(read.sign(b"a").unwrap(), pair.key.sign(b"a").unwrap());
    assert!(pair
        .private_pem
        .starts_with("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"));
    let other = KeyPair::generate(b"").unwrap();
    assert_ne!(other.public_pem, pair.public_pem);
}

#[test]
fn a_secret_is_not_shown() {
    let key = private(PKCS8);
    let shown = format!("{key:?}");
    assert_eq!(
        shown,
        format!(
            "PrivateKey {{ public: {:?}, .. }}",
            key.public_key().fingerprint()
        )
    );
    let damaged = PKCS8.replace("MIGH", "MIGG");
    assert_eq!(
        refused(&damaged, None),
        "cannot read private key `key`: expected an ECDSA P-256 key, found another algorithm or a malformed key\n\
         hint: use a plugin for keys of other algorithms"
    );
}

#[test]
fn expensive_keys_are_refused_at_once() {
    for parameters in [
        r#"{"N":1073741824,"r":8,"p":1}"#,
        r#"{"N":18446744073709551615,"r":8,"p":1}"#,
        r#"{"N":65536,"r":4294967295,"p":1}"#,
        r#"{"N":65536,"r":8,"p":1000000}"#,
        r#"{"N":65535,"r":8,"p":1}"#,
        r#"{"N":0,"r":0,"p":0}"#,
        r#"{"N":2,"r":8,"p":1}"#,
    ] {
        let message = refused(&sealed(&scrypt(parameters), BOX), Some(PASSWORD));
        let expected = "cannot read private key `key`: scrypt parameters: expected N=32768, 65536 or 131072, r=8, p=1; found N=";
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn malformed_encrypted_keys() {
    let good = r#"{"N":65536,"r":8,"p":1}"#;
    let cases = [
        (sealed(&scrypt(r#"{"N":-1,"r":8,"p":1}"#), BOX), "invalid encrypted key: invalid value: integer `-1`, expected u64 at line 1 column 40"),
        (sealed("[]", BOX), "invalid encrypted key: invalid length 0, expected struct Derivation with 3 elements at line 1 column 9"),
        (sealed(&scrypt(good), BOX), "nonce: expected 24 bytes, found 3"),
        (sealed(&scrypt(good).replace("AAAA", "A*"), BOX), "salt: it is not base64 (standard alphabet)"),
        (sealed(&scrypt(good).replace("\"scrypt\"", "\"argon2\""), BOX), "kdf: expected `scrypt`, found `argon2`"),
        (sealed(&scrypt(good), &BOX.replace("nacl/secretbox", "none\\u001b")), "cipher: expected `nacl/secretbox`, found `none\\u{1b}`"),
        (sealed(&"[".repeat(10_000), BOX), "invalid encrypted key: invalid type: sequence, expected a string at line 1 column 8"),
    ];
    for (text, cause) in cases {
        let expected = format!("cannot read private key `key`: {cause}");
        assert_eq!(refused(&text, Some(PASSWORD)), expected);
    }
}

#[test]
fn other_texts_are_no_private_keys() {
    let two = format!("{PKCS8}{SEC1}");
    let large = "a".repeat(64 * 1024 + 1);
    let rsa = pem("RSA PRIVATE KEY", b"a");
    let encrypted = pem("ENCRYPTED PRIVATE KEY", b"a");
    let labels = "expected the PEM label `PRIVATE KEY`, `EC PRIVATE KEY` or `ENCRYPTED SIGSTORE PRIVATE KEY`, found";
    for (text, cause) in [
        (
            "",
            "it contains no PEM block (`-----BEGIN …-----`)".to_owned(),
        ),
        (
            &two,
            "it contains several PEM blocks, expected one".to_owned(),
        ),
        (
            &large,
            "it is larger than 64 KiB, which no key is".to_owned(),
        ),
        (&rsa, format!("{labels} `RSA PRIVATE KEY`")),
        (COSIGN_PUB, format!("{labels} `PUBLIC KEY`")),
        (
            &encrypted,
            format!(
                "{labels} `ENCRYPTED PRIVATE KEY`\nhint: convert it with `cosign import-key-pair`"
            ),
        ),
    ] {
        let expected = format!("cannot read private key `key`: {cause}");
        assert_eq!(refused(text, None), expected);
    }
    let cut = &PKCS8[..PKCS8.len() / 2];
    assert!(refused(cut, None).starts_with("cannot read private key `key`: invalid PEM: "));
}

#[test]
fn public_keys_of_each_algorithm() {
    for (text, algorithm) in [
        (COSIGN_PUB, Algorithm::EcdsaP256),
        (include_str!("testdata/p384.pub"), Algorithm::EcdsaP384),
        (include_str!("testdata/ed25519.pub"), Algorithm::Ed25519),
        (include_str!("testdata/rsa.pub"), Algorithm::Rsa),
    ] {
        let key = PublicKey::parse("key.pub", text).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.pem().unwrap(), text);
        for bad in [
            &b""[..],
            b"0",
            &[0; 64],
            &[0; 256],
            &[0xff; 256],
            &[0x30, 6, 2, 1, 0, 2, 1, 0],
        ] {
            assert!(!key.verifies(b"", bad), "{algorithm}");
        }
    }
}

#[test]
fn other_texts_are_no_public_keys() {
    assert_eq!(
        refused_public(PKCS8),
        "cannot read public key `key.pub`: expected the PEM label `PUBLIC KEY`, found `PRIVATE KEY`\n\
         hint: pass the public key; never give a private key to those who verify"
    );
    // P-521 and X25519.
    let p521 = b"\x30\x15\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x01\x00";
    let x25519 = b"\x30\x0a\x30\x05\x06\x03\x2b\x65\x6e\x03\x01\x00";
    for (der, found) in [
        (&p521[..], "an elliptic curve, OID 1.3.132.0.35"),
        (&x25519[..], "algorithm OID 1.3.101.110"),
    ] {
        let message = refused_public(&pem("PUBLIC KEY", der));
        let expected = format!("cannot read public key `key.pub`: unsupported key, expected one of ECDSA P-256, ECDSA P-384, Ed25519, RSA; found {found}");
        assert_eq!(message, expected);
    }
    let malformed = refused_public(&pem("PUBLIC KEY", b"\x30\x80"));
    assert!(
        malformed.starts_with("cannot read public key `key.pub`: invalid SubjectPublicKeyInfo: ")
    );
}

/// A key of 1024 bits, and one of 8192 bits whose numbers would take long.
#[test]
fn small_and_large_rsa_keys_are_refused() {
    for bits in [1024, 8192] {
        let message = refused_public(&pem("PUBLIC KEY", &rsa(bits)));
        assert!(message.contains("4096 bits"), "{message}");
    }
}

/// The DER of an RSA key with a modulus of this size, which is a power of two plus one.
fn rsa(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0, 0x80];
    modulus.resize(bits / 8, 0);
    modulus.push(1);
    let numbers = tlv(0x30, &[tlv(2, &modulus), tlv(2, &[1, 0, 1])].concat());
    let algorithm = tlv(
        0x30,
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00",
    );
    let key = tlv(3, &[vec![0], numbers].concat());
    tlv(0x30, &[algorithm, key].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    match length {
        0..=127 => bytes.push(length as u8),
        128..=255 => bytes.extend([0x81, length as u8]),
        _ => bytes.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    bytes.extend_from_slice(content);
    bytes
}
