//! Whether scanners find our statements. trivy and grype match with the same library, go-vex; its rules are written again
//! here, from its documentation:
//!
//! - A package URL of the document matches one of the scanner if type, namespace and name are equal, the version is
//!   equal or absent in the document, and every qualifier of the document is in the scanner's.
//! - A component matches also by one of its hashes, which grype has without `sha256:`.
//! - A statement matches if the vulnerability matches by `@id` or name, and a product and one of its subcomponents match.
//! - A result of the scanner is suppressed if the status is `not_affected` or `fixed`.

use std::collections::BTreeMap;

use crate::fixture::{amd64, assessed, document};
use blob::Digest;
use serde_json::Value;

/// Type and namespace and name, version, qualifiers, all decoded.
type Purl = (Vec<String>, Option<String>, BTreeMap<String, String>);

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).filter(|_| *first == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn purl(text: &str) -> Option<Purl> {
    let text = text.strip_prefix("pkg:")?;
    let (path, qualifiers) = text.split_once('?').unwrap_or((text, ""));
    let (path, version) = match path.rsplit_once('@') {
        Some((path, version)) => (path, Some(decoded(version))),
        None => (path, None),
    };
    let pairs = qualifiers
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    let pairs = pairs.map(|(key, value)| (key.to_owned(), decoded(value)));
    Some((
        path.split('/').map(decoded).collect(),
        version,
        pairs.collect(),
    ))
}

fn purl_matches(of_document: &str, of_scanner: &str) -> bool {
    let (Some(general), Some(specific)) = (purl(of_document), purl(of_scanner)) else {
        return false;
    };
    let qualifiers = general.2.iter();
    general.0 == specific.0
        && (general.1.is_none() || general.1 == specific.1)
        && qualifiers
            .into_iter()
            .all(|(key, value)| specific.2.get(key) == Some(value))
}

fn id_matches(component: &Value, identifier: &str) -> bool {
    let id = component["@id"].as_str().unwrap();
    let hashes = component["hashes"].as_object();
    let has_hash = hashes.is_some_and(|hashes| hashes.values().any(|hash| hash == identifier));
    id == identifier || has_hash || purl_matches(id, identifier)
}

/// The statements for a result of a scanner.
fn matching<'a>(document: &'a Value, issue: &str, product: &str, package: &str) -> Vec<&'a Value> {
    let statements = document["statements"].as_array().unwrap().iter();
    let matches = |statement: &&Value| {
        let vulnerability = &statement["vulnerability"];
        let of_issue = vulnerability["@id"] == issue || vulnerability["name"] == issue;
        let mut products = statement["products"].as_array().unwrap().iter();
        of_issue
            && products.any(|candidate| {
                let mut packages = candidate["subcomponents"].as_array().unwrap().iter();
                id_matches(candidate, product)
                    && packages.any(|candidate| id_matches(candidate, package))
            })
    };
    statements.filter(matches).collect()
}

/// The status that a scanner finds; `-` if there is no statement.
fn status<'a>(document: &'a Value, issue: &str, product: &str, package: &str) -> &'a str {
    match matching(document, issue, product, package)[..] {
        [] => "-",
        [statement] => statement["status"].as_str().unwrap(),
        _ => "contradiction",
    }
}

fn oci(image: &str, qualifiers: &str) -> String {
    let digest = Digest::of(image.as_bytes()).hex();
    format!("pkg:oci/base@sha256%3A{digest}{qualifiers}")
}

const LIBSSL: &str =
    "pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=amd64&distro=debian-12&upstream=openssl";
const TRIVY_LIBSSL: &str = "pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=amd64&distro=debian-12.8";
const LIBC: &str =
    "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64&distro=debian-12&upstream=glibc";
const TRIVY_LIBC: &str = "pkg:deb/debian/libc6@2.36-9+deb12u10?arch=amd64&distro=debian-12.8";
const MOUNT: &str = "pkg:deb/debian/libmount1@2.38.1-5%2Bb1?arch=amd64&distro=debian-12.8";
const BSDUTILS: &str =
    "pkg:deb/debian/bsdutils@1%3A2.38.1-5%2Bb1?arch=arm64&distro=debian-12&upstream=util-linux%402.38.1-5";
// trivy writes an epoch as a qualifier, and not in the version.
const TRIVY_BSDUTILS: &str =
    "pkg:deb/debian/bsdutils@2.38.1-5%2Bb1?arch=arm64&distro=debian-12.8&epoch=1";

