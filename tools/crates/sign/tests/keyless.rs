//! Bundles that were signed with a certificate, and a trusted root that is given.

#![allow(clippy::unwrap_used)]

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use blob::Digest;
use serde_json::{json, Value};
use sign::{
    verify_keyless, Bundle, Certificate, Envelope, Expected, Identity, InclusionProof, LogEntry,
    PrivateKey, Referrer, Refusal, Signer, Statement, TrustedRoot, VerifiedKeyless,
    SIGNATURE_PREDICATE,
};

const IMAGE: &str = "sha256:3534ba3513496d83b324132e2316aff83a6ac17ca07202e9377077e89ceeda3e";
const BUNDLE: &str = include_str!("testdata/cosign_keyless.json");

fn root(text: &str) -> TrustedRoot {
    TrustedRoot::parse("trusted_root.json", text).unwrap()
}

fn identity(name: &str, issuer: &str) -> Identity {
    Identity {
        name: name.to_owned(),
        issuer: issuer.to_owned(),
    }
}

fn release() -> Identity {
    identity("https://ci.example/release", "https://issuer.example")
}

fn signature() -> Expected<'static> {
    Expected {
        subject: IMAGE.parse().unwrap(),
        predicate_type: Some(SIGNATURE_PREDICATE),
    }
}

fn verified(bundle: &str, identities: &[Identity]) -> Result<VerifiedKeyless, Refusal> {
    let root = root(include_str!("testdata/trusted_root.json"));
    verify_keyless(bundle.as_bytes(), &root, identities, &signature())
}

/// The refusal of a changed bundle.
fn changed(change: impl FnOnce(&mut Value)) -> Refusal {
    let mut bundle: Value = serde_json::from_str(BUNDLE).unwrap();
    change(&mut bundle);
    verified(&bundle.to_string(), &[release()]).unwrap_err()
}

fn message(refusal: &Refusal) -> String {
    refusal.error("image").to_string()
}

#[test]
fn a_keyless_signature_of_cosign() {
    let other = identity("https://ci.example/other", "https://issuer.example");
    let found = verified(BUNDLE, &[other, release()]).unwrap();
    assert_eq!(found.identity, release());
    assert_eq!(found.predicate_type, SIGNATURE_PREDICATE);
    let statement: Value = serde_json::from_slice(&found.payload).unwrap();
    assert_eq!(
        statement["subject"][0]["digest"]["sha256"],
        IMAGE.trim_start_matches("sha256:")
    );
}

/// One trusted root serves all threads that verify.
#[test]
fn threads_share_a_trusted_root() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&root(include_str!("testdata/trusted_root.json")));
}

#[test]
fn another_identity() {
    let issuer = "https://issuer.example";
    for wrong in [
        identity("https://ci.example/releas", issuer),
        identity("https://ci.example/release2", issuer),
        identity("https://ci.example/release", "https://other.example"),
        identity("", ""),
    ] {
        assert_eq!(
            message(&verified(BUNDLE, &[wrong]).unwrap_err()),
            "cannot verify `image`: another identity signed it: `https://ci.example/release`, confirmed by issuer `https://issuer.example`\n\
             hint: pass this identity and issuer only if you know that they belong to the publisher"
        );
    }
    assert!(verified(BUNDLE, &[]).is_err());
}

#[test]
fn another_image_or_type() {
    let root = root(include_str!("testdata/trusted_root.json"));
    let refused =
        |expected| verify_keyless(BUNDLE.as_bytes(), &root, &[release()], &expected).unwrap_err();
    let subject = Digest::of(b"");
    assert_eq!(
        refused(Expected {
            subject,
            ..signature()
        }),
        Refusal::WrongSubject {
            expected: subject,
            found: Some(IMAGE.to_owned())
        }
    );
    assert_eq!(
        refused(Expected {
            predicate_type: Some("a"),
            ..signature()
        }),
        Refusal::WrongPredicateType {
            expected: "a".to_owned(),
            found: SIGNATURE_PREDICATE.to_owned()
        }
    );
}

#[test]
fn changed_content() {
    let payload = changed(|bundle| {
        let payload = &mut bundle["dsseEnvelope"]["payload"];
        let text = STANDARD.decode(payload.as_str().unwrap()).unwrap();
        *payload = STANDARD.encode([text, b" ".to_vec()].concat()).into();
    });
    assert_eq!(
        message(&payload),
        "cannot verify `image`: the content was changed after it was signed with the certificate, or the signature was\n\
         hint: do not use the image; get the signature again from its publisher"
    );
    let signature = changed(|bundle| {
        bundle["dsseEnvelope"]["signatures"][0]["sig"] = "MAYCAQECAQE=".into();
    });
    assert_eq!(signature, payload);
}

