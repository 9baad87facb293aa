//! Relations between packages (Policy 7.1): `a (>= 1) | b, c:any`.

use blob::{Error, Result};
use deb::{PackageName, Version};

use crate::message::shorten;

/// Alternatives, the preferred first: one of them is enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation(pub Vec<Alternative>);

/// One alternative.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    /// The package's name, without an architecture qualifier.
    pub name: PackageName,
    /// The versions that do.
    pub constraint: Option<(Comparison, Version)>,
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
}

/// Reads the value of a `Depends` field.
pub(crate) fn parse_relations(value: &str) -> Result<Vec<Relation>> {
    let relations = value.split(',').map(str::trim);
    relations
        .filter(|relation| !relation.is_empty())
        .map(|relation| {
            let alternatives = relation.split('|').map(alternative);
            alternatives.collect::<Result<_>>().map(Relation)
        })
        .collect()
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
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    Ok(Alternative {
        name: name.parse().map_err(|_| wrong())?,
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
