//! The state of an issue by record and version: a table, and properties of all versions.

#![allow(clippy::unwrap_used)]

use deb::Version;
use proptest::prelude::*;
use tracker::{url, Record, Snapshot, State};

fn record(json: &str) -> Record {
    serde_json::from_str(json).unwrap()
}

fn state(json: &str, version: &str) -> String {
    State::of(&record(json), &version.parse().unwrap()).to_string()
}

const SECURITY: &str = r#"{"status":"resolved","fixed_version":"3.0.16-1~deb12u1","urgency":"high",
    "repositories":{"bookworm":"3.0.15-1~deb12u1","bookworm-security":"3.0.16-1~deb12u1"}}"#;

#[test]
fn resolved() {
    for (version, expected) in [
        ("3.0.16-1~deb12u1", "fixed since 3.0.16-1~deb12u1"),
        ("3.0.16-1", "fixed since 3.0.16-1~deb12u1"),
        ("1:0-1", "fixed since 3.0.16-1~deb12u1"),
        (
            "3.0.16-1~deb12u1~bpo1",
            "fixed in a newer version: 3.0.16-1~deb12u1 (bookworm-security)",
        ),
        (
            "3.0.9-1",
            "fixed in a newer version: 3.0.16-1~deb12u1 (bookworm-security)",
        ),
    ] {
        assert_eq!(state(SECURITY, version), expected, "{version}");
    }
}