/// All evidence counts: the certificate, the log entry, its time, its proof and its promise.
#[test]
fn changed_evidence() {
    for path in [
        "/certificate/rawBytes",
        "/tlogEntries/0/canonicalizedBody",
        "/tlogEntries/0/inclusionPromise/signedEntryTimestamp",
        "/tlogEntries/0/inclusionProof/rootHash",
        "/tlogEntries/0/logId/keyId",
    ] {
        let refusal = changed(|bundle| {
            let value = bundle["verificationMaterial"].pointer_mut(path).unwrap();
            let mut bytes = STANDARD.decode(value.as_str().unwrap()).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            *value = STANDARD.encode(bytes).into();
        });
        assert!(is_distrusted(&refusal), "{path}: {refusal:?}");
    }
    for (path, value) in [
        ("/tlogEntries/0/integratedTime", json!("1")),
        ("/tlogEntries/0/integratedTime", json!("4102444800")),
        (
            "/tlogEntries/0/inclusionProof/checkpoint/envelope",
            json!("a\n1\nAAAA\n\n"),
        ),
        (
            "/tlogEntries/0/inclusionProof/treeSize",
            json!("18446744073709551615"),
        ),
        ("/tlogEntries", json!([])),
    ] {
        let refusal = changed(|bundle| {
            *bundle["verificationMaterial"].pointer_mut(path).unwrap() = value;
        });
        assert!(is_distrusted(&refusal), "{path}: {refusal:?}");
    }
}

fn is_distrusted(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Untrusted(_) | Refusal::NotABundle(_))
}

#[test]
fn a_certificate_that_had_expired() {
    let bundle = include_bytes!("testdata/expired_keyless.json");
    let refused = |text| verify_keyless(bundle, &root(text), &[release()], &signature());
    let expired = refused(include_str!("testdata/expired_trusted_root.json")).unwrap_err();
    assert_eq!(
        message(&expired),
        "cannot verify `image`: the certificate had expired, or was not valid yet, when the log recorded the signature"
    );
    let other = refused(include_str!("testdata/trusted_root.json")).unwrap_err();
    assert_eq!(
        message(&other),
        "cannot verify `image`: it does not follow from the trusted root: invalid inclusion promise: No log key valid at integrated time 2026-11-27T18:39:16Z for log ID ox0k5QXJpuDckLG7OvLnVMDYN+KME1VMEA6R6OGG9s8="
    );
}

#[test]
fn other_kinds_of_documents() {
    let by_key = include_str!("testdata/cosign_p256.json");
    assert_eq!(
        message(&verified(by_key, &[release()]).unwrap_err()),
        "cannot verify `image`: unsupported signature: signed with a key, expected a certificate (keyless)"
    );
    let many = changed(|bundle| {
        let entries = &mut bundle["verificationMaterial"]["tlogEntries"];
        *entries = vec![entries[0].clone(); 9].into();
    });
    assert_eq!(
        many,
        Refusal::NotABundle("it has more than 8 log entries or time stamps".to_owned())
    );
    for text in ["", "{}", "[]", "\u{0}"] {
        let refusal = verified(text, &[release()]).unwrap_err();
        assert!(matches!(refusal, Refusal::NotABundle(_)), "{refusal:?}");
    }
    let cut = changed(|bundle| bundle["verificationMaterial"] = json!({}));
    assert!(matches!(cut, Refusal::NotABundle(_)), "{cut:?}");
}

#[test]
fn texts_that_are_no_trusted_roots() {
    let refused = |text: &str| {
        let error = TrustedRoot::parse("root.json", text).unwrap_err();
        error.to_string()
    };
    assert_eq!(
        refused(&" ".repeat(1024 * 1024 + 1)),
        "cannot read trusted root `root.json`: it is larger than 1 MiB"
    );
    for text in ["", "[]", "{}"] {
        let message = refused(text);
        assert!(
            message.starts_with("cannot read trusted root `root.json`: "),
            "{message}"
        );
    }
    let root = include_str!("testdata/trusted_root.json");
    let message = refused(&root.replace("MFkwEwYHKoZIzj0CAQYI", "MFkwEwYHKoZIzj0CAQYJ"));
    assert!(
        message.starts_with("cannot read trusted root `root.json`: "),
        "{message}"
    );
}

