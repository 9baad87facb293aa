//! The differences between two snapshots, as text.

use std::collections::{BTreeMap, BTreeSet};

use crate::issue::{Issue, Record};
use crate::snapshot::Snapshot;

/// One line for each issue of a source package that is new, gone, or has another record in a release. The result is
/// empty if both snapshots state the same.
pub fn difference(old: &Snapshot, new: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    for name in keys(&old.releases, &new.releases) {
        if let Some(change) = presence(old.releases.contains(name), new.releases.contains(name)) {
            lines.push(format!("release {name}: {change}"));
        }
    }
    let sources = keys(old.sources.keys(), new.sources.keys());
    for source in sources {
        let (old, new) = (old.issues(source), new.issues(source));
        if let Some(change) = presence(old.is_some(), new.is_some()) {
            let count = new.or(old).map_or(0, BTreeMap::len);
            lines.push(format!("{source}: {change}, issues: {count}"));
            continue;
        }
        let (Some(old), Some(new)) = (old, new) else {
            continue;
        };
        for issue in keys(old.keys(), new.keys()) {
            let change = change(old.get(issue), new.get(issue));
            lines.extend(change.map(|change| format!("{source} {issue}: {change}")));
        }
    }
    lines
}

fn keys<'a>(
    old: impl IntoIterator<Item = &'a String>,
    new: impl IntoIterator<Item = &'a String>,
) -> BTreeSet<&'a String> {
    old.into_iter().chain(new).collect()
}

fn presence(before: bool, after: bool) -> Option<&'static str> {
    match (before, after) {
        (false, true) => Some("new"),
        (true, false) => Some("removed"),
        _ => None,
    }
}

fn change(old: Option<&Issue>, new: Option<&Issue>) -> Option<String> {
    match (old, new) {
        (None, Some(new)) => Some(format!("new{}", in_releases(new))),
        (Some(_), None) => Some("removed".to_owned()),
        (Some(old), Some(new)) => changes_of_releases(old, new),
        (None, None) => None,
    }
}

/// For example: ` (bookworm: open, trixie: fixed in 3.5.2-1)`.
fn in_releases(issue: &Issue) -> String {
    let releases = issue.releases.iter();
    let releases = releases.map(|(name, record)| format!("{name}: {}", words(Some(record))));
    match &releases.collect::<Vec<_>>()[..] {
        [] => String::new(),
        releases => format!(" ({})", releases.join(", ")),
    }
}

fn changes_of_releases(old: &Issue, new: &Issue) -> Option<String> {
    let names = keys(old.releases.keys(), new.releases.keys());
    let changes = names.into_iter().filter_map(|name| {
        let (old, new) = (old.releases.get(name), new.releases.get(name));
        let (before, after) = (words(old), words(new));
        (before != after).then(|| format!("{name}: {before} → {after}"))
    });
    match &changes.collect::<Vec<_>>()[..] {
        [] if old == new => None,
        // A description, a bug number, an urgency or the versions of suites.
        [] => Some("other details".to_owned()),
        changes => Some(changes.join(", ")),
    }
}

fn words(record: Option<&Record>) -> String {
    record.map_or_else(|| "not listed".to_owned(), Record::to_string)
}
