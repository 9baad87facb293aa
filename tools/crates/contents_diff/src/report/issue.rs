use serde::Serialize;

/// The issues of two sides, from one snapshot of the security tracker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IssueReport {
    /// The time of the snapshot.
    pub snapshot: String,
    /// The issues that differ, sorted by trend, issue and source package.
    pub changes: Vec<IssueChange>,
}

/// An issue that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssueChange {
    /// The direction of the difference.
    pub trend: IssueTrend,
    /// The issue: `CVE-2024-1234`.
    pub issue: String,
    /// The source package.
    pub source: String,
    /// The state on the old side, in the tracker's words; `None` if it does not have the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The state on the new side, in the tracker's words; `None` if it does not have the issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// The direction of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IssueTrend {
    /// Only the new side is affected.
    Introduced,
    /// Only the old side is affected.
    Resolved,
    /// Both sides are affected, and the tracker's words differ.
    Changed,
}

impl IssueTrend {
    /// The word in all forms of a report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Resolved => "resolved",
            Self::Changed => "changed",
        }
    }
}
