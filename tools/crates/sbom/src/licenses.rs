use std::collections::BTreeMap;

/// The licenses of a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Licenses {
    /// The license of the whole package, as a valid SPDX expression; `None` if it is unknown.
    pub expression: Option<String>,
    /// The licenses of groups of source files, as the copyright file lists them.
    pub groups: Vec<LicenseGroup>,
    /// The text of each `LicenseRef-…` in the expressions. Packages may use one name for different texts.
    pub texts: BTreeMap<String, String>,
}

/// A group of source files with one license: a `Files` paragraph of a
/// [machine-readable copyright file](https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseGroup {
    /// The patterns of the files: `src/*`.
    pub files: Vec<String>,
    /// The license, as a valid SPDX expression.
    pub expression: String,
    /// The copyright notices, one per line.
    pub copyright: Option<String>,
}

impl Licenses {
    /// All expressions.
    pub(crate) fn expressions(&self) -> impl Iterator<Item = &str> {
        let groups = self.groups.iter().map(|group| &*group.expression);
        self.expression.as_deref().into_iter().chain(groups)
    }

    /// The copyright notices of all groups, without repeated lines.
    pub(crate) fn copyright(&self) -> Option<String> {
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
