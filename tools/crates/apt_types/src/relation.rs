//! Relations between packages (Policy 7.1): `a (>= 1) | b, c:any`, and provided names (Policy 7.5).

use std::fmt;

use blob::{Error, Result};
use deb::{Architecture, PackageName, Version};
use message::shorten;

/// Alternatives in order of preference. One of them is enough. `Display` writes the form of Policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation(pub Vec<Alternative>);

/// One alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The package name, without an architecture qualifier.
    pub name: PackageName,
    /// The qualifier after the `:`.
    pub qualifier: Option<Qualifier>,
    /// The versions that satisfy it.
    pub constraint: Option<(Comparison, Version)>,
}

/// The architectures whose packages satisfy a relation (Policy 7.1, and the Multi-Arch specification).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// `:any`: a package with `Multi-Arch: allowed`, of any architecture.
    Any,
    /// `:native`: a package of the architecture that is resolved.
    Native,
    /// `:ARCH`: a package of that architecture.
    Architecture(Architecture),
}

/// A comparison of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<<`
    Less,
    /// `<=`, and the obsolete `<`
    LessOrEqual,
    /// `=`
    Equal,
    /// `>=`, and the obsolete `>`
    GreaterOrEqual,
    /// `>>`
    Greater,
}

/// A name that a package provides.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvidedName {
    /// The provided name, without an architecture qualifier.
    pub name: PackageName,
    /// The qualifier after the `:`.
    pub qualifier: Option<Qualifier>,
    /// `(= VERSION)`. Without it, the name satisfies no relation with a version.
    pub version: Option<Version>,
}

impl Alternative {
    /// Whether a version satisfies it.
    pub fn allows(&self, version: &Version) -> bool {
        match &self.constraint {
            None => true,
            Some((Comparison::Less, other)) => version < other,
            Some((Comparison::LessOrEqual, other)) => version <= other,
            Some((Comparison::Equal, other)) => version.cmp(other).is_eq(),
            Some((Comparison::GreaterOrEqual, other)) => version >= other,
            Some((Comparison::Greater, other)) => version > other,
        }
    }

    /// Whether the version of a provided name satisfies it. A name without a version satisfies only a relation without
    /// one.
    pub fn allows_provided(&self, version: Option<&Version>) -> bool {
        match version {
            Some(version) => self.allows(version),
            None => self.constraint.is_none(),
        }
    }
}

impl Comparison {
    /// The operator, as Policy writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Comparison::Less => "<<",
            Comparison::LessOrEqual => "<=",
            Comparison::Equal => "=",
            Comparison::GreaterOrEqual => ">=",
            Comparison::Greater => ">>",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, alternative) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(" | ")?;
            }
            alternative.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        match &self.qualifier {
            None => {}
            Some(Qualifier::Any) => f.write_str(":any")?,
            Some(Qualifier::Native) => f.write_str(":native")?,
            Some(Qualifier::Architecture(architecture)) => write!(f, ":{architecture}")?,
        }
        match &self.constraint {
            None => Ok(()),
            Some((comparison, version)) => write!(f, " ({} {version})", comparison.as_str()),
        }
    }
}

/// Parses the value of a `Depends` field.
///
/// # Errors
///
/// A relation is malformed.
pub fn parse_relations(value: &str) -> Result<Vec<Relation>> {
    items(value)
        .map(|relation| {
            let alternatives = relation.split('|').map(str::trim);
            let alternatives = alternatives.filter(|text| !text.is_empty());
            let read: Vec<_> = alternatives.map(alternative).collect::<Result<_>>()?;
            if read.is_empty() {
                return Err(malformed(relation));
            }
            Ok(Relation(read))
        })
        .collect()
}

/// Parses the value of a field without alternatives: `Conflicts`, `Breaks`, `Replaces`.
///
/// # Errors
///
/// A relation is malformed.
pub fn parse_alternatives(value: &str) -> Result<Vec<Alternative>> {
    items(value).map(alternative).collect()
}

/// Parses the value of a `Provides` field. As in apt, a name with another operator than `=` is left out.
///
/// # Errors
///
/// A relation is malformed.
pub fn parse_provides(value: &str) -> Result<Vec<ProvidedName>> {
    let provided = items(value).map(provided);
    provided.filter_map(Result::transpose).collect()
}

