use serde::Serialize;

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the old side has it.
    Removed,
    /// Only the new side has it.
    Added,
    /// The new side has a newer version.
    Upgraded,
    /// The new side has an older version.
    Downgraded,
    /// Both sides have the same version with another content, or versions that cannot be compared.
    Changed,
}

impl Change {
    /// The word in all forms of a report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Added => "added",
            Self::Upgraded => "upgraded",
            Self::Downgraded => "downgraded",
            Self::Changed => "changed",
        }
    }
}

/// A package or runtime that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackageChange {
    /// The name.
    pub name: String,
    /// The kind of the difference.
    pub change: Change,
    /// The package on the old side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<PackageFacts>,
    /// The package on the new side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<PackageFacts>,
}

/// A package or runtime of one side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PackageFacts {
    /// The version; empty if it is unknown.
    pub version: String,
    /// The Debian architecture, or `all`; empty for a runtime.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub architecture: String,
    /// The source package; empty for a runtime.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The version of the source package; empty for a runtime.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source_version: String,
    /// The licenses, as an SPDX expression; `None` if they are unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licenses: Option<String>,
}

impl PackageChange {
    /// The facts of the new side; of the old side, if the package was removed.
    pub fn facts(&self) -> Option<&PackageFacts> {
        self.new.as_ref().or(self.old.as_ref())
    }

    /// Whether both sides know the licenses, and they differ.
    pub fn has_other_licenses(&self) -> bool {
        let licenses = |facts: &Option<PackageFacts>| facts.as_ref()?.licenses.clone();
        let pair = licenses(&self.old).zip(licenses(&self.new));
        pair.is_some_and(|(old, new)| old != new)
    }
}
