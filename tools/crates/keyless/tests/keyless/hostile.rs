//! Answers of services that fail or deceive.

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;
use http_fixture::Reply;
use p256::ecdsa::SigningKey;
use serde_json::{json, Value};
use transfer::Progress;

use crate::certificates::{spki, Authority, Subject};
use crate::log::Log;
use crate::services::{
    chain, reply, statement, token, trusted_root, workflow, Fake, ISSUER, WORKFLOW,
};

fn other_key() -> Vec<u8> {
    spki(&SigningKey::from_slice(&[9; 32]).unwrap())
}

#[test]
fn a_certificate_of_another_key() {
    let fake = Fake::new();
    fake.edit("signingCert", |document| {
        let subject = Subject::Url(WORKFLOW);
        *document = chain(&Authority::new().certify(&other_key(), subject, ISSUER));
    });
    assert_eq!(
        fake.message(),
        "cannot get certificate from `URL`: the certificate is for another key"
    );
}

#[test]
fn a_certificate_of_another_person() {
    let fake = Fake::new();
    let claims = json!({ "iss": ISSUER, "email": "a@b.example", "email_verified": true });
    fake.change(|received, good| {
        let request: Value = serde_json::from_slice(&received.body).unwrap();
        let key = request.pointer("/publicKeyRequest/publicKey/content");
        let Some(key) = key.and_then(Value::as_str) else {
            return good;
        };
        let (_, spki) = x509_cert::der::pem::decode_vec(key.as_bytes()).unwrap();
        let subject = Subject::Email("eve@b.example");
        reply(
            201,
            &chain(&Authority::new().certify(&spki, subject, ISSUER)),
        )
    });
    let progress = Progress::on(std::io::sink());
    let error = fake.signer(&claims, &progress).identity().unwrap_err();
    assert_eq!(
        error.to_string().replace(&fake.service.url(), "URL"),
        "cannot get certificate from `URL`: the certificate is for another person, `eve@b.example`"
    );
}

#[test]
fn answers_without_a_certificate() {
    let detached = json!({ "signedCertificateDetachedSct": { "chain": {} } });
    for (document, cause) in [
        (json!({}), "the answer has no certificate"),
        (json!([]), "the answer has another format"),
        (
            json!({ "signedCertificateEmbeddedSct": 5 }),
            "the answer has another format",
        ),
        (
            json!({ "signedCertificateEmbeddedSct": { "chain": { "certificates": [] } } }),
            "the answer has no certificate",
        ),
        (
            detached,
            "the certificate has no embedded SCT; detached ones are unsupported",
        ),
    ] {
        let fake = Fake::new();
        fake.edit("signingCert", move |answer| *answer = document.clone());
        let expected = format!("cannot get certificate from `URL`: {cause}");
        assert_eq!(fake.message(), expected);
    }
    let fake = Fake::new();
    fake.edit("signingCert", |answer| *answer = chain("no certificate"));
    let message = fake.message();
    assert!(
        message
            .starts_with("cannot get certificate from `URL`: cannot read certificate `answer`: "),
        "{message}"
    );
}

#[test]
fn an_entry_of_another_signature() {
    let edits: [(&str, Value, &str); 5] = [
        (
            "/spec/payloadHash/value",
            json!("00"),
            "the log recorded another statement",
        ),
        (
            "/spec/signatures/0/signature",
            json!("AAAA"),
            "the log recorded another signature",
        ),
        (
            "/spec/signatures/0/verifier",
            json!("AAAA"),
            "the log recorded another certificate",
        ),
        (
            "/spec/signatures",
            json!([]),
            "the log recorded another number of signatures",
        ),
        (
            "/kind",
            json!("intoto"),
            "expected an entry `dsse 0.0.1`, found `intoto 0.0.1`",
        ),
    ];
    for (pointer, value, cause) in edits {
        let fake = Fake::new();
        fake.edit("entries", move |answer| {
            let body = answer["24296fb24b8ad77a"]["body"].as_str().unwrap();
            let body = STANDARD.decode(body).unwrap();
            let mut entry: Value = serde_json::from_slice(&body).unwrap();
            *entry.pointer_mut(pointer).unwrap() = value.clone();
            *answer = Log::new().answer(&entry);
        });
        let expected = format!("cannot record signature in `URL`: {cause}");
        assert_eq!(fake.message(), expected);
    }
}

#[test]
fn malformed_entries() {
    let other = "the answer has another format";
    for (pointer, value, cause) in [
        ("", json!({}), "expected one entry in the answer"),
        ("", json!([]), other),
        ("/24296fb24b8ad77a", json!({}), other),
        ("/24296fb24b8ad77a/integratedTime", json!(-1), other),
        (
            "/24296fb24b8ad77a/logID",
            json!("zz"),
            "`logID` in the answer is not hexadecimal",
        ),
        (
            "/24296fb24b8ad77a/body",
            json!("?"),
            "`body` in the answer is not base64",
        ),
        (
            "/24296fb24b8ad77a/body",
            json!("e30="),
            "the recorded entry has another format",
        ),
    ] {
        let fake = Fake::new();
        fake.edit("entries", move |answer| {
            *answer.pointer_mut(pointer).unwrap() = value.clone();
        });
        let expected = format!("cannot record signature in `URL`: {cause}");
        assert_eq!(fake.message(), expected);
    }
}

/// Services that are not those of the trusted root.
#[test]
fn evidence_that_is_not_trusted() {
    let fake = Fake::new();
    fake.edit("entries", |answer| {
        let entry = &mut answer["24296fb24b8ad77a"];
        entry["integratedTime"] = (entry["integratedTime"].as_u64().unwrap() - 1).into();
    });
    let progress = Progress::on(std::io::sink());
    let signer = fake
        .signer(&workflow(), &progress)
        .verified_by(trusted_root());
    let message = signer.sign(&statement()).unwrap_err().to_string();
    assert!(
        message.starts_with(
            "cannot sign `sha256:6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d`: \
             the services made a signature that is not valid: it does not follow from the trusted root: "
        ),
        "{message}"
    );
    assert!(message.ends_with(
        "\nhint: check that services and trusted root belong to the same deployment of Sigstore"
    ));
}

