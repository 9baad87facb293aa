//! The lock as a file.

use apt_archive::Evidence;
use archive_fixture::{Archive, Key, Stanza};
use lock::{difference, Lock, LockedSource};

use crate::support::{bookworm, manifest, source, World};

/// A lock with every field of the format.
fn lock() -> Lock {
    let archs = ["amd64", "armhf"];
    let main = Archive::new("bookworm")
        .package("amd64", &Stanza::new("tzdata", "2026f").architecture("all"))
        .package("armhf", &Stanza::new("tzdata", "2026f").architecture("all"))
        .packages(
            &archs,
            &Stanza::new("libssl3", "3.0").with("Depends", "tzdata"),
        );
    let security = Archive::new("security")
        .with("Date", "Sun, 12 Jul 2026 10:16:37 UTC")
        .with("Valid-Until", "Sun, 19 Jul 2026 10:16:37 UTC")
        .packages(&["amd64"], &Stanza::new("libssl3", "3.0+deb12u1"));
    let mut manifest = manifest(&archs, &["tzdata", "libssl3"]);
    let mut security_source = source("security main");
    security_source.may_lack = vec!["armhf".to_owned()];
    manifest.sources.push(security_source);
    let mut lock = World::of(&[main, security]).update(&manifest).unwrap();
    // Compressed sizes depend on the encoder, not on the format.
    for source in lock.sources.values_mut() {
        let LockedSource::Suite(suite) = source else {
            unreachable!("the manifest names suites only");
        };
        for blob in suite.indexes.values_mut() {
            *blob = blob::Blob::of(b"index");
        }
        suite.evidence = Evidence::InRelease(blob::Digest::of(b"inrelease"));
    }
    lock
}

/// Crate `lock` tests the format itself.
#[test]
fn every_field_of_the_format() {
    let expected =
        include_str!("expected.lock.json").replace("FINGERPRINT", &Key::new(1).fingerprint());
    assert_eq!(lock().to_json(), expected);
}

#[test]
fn the_same_archive_gives_the_same_bytes() {
    let texts: Vec<String> = (0..3).map(|_| lock().to_json()).collect();
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn architectures_are_sorted_whatever_the_manifest() {
    let archive =
        Archive::new("bookworm").packages(&["s390x", "amd64"], &Stanza::new("netbase", "6"));
    let lock = World::of(&[archive]).update(&manifest(&["s390x", "amd64"], &["netbase"]));
    assert_eq!(lock.unwrap().architectures, ["amd64", "s390x"]);
}

#[test]
fn differences_between_updates() {
    let old = World::of(&[bookworm().package("amd64", &Stanza::new("gone", "1"))])
        .update(&manifest(&["amd64"], &["netbase", "gone"]))
        .unwrap();
    let newer = Archive::new("bookworm")
        .with("Date", "Sun, 12 Jul 2026 10:16:37 UTC")
        .package("amd64", &Stanza::new("netbase", "6.5"))
        .package("amd64", &Stanza::new("tzdata", "2026f").architecture("all"));
    let new = World::of(&[newer])
        .update(&manifest(&["amd64"], &["netbase", "tzdata"]))
        .unwrap();
    assert!(difference(&old, &old).is_empty());
    assert_eq!(
        difference(&old, &new),
        [
            "gone amd64: removed 1 (bookworm)",
            "netbase amd64: 6.4 (bookworm) → 6.5 (bookworm)",
            "tzdata all: added 2026f (bookworm)",
            "bookworm: 2026-07-11T10:16:37Z → 2026-07-12T10:16:37Z",
        ]
    );
}
