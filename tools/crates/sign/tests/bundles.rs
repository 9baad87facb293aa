//! Bundles that we write, bundles that cosign wrote, and bundles that must not be accepted.

#![allow(clippy::unwrap_used)]

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use blob::Digest;
use serde_json::{json, Value};
use sign::{
    verify, Bundle, Expected, PrivateKey, PublicKey, Refusal, Statement, BUNDLE_MEDIA_TYPE,
    SIGNATURE_PREDICATE,
};

/// The image of all files in `testdata`.
const IMAGE: &str = "sha256:3534ba3513496d83b324132e2316aff83a6ac17ca07202e9377077e89ceeda3e";

const COSIGN_P256: &str = include_str!("testdata/cosign_p256.json");

fn image() -> Digest {
    IMAGE.parse().unwrap()
}

fn ours() -> PrivateKey {
    PrivateKey::parse("sec1.pem", include_str!("testdata/sec1.pem"), None).unwrap()
}

fn key(text: &str) -> PublicKey {
    PublicKey::parse("key.pub", text).unwrap()
}

fn our_key() -> PublicKey {
    key(include_str!("testdata/sec1.pub"))
}

fn cosign_key() -> PublicKey {
    key(include_str!("testdata/cosign.pub"))
}

fn signature() -> Expected<'static> {
    Expected {
        subject: image(),
        predicate_type: Some(SIGNATURE_PREDICATE),
    }
}

fn refused(bundle: &[u8], keys: &[PublicKey]) -> Refusal {
    verify(bundle, keys, &signature()).unwrap_err()
}

/// The refusal of a changed bundle of cosign.
fn changed(change: impl FnOnce(&mut Value)) -> Refusal {
    let mut bundle: Value = serde_json::from_str(COSIGN_P256).unwrap();
    change(&mut bundle);
    refused(bundle.to_string().as_bytes(), &[cosign_key()])
}

fn message(refusal: &Refusal) -> String {
    refusal.error("image").to_string()
}

fn not(cause: &str) -> Refusal {
    Refusal::NotABundle(cause.to_owned())
}

/// `cosign verify --key sec1.pub` accepted these bytes as a referrer; see `testdata/README.md`.
#[test]
fn our_signature_has_the_same_bytes_each_time() {
    for _ in 0..2 {
        let bundle = Bundle::sign(&Statement::signature(image()), &ours()).unwrap();
        let text = String::from_utf8(bundle.bytes().unwrap()).unwrap();
        assert_eq!(text, include_str!("testdata/our_signature.json").trim_end());
        assert_eq!(Bundle::parse(text.as_bytes()).unwrap(), bundle);
        let keys = [cosign_key(), our_key()];
        let verified = verify(text.as_bytes(), &keys, &signature()).unwrap();
        assert_eq!(verified.key, &keys[1]);
        assert_eq!(verified.payload, bundle.payload());
    }
}

#[test]
fn our_statement_has_sorted_keys() {
    let statement = Statement {
        subject: image(),
        predicate_type: "https://openvex.dev/ns".to_owned(),
        predicate: json!({"z": [1, {"b": 2, "a": "é"}], "a": null}),
    };
    let bundle = Bundle::sign(&statement, &ours()).unwrap();
    assert_eq!(
        String::from_utf8(bundle.payload().to_vec()).unwrap(),
        format!(
            r#"{{"_type":"https://in-toto.io/Statement/v1","predicate":{{"a":null,"z":[1,{{"a":"é","b":2}}]}},"predicateType":"https://openvex.dev/ns","subject":[{{"digest":{{"sha256":"{}"}}}}]}}"#,
            image().hex()
        )
    );
}

#[test]
fn a_predicate_is_an_object_with_a_type() {
    let refused = |predicate_type: &str, predicate| {
        let statement = Statement {
            subject: image(),
            predicate_type: predicate_type.to_owned(),
            predicate,
        };
        Bundle::sign(&statement, &ours()).unwrap_err().to_string()
    };
    assert_eq!(
        refused("a", json!([])),
        "cannot write statement `a`: the predicate is not a JSON object"
    );
    assert_eq!(
        refused("", json!({})),
        "cannot write statement ``: the predicate type is empty"
    );
}

