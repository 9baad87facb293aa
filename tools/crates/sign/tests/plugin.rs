//! Plugins: shell scripts that print signatures which the test prepared.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::time::{Duration, Instant};

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use blob::Digest;
use p384::ecdsa::signature::Signer as _;
use p384::pkcs8::EncodePublicKey;
use sign::{Algorithm, Bundle, Plugin, PrivateKey, PublicKey, Signer, Statement};
use tempfile::TempDir;

const PUBLIC: &str = include_str!("testdata/sec1.pub");
const LIMIT: Duration = Duration::from_secs(60);

fn key() -> PrivateKey {
    PrivateKey::parse("key", include_str!("testdata/sec1.pem"), None).unwrap()
}

/// A script with the public key in `key.pub` next to it. `sign` are the commands for `sign`.
fn script(sign: &str) -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("key.pub"), PUBLIC).unwrap();
    let path = directory.path().join("plugin");
    let text = format!(
        "#!/bin/sh\nset -eu\ncd \"${{0%/*}}\"\nif [ \"$*\" = '--slot 1 public-key' ]; then cat key.pub; exit; fi\n{sign}\n"
    );
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (directory, path)
}

fn plugin(path: &str, limit: Duration) -> blob::Result<Plugin> {
    let arguments = [path, "--slot", "1"].map(Into::into).to_vec();
    Plugin::new("/bin/sh", arguments, limit)
}

/// The message of a failed signature, without the path.
fn refused(sign: &str) -> String {
    let (_directory, path) = script(sign);
    let plugin = plugin(&path, LIMIT).unwrap();
    plugin.sign(b"message").unwrap_err().to_string()
}

#[test]
fn a_plugin_signs_a_digest() {
    let image = Digest::of(b"image");
    let statement = Statement::signature(image);
    let expected = Bundle::sign(&statement, &key()).unwrap();
    let payload = statement.bytes().unwrap();
    let signed = format!("DSSEv1 28 application/vnd.in-toto+json {} ", payload.len());
    let signed = [signed.into_bytes(), payload].concat();
    let signature = STANDARD.encode(key().sign(&signed).unwrap());
    let (directory, path) = script(&format!(
        "echo \"$*\" > arguments; cat > input; echo ' {signature}'"
    ));
    let plugin = plugin(&path, LIMIT).unwrap();
    assert_eq!(
        plugin.public_key(),
        &PublicKey::parse("key.pub", PUBLIC).unwrap()
    );
    assert_eq!(Bundle::sign(&statement, &plugin).unwrap(), expected);
    let read = |name| fs::read_to_string(directory.path().join(name)).unwrap();
    assert_eq!(read("arguments"), "--slot 1 sign sha256\n");
    assert_eq!(read("input"), format!("{}\n", Digest::of(&signed).hex()));
}

#[test]
fn a_wrong_signature_is_not_used() {
    let other = STANDARD.encode(key().sign(b"another message").unwrap());
    assert_eq!(
        refused(&format!("echo {other}")),
        "cannot sign with plugin `/bin/sh`: its signature is not valid for its public key"
    );
    assert_eq!(
        refused("echo '<html>'"),
        "cannot sign with plugin `/bin/sh`: signature: it is not base64 (standard alphabet)"
    );
    assert_eq!(
        refused("exit 0"),
        "cannot sign with plugin `/bin/sh`: its signature is not valid for its public key"
    );
}

#[test]
fn failures_are_reported() {
    assert_eq!(
        refused("printf '\\n token expired\\033[2J\\nmore\\n' >&2; exit 3"),
        "cannot sign with plugin `/bin/sh`: exit code 3: token expired\\u{1b}[2J"
    );
    assert_eq!(
        refused("exit 1"),
        "cannot sign with plugin `/bin/sh`: exit code 1"
    );
    assert_eq!(
        refused("kill -9 $$"),
        "cannot sign with plugin `/bin/sh`: killed by signal 9"
    );
    assert_eq!(
        refused("while :; do echo a lot of text without an end; done"),
        "cannot sign with plugin `/bin/sh`: it printed more than 64 KiB"
    );
}

/// The program and its child are killed.
#[test]
fn a_time_limit() {
    let started = Instant::now();
    let slow = ["-c", "sleep 60 & wait"].map(Into::into).to_vec();
    let error = Plugin::new("/bin/sh", slow, Duration::from_millis(50)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot get public key from plugin `/bin/sh`: it did not end within 50ms"
    );
    assert!(started.elapsed() < Duration::from_secs(30));
}

/// A key of another algorithm has the digest of that algorithm.
#[test]
fn a_plugin_with_a_p384_key() {
    let key = p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap();
    let signature: p384::ecdsa::DerSignature = key.sign(b"message");
    let signature = STANDARD.encode(signature.as_bytes());
    let (directory, path) = script(&format!("echo \"$*\" > arguments; echo {signature}"));
    let public = STANDARD.encode(key.verifying_key().to_public_key_der().unwrap());
    let (first, rest) = public.split_at(64);
    let (second, third) = rest.split_at(64);
    let public = format!(
        "-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n{third}\n-----END PUBLIC KEY-----\n"
    );
    fs::write(directory.path().join("key.pub"), public).unwrap();
    let plugin = plugin(&path, LIMIT).unwrap();
    assert_eq!(plugin.public_key().algorithm(), Algorithm::EcdsaP384);
    assert_eq!(
        plugin.sign(b"message").unwrap(),
        STANDARD.decode(signature).unwrap()
    );
    let arguments = fs::read_to_string(directory.path().join("arguments")).unwrap();
    assert_eq!(arguments, "--slot 1 sign sha384\n");
}

#[test]
fn programs_that_are_no_plugins() {
    let refused = |program: &str, arguments: &[&str]| {
        let arguments = arguments.iter().map(Into::into).collect();
        let error = Plugin::new(program, arguments, LIMIT).unwrap_err();
        error.to_string()
    };
    assert_eq!(
        refused("/does/not/exist", &[]),
        "cannot get public key from plugin `/does/not/exist`: it does not start: No such file or directory (os error 2)"
    );
    assert_eq!(
        refused("/bin/sh", &["-c", "echo no"]),
        "cannot get public key from plugin `/bin/sh`: cannot read public key `/bin/sh`: it contains no PEM block (`-----BEGIN …-----`)"
    );
    let ed25519 = include_str!("testdata/ed25519.pub");
    assert_eq!(
        refused("/bin/sh", &["-c", &format!("echo '{ed25519}'")]),
        "cannot use plugin `/bin/sh`: a plugin signs digests, and Ed25519 signs messages\n\
         hint: use a key of ECDSA P-256, ECDSA P-384 or RSA"
    );
}
