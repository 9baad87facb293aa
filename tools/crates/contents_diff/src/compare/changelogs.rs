use std::collections::BTreeMap;

use deb::{ChangelogRange, Version};

use super::side::Side;
use crate::report::{Change, ChangelogChange, ChangelogEntry, PackageChange};

/// The entries that a report has of one source package. A step to another Debian release has hundreds.
const MAX_ENTRIES: usize = 200;

/// The changelog entries between the versions of each source package, sorted by source package.
pub(super) fn compare(
    packages: &[PackageChange],
    side_old: &Side,
    side_new: &Side,
) -> Vec<ChangelogChange> {
    let mut changes: BTreeMap<&str, ChangelogChange> = BTreeMap::new();
    for package in packages {
        let (Some(old), Some(new)) = (&package.old, &package.new) else {
            continue;
        };
        let (newer, older, texts) = match package.change {
            Change::Upgraded => (new, old, side_new.changelogs),
            Change::Downgraded => (old, new, side_old.changelogs),
            _ => continue,
        };
        if changes.contains_key(&*newer.source) || newer.source != older.source {
            continue;
        }
        let key = (package.name.clone(), newer.version.clone());
        let Some(text) = texts.get(&key) else {
            continue;
        };
        let versions = (&*older.source_version, &*newer.source_version);
        if let Some((entries, is_complete)) = between(text, versions) {
            let change = ChangelogChange {
                source: newer.source.clone(),
                old_version: old.source_version.clone(),
                new_version: new.source_version.clone(),
                entries,
                is_complete,
            };
            changes.insert(&newer.source, change);
        }
    }
    changes.into_values().collect()
}

/// The entries that are newer than `old` and not newer than `new`, and whether the text reaches back to `old`. `None` if
/// a version is malformed or there are no such entries.
fn between(text: &str, (old, new): (&str, &str)) -> Option<(Vec<ChangelogEntry>, bool)> {
    let (old, new): (Version, Version) = (old.parse().ok()?, new.parse().ok()?);
    let range = ChangelogRange::between(text, &old, &new, MAX_ENTRIES);
    let entries = range.entries.into_iter().map(|entry| ChangelogEntry {
        version: entry.version,
        target: entry.target,
        text: entry.text,
    });
    let entries: Vec<ChangelogEntry> = entries.collect();
    (!entries.is_empty()).then_some((entries, range.is_complete))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The crate `deb` tests the entries between versions.
    const TEXT: &str = "\
a (1:2-1) bookworm-security; urgency=high

  * Second (Closes: #1).

 -- A <a@example.org>  Mon, 01 Jan 2023 00:00:00 +0000
";

    #[test]
    fn entries_of_a_changelog_become_those_of_the_report() {
        let (entries, is_complete) = between(TEXT, ("1:1-1", "1:2-1")).unwrap();
        let [entry] = &entries[..] else {
            unreachable!("{entries:?}");
        };
        assert_eq!(entry.version, "1:2-1");
        assert_eq!(entry.target, "bookworm-security; urgency=high");
        assert_eq!(entry.text, "* Second (Closes: #1).");
        assert!(!is_complete);
    }

    #[test]
    fn versions_that_are_malformed_or_have_no_entries_give_none() {
        assert_eq!(between(TEXT, ("1:2-1", "1:3-1")), None);
        assert_eq!(between(TEXT, ("", "1:2-1")), None);
    }
}
