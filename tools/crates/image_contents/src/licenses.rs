use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The licenses of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licenses {
    /// The license of the whole package, as a valid SPDX expression; `None` if it is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// The licenses of groups of source files, as the copyright file lists them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<LicenseGroup>,
    /// The text of each `LicenseRef-…` in the expressions. Packages may use one name for different texts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<String, String>,
}

/// A group of source files with one license: a `Files` paragraph of a
/// [machine-readable copyright file](https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenseGroup {
    /// The patterns of the files: `src/*`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The license, as a valid SPDX expression.
    pub expression: String,
    /// The copyright notices, one per line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copyright: Option<String>,
}

impl Licenses {
    /// All expressions.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        let groups = self.groups.iter().map(|group| &*group.expression);
        self.expression.as_deref().into_iter().chain(groups)
    }

    /// The copyright notices of all groups, without repeated lines.
    pub fn copyright(&self) -> Option<String> {
        let mut lines: Vec<&str> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let notices = self.groups.iter().flat_map(|group| &group.copyright);
        for line in notices.flat_map(|text| text.lines()) {
            let line = line.trim();
            if !line.is_empty() && seen.insert(line) {
                lines.push(line);
            }
        }
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
