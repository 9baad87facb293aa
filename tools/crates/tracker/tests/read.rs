//! Reading documents of the tracker: which part is kept, and what is refused with which words.

#![allow(clippy::unwrap_used)]

use std::io::{self, Read};

use blob::Blob;
use tracker::{time, Selection, Snapshot, Status};

const DOCUMENT: &str = include_str!("testdata/snapshot.json");
const TIME: &str = "2026-11-21T02:34:56Z";

fn selection(sources: &[&str], releases: &[&str]) -> Selection {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Selection {
        sources: owned(sources),
        releases: owned(releases),
    }
}

fn read(document: &str) -> blob::Result<Snapshot> {
    let selection = selection(&["openssl", "netbase"], &["bookworm"]);
    Snapshot::read("tracker.json", document.as_bytes(), time(TIME)?, &selection)
}

fn error(document: &str) -> String {
    read(document).unwrap_err().to_string()
}

#[test]
fn only_the_selection_is_kept() {
    let snapshot = read(DOCUMENT).unwrap();
    assert_eq!(snapshot.document, Blob::of(DOCUMENT.as_bytes()));
    assert_eq!(snapshot.time.to_string(), TIME);
    assert_eq!(
        snapshot.sources.keys().collect::<Vec<_>>(),
        ["netbase", "openssl"]
    );
    assert!(snapshot.issues("netbase").unwrap().is_empty());
    assert!(snapshot.issues("linux").is_none());
    let issues = snapshot.issues("openssl").unwrap();
    assert_eq!(issues.len(), 4);
    let issue = &issues["CVE-2024-0001"];
    assert_eq!(issue.debianbug, Some(1_070_000));
    assert_eq!(issue.releases.keys().collect::<Vec<_>>(), ["bookworm"]);
    assert_eq!(issue.releases["bookworm"].status, Status::Resolved);
    assert_eq!(issue.releases["bookworm"].repositories.len(), 2);
    assert!(issues["CVE-2024-0003"].releases.is_empty());
}