#[test]
fn cosign_signatures_of_each_algorithm() {
    for (bundle, public) in [
        (COSIGN_P256, include_str!("testdata/cosign.pub")),
        (
            include_str!("testdata/cosign_p384.json"),
            include_str!("testdata/p384.pub"),
        ),
        (
            include_str!("testdata/cosign_ed25519.json"),
            include_str!("testdata/ed25519.pub"),
        ),
        (
            include_str!("testdata/cosign_rsa.json"),
            include_str!("testdata/rsa.pub"),
        ),
    ] {
        let keys = [key(public)];
        let verified = verify(bundle.as_bytes(), &keys, &signature()).unwrap();
        assert_eq!(verified.key, &keys[0]);
        assert_eq!(verified.predicate_type, SIGNATURE_PREDICATE);
        let hint = keys[0].fingerprint();
        assert_eq!(Bundle::parse(bundle.as_bytes()).unwrap().hint(), hint);
    }
}

/// `cosign attest` writes the older statement, with a name.
#[test]
fn a_cosign_attestation() {
    let bundle = include_bytes!("testdata/cosign_openvex.json");
    let keys = [cosign_key()];
    let any = Expected {
        predicate_type: None,
        ..signature()
    };
    let verified = verify(bundle, &keys, &any).unwrap();
    assert_eq!(verified.predicate_type, "https://openvex.dev/ns");
    let statement: Value = serde_json::from_slice(&verified.payload).unwrap();
    assert_eq!(statement["predicate"], json!({"_x": 1}));
    assert_eq!(
        message(&refused(bundle, &keys)),
        "cannot verify `image`: predicate type: expected `https://sigstore.dev/cosign/sign/v1`, found `https://openvex.dev/ns`"
    );
}

#[test]
fn old_and_new_keys_are_valid_at_the_same_time() {
    let ours = include_bytes!("testdata/our_signature.json");
    for keys in [[cosign_key(), our_key()], [our_key(), cosign_key()]] {
        for bundle in [COSIGN_P256.as_bytes(), ours] {
            assert!(verify(bundle, &keys, &signature()).is_ok());
        }
    }
}

#[test]
fn another_key() {
    assert_eq!(
        message(&refused(COSIGN_P256.as_bytes(), &[our_key()])),
        "cannot verify `image`: no given key made the signature; it claims the key with fingerprint `hTmoiHZQGEXo6B2e4VeVBSNMyx4IFb0sXrl228kl/gk=`\n\
         hint: pass the public key of the signer; during a key rotation, pass the old and the new key"
    );
    let without_hint = COSIGN_P256.replace(&cosign_key().fingerprint(), "");
    assert_eq!(
        refused(without_hint.as_bytes(), &[our_key()]),
        Refusal::WrongKey(None)
    );
    assert!(verify(without_hint.as_bytes(), &[cosign_key()], &signature()).is_ok());
    assert_eq!(
        refused(without_hint.as_bytes(), &[]),
        Refusal::WrongKey(None)
    );
}

#[test]
fn another_image() {
    let keys = [cosign_key()];
    let expected = Expected {
        subject: Digest::of(b""),
        ..signature()
    };
    let refusal = verify(COSIGN_P256.as_bytes(), &keys, &expected).unwrap_err();
    assert_eq!(
        message(&refusal),
        format!(
            "cannot verify `image`: the signature is for another image: expected `{}`, found `{IMAGE}`\n\
             hint: the signature belongs to another image; look for a signature of this digest",
            Digest::of(b"")
        )
    );
}