#[test]
fn records_and_words() {
    for (json, expected) in [
        (
            r#"{"status":"resolved","fixed_version":"0"}"#,
            "not affected",
        ),
        (
            r#"{"status":"resolved","fixed_version":"0","urgency":"unimportant"}"#,
            "not affected",
        ),
        (
            r#"{"status":"resolved","fixed_version":"2-1"}"#,
            "fixed in a newer version: 2-1",
        ),
        (
            r#"{"status":"resolved","fixed_version":"2-1","urgency":"unimportant"}"#,
            "fixed in a newer version: 2-1",
        ),
        (
            r#"{"status":"resolved","fixed_version":"2-1","repositories":{"a":"3-1","b":"2-1"}}"#,
            "fixed in a newer version: 2-1 (a, b)",
        ),
        (
            r#"{"status":"resolved","fixed_version":"0-0"}"#,
            "fixed since 0-0",
        ),
        (
            r#"{"status":"resolved"}"#,
            "undetermined (the tracker says resolved, without a version)",
        ),
        (
            r#"{"status":"resolved","fixed_version":""}"#,
            "undetermined (the tracker says resolved, without a version)",
        ),
        (
            r#"{"status":"resolved","fixed_version":"2-1","repositories":{"a":"1-1"}}"#,
            "undetermined (the tracker names a fixed version that no suite has)",
        ),
        (
            r#"{"status":"undetermined","urgency":"unimportant"}"#,
            "undetermined (the security team is still investigating)",
        ),
        (r#"{"status":"open"}"#, "open"),
        (r#"{"status":"open","fixed_version":"0"}"#, "open"),
        (
            r#"{"status":"open","urgency":"high","nodsa_reason":""}"#,
            "open",
        ),
        (
            r#"{"status":"open","urgency":"unimportant","nodsa":"Minor issue"}"#,
            "unimportant",
        ),
        (
            r#"{"status":"open","urgency":"end-of-life"}"#,
            "end-of-life",
        ),
        (
            r#"{"status":"open","nodsa":"Minor issue","nodsa_reason":""}"#,
            "no-dsa (Minor issue)",
        ),
        (
            r#"{"status":"open","nodsa":"Minor issue","next_point_update":true}"#,
            "no-dsa (Minor issue), fix in the next point release",
        ),
        (
            r#"{"status":"open","next_point_update":true}"#,
            "no-dsa, fix in the next point release",
        ),
        (
            r#"{"status":"open","nodsa":"Minor issue","nodsa_reason":"postponed"}"#,
            "postponed (Minor issue)",
        ),
        (
            r#"{"status":"open","nodsa":null,"nodsa_reason":"ignored"}"#,
            "ignored",
        ),
        (
            r#"{"status":"open","nodsa":"Minor issue","nodsa_reason":"another word"}"#,
            "no-dsa (Minor issue)",
        ),
    ] {
        assert_eq!(state(json, "1-1"), expected, "{json}");
    }
}

#[test]
fn lookups() {
    let lock = include_str!("testdata/snapshot.lock.json");
    let snapshot = Snapshot::parse("tracker.lock.json", lock).unwrap();
    let version: Version = "3.0.15-1~deb12u1".parse().unwrap();
    let state = |source, release, issue| {
        let state = snapshot.state(source, &version, release, issue);
        state
            .map_err(|error| error.to_string())
            .map(|state| state.to_string())
    };
    for (source, release, issue, expected) in [
        ("openssl", "bookworm", "CVE-2024-0001", Ok("fixed in a newer version: 3.0.16-1~deb12u1 (bookworm-security)")),
        ("openssl", "trixie", "CVE-2024-0001", Ok("postponed (Minor issue)")),
        ("openssl", "bookworm", "CVE-2024-0003", Ok("not listed")),
        ("openssl", "bookworm", "CVE-2024-9999", Ok("not listed")),
        ("netbase", "bookworm", "CVE-2024-0001", Ok("not listed")),
        ("linux", "bookworm", "CVE-2024-0004", Err("cannot look up issue `CVE-2024-0004`: the lock of the tracker does not cover source package `linux`")),
        ("openssl", "sid", "CVE-2024-0001", Err("cannot look up issue `CVE-2024-0001`: the lock of the tracker does not cover release `sid`")),
    ] {
        let found = state(source, release, issue);
        let found = found.as_ref().map(String::as_str).map_err(String::as_str);
        assert_eq!(found, expected);
    }
    assert_eq!(
        url("CVE-2024-0001"),
        "https://security-tracker.debian.org/tracker/CVE-2024-0001"
    );
}

const VERSION: &str = "([0-2]:)?[0-9][a-b0-1.+~]{0,4}(-[0-1a.+~]{1,3})?";

fn resolved_in(fixed: &str, suite: Option<&str>) -> Record {
    let mut json = serde_json::json!({"status": "resolved", "fixed_version": fixed});
    if let Some(suite) = suite {
        json["repositories"] = serde_json::json!({ "suite": suite });
    }
    serde_json::from_value(json).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A newer version never loses a fix.
    #[test]
    fn fixes_stay(fixed in VERSION, one in VERSION, other in VERSION) {
        let record = resolved_in(&fixed, None);
        let (one, other): (Version, Version) = (one.parse().unwrap(), other.parse().unwrap());
        let (older, newer) = if one <= other { (one, other) } else { (other, one) };
        let is_fixed = |version| !matches!(State::of(&record, version), State::FixedInNewer { .. });
        prop_assert!(!is_fixed(&older) || is_fixed(&newer));
    }

    /// The version that the tracker names has the fix, and the version to update to is newer than ours.
    #[test]
    fn an_update_goes_forward(fixed in VERSION, ours in VERSION, suite in VERSION) {
        let record = resolved_in(&fixed, Some(&suite));
        let (ours, suite): (Version, Version) = (ours.parse().unwrap(), suite.parse().unwrap());
        let fixed: Version = fixed.parse().unwrap();
        match State::of(&record, &ours) {
            State::Fixed { since } => prop_assert!(since <= ours && since == fixed),
            State::NotAffected => prop_assert_eq!(fixed.as_str(), "0"),
            State::FixedInNewer { version, suites } => {
                prop_assert!(version > ours && suite >= version);
                prop_assert_eq!(suites, ["suite"]);
            }
            State::Undetermined(_) => prop_assert!(suite < fixed && ours < fixed),
            other => prop_assert!(false, "{other}"),
        }
    }
}
