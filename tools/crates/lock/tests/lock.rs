//! The lock as a file.

#![allow(clippy::unwrap_used)]

use lock::{difference, Lock, LockedSource};

/// A lock with every field of the format.
const EXAMPLE: &str = include_str!("lock/example.lock.json");

fn lock() -> Lock {
    Lock::parse("lock", EXAMPLE).unwrap()
}

#[test]
fn there_and_back() {
    assert_eq!(lock().to_json(), EXAMPLE);
}

fn error_of(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "{from}");
    Lock::parse("d.lock.json", &EXAMPLE.replacen(from, to, 1))
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
    let old = lock();
    let mut new = old.clone();
    let tzdata = new.packages.remove("tzdata").unwrap();
    new.packages.insert("tzdata-legacy".to_owned(), tzdata);
    let libssl3 = new.packages.get_mut("libssl3").unwrap();
    libssl3.get_mut("armhf").unwrap().version = "3.1".to_owned();
    let Some(LockedSource::Suite(suite)) = new.sources.get_mut("bookworm") else {
        unreachable!("the lock has it");
    };
    suite.date = "2026-07-12T10:16:37Z".parse().unwrap();
    assert!(difference(&old, &old).is_empty());
    assert_eq!(
        difference(&old, &new),
        [
            "libssl3 armhf: 3.0 (bookworm) → 3.1 (bookworm)",
            "tzdata all: removed 2026f (bookworm)",
            "tzdata-legacy all: added 2026f (bookworm)",
            "bookworm: 2026-07-11T10:16:37Z → 2026-07-12T10:16:37Z",
        ]
    );
}