#[test]
fn changed_content() {
    let payload = |bundle: &mut Value, change: fn(Vec<u8>) -> Vec<u8>| {
        let payload = &mut bundle["dsseEnvelope"]["payload"];
        let bytes = STANDARD.decode(payload.as_str().unwrap()).unwrap();
        *payload = STANDARD.encode(change(bytes)).into();
    };
    let tampered = Refusal::Tampered(format!("key `{}`", cosign_key().fingerprint()));
    let swapped = changed(|bundle| {
        payload(bundle, |bytes| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace("3534ba", "3534bb").into_bytes()
        });
    });
    assert_eq!(swapped, tampered);
    assert_eq!(
        message(&swapped),
        "cannot verify `image`: the content was changed after it was signed with key `hTmoiHZQGEXo6B2e4VeVBSNMyx4IFb0sXrl228kl/gk=`, or the signature was\n\
         hint: do not use the image; get the signature again from its publisher"
    );
    let longer = changed(|bundle| payload(bundle, |bytes| [bytes, b" ".to_vec()].concat()));
    assert_eq!(longer, tampered);
    let typed = changed(|bundle| bundle["dsseEnvelope"]["payloadType"] = "text/plain".into());
    assert_eq!(typed, tampered);
    for signature in ["", "AAAA", "MAYCAQACAQA="] {
        let zero = changed(|bundle| {
            bundle["dsseEnvelope"]["signatures"][0]["sig"] = signature.into();
        });
        assert_eq!(zero, tampered, "{signature}");
    }
}

#[test]
fn other_kinds_of_documents() {
    assert_eq!(
        changed(|bundle| bundle["mediaType"] = "text/plain".into()),
        Refusal::WrongMediaType("text/plain".to_owned())
    );
    assert_eq!(
        message(&changed(|bundle| bundle["mediaType"] = "a\u{1b}".into())),
        format!(
            "cannot verify `image`: media type: expected `{BUNDLE_MEDIA_TYPE}`, found `a\\u{{1b}}`"
        )
    );
    let old = "application/vnd.dev.sigstore.bundle+json;version=0.2";
    assert_eq!(
        message(&changed(|bundle| bundle["mediaType"] = old.into())),
        format!("cannot verify `image`: unsupported signature: a bundle of another version, `{old}`, expected 0.3")
    );
    assert_eq!(
        message(&changed(|bundle| {
            bundle["verificationMaterial"] = json!({"certificate": {"rawBytes": "AAAA"}});
        })),
        "cannot verify `image`: unsupported signature: signed with a certificate (keyless), expected a key"
    );
    assert_eq!(
        message(&changed(|bundle| {
            let bundle = bundle.as_object_mut().unwrap();
            bundle.remove("dsseEnvelope");
            bundle.insert("messageSignature".to_owned(), json!({}));
        })),
        "cannot verify `image`: unsupported signature: a signature of a file (`messageSignature`), expected a statement (`dsseEnvelope`)"
    );
}

#[test]
fn malformed_bundles() {
    let one_of = "expected one of `dsseEnvelope` and `messageSignature`";
    let one = "expected one signature in `dsseEnvelope.signatures`";
    let both = |bundle: &mut Value| bundle["messageSignature"] = json!({});
    let cases: [(&str, Refusal); 7] = [
        (one_of, changed(both)),
        (
            one_of,
            changed(|bundle| bundle["dsseEnvelope"] = Value::Null),
        ),
        (
            "`verificationMaterial` has no `publicKey`",
            changed(|bundle| bundle["verificationMaterial"] = json!({})),
        ),
        (
            "it has both a public key and a certificate",
            changed(|bundle| bundle["verificationMaterial"]["certificate"] = json!({})),
        ),
        (
            one,
            changed(|bundle| bundle["dsseEnvelope"]["signatures"] = json!([])),
        ),
        (
            "`dsseEnvelope.payload`: it is not base64 (standard alphabet)",
            changed(|bundle| bundle["dsseEnvelope"]["payload"] = "*".into()),
        ),
        (
            "`mediaType` is missing",
            changed(|bundle| bundle["mediaType"] = Value::Null),
        ),
    ];
    for (cause, refusal) in cases {
        assert_eq!(refusal, not(cause));
    }
    assert_eq!(
        changed(|bundle| {
            let signature = bundle["dsseEnvelope"]["signatures"][0].clone();
            bundle["dsseEnvelope"]["signatures"] = json!([signature, signature]);
        }),
        not(one)
    );
}