#[test]
fn a_long_description_is_cut() {
    let long = "é".repeat(1000);
    let document =
        format!(r#"{{"openssl":{{"CVE-1":{{"description":"{long}","releases":{{}}}}}}}}"#);
    let snapshot = read(&document).unwrap();
    let kept = snapshot.sources["openssl"]["CVE-1"].description.clone();
    assert_eq!(kept.unwrap(), format!("{}…", "é".repeat(299)));
}

/// A document with one record.
fn with_record(record: &str) -> String {
    format!(r#"{{"openssl":{{"CVE-1":{{"releases":{{"bookworm":{record}}}}}}}}}"#)
}

#[test]
fn wrong_types_are_named_with_their_place() {
    for (record, expected) in [
        (
            r#"{"status":3}"#,
            "at `openssl/CVE-1/releases/bookworm/status`: expected value at line 1 column 55",
        ),
        (
            r#"{"status":"closed"}"#,
            "at `openssl/CVE-1/releases/bookworm/status`: unknown variant `closed`, expected one of `open`, `resolved`, `undetermined` at line 1 column 62",
        ),
        (
            r#"{"urgency":"low"}"#,
            "at `openssl/CVE-1/releases/bookworm`: missing field `status` at line 1 column 61",
        ),
        (
            r#"{"status":"open","urgency":["low"]}"#,
            "at `openssl/CVE-1/releases/bookworm/urgency`: invalid type: sequence, expected a string at line 1 column 72",
        ),
        (
            r#"{"status":"open","fixed_version":"1 2"}"#,
            "at `openssl/CVE-1/releases/bookworm/fixed_version`: cannot read version `1 2`: it contains a character that is not allowed in versions at line 1 column 83",
        ),
        (
            r#"{"status":"open","repositories":{"bookworm":null}}"#,
            "at `openssl/CVE-1/releases/bookworm/repositories/bookworm`: invalid type: null, expected a string at line 1 column 92",
        ),
        (
            r#"{"status":"open","repositories":{"a":"1","a":"1"}}"#,
            "at `openssl/CVE-1/releases/bookworm/repositories`: the key `a` occurs twice at line 1 column 93",
        ),
        (
            r#"{"status":"open","status":"open"}"#,
            "at `openssl/CVE-1/releases/bookworm`: duplicate field `status` at line 1 column 70",
        ),
    ] {
        let message = error(&with_record(record));
        assert_eq!(message, format!("cannot read `tracker.json`: {expected}"));
    }
}

#[test]
fn messages_escape_and_shorten_texts_of_the_document() {
    let word = format!("\u{1b}[31m{}", "x".repeat(1 << 16));
    let word = serde_json::json!({ "status": word }).to_string();
    let message = error(&with_record(&word));
    let start = r"cannot read `tracker.json`: at `openssl/CVE-1/releases/bookworm/status`: unknown variant `\u{1b}[31mxxx";
    assert!(message.starts_with(start), "{message}");
    assert!(message.ends_with(" at line 1 column 65602"), "{message}");
    assert!(message.len() < 500, "{message}");
}

#[test]
fn keys_occur_once() {
    for (document, expected) in [
        (
            r#"{"openssl":{},"openssl":{}}"#,
            "the key `openssl` occurs twice at line 1 column 27",
        ),
        (
            r#"{"openssl":{"CVE-1":{"releases":{}},"CVE-1":{"releases":{}}}}"#,
            "at `openssl`: the key `CVE-1` occurs twice at line 1 column 60",
        ),
        (
            r#"{"openssl":{"CVE-1":{"releases":{"sid":{"status":"open"},"sid":{"status":"open"}}}}}"#,
            "at `openssl/CVE-1/releases`: the key `sid` occurs twice at line 1 column 81",
        ),
    ] {
        assert_eq!(
            error(document),
            format!("cannot read `tracker.json`: {expected}")
        );
    }
}

#[test]
fn other_documents_are_refused() {
    for (document, expected) in [
        ("", "it is truncated: EOF while parsing a value at line 1 column 0"),
        ("<html>", "it is a page for browsers, not JSON"),
        (" \n<?xml", "it is a page for browsers, not JSON"),
        ("404", "invalid type: integer `404`, expected an object with source packages at line 1 column 3"),
        (
            "[]",
            "invalid type: sequence, expected an object with source packages at line 1 column 1",
        ),
        ("{}", "it lists no source package at line 1 column 2"),
        (r#"{"openssl":{}} {}"#, "trailing characters at line 1 column 16"),
        (
            r#"{"openssl":{"CVE-1":{}}}"#,
            "at `openssl/CVE-1`: missing field `releases` at line 1 column 22",
        ),
        (
            r#"{"openssl":{"CVE-1\n":{"releases":{}}}}"#,
            "at `openssl`: `CVE-1\\n` is not the name of an issue at line 1 column 39",
        ),
        (
            r#"{"openssl":{"CVE-1":{"releases":{"../x y":{"status":"open"}}}}}"#,
            "at `openssl/CVE-1/releases`: `../x y` is not the name of a release at line 1 column 61",
        ),
    ] {
        assert_eq!(error(document), format!("cannot read `tracker.json`: {expected}"));
    }
}

#[test]
fn a_truncated_document_is_never_accepted() {
    let document = DOCUMENT.trim_end();
    for end in 1..document.len() {
        if document.is_char_boundary(end) {
            let message = error(&document[..end]);
            assert!(message.contains("it is truncated: EOF"), "{end}: {message}");
            assert!(message.contains(" at line "), "{end}: {message}");
        }
    }
}

#[test]
fn nesting_in_skipped_parts_needs_no_stack() {
    let deep = "[".repeat(1 << 20);
    let document = format!(r#"{{"linux":{deep}{}}}"#, "]".repeat(1 << 20));
    assert!(read(&document)
        .unwrap()
        .issues("openssl")
        .unwrap()
        .is_empty());
    let document = format!(r#"{{"openssl":{{"CVE-1":{{"x":{deep}"#);
    assert!(error(&document).contains("it is truncated"));
}

#[test]
fn numbers_and_sizes_are_limited() {
    let text = "x".repeat((64 << 10) + 1);
    let message = error(&with_record(&format!(
        r#"{{"status":"open","nodsa":"{text}"}}"#
    )));
    assert!(
        message.contains("the text has 65537 bytes; the limit is 65536"),
        "{message}"
    );
    let releases: Vec<String> = (0..65)
        .map(|n| format!(r#""r{n}":{{"status":"open"}}"#))
        .collect();
    let document = format!(
        r#"{{"openssl":{{"CVE-1":{{"releases":{{{}}}}}}}}}"#,
        releases.join(",")
    );
    assert!(error(&document).contains("it has more than 64 keys"));
    let sources: Vec<String> = (0..100_001).map(|n| format!(r#""s{n}":0"#)).collect();
    let message = error(&format!("{{{}}}", sources.join(",")));
    assert!(
        message.contains("it has more than 100000 source packages"),
        "{message}"
    );
}

#[test]
fn a_failing_reader_is_an_error() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("connection lost"))
        }
    }
    let reader = DOCUMENT.as_bytes().take(100).chain(Fails);
    let time = time(TIME).unwrap();
    let error = Snapshot::read("tracker.json", reader, time, &Selection::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read `tracker.json`: connection lost"
    );
}

#[test]
fn the_time_has_one_form() {
    for bad in ["", "yesterday", "2026-11-21T02:34:56+00:00", "2026-11-21"] {
        let expected = format!("cannot read time `{bad}`: expected RFC 3339 in UTC, like `{TIME}`");
        assert_eq!(time(bad).unwrap_err().to_string(), expected);
    }
}
