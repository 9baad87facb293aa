//! Relations between packages (Policy 7.1): `a (>= 1) | b, c:any`, and what packages provide (Policy 7.5).

use std::fmt;

use blob::{Error, Result};
use deb::{Architecture, PackageName, Version};

use message::shorten;

/// Alternatives, the preferred first: one of them is enough. It prints as Policy writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation(pub Vec<Alternative>);

/// One alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The package's name, without an architecture qualifier.
    pub name: PackageName,
    /// What follows the name's `:`.
    pub qualifier: Option<Qualifier>,
    /// The versions that do.
    pub constraint: Option<(Comparison, Version)>,
}

/// Which architectures' packages do (Policy 7.1, and the Multi-Arch specification).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// `:any`: a package that is `Multi-Arch: allowed`, whatever its architecture.
    Any,
    /// `:native`: a package of the machine's architecture.
    Native,
    /// `:ARCH`: a package of that architecture.
    Architecture(Architecture),
}

/// How a version is compared.
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
pub struct Provided {
    /// The virtual name, without an architecture qualifier.
    pub name: PackageName,
    /// What follows the name's `:`.
    pub qualifier: Option<Qualifier>,
    /// `(= VERSION)`; without it, no relation with a version is met.
    pub version: Option<Version>,
}

impl Alternative {
    /// Whether a version does.
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

    /// Whether a provided name's version does; one without a version meets only what asks for none.
    pub fn allows_provided(&self, version: Option<&Version>) -> bool {
        match version {
            Some(version) => self.allows(version),
            None => self.constraint.is_none(),
        }
    }
}

impl Comparison {
    /// The sign, as Policy writes it.
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

/// Reads the value of a `Depends` field.
pub(crate) fn parse_relations(value: &str) -> Result<Vec<Relation>> {
    items(value)
        .map(|relation| {
            let alternatives = relation.split('|').map(alternative);
            alternatives.collect::<Result<_>>().map(Relation)
        })
        .collect()
}

/// Reads the value of a field without alternatives: `Conflicts`, `Breaks`, `Replaces`.
pub(crate) fn parse_alternatives(value: &str) -> Result<Vec<Alternative>> {
    items(value).map(alternative).collect()
}

/// Reads the value of a `Provides` field.
pub(crate) fn parse_provides(value: &str) -> Result<Vec<Provided>> {
    items(value).map(provided).collect()
}

/// What stands between commas; a comma too many does no harm.
fn items(value: &str) -> impl Iterator<Item = &str> {
    let items = value.split(',').map(str::trim);
    items.filter(|item| !item.is_empty())
}

fn provided(text: &str) -> Result<Provided> {
    let alternative = alternative(text)?;
    let version = match alternative.constraint {
        None => None,
        Some((Comparison::Equal, version)) => Some(version),
        Some(_) => {
            let text = shorten(text);
            let cause = "a name is provided in one version: `name (= version)`";
            return Err(Error::cannot("read provided name", text, cause));
        }
    };
    Ok(Provided {
        name: alternative.name,
        qualifier: alternative.qualifier,
        version,
    })
}

fn alternative(text: &str) -> Result<Alternative> {
    let text = text.trim();
    let wrong = || {
        let text = shorten(text);
        Error::cannot("read relation", text, "expected `name (>= version)`")
    };
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
        Some((name, other)) => {
            let architecture = other.parse().map_err(|_| wrong())?;
            (name, Some(Qualifier::Architecture(architecture)))
        }
    };
    Ok(Alternative {
        name: name.parse().map_err(|_| wrong())?,
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
        "=" => Comparison::Equal,
        ">=" | ">" => Comparison::GreaterOrEqual,
        ">>" => Comparison::Greater,
        _ => return None,
    };
    Some((comparison, version.trim().parse().ok()?))
}