/// The certificate of cosign's bundle, in PEM on one line, as some services write it.
fn certificate() -> Certificate {
    let bundle: Value = serde_json::from_str(BUNDLE).unwrap();
    let der = bundle["verificationMaterial"]["certificate"]["rawBytes"].as_str();
    let label = |word| format!("-----{word} CERTIFICATE-----");
    let pem = format!("{}\n{}\n{}\n", label("BEGIN"), der.unwrap(), label("END"));
    Certificate::parse("certificate", &pem).unwrap()
}

#[test]
fn certificates() {
    let found = certificate();
    assert_eq!(found.identity(), &release());
    assert!(!found.names_email());
    assert_eq!(found.not_after(), 1_795_805_012);
    let again = Certificate::parse("certificate", &found.pem().unwrap()).unwrap();
    assert_eq!(again, found);
    let other = PrivateKey::parse("key", include_str!("testdata/sec1.pem"), None).unwrap();
    assert!(!found.is_for(other.public_key()));
    for (text, message) in [
        (
            " ".repeat(65_537),
            "cannot read certificate `a.pem`: it is larger than 64 KiB",
        ),
        (String::new(), "cannot read certificate `a.pem`: "),
        (
            found.pem().unwrap().replace("CERTIFICATE", "PUBLIC KEY"),
            "cannot read certificate `a.pem`: ",
        ),
    ] {
        let error = Certificate::parse("a.pem", &text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

/// The fields of a bundle that is made from parts, in the order and form of protobuf's JSON.
#[test]
fn a_bundle_from_its_parts() {
    let key = PrivateKey::parse("key", include_str!("testdata/sec1.pem"), None).unwrap();
    let statement = Statement::signature(IMAGE.parse().unwrap());
    let envelope = Envelope::sign(&statement, &key).unwrap();
    let parsed: Value = serde_json::from_slice(&envelope.bytes().unwrap()).unwrap();
    let entry = LogEntry {
        log_index: 1 << 60,
        log_id: b"log".to_vec(),
        kind: "dsse".to_owned(),
        version: "0.0.1".to_owned(),
        integrated_time: 1_795_804_413,
        signed_entry_timestamp: b"promise".to_vec(),
        proof: InclusionProof {
            log_index: 1,
            tree_size: 2,
            root_hash: b"root".to_vec(),
            hashes: vec![b"other".to_vec()],
            checkpoint: "note".to_owned(),
        },
        body: b"{}".to_vec(),
    };
    let certificate = certificate();
    let bundle = Bundle::keyless(envelope, &certificate, vec![entry]);
    let document: Value = serde_json::from_slice(&bundle.bytes().unwrap()).unwrap();
    assert_eq!(
        document,
        json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "dsseEnvelope": parsed,
            "verificationMaterial": {
                "certificate": { "rawBytes": STANDARD.encode(certificate.der()) },
                "tlogEntries": [{
                    "canonicalizedBody": "e30=",
                    "inclusionPromise": { "signedEntryTimestamp": "cHJvbWlzZQ==" },
                    "inclusionProof": {
                        "checkpoint": { "envelope": "note" },
                        "hashes": ["b3RoZXI="],
                        "logIndex": "1",
                        "rootHash": "cm9vdA==",
                        "treeSize": "2",
                    },
                    "integratedTime": "1795804413",
                    "kindVersion": { "kind": "dsse", "version": "0.0.1" },
                    "logId": { "keyId": "bG9n" },
                    "logIndex": "1152921504606846976",
                }],
            },
        })
    );
    assert_eq!(bundle.hint(), "");
    assert_eq!(
        Bundle::parse(&bundle.bytes().unwrap())
            .unwrap_err()
            .to_string(),
        "unsupported signature: signed with a certificate (keyless), expected a key"
    );
    let subject = json!({
        "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": IMAGE, "size": 401,
    });
    let subject = oci::read_descriptor("subject", subject.to_string().as_bytes()).unwrap();
    let referrer = Referrer::new(&bundle, &subject).unwrap();
    assert_eq!(referrer.bundle, bundle.bytes().unwrap());
}

#[test]
fn a_generated_key_is_new() {
    let (one, other) = (
        PrivateKey::generate().unwrap(),
        PrivateKey::generate().unwrap(),
    );
    assert_ne!(one.public_key(), other.public_key());
    let signature = one.sign(b"text").unwrap();
    assert!(one.public_key().verifies(b"text", &signature));
}
