//! The manifest that attaches a bundle to an image.

#![allow(clippy::unwrap_used)]

use oci::Descriptor;
use serde_json::json;
use sign::{Bundle, PrivateKey, Referrer, Statement};

const IMAGE: &str = "sha256:3534ba3513496d83b324132e2316aff83a6ac17ca07202e9377077e89ceeda3e";

fn subject(digest: &str) -> Descriptor {
    let descriptor = json!({
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "digest": digest,
        "size": 401,
        "platform": {"os": "linux", "architecture": "amd64"},
        "annotations": {"a": "b"},
    });
    oci::read_descriptor("subject", descriptor.to_string().as_bytes()).unwrap()
}

fn bundle(statement: &Statement) -> Bundle {
    let key = PrivateKey::parse("key", include_str!("testdata/sec1.pem"), None).unwrap();
    Bundle::sign(statement, &key).unwrap()
}

/// cosign accepted these bytes; see `testdata/README.md`.
#[test]
fn the_manifest_of_a_signature() {
    let bundle = bundle(&Statement::signature(IMAGE.parse().unwrap()));
    let referrer = Referrer::new(&bundle, &subject(IMAGE)).unwrap();
    assert_eq!(
        String::from_utf8(referrer.manifest.clone()).unwrap(),
        include_str!("testdata/our_referrer.json").trim_end()
    );
    assert_eq!(referrer.config, b"{}");
    assert_eq!(referrer.bundle, bundle.bytes().unwrap());
    let descriptor = oci::descriptor_bytes(&referrer.descriptor).unwrap();
    let digest = blob::Digest::of(&referrer.manifest);
    assert_eq!(
        String::from_utf8(descriptor).unwrap(),
        format!(
            r#"{{"annotations":{{"dev.sigstore.bundle.content":"dsse-envelope","dev.sigstore.bundle.predicateType":"https://sigstore.dev/cosign/sign/v1","in-toto.io/predicate-type":"https://sigstore.dev/cosign/sign/v1"}},"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","digest":"{digest}","mediaType":"application/vnd.oci.image.manifest.v1+json","size":{}}}"#,
            referrer.manifest.len()
        )
    );
}

#[test]
fn an_attestation_names_its_predicate_type_for_both_readers() {
    let statement = Statement {
        subject: IMAGE.parse().unwrap(),
        predicate_type: "https://openvex.dev/ns".to_owned(),
        predicate: json!({}),
    };
    let referrer = Referrer::new(&bundle(&statement), &subject(IMAGE)).unwrap();
    let annotations = referrer.descriptor.annotations().clone().unwrap();
    for name in [
        "dev.sigstore.bundle.predicateType",
        "in-toto.io/predicate-type",
    ] {
        assert_eq!(annotations[name], "https://openvex.dev/ns");
    }
}

#[test]
fn a_bundle_of_another_image_is_not_attached() {
    let bundle = bundle(&Statement::signature(IMAGE.parse().unwrap()));
    let other = IMAGE.replace("3534", "0000");
    assert_eq!(
        Referrer::new(&bundle, &subject(&other)).unwrap_err().to_string(),
        format!("cannot attach bundle to `{other}`: the signature is for another image: expected `{other}`, found `{IMAGE}`")
    );
}
