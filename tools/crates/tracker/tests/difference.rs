//! The differences between two snapshots.

#![allow(clippy::unwrap_used)]

use tracker::{difference, Snapshot};

const LOCK: &str = include_str!("testdata/snapshot.lock.json");

fn parse(text: &str) -> Snapshot {
    Snapshot::parse("tracker.json", text).unwrap()
}

/// The differences after one change of the lock.
fn changed(from: &str, to: &str) -> Vec<String> {
    assert!(LOCK.contains(from), "{from}");
    difference(&parse(LOCK), &parse(&LOCK.replacen(from, to, 1)))
}

#[test]
fn equal_statements_have_no_difference() {
    assert_eq!(changed("02:34:56Z", "03:00:00Z"), Vec::<String>::new());
}

#[test]
fn each_change_is_one_line() {
    let glibc = r#""glibc": {
      "CVE-2010-0001": {"description":"An old flaw.","releases":{"bookworm":{"repositories":{"bookworm":"2.36-9+deb12u10"},"status":"open","urgency":"unimportant"}}}
    },"#;
    let other = r#""CVE-2010-0001": {"releases":{}}, "CVE-2026-0009": {"releases":{"bookworm":{"status":"open","nodsa":"Minor issue"}}}"#;
    let new = format!("\"glibc\": {{ {other} }},");
    for (from, to, expected) in [
        (
            r#""bookworm","trixie"],"#,
            r#""bookworm"],"#,
            &["release trixie: removed"][..],
        ),
        (r#""netbase": {},"#, "", &["netbase: removed, issues: 0"]),
        (
            glibc,
            &new,
            &[
                "glibc CVE-2010-0001: bookworm: unimportant → not listed",
                "glibc CVE-2026-0009: new (bookworm: no-dsa (Minor issue))",
            ],
        ),
        (
            r#""fixed_version":"3.0.16-1~deb12u1""#,
            r#""fixed_version":"3.0.17-1~deb12u1""#,
            &["openssl CVE-2024-0001: bookworm: fixed in 3.0.16-1~deb12u1 → fixed in 3.0.17-1~deb12u1"],
        ),
        (
            r#""fixed_version":"0""#,
            r#""fixed_version":"1""#,
            &["openssl CVE-2024-0002: bookworm: not affected → fixed in 1"],
        ),
        (
            r#""nodsa_reason":"postponed""#,
            r#""nodsa_reason":"ignored""#,
            &["openssl CVE-2024-0001: trixie: postponed (Minor issue) → ignored (Minor issue)"],
        ),
        (
            "A flaw in openssl.",
            "A flaw in OpenSSL.",
            &["openssl CVE-2024-0001: other details"],
        ),
        (
            r#""CVE-2024-0003": {"releases":{}},"#,
            "",
            &["openssl CVE-2024-0003: removed"],
        ),
    ] {
        assert_eq!(changed(from, to), expected, "{from}");
    }
}
