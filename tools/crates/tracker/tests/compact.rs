//! The compact form: its bytes, and that it is read back unchanged.

#![allow(clippy::unwrap_used)]

use tracker::{time, Selection, Snapshot};

const DOCUMENT: &str = include_str!("testdata/snapshot.json");
const LOCK: &str = include_str!("testdata/snapshot.lock.json");

fn snapshot() -> Snapshot {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let selection = Selection {
        sources: owned(&["openssl", "glibc", "netbase"]),
        releases: owned(&["bookworm", "trixie"]),
    };
    let document = DOCUMENT.as_bytes();
    Snapshot::read(
        "tracker.json",
        document,
        time("2026-11-21T02:34:56Z").unwrap(),
        &selection,
    )
    .unwrap()
}

#[test]
fn the_bytes() {
    let text = snapshot().to_json().unwrap();
    assert_eq!(text, LOCK, "\n{text}");
}

#[test]
fn it_is_read_back() {
    assert_eq!(
        Snapshot::parse("tracker.lock.json", LOCK).unwrap(),
        snapshot()
    );
}

#[test]
fn an_empty_selection_is_read_back() {
    let document = DOCUMENT.as_bytes();
    let selection = Selection::default();
    let empty = Snapshot::read(
        "x",
        document,
        time("2026-11-21T02:34:56Z").unwrap(),
        &selection,
    )
    .unwrap();
    let text = empty.to_json().unwrap();
    assert_eq!(Snapshot::parse("x", &text).unwrap(), empty);
}

#[test]
fn malformed_locks_are_refused() {
    let hint = "hint: restore it from version control, or lock the tracker again";
    for (from, to, expected) in [
        ("\"version\": 1", "\"version\": 2", "expected version 1, found 2\nhint: use the version of distroless that wrote it, or a newer one".to_owned()),
        ("\"version\": 1", "\"v\": 1", format!("missing field `version` at line 17 column 1\n{hint}")),
        ("\"bookworm\",\"trixie\"", "\"a b\"", "`a b` is not the name of a release".to_owned()),
        ("\"sha256\":\"", "\"sha256\":\"00", "cannot read digest `004785b".to_owned()),
        ("02:34:56Z", "02:34:56", "cannot read time `2026-11-21T02:34:56`: expected RFC 3339 in UTC, like `2026-11-21T02:34:56Z`".to_owned()),
        ("\"unimportant\"", "7", "at `sources/glibc/CVE-2010-0001/releases/bookworm/urgency`: invalid type: integer `7`, expected a string".to_owned()),
        ("\n}\n", "", format!("it is truncated: EOF while parsing an object at line 16 column 14\n{hint}")),
        ("\n}\n", "\n}}\n", format!("trailing characters at line 17 column 2\n{hint}")),
    ] {
        assert!(LOCK.contains(from), "{from}");
        let text = LOCK.replacen(from, to, 1);
        let message = Snapshot::parse("tracker.lock.json", &text).unwrap_err().to_string();
        let expected = format!("cannot read tracker lock `tracker.lock.json`: {expected}");
        assert!(message.starts_with(&expected), "{message}\n{expected}");
    }
}