#[test]
fn rules_of_the_library() {
    for (of_document, of_scanner, expected) in [
        ("pkg:deb/debian/a@1", "pkg:deb/debian/a@1", true),
        ("pkg:deb/debian/a@1", "pkg:deb/debian/a@1?arch=amd64", true),
        ("pkg:deb/debian/a", "pkg:deb/debian/a@1", true),
        ("pkg:deb/debian/a@1", "pkg:deb/debian/a", false),
        ("pkg:deb/debian/a@1", "pkg:deb/debian/a@2", false),
        ("pkg:deb/debian/a@1", "pkg:deb/debian/b@1", false),
        ("pkg:deb/debian/a@1", "pkg:deb/ubuntu/a@1", false),
        ("pkg:deb/debian/a@1", "pkg:rpm/debian/a@1", false),
        (
            "pkg:deb/debian/a@1?distro=debian-12",
            "pkg:deb/debian/a@1?distro=debian-12.8",
            false,
        ),
        (
            "pkg:deb/debian/a@1?distro=debian-12",
            "pkg:deb/debian/a@1",
            false,
        ),
        ("pkg:deb/debian/a@1%3A2", "pkg:deb/debian/a@1:2", true),
        ("a", "b", false),
    ] {
        assert_eq!(
            purl_matches(of_document, of_scanner),
            expected,
            "{of_document} {of_scanner}"
        );
    }
}

#[test]
fn what_trivy_and_grype_ask() {
    let document = document(&assessed());
    let trivy = oci(
        "amd64",
        "?arch=amd64&repository_url=registry.example%2Fteam%2Fbase",
    );
    let grype = oci("amd64", "?repository_url=registry.example");
    let index = oci("index", "?repository_url=registry.example%2Fteam%2Fbase");
    let other = oci("other", "");
    let digest = Digest::of(b"amd64").hex();
    let unencoded = trivy.replace("%3A", ":");
    for (issue, product, package, expected) in [
        // The tracker says that the release never had the issue: suppressed.
        ("CVE-2023-0004", &*trivy, TRIVY_LIBSSL, "not_affected"),
        ("CVE-2023-0004", &grype, LIBSSL, "not_affected"),
        ("CVE-2023-0004", &unencoded, TRIVY_LIBSSL, "not_affected"),
        ("CVE-2023-0004", &index, LIBSSL, "not_affected"),
        (
            "https://security-tracker.debian.org/tracker/CVE-2023-0004",
            &trivy,
            LIBSSL,
            "not_affected",
        ),
        // grype's other identity, for an image in a repository of any name.
        ("CVE-2023-0004", &digest, LIBSSL, "not_affected"),
        // Fixed in our version: suppressed.
        ("CVE-2023-0003", &trivy, TRIVY_LIBSSL, "fixed"),
        ("CVE-2023-0003", &grype, LIBSSL, "fixed"),
        // Reported as before.
        ("CVE-2024-0001", &trivy, TRIVY_LIBSSL, "affected"),
        ("CVE-2024-0005", &grype, LIBSSL, "affected"),
        ("CVE-2010-0006", &trivy, LIBC, "affected"),
        ("CVE-2010-0006", &trivy, TRIVY_LIBC, "affected"),
        ("TEMP-0000000-1A2B3C", &grype, LIBC, "under_investigation"),
        ("CVE-2025-0011", &grype, LIBC, "under_investigation"),
        // By the review: only the image that lacks the binary package.
        ("CVE-2024-0012", &trivy, MOUNT, "not_affected"),
        ("CVE-2024-0012", &oci("arm64", ""), MOUNT, "affected"),
        ("CVE-2024-0012", &oci("arm64", ""), BSDUTILS, "affected"),
        (
            "CVE-2024-0012",
            &oci("arm64", ""),
            TRIVY_BSDUTILS,
            "affected",
        ),
        (
            "CVE-2024-0012",
            &oci("arm64", ""),
            &TRIVY_BSDUTILS.replace("epoch=1", "epoch=2"),
            "-",
        ),
        ("CVE-2024-0012", &index, MOUNT, "affected"),
        // Statements hold for these digests, packages and versions only.
        ("CVE-2023-0004", &other, LIBSSL, "-"),
        (
            "CVE-2023-0004",
            &trivy,
            "pkg:deb/debian/libssl3@3.0.14-1?arch=amd64",
            "-",
        ),
        (
            "CVE-2023-0004",
            &trivy,
            "pkg:deb/ubuntu/libssl3@3.0.15-1~deb12u1",
            "-",
        ),
        ("CVE-2023-0004", &trivy, LIBC, "-"),
        ("CVE-2023-9999", &trivy, LIBSSL, "-"),
        ("CVE-2024-0012", &trivy, BSDUTILS, "-"),
    ] {
        let found = status(&document, issue, product, package);
        assert_eq!(found, expected, "{issue} {product} {package}");
    }
}

/// Scanners take the last of several statements, so there must be one.
#[test]
fn each_result_has_one_statement() {
    for (products, document) in [
        (assessed(), document(&assessed())),
        (vec![amd64()], document(&[amd64()])),
    ] {
        for product in products {
            let id = format!("pkg:oci/base@{}", product.digest);
            for assessment in &product.assessments {
                for package in &assessment.packages {
                    let package = format!("pkg:deb/debian/{}@{}", package.name, package.version);
                    let found = status(&document, &assessment.issue, &id, &package);
                    assert_eq!(found, assessment.status().word());
                }
            }
        }
    }
}
