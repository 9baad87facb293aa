//! Signatures that are valid.

use std::thread;

use http_fixture::Reply;
use keyless::Keyless;
use serde_json::{json, Value};
use sign::{verify_keyless, Bundle, Expected, Identity, Statement, SIGNATURE_PREDICATE};
use transfer::Progress;

use crate::certificates::{now, Authority};
use crate::log::Log;
use crate::services::{reply, statement, trusted_root, workflow, Fake, ISSUER, WORKFLOW};

fn paths(fake: &Fake) -> Vec<String> {
    let received = fake.service.received().into_iter();
    received
        .map(|one| format!("{} {}", one.method, one.path))
        .collect()
}

fn release() -> Identity {
    Identity {
        name: WORKFLOW.to_owned(),
        issuer: ISSUER.to_owned(),
    }
}

fn verify(bundle: &Bundle, identity: &Identity) {
    let expected = Expected {
        subject: statement().subject,
        predicate_type: Some(SIGNATURE_PREDICATE),
    };
    let bytes = bundle.bytes().unwrap();
    let identities = std::slice::from_ref(identity);
    let verified = verify_keyless(&bytes, &trusted_root(), identities, &expected).unwrap();
    assert_eq!(&verified.identity, identity);
}

#[test]
fn a_workflow_signs() {
    let fake = Fake::new();
    let progress = Progress::on(std::io::sink());
    let signer = fake.signer(&workflow(), &progress);
    assert_eq!(signer.identity().unwrap(), release());
    let bundle = signer.sign(&statement()).unwrap();
    verify(&bundle, &release());
    assert_eq!(
        paths(&fake),
        ["POST /api/v2/signingCert", "POST /api/v1/log/entries"]
    );
}

#[test]
fn a_person_signs() {
    let fake = Fake::new();
    let progress = Progress::on(std::io::sink());
    let claims = json!({
        "iss": ISSUER, "sub": "12", "email": "a@b.example", "email_verified": true,
    });
    let signer = fake.signer(&claims, &progress).verified_by(trusted_root());
    let bundle = signer.sign(&statement()).unwrap();
    let person = Identity {
        name: "a@b.example".to_owned(),
        issuer: ISSUER.to_owned(),
    };
    verify(&bundle, &person);
}

/// The caller looks for signatures that exist, so that signing twice leaves one.
#[test]
fn signatures_that_exist_are_found() {
    let fake = Fake::new();
    let progress = Progress::on(std::io::sink());
    let statement = statement();
    let attestation = |number| Statement {
        predicate_type: "https://a.example".to_owned(),
        predicate: json!({ "number": number }),
        ..statement.clone()
    };
    let other_claims = json!({ "iss": ISSUER, "sub": "https://ci.example/other" });
    let without_root = fake.signer(&workflow(), &progress);
    let [again, other] = [workflow(), other_claims]
        .map(|claims| fake.signer(&claims, &progress).verified_by(trusted_root()));
    let signature = without_root.sign(&statement).unwrap().bytes().unwrap();
    let attested = without_root.sign(&attestation(1)).unwrap().bytes().unwrap();
    for (signer, bundle, statement, expected) in [
        (&again, &signature, &statement, true),
        (&again, &attested, &attestation(1), true),
        (&again, &attested, &attestation(2), false),
        (&again, &attested, &statement, false),
        (&again, &b"{}".to_vec(), &statement, false),
        (&other, &signature, &statement, false),
        (&without_root, &signature, &statement, false),
    ] {
        assert_eq!(signer.has_signed(bundle, statement).unwrap(), expected);
    }
}

/// All statements of a run, in several threads.
#[test]
fn one_certificate_for_many_statements() {
    let fake = Fake::new();
    let progress = Progress::on(std::io::sink());
    let signer = fake
        .signer(&workflow(), &progress)
        .verified_by(trusted_root());
    thread::scope(|scope| {
        for number in 0..4 {
            let signer = &signer;
            let statement = Statement {
                predicate_type: "https://a.example".to_owned(),
                predicate: json!({ "number": number }),
                ..statement()
            };
            scope.spawn(move || signer.sign(&statement).unwrap());
        }
    });
    let certificates = paths(&fake);
    let certificates = certificates
        .iter()
        .filter(|path| path.contains("signingCert"));
    assert_eq!(certificates.count(), 1);
}

#[test]
fn a_certificate_that_expires_soon_is_replaced() {
    let mut authority = Authority::new();
    authority.life = 50;
    let fake = Fake::with(authority);
    let progress = Progress::on(std::io::sink());
    let signer = fake.signer(&workflow(), &progress);
    for _ in 0..2 {
        verify(&signer.sign(&statement()).unwrap(), &release());
    }
    assert_eq!(paths(&fake).len(), 4);
}

#[test]
fn an_expired_token_is_not_sent() {
    let fake = Fake::new();
    let progress = Progress::on(std::io::sink());
    let claims = json!({ "iss": ISSUER, "sub": WORKFLOW, "exp": 1000 });
    let error = fake.signer(&claims, &progress).identity().unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot use identity token `TOKEN`: it expired at 1970-01-01T00:16:40Z\n\
         hint: get a new token immediately before you sign: most are valid for a few minutes"
    );
    assert!(paths(&fake).is_empty());
    let soon = json!({ "iss": ISSUER, "sub": WORKFLOW, "exp": now() + 5 });
    assert!(fake.signer(&soon, &progress).identity().is_ok());
}

/// Temporary failures: a limit of requests, an overloaded service, a connection that is closed.
#[test]
fn requests_are_repeated() {
    for (status, end) in [(429, "Cert"), (503, "entries"), (0, "Cert"), (0, "entries")] {
        let fake = Fake::new();
        let mut once = true;
        fake.change(move |received, good| {
            if received.path.ends_with(end) && std::mem::take(&mut once) {
                reply(status, &json!({}))
            } else {
                good
            }
        });
        let progress = Progress::on(std::io::sink());
        let signer = fake.signer(&workflow(), &progress);
        verify(&signer.sign(&statement()).unwrap(), &release());
        assert_eq!(paths(&fake).len(), 3, "{status} {end}");
    }
}

/// The answer to the first attempt is lost. The log answers the second one with the URL of the entry.
#[test]
fn an_entry_that_exists() {
    let fake = Fake::new();
    let mut recorded: Option<Value> = None;
    fake.change(move |received, good| {
        let requested = serde_json::from_slice(&received.body).unwrap_or_default();
        match (received.method.as_str(), received.path.as_str()) {
            ("POST", "/api/v1/log/entries") if recorded.is_none() => {
                recorded = Some(Log::new().record(&requested));
                reply(0, &json!({}))
            }
            ("POST", "/api/v1/log/entries") => Reply {
                headers: vec!["Location: /api/v1/log/entries/24296fb24b8ad77a".to_owned()],
                ..reply(409, &json!({ "code": 409, "message": "exists" }))
            },
            ("GET", "/api/v1/log/entries/24296fb24b8ad77a") => {
                reply(200, recorded.as_ref().unwrap())
            }
            _ => good,
        }
    });
    let progress = Progress::on(std::io::sink());
    let signer: Keyless<'_> = fake.signer(&workflow(), &progress);
    verify(&signer.sign(&statement()).unwrap(), &release());
    assert_eq!(paths(&fake).len(), 4);
}
