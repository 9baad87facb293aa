use std::collections::{BTreeMap, BTreeSet};

use crate::report::{IssueChange, IssueReport, IssueTrend};

/// The issues that affect an image, or may affect it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issues {
    /// The time of the snapshot of the security tracker. Both sides use the same one.
    pub snapshot: String,
    /// The state in the tracker's words, by issue and source package.
    pub open: BTreeMap<(String, String), String>,
}

/// The issues that differ; `None` if an image was not assessed.
pub(super) fn compare(old: Option<&Issues>, new: Option<&Issues>) -> Option<IssueReport> {
    let (old, new) = (old?, new?);
    let keys: BTreeSet<_> = old.open.keys().chain(new.open.keys()).collect();
    let changes = keys.into_iter().filter_map(|key| {
        let (left, right) = (old.open.get(key), new.open.get(key));
        let trend = match (left, right) {
            (None, Some(_)) => IssueTrend::Introduced,
            (Some(_), None) => IssueTrend::Resolved,
            (left, right) if left != right => IssueTrend::Changed,
            _ => return None,
        };
        Some(IssueChange {
            trend,
            issue: key.0.clone(),
            source: key.1.clone(),
            old: left.cloned(),
            new: right.cloned(),
        })
    });
    let mut changes: Vec<IssueChange> = changes.collect();
    changes.sort_by_key(|change| change.trend);
    Some(IssueReport {
        snapshot: new.snapshot.clone(),
        changes,
    })
}
