use std::time::Instant;

use blob::Digest;
use registry::{Access, Selector};
use registry_fixture::{Fault, RetryAfter, Rule, Settings};

use crate::support::{Bench, INDEX, PULL, PUSH};

const BYTES: &[u8] =
    br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;

fn tag(text: &str) -> Selector {
    Selector::Tag(text.to_owned())
}

#[test]
fn a_manifest_is_stored_found_read_and_deleted() {
    let bench = Bench::new(Settings::default());
    let client = bench.client();
    let repository = client.repository(&bench.name("a/b"), Access::Delete);
    let digest = Digest::of(BYTES);
    assert_eq!(repository.manifest(&tag("t")).unwrap(), None);
    assert_eq!(repository.manifest_exists(&tag("t")).unwrap(), None);
    let stored = repository.put_manifest(&tag("t"), INDEX, BYTES).unwrap();
    assert_eq!(stored.digest, digest);
    for selector in [tag("t"), Selector::Digest(digest)] {
        let found = repository.manifest_exists(&selector).unwrap().unwrap();
        let manifest = repository.manifest(&selector).unwrap().unwrap();
        assert_eq!(
            (found.blob.digest, found.blob.size),
            (digest, BYTES.len() as u64)
        );
        assert_eq!(
            (found.media_type.as_str(), manifest.media_type.as_str()),
            (INDEX, INDEX)
        );
        assert_eq!(manifest.bytes, BYTES);
    }
    assert!(repository.delete_tag("t").unwrap());
    assert!(!repository.delete_tag("t").unwrap());
    assert!(repository.delete_manifest(digest).unwrap());
    assert!(!repository.delete_manifest(digest).unwrap());
    bench.registry.change(|settings| settings.deletes = false);
    let error = bench.message(repository.delete_manifest(digest));
    assert!(
        error.contains("the registry answered 405 Method Not Allowed: UNSUPPORTED"),
        "{error}"
    );
}

#[test]
fn lies_of_the_registry_are_found() {
    let other = Digest::of(b"other").to_string();
    for (fault, cause) in [
        (
            Fault::header("Docker-Content-Digest", &other),
            format!("expected {}, the registry states {other}", Digest::of(BYTES)),
        ),
        (
            Fault::header("Docker-Content-Digest", "sha256:x\u{1b}"),
            "the registry states the invalid digest `sha256:x\\u{1b}`".to_owned(),
        ),
        (
            Fault::header("Content-Type", "application/vnd.oci.image.manifest.v1+json"),
            "the registry states the media type `application/vnd.oci.image.manifest.v1+json`, the document `application/vnd.oci.image.index.v1+json`".to_owned(),
        ),
        (
            Fault::without_header("Content-Type"),
            "the registry states the media type ``".to_owned(),
        ),
        (
            Fault::Endless,
            "the answer has more than 4194304 bytes".to_owned(),
        ),
        (
            Fault::Body { text: "<html>".to_owned() },
            format!("expected {}, found {}", Digest::of(BYTES), Digest::of(b"<html>")),
        ),
    ] {
        let bench = Bench::new(Settings::default());
        bench.registry.put_manifest("a", Some("t"), INDEX, BYTES);
        bench.registry.fail(Rule::new(fault.clone()).on("GET", "/manifests/"));
        let client = bench.client();
        let repository = client.repository(&bench.name("a"), PULL);
        let digest = Digest::of(BYTES);
        let error = bench.message(repository.manifest(&Selector::Digest(digest)));
        if fault == Fault::header("Docker-Content-Digest", "sha256:x\u{1b}") {
            // The fixture cannot send it, or the HTTP library refuses it.
            assert!(error.starts_with("cannot get manifest `HOST/a@sha256:"), "{error}");
            continue;
        }
        assert_eq!(error, format!("cannot get manifest `HOST/a@{digest}`: {cause}"));
    }
}

