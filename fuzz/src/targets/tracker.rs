//! Debian's security tracker.

use tracker::{time, Selection, Snapshot};
use vex::Reviews;

use super::{same, target, text, Outcome, Target};

const TRACKER: &[&str] = &[
    "\"openssl\":{\"CVE-2024-0001\":{",
    "\"releases\":{\"bookworm\":{",
    "\"status\":\"resolved\"",
    "\"status\":\"open\"",
    "\"status\":\"undetermined\"",
    "\"fixed_version\":\"0\"",
    "\"repositories\":{\"bookworm\":\"1-1\"}",
    "\"nodsa_reason\":\"postponed\"",
    "\"description\":",
    "\"urgency\":null",
    "[[[[",
];
const REVIEWS: &[&str] = &[
    "\"binaries\":[",
    "\"issue\":",
    "https://",
    "{}",
    "[]",
    "null",
];

pub(super) fn targets() -> Vec<Target> {
    vec![
        target("tracker_document", TRACKER, document),
        target("tracker_lock", TRACKER, lock),
        target("vex_reviews", REVIEWS, |input| {
            let _ = Reviews::parse("reviews", &text(input));
            Ok(())
        }),
    ]
}

/// A document that is read is written as a lock, and read back unchanged.
fn document(input: &[u8]) -> Outcome {
    let selection = Selection {
        sources: ["glibc".to_owned(), "openssl".to_owned()].into(),
        releases: ["bookworm".to_owned()].into(),
    };
    let time = time("2026-11-21T02:34:56Z").map_err(|error| error.to_string())?;
    match Snapshot::read("document", input, time, &selection) {
        Ok(snapshot) => unchanged(&snapshot),
        Err(_) => Ok(()),
    }
}

fn lock(input: &[u8]) -> Outcome {
    match Snapshot::parse("lock", &text(input)) {
        Ok(snapshot) => unchanged(&snapshot),
        Err(_) => Ok(()),
    }
}

fn unchanged(snapshot: &Snapshot) -> Outcome {
    let lock = snapshot.to_json().map_err(|error| error.to_string())?;
    let again = Snapshot::parse("lock", &lock).map_err(|error| error.to_string())?;
    same("snapshot", &again, snapshot)
}
