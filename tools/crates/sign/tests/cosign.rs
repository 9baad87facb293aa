//! cosign, where `./bazelw test` has brought it: it reads our keys and bundles, and we read its.
//!
//! cosign runs without network and without a transparency log.

#![allow(clippy::print_stderr, clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use blob::Digest;
use serde_json::json;
use sign::{verify, Bundle, Expected, KeyPair, Signer, Statement, SIGNATURE_PREDICATE};
use tempfile::TempDir;
use testkit::reference_tool;

const PASSWORD: &str = "correct-horse";
const OPENVEX: &str = "https://openvex.dev/ns";

/// cosign, and a directory with a new key pair of ours: `our.key` and `our.pub`.
struct Cosign {
    program: PathBuf,
    directory: TempDir,
    pair: KeyPair,
}

impl Cosign {
    /// `None` if this machine has no cosign, which is reported.
    fn new() -> Option<Self> {
        let program = reference_tool("cosign")?;
        let cosign = Self {
            program,
            directory: tempfile::tempdir().unwrap(),
            pair: KeyPair::generate(PASSWORD.as_bytes()).unwrap(),
        };
        cosign.write("our.key", cosign.pair.private_pem.as_bytes());
        cosign.write("our.pub", cosign.pair.public_pem.as_bytes());
        Some(cosign)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.directory.path().join(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.directory.path().join(name)).unwrap()
    }

    /// Runs cosign in the directory; the standard output, or the standard error of a failure.
    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.program)
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("HOME", self.directory.path())
            .env("COSIGN_PASSWORD", PASSWORD)
            .output()
            .unwrap();
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).unwrap())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// Whether cosign accepts `bundle.json` with a key for a subject.
    fn verifies(&self, key: &str, subject: Digest, predicate_type: &str) -> Result<String, String> {
        let digest = subject.hex();
        self.run(&[
            "verify-blob-attestation",
            "--bundle=bundle.json",
            &format!("--key={key}"),
            &format!("--type={predicate_type}"),
            &format!("--digest={digest}"),
            "--digestAlg=sha256",
            "--insecure-ignore-tlog=true",
        ])
    }
}

#[test]
fn cosign_reads_our_key_pair() {
    let Some(cosign) = Cosign::new() else {
        return;
    };
    let public = cosign.run(&["public-key", "--key=our.key"]).unwrap();
    assert_eq!(public, cosign.pair.public_pem);
}

#[test]
fn cosign_accepts_our_bundles() {
    let Some(cosign) = Cosign::new() else {
        return;
    };
    let other = KeyPair::generate(b"").unwrap();
    cosign.write("other.pub", other.public_pem.as_bytes());
    let subject = Digest::of(b"image");
    let attestation = Statement {
        subject,
        predicate_type: OPENVEX.to_owned(),
        predicate: json!({"statements": [{"status": "not_affected"}]}),
    };
    for statement in [Statement::signature(subject), attestation] {
        let kind = &statement.predicate_type;
        let bundle = Bundle::sign(&statement, &cosign.pair.key).unwrap();
        cosign.write("bundle.json", &bundle.bytes().unwrap());
        cosign.verifies("our.pub", subject, kind).unwrap();
        cosign.verifies("other.pub", subject, kind).unwrap_err();
        let another = Digest::of(b"another image");
        cosign.verifies("our.pub", another, kind).unwrap_err();
        cosign
            .verifies("our.pub", subject, "https://a.example")
            .unwrap_err();
    }
}

#[test]
fn we_accept_bundles_of_cosign() {
    let Some(cosign) = Cosign::new() else {
        return;
    };
    cosign.write("image", b"image");
    cosign.write("predicate.json", b"{}");
    for kind in [SIGNATURE_PREDICATE, OPENVEX] {
        let kind_option = format!("--type={kind}");
        cosign
            .run(&[
                "attest-blob",
                "--yes",
                "--key=our.key",
                "--predicate=predicate.json",
                &kind_option,
                "--bundle=bundle.json",
                "--use-signing-config=false",
                "--tlog-upload=false",
                "image",
            ])
            .unwrap();
        let keys = [cosign.pair.key.public_key().clone()];
        let expected = Expected {
            subject: Digest::of(b"image"),
            predicate_type: Some(kind),
        };
        verify(&cosign.read("bundle.json"), &keys, &expected).unwrap();
    }
}