#[test]
fn a_wrong_request_is_not_sent() {
    let bench = Bench::new(Settings::default());
    let client = bench.client();
    let repository = client.repository(&bench.name("a"), PUSH);
    let large = vec![b' '; (4 << 20) + 1];
    assert_eq!(
        bench.message(repository.put_manifest(&tag("t"), INDEX, &large)),
        "cannot put manifest `HOST/a:t`: it has 4194305 bytes; registries accept at most 4194304"
    );
    let other = Selector::Digest(Digest::of(b"other"));
    let error = bench.message(repository.put_manifest(&other, INDEX, BYTES));
    assert!(error.ends_with(&format!("the digest of its bytes is {}", Digest::of(BYTES))));
    let error = bench.message(repository.manifest(&tag("../x")));
    assert!(error.starts_with("cannot use tag `../x`: "), "{error}");
    assert!(bench.requests().is_empty());
}

#[test]
fn temporary_failures_are_repeated() {
    for (fault, times, least) in [
        (Fault::status(503), 2, 2.0),
        (Fault::status(500), 1, 0.5),
        (Fault::status(408), 1, 0.5),
        (Fault::Close, 1, 0.5),
        (Fault::LoseResponse, 1, 0.5),
        (Fault::Garbage, 1, 0.5),
        (Fault::CloseInResponse { after: 3 }, 1, 0.5),
        (Fault::retry_after(429, RetryAfter::Seconds(1)), 1, 1.0),
        (Fault::retry_after(503, RetryAfter::Date(3)), 1, 1.0),
        (
            Fault::retry_after(503, RetryAfter::Text("soon".to_owned())),
            1,
            0.5,
        ),
    ] {
        let bench = Bench::new(Settings::default());
        bench.registry.put_manifest("a", Some("t"), INDEX, BYTES);
        let rule = Rule::new(fault.clone())
            .on("GET", "/manifests/")
            .times(times);
        bench.registry.fail(rule);
        let client = bench.client();
        let repository = client.repository(&bench.name("a"), PULL);
        let start = Instant::now();
        let manifest = repository.manifest(&tag("t")).unwrap().unwrap();
        assert_eq!(manifest.bytes, BYTES, "{fault:?}");
        let time = start.elapsed().as_secs_f64();
        assert!(time >= least && time < 10.0, "{fault:?} {time}");
        assert!(
            bench.log.text().contains("; next attempt in "),
            "{}",
            bench.log.text()
        );
    }
}

#[test]
fn failures_are_named() {
    let code = |status, code: &str| Fault::Status {
        status,
        code: Some(code.to_owned()),
        retry_after: None,
    };
    for (fault, end) in [
        (
            code(403, "DENIED"),
            "the registry answered 403 Forbidden: DENIED: a fault of the test\n\
             hint: check that the login may do this in the repository",
        ),
        (code(400, "MANIFEST_INVALID"), "the registry answered 400 Bad Request: MANIFEST_INVALID: a fault of the test"),
        (Fault::status(501), "the registry answered 501 Not Implemented"),
        (
            Fault::retry_after(429, RetryAfter::Seconds(3600)),
            "the registry answered 429 Too Many Requests and requests a pause of 3600 s; the longest allowed pause is 60 s",
        ),
        (
            Fault::Redirect { to: "https://other.test/x?signature=secret".to_owned() },
            "the registry redirects PUT to `https://other.test/x`\n\
             hint: use the host that the registry redirects to",
        ),
    ] {
        let mut bench = Bench::new(Settings::default());
        bench.options.attempts = 2;
        bench.registry.fail(Rule::new(fault).on("PUT", "/manifests/"));
        let client = bench.client();
        let repository = client.repository(&bench.name("a"), PUSH);
        let error = bench.message(repository.put_manifest(&tag("t"), INDEX, BYTES));
        assert_eq!(error, format!("cannot put manifest `HOST/a:t`: {end}"));
    }
}
