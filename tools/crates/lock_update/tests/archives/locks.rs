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

#[test]
fn the_format() {
    let expected =
        include_str!("expected.lock.json").replace("FINGERPRINT", &Key::new(1).fingerprint());
    assert_eq!(lock().to_json(), expected);
}

#[test]
fn there_and_back() {
    let lock = lock();
    let text = lock.to_json();
    let read = Lock::parse("lock", &text).unwrap();
    assert_eq!(read, lock);
    assert_eq!(read.to_json(), text);
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

fn error_of(from: &str, to: &str) -> String {
    let text = lock().to_json();
    assert!(text.contains(from), "{from}");
    Lock::parse("d.lock.json", &text.replacen(from, to, 1))
        .unwrap_err()
        .to_string()
}

#[test]
fn malformed_locks_are_told_by_place() {
    const HINT: &str = "\nhint: restore it from version control, or delete it and lock again";
    for (from, to, message) in [
        (
            "\"distro\": \"test\"",
            "\"distro\": 5",
            "$.distro: expected a string, found 5",
        ),
        (
            "\"size\": 17",
            "\"size\": \"17\"",
            "$.packages.libssl3.armhf.size: expected a whole number, found \"17\"",
        ),
        (
            "\"reason\": \"requested\",\n",
            "",
            "$.packages.libssl3.amd64: expected a field `reason`, found an object with depends, filename, sha256, size, source",
        ),
        (
            "\"suite\": \"security\"",
            "\"suite\": \"sid\"",
            "$.packages.libssl3.amd64.suite: expected a suite of `$.sources`, found \"sid\"",
        ),
        (
            "\"snapshot\": \"2026-07-12T10:16:37Z\"",
            "\"snapshot\": \"2026-07-13T10:16:37Z\"",
            "$.snapshot: expected 2026-07-12T10:16:37Z, the newest date of the sources, found \"2026-07-13T10:16:37Z\"",
        ),
        (
            "\"date\": \"2026-07-11T10:16:37Z\"",
            "\"date\": \"yesterday\"",
            "$.sources.bookworm.date: expected a time like \"2026-11-21T02:34:56Z\", found \"yesterday\"",
        ),
        (
            "\"archive\": \"debian\",",
            "",
            "$.sources.bookworm: expected one of `archive`, `url` and `folder`, found an object with components, date, indexes, inrelease_sha256, signed_by",
        ),
        (
            "\"armhf\": {\n",
            "\"mips\": {\n",
            "$.packages.libssl3.mips: expected `all` or one of amd64, armhf as key, found an object with depends, filename, reason, sha256, size",
        ),
        (
            "\"libssl3\": {",
            "\"\\u001b[31mlibssl3\": {",
            "$.packages: expected keys without control characters, found an object with \\u{1b}[31mlibssl3, tzdata",
        ),
        (
            "\"reason\": \"requested\"",
            "\"reason\": \"\\u001b[31m\\nx\"",
            "$.packages.libssl3.amd64.reason: expected a string without control characters, found \"\\u001b[31m\\nx\"",
        ),
        (
            "\"main\"",
            "7",
            "$.sources.bookworm.components[0]: expected a string, found 7",
        ),
    ] {
        assert_eq!(error_of(from, to), format!("cannot read lock `d.lock.json`: {message}{HINT}"));
    }
    let error = error_of("\"version\": 1\n}", "\"version\": 1\n");
    let start = "cannot read lock `d.lock.json`: $: expected JSON, found EOF";
    assert!(error.starts_with(start), "{error}");
}

#[test]
fn a_newer_lock_is_refused_by_name() {
    assert_eq!(
        error_of("\"version\": 1\n", "\"version\": 2\n"),
        "cannot read lock `d.lock.json`: $.version: expected 1 or older, found 2\n\
         hint: use the version of distroless that wrote it, or a newer one"
    );
}

#[test]
fn differences_for_people() {
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
