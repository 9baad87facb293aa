use std::collections::BTreeSet;
use std::fmt;

/// An [SPDX expression](https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/). `Display` writes it.
///
/// Operands of `AND` and of `OR` are sorted and distinct, and an operand has another operator. This changes no meaning,
/// because both operators are associative, commutative and idempotent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression(Node);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// An identifier with an optional exception, or a `LicenseRef-…`.
    Licence(String),
    /// `AND` of at least two.
    All(BTreeSet<Node>),
    /// `OR` of at least two.
    Any(BTreeSet<Node>),
}

impl Expression {
    /// One licence: `MIT`, `GPL-2.0-only WITH Classpath-exception-2.0` or `LicenseRef-a`.
    pub(crate) fn licence(name: impl Into<String>) -> Self {
        Self(Node::Licence(name.into()))
    }

    /// All of these licences apply (`AND`). `None` if there are none.
    pub(crate) fn all(operands: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut nodes = BTreeSet::new();
        for operand in operands {
            match operand.0 {
                Node::All(more) => nodes.extend(more),
                node => drop(nodes.insert(node)),
            }
        }
        Self::of(nodes, Node::All)
    }

    /// The user chooses one of these licences (`OR`). `None` if there are none.
    pub(crate) fn any(operands: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut nodes = BTreeSet::new();
        for operand in operands {
            match operand.0 {
                Node::Any(more) => nodes.extend(more),
                node => drop(nodes.insert(node)),
            }
        }
        Self::of(nodes, Node::Any)
    }

    fn of(mut nodes: BTreeSet<Node>, several: fn(BTreeSet<Node>) -> Node) -> Option<Self> {
        if nodes.len() > 1 {
            return Some(Self(several(nodes)));
        }
        nodes.pop_first().map(Self)
    }

    /// The licences of the expression, sorted: identifiers with their exceptions, and `LicenseRef-…`.
    pub fn licences(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        self.0.collect(&mut found);
        found
    }
}

impl Node {
    fn collect<'a>(&'a self, found: &mut BTreeSet<&'a str>) {
        match self {
            Self::Licence(name) => drop(found.insert(name)),
            // The grammar of the format has no parentheses, so this is at most four levels deep.
            Self::All(nodes) | Self::Any(nodes) => {
                nodes.iter().for_each(|node| node.collect(found))
            }
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (nodes, operator) = match self {
            Self::Licence(name) => return f.write_str(name),
            Self::All(nodes) => (nodes, " AND "),
            Self::Any(nodes) => (nodes, " OR "),
        };
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 {
                f.write_str(operator)?;
            }
            match node {
                Self::Licence(name) => f.write_str(name)?,
                Self::All(_) | Self::Any(_) => write!(f, "({node})")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(operands: &[Expression]) -> Expression {
        Expression::all(operands.to_vec()).unwrap()
    }

    fn any(operands: &[Expression]) -> Expression {
        Expression::any(operands.to_vec()).unwrap()
    }

    #[test]
    fn operands_are_sorted_and_distinct() {
        let [a, b, c] = ["A", "B", "C"].map(Expression::licence);
        assert_eq!(
            any(&[b.clone(), a.clone(), b.clone()]).to_string(),
            "A OR B"
        );
        assert_eq!(all(&[a.clone(), a.clone()]), a);
        let nested = all(&[c.clone(), all(&[b.clone(), a.clone()])]);
        assert_eq!(nested.to_string(), "A AND B AND C");
        let mixed = all(&[any(&[c.clone(), b.clone()]), a.clone()]);
        assert_eq!(mixed.to_string(), "A AND (B OR C)");
        let mixed = any(&[mixed, b]);
        assert_eq!(mixed.to_string(), "B OR (A AND (B OR C))");
        assert_eq!(mixed.licences(), BTreeSet::from(["A", "B", "C"]));
        assert_eq!(Expression::all([]), None);
    }
}
