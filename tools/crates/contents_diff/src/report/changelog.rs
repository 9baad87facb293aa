use serde::Serialize;

/// The changelog entries of a source package between two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangelogChange {
    /// The source package.
    pub source: String,
    /// The old version of the source package.
    pub old_version: String,
    /// The new version of the source package.
    pub new_version: String,
    /// The entries, newest first. They are those that a downgrade removes, if the new version is older.
    pub entries: Vec<ChangelogEntry>,
    /// Whether the changelog reaches back to the older version. A package has a part of its changelog only.
    pub is_complete: bool,
}

/// One entry of a changelog ([Debian Policy, 4.4](https://www.debian.org/doc/debian-policy/ch-source.html#debian-changelog-debian-changelog)).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangelogEntry {
    /// The version.
    pub version: String,
    /// The suites and the urgency: `bookworm-security; urgency=high`.
    pub target: String,
    /// The lines between heading and signature, without the common indentation.
    pub text: String,
}
