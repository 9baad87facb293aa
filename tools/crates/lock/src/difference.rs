//! The differences between two locks, as text.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Lock, LockedPackage, LockedSource};

/// Returns one line for each changed package and the architectures with the same change, then one for each changed
/// source. The result is empty if the locks are equal.
pub fn difference(old: &Lock, new: &Lock) -> Vec<String> {
    let mut lines = Vec::new();
    if old.architectures != new.architectures {
        let (old, new) = (&old.architectures, &new.architectures);
        lines.push(format!(
            "architectures: {} → {}",
            old.join(" "),
            new.join(" ")
        ));
    }
    for name in keys(old.packages.keys(), new.packages.keys()) {
        let (old, new) = (old.packages.get(name), new.packages.get(name));
        let architectures = keys(
            old.into_iter().flat_map(|files| files.keys()),
            new.into_iter().flat_map(|files| files.keys()),
        );
        let mut changes: Vec<(String, Vec<&str>)> = Vec::new();
        for architecture in architectures {
            let file = |files: Option<&'_ BTreeMap<String, LockedPackage>>| {
                files.and_then(|files| files.get(architecture)).cloned()
            };
            let Some(change) = package_change(file(old).as_ref(), file(new).as_ref()) else {
                continue;
            };
            match changes.iter_mut().find(|(other, _)| *other == change) {
                Some((_, architectures)) => architectures.push(architecture),
                None => changes.push((change, vec![architecture])),
            }
        }
        let changes = changes.into_iter();
        lines.extend(changes.map(|(change, architectures)| {
            let architectures = architectures.join(" ");
            format!("{name} {architectures}: {change}")
        }));
    }
    for suite in keys(old.sources.keys(), new.sources.keys()) {
        let (old, new) = (old.sources.get(suite), new.sources.get(suite));
        if let Some(change) = source_change(old, new) {
            lines.push(format!("{suite}: {change}"));
        }
    }
    lines
}

fn keys<'a>(
    old: impl Iterator<Item = &'a String>,
    new: impl Iterator<Item = &'a String>,
) -> BTreeSet<&'a String> {
    old.chain(new).collect()
}

fn package_change(old: Option<&LockedPackage>, new: Option<&LockedPackage>) -> Option<String> {
    match (old, new) {
        (None, Some(new)) => Some(format!("added {} ({})", new.version, new.origin())),
        (Some(old), None) => Some(format!("removed {} ({})", old.version, old.origin())),
        (Some(old), Some(new)) if old.version != new.version => Some(format!(
            "{} ({}) → {} ({})",
            old.version,
            old.origin(),
            new.version,
            new.origin()
        )),
        (Some(old), Some(new)) if old.sha256 != new.sha256 => {
            Some(format!("{}: {} → {}", new.version, old.sha256, new.sha256))
        }
        (Some(old), Some(new)) if old != new => {
            Some(format!("{}: other fields differ", new.version))
        }
        _ => None,
    }
}

fn source_change(old: Option<&LockedSource>, new: Option<&LockedSource>) -> Option<String> {
    let date = |source: &LockedSource| source.suite().map(|suite| suite.date);
    match (old, new) {
        (None, Some(new)) => Some(match date(new) {
            Some(date) => format!("added, of {date}"),
            None => "added".to_owned(),
        }),
        (Some(_), None) => Some("removed".to_owned()),
        (Some(old), Some(new)) if old != new => Some(match (date(old), date(new)) {
            (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
            (_, Some(date)) => format!("{date}: other fields differ"),
            _ => "other fields differ".to_owned(),
        }),
        _ => None,
    }
}