#[test]
fn refusals() {
    let audience = "hint: check that the token has the audience of the service, usually `sigstore`, and that the service accepts tokens of issuer `https://issuer.example`";
    for (status, location, expected) in [
        (400, "", format!("the service answered 400 Bad Request: no\n{audience}")),
        (401, "", format!("the service answered 401 Unauthorized: no\n{audience}")),
        (403, "", format!("the service answered 403 Forbidden: no\n{audience}")),
        (409, "", "the service answered 409 Conflict".to_owned()),
        (
            404,
            "",
            "the service answered 404 Not Found: no\nhint: check the URL of the service".to_owned(),
        ),
        (429, "", "the service answered 429 Too Many Requests: no".to_owned()),
        (500, "", "the service answered 500 Internal Server Error: no".to_owned()),
        (
            307,
            "Location: http://127.0.0.1:9/",
            "the service answered 307 Temporary Redirect: no\nhint: use the URL that the service redirects to".to_owned(),
        ),
    ] {
        let fake = Fake::new();
        fake.change(move |_, _| Reply {
            headers: vec![location.to_owned()].into_iter().filter(|line| !line.is_empty()).collect(),
            ..reply(status, &json!({ "code": 3, "message": "no" }))
        });
        assert_eq!(fake.message(), format!("cannot get certificate from `URL`: {expected}"));
        let attempts = if matches!(status, 429 | 500) { 2 } else { 1 };
        assert_eq!(fake.service.received().len(), attempts);
    }
}

#[test]
fn a_log_that_refuses() {
    for (status, location, expected) in [
        (
            400,
            "X: y",
            "the service answered 400 Bad Request: no\nhint: check that the log is Rekor of version 1 and accepts entries of the kind `dsse`",
        ),
        (
            409,
            "X: y",
            "the log has this entry, and does not say at which URL",
        ),
        (
            413,
            "X: y",
            "the service answered 413 Payload Too Large: no\nhint: sign large statements with a key: no service gets them",
        ),
        (
            409,
            "Location: /api/v1/log/entries/aa/../../x",
            "the log has this entry, and does not say at which URL",
        ),
    ] {
        let fake = Fake::new();
        fake.change(move |received, good| {
            if received.path.contains("entries") {
                Reply {
                    headers: vec![location.to_owned()],
                    ..reply(status, &json!({ "message": "no" }))
                }
            } else {
                good
            }
        });
        assert_eq!(fake.message(), format!("cannot record signature in `URL`: {expected}"));
    }
}

/// The entry is requested from the log itself.
#[test]
fn an_entry_at_another_host() {
    let fake = Fake::new();
    fake.change(|received, good| {
        if received.method == "POST" && received.path.contains("entries") {
            Reply {
                headers: vec!["Location: http://127.0.0.1:9/api/v1/log/entries/aa".to_owned()],
                ..reply(409, &json!({}))
            }
        } else {
            good
        }
    });
    let message = fake.message();
    let expected =
        "cannot record signature in `URL`: the service answered 400 Bad Request: no such operation";
    assert!(message.starts_with(expected), "{message}");
    let last = fake.service.received().pop().unwrap();
    assert_eq!(last.path, "/api/v1/log/entries/aa");
}

#[test]
fn large_answers() {
    for path in ["signingCert", "entries"] {
        let fake = Fake::new();
        fake.change(move |received, mut good| {
            if received.path.ends_with(path) {
                good.body = vec![b' '; (1 << 20) + 1];
            }
            good
        });
        let message = fake.message();
        assert!(
            message.ends_with("`URL`: the answer is larger than 1 MiB"),
            "{message}"
        );
    }
}

/// Services that send the token back, in messages and in other places.
#[test]
fn no_message_has_the_token() {
    let secret = token(&workflow());
    let parts: Vec<&str> = secret.split('.').collect();
    for text in [secret.as_str(), parts[1], parts[2], &secret[10..30]] {
        for status in [201, 400, 500] {
            let document = json!({ "message": text, "signedCertificateEmbeddedSct": text });
            let fake = Fake::new();
            fake.change(move |_, _| reply(status, &document));
            let (sender, receiver) = std::sync::mpsc::channel();
            let progress = Progress::on(Lines(sender));
            let claims = workflow();
            let signer = fake.signer(&claims, &progress);
            let error = signer.sign(&statement()).unwrap_err();
            let mut shown = format!("{error} {error:?} {signer:?}");
            shown.extend(receiver.try_iter());
            assert!(!shown.contains(&text[..12]), "{shown}");
            assert!(
                status == 201 || shown.contains("it repeats a secret"),
                "{shown}"
            );
        }
    }
}

/// Sends what is printed to the test.
struct Lines(std::sync::mpsc::Sender<String>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.0.send(text).map_err(std::io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Only Fulcio gets the token, in the body.
#[test]
fn the_log_does_not_get_the_token() {
    let fake = Fake::new();
    let progress = Progress::on(std::io::sink());
    fake.signer(&workflow(), &progress)
        .sign(&statement())
        .unwrap();
    let part = "dG9wLXNlY3JldC1zaWduYXR1cmU";
    for received in fake.service.received() {
        let body = String::from_utf8_lossy(&received.body).contains(part);
        assert_eq!(body, received.path.contains("signingCert"));
        assert!(!received.path.contains(part) && !received.headers.concat().contains(part));
    }
}
