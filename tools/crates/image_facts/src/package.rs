use std::fmt;

use serde::{Deserialize, Serialize};

/// The identity of a binary package.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageId {
    /// The name: `libc6`.
    pub name: String,
    /// The version: `2.36-9+deb12u10`.
    pub version: String,
    /// The Debian architecture, or `all`.
    pub architecture: String,
}

impl PackageId {
    /// Parses the text that [`fmt::Display`] writes: name, version and architecture, separated by single spaces.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split(' ').collect::<Vec<_>>()[..] {
            [name, version, architecture] => Some(Self {
                name: name.to_owned(),
                version: version.to_owned(),
                architecture: architecture.to_owned(),
            }),
            _ => None,
        }
    }
}

/// For example: `netbase 6.4 all`.
impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            version,
            architecture,
        } = self;
        write!(f, "{name} {version} {architecture}")
    }
}

/// The source package that a binary package names in its field `Source`
/// ([Debian Policy, 5.6.1](https://www.debian.org/doc/debian-policy/ch-controlfields.html#source)).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcePackage {
    /// The name: `glibc`.
    pub name: String,
    /// The version, if it differs from that of the binary package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl SourcePackage {
    /// Parses the field: `glibc` or `glibc (2.36-9)`.
    pub fn parse(field: &str) -> Self {
        let (name, rest) = field.split_once(' ').unwrap_or((field, ""));
        let rest = rest.trim().strip_prefix('(');
        let version = rest.and_then(|rest| rest.strip_suffix(')'));
        Self {
            name: name.to_owned(),
            version: version.map(str::to_owned),
        }
    }
}

/// The field, for example `glibc (2.36-9)`.
impl fmt::Display for SourcePackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{} ({version})", self.name),
            None => f.write_str(&self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_fields() {
        for (field, name, version) in [
            ("glibc", "glibc", None),
            ("glibc (1:2-3)", "glibc", Some("1:2-3")),
            ("glibc  (1)", "glibc", Some("1")),
            ("glibc 1", "glibc", None),
            ("", "", None),
        ] {
            let source = SourcePackage::parse(field);
            assert_eq!((&*source.name, source.version.as_deref()), (name, version));
        }
        let source = SourcePackage::parse("glibc (1:2-3)");
        assert_eq!(source.to_string(), "glibc (1:2-3)");
    }

    #[test]
    fn identities() {
        let id = PackageId::parse("netbase 6.4 all").unwrap_or_default();
        assert_eq!(id.to_string(), "netbase 6.4 all");
        assert_eq!(PackageId::parse("netbase 6.4"), None);
    }
}
