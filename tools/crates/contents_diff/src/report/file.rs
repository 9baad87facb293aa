use serde::Serialize;

/// A file, link or directory that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// The path, without a leading slash; empty for the root directory.
    pub path: String,
    /// The package or runtime that it belongs to, on the new side if it is there; `None` if it belongs to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The differences.
    pub aspects: Vec<Aspect>,
    /// The entry on the old side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<FileState>,
    /// The entry on the new side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<FileState>,
    /// Whether the difference is expected, because its package differs in version or exists on one side only. A
    /// difference of mode, owner or type is never expected.
    pub is_expected: bool,
}

/// One kind of difference of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// A file became a link, for example.
    Type,
    /// The bytes of a file.
    Content,
    /// The target of a link.
    Target,
    /// The permission bits.
    Mode,
    /// The user or group ID.
    Owner,
}

/// A file, link or directory of one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileState {
    /// `file`, `link` or `directory`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The permission bits in octal digits: `0755`.
    pub mode: String,
    /// The user ID.
    pub uid: u32,
    /// The group ID.
    pub gid: u32,
    /// The SHA-256 of a file's content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The size of a file in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The target of a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

impl Aspect {
    /// The word in all forms of a report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Type => "type",
            Self::Content => "content",
            Self::Target => "target",
            Self::Mode => "mode",
            Self::Owner => "owner",
        }
    }
}
