//! The security issues that an update fixes.

use std::collections::BTreeMap;

use deb::Version;
use tracker::{Snapshot, State};

use crate::report::{Changelog, DistroReport, Fix, Named, SourceReport};

/// The beginning of the names of issues in changelogs.
const PREFIX: &str = "CVE-";

/// Adds the issues that the changelogs name and, with a snapshot of Debian's security tracker, those that the tracker says
/// are fixed between both versions. A source package or release that the snapshot does not cover has none by the tracker.
pub fn add_fixes(report: &mut DistroReport, release: Option<&str>, tracker: Option<&Snapshot>) {
    for source in &mut report.sources {
        let mut fixes: BTreeMap<String, Named> = BTreeMap::new();
        if let Changelog::Read { entries, .. } = &source.changelog {
            let texts = entries.iter().flat_map(|entry| issues(&entry.text));
            fixes.extend(texts.map(|issue| (issue, Named::Changelog)));
        }
        if let (Some(release), Some(tracker)) = (release, tracker) {
            let found = by_tracker(source, release, tracker).into_iter();
            fixes.extend(found.map(|issue| (issue, Named::Tracker)));
        }
        let fixes = fixes.into_iter();
        source.fixes = fixes
            .map(|(issue, named_by)| Fix { issue, named_by })
            .collect();
    }
}

fn by_tracker(source: &SourceReport, release: &str, tracker: &Snapshot) -> Vec<String> {
    let version = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
    let (old, new): (Option<Version>, Option<Version>) =
        (version(&source.old_version), version(&source.new_version));
    let (Some(old), Some(new)) = (old, new) else {
        return Vec::new();
    };
    let Some(issues) = tracker.issues(&source.source) else {
        return Vec::new();
    };
    let is_fixed = |issue: &&String| {
        let state = tracker.state(&source.source, &new, release, issue);
        matches!(state, Ok(State::Fixed { since }) if since > old)
    };
    issues.keys().filter(is_fixed).cloned().collect()
}

/// The issues that a text names: `CVE-YYYY-NUMBER`.
fn issues(text: &str) -> Vec<String> {
    let places = text.match_indices(PREFIX);
    let names = places.filter_map(|(at, _)| {
        let rest = &text[at + PREFIX.len()..];
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
        let year = digits(rest);
        let number = rest.get(year..)?.strip_prefix('-')?;
        let length = digits(number);
        let is_issue = year == 4 && (4..=19).contains(&length);
        is_issue.then(|| format!("{PREFIX}{}-{}", &rest[..year], &number[..length]))
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::issues;

    #[test]
    fn names_of_issues() {
        let text = "CVE-2026-1234, CVE-2026-12345: (CVE-2026-99999). CVE-2026-123 CVE-26-1234 CVE-é XCVE-2020-0001";
        assert_eq!(
            issues(text),
            [
                "CVE-2026-1234",
                "CVE-2026-12345",
                "CVE-2026-99999",
                "CVE-2020-0001"
            ]
        );
    }
}