#[test]
fn hostile_texts() {
    let keys = [cosign_key()];
    let nested = format!(
        r#"{{"mediaType":"{BUNDLE_MEDIA_TYPE}","x":{}"#,
        "[".repeat(100_000)
    );
    let signatures = format!(
        r#"{{"mediaType":"{BUNDLE_MEDIA_TYPE}","dsseEnvelope":{{"signatures":[{}]}}}}"#,
        [r#"{"sig":""}"#; 100_000].join(",")
    );
    let twice = COSIGN_P256.replace(
        "\"dsseEnvelope\":",
        "\"dsseEnvelope\":null,\"dsseEnvelope\":",
    );
    for (text, cause) in [
        (&b""[..], "EOF while parsing a value at line 1 column 0"),
        (b"\xff", "expected value at line 1 column 1"),
        (
            b"[]",
            "invalid length 0, expected struct MediaType with 1 element at line 1 column 2",
        ),
        (b"{}", "`mediaType` is missing"),
        (
            nested.as_bytes(),
            "EOF while parsing a list at line 1 column 100065",
        ),
        (
            signatures.as_bytes(),
            "invalid length 17, expected a list of at most 16 items at line 1 column 278",
        ),
        (
            twice.as_bytes(),
            "duplicate field `dsseEnvelope` at line 1 column 190",
        ),
        (
            &vec![b' '; 16 * 1024 * 1024 + 1],
            "it is larger than 16 MiB",
        ),
    ] {
        assert_eq!(refused(text, &keys), not(cause));
    }
}

/// The content of a payload matters only if a key signed it.
#[test]
fn signed_content_that_is_no_statement() {
    let refused = |payload_type: &str, payload: &str| {
        let key = ours();
        let bytes = format!(
            "DSSEv1 {} {payload_type} {} {payload}",
            payload_type.len(),
            payload.len()
        );
        let signature = sign::Signer::sign(&key, bytes.as_bytes()).unwrap();
        let bundle = json!({
            "mediaType": "application/vnd.dev.sigstore.bundle+json;version=0.3",
            "verificationMaterial": {"publicKey": {}, "tlogEntries": [{}]},
            "dsseEnvelope": {
                "payload": STANDARD.encode(payload),
                "payloadType": payload_type,
                "signatures": [{"keyid": "", "sig": STANDARD.encode(signature)}],
            },
        });
        message(&refused(bundle.to_string().as_bytes(), &[our_key()]))
    };
    let type_ = "application/vnd.in-toto+json";
    let prefix = "cannot verify `image`: the signed content is not an in-toto statement: ";
    for (payload_type, payload, cause) in [
        (
            "text/plain",
            "{}",
            "payload type: expected `application/vnd.in-toto+json`, found `text/plain`",
        ),
        (type_, "{}", "missing field `_type` at line 1 column 2"),
        (
            type_,
            r#"{"_type":"a","subject":[],"predicateType":"b"}"#,
            "unknown type `a`",
        ),
        (
            type_,
            r#"{"_type":"a","_type":"b"}"#,
            "duplicate field `_type` at line 1 column 20",
        ),
    ] {
        assert_eq!(refused(payload_type, payload), format!("{prefix}{cause}"));
    }
    let other = r#"{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha512":"a"}}],"predicateType":"b"}"#;
    assert_eq!(
        refused(type_, other).lines().next().unwrap(),
        format!("cannot verify `image`: the signature is for another image: expected `{IMAGE}`, found `no SHA-256 digest`")
    );
}