/// The non-empty parts between commas; superfluous commas are ignored.
fn items(value: &str) -> impl Iterator<Item = &str> {
    let items = value.split(',').map(str::trim);
    items.filter(|item| !item.is_empty())
}

fn provided(text: &str) -> Result<Option<ProvidedName>> {
    let alternative = alternative(text)?;
    let version = match alternative.constraint {
        None => None,
        Some((Comparison::Equal, version)) => Some(version),
        Some(_) => return Ok(None),
    };
    Ok(Some(ProvidedName {
        name: alternative.name,
        qualifier: alternative.qualifier,
        version,
    }))
}

fn malformed(text: &str) -> Error {
    let cause = "expected `name (>= version)`";
    Error::cannot("read relation", shorten(text), cause)
}

/// Parses one alternative as apt does (`debListParser::ParseDepends`): any name, even if no package can have it, and a
/// version without an operator means `=`.
fn alternative(text: &str) -> Result<Alternative> {
    let text = text.trim();
    let wrong = || malformed(text);
    let (name, constraint) = match text.split_once('(') {
        None => (text, None),
        Some((name, rest)) => {
            let constraint = rest.trim_end().strip_suffix(')').ok_or_else(wrong)?;
            (name, Some(self::constraint(constraint).ok_or_else(wrong)?))
        }
    };
    let name = name.trim();
    let (name, qualifier) = match name.split_once(':') {
        None => (name, None),
        Some((name, "any")) => (name, Some(Qualifier::Any)),
        Some((name, "native")) => (name, Some(Qualifier::Native)),
        Some((before, other)) => match other.parse() {
            Ok(architecture) => (before, Some(Qualifier::Architecture(architecture))),
            // No architecture has such a name, so no package matches this name.
            Err(_) => (name, None),
        },
    };
    Ok(Alternative {
        name: PackageName::in_relation(name).map_err(|_| wrong())?,
        qualifier,
        constraint,
    })
}

fn constraint(text: &str) -> Option<(Comparison, Version)> {
    let text = text.trim();
    let (sign, version) = text.split_at(text.find(|c| !"<>=".contains(c))?);
    let comparison = match sign {
        "<<" => Comparison::Less,
        "<=" | "<" => Comparison::LessOrEqual,
        "=" | "" => Comparison::Equal,
        ">=" | ">" => Comparison::GreaterOrEqual,
        ">>" => Comparison::Greater,
        _ => return None,
    };
    Some((comparison, Version::in_relation(version.trim()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depends(text: &str) -> String {
        match parse_relations(text) {
            Ok(relations) => {
                let relations = relations.iter().map(ToString::to_string);
                relations.collect::<Vec<_>>().join(", ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn relations_as_apt_reads_them() {
        for (text, read) in [
            ("a", "a"),
            ("a(>=1)|b,c", "a (>= 1) | b, c"),
            ("a ( >= 1 ) ,,", "a (>= 1)"),
            ("git (2:1)", "git (= 2:1)"),
            ("a (1.0)", "a (= 1.0)"),
            ("a (< 1), b (> 2)", "a (<= 1), b (>= 2)"),
            ("a (>= 1.0_beta~)", "a (>= 1.0_beta~)"),
            ("Old_Foo | ${shlibs:Depends}", "Old_Foo | ${shlibs:Depends}"),
            (
                "a:any, b:native, c:arm64, d:x86_64",
                "a:any, b:native, c:arm64, d:x86_64",
            ),
            ("a |", "a"),
            ("a\n | b\n", "a | b"),
        ] {
            assert_eq!(depends(text), read);
        }
    }

    #[test]
    fn malformed_relations() {
        for text in [
            "a b",
            "a (>= 1",
            "a )",
            "a (>= 1) b",
            "a (>= )",
            "a ()",
            "a [amd64]",
            "a <!x>",
            "|",
            "(>= 1)",
            "a (=> 1)",
            "a (>= 1 2)",
        ] {
            let error = format!("cannot read relation `{text}`: expected `name (>= version)`");
            assert_eq!(depends(text), error);
        }
    }

    #[test]
    fn a_name_is_provided_in_one_version() {
        let provided = parse_provides("a, b (= 1), c (>= 2), d:any").unwrap();
        let names: Vec<&str> = provided.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "d"]);
    }
}
