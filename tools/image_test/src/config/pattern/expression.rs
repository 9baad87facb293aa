//! A parsed expression, and its translation for the crate `regex`.

/// Go rejects an expression that repeats its innermost part more often.
const MAX_REPEAT: u32 = 1000;

/// A node of an expression. Capture groups are dropped, because their matches are not used.
#[derive(Debug)]
pub(super) enum Node {
    /// One character, class or assertion, which needs no flags around it.
    Piece(String),
    /// A counted repetition; without a maximum, it is unlimited.
    Repeat {
        node: Box<Node>,
        min: u32,
        max: Option<u32>,
    },
    /// A sequence of nodes.
    Sequence(Vec<Node>),
    /// Alternatives, at least two.
    Choice(Vec<Node>),
}

impl Node {
    /// Whether the innermost part is repeated at most `most` times. `*`, `+` and `?` do not count, as in Go.
    pub(super) fn repeats_at_most(&self, most: u32) -> bool {
        match self {
            Self::Piece(_) => true,
            Self::Repeat { node, min, max } => {
                let count = max.unwrap_or(*min);
                let counted = *min >= 2 || max.is_some_and(|max| max >= 2);
                match (counted, count) {
                    _ if *max == Some(0) => true,
                    (true, count) if count > most => false,
                    (true, count) => node.repeats_at_most(most / count.max(1)),
                    (false, _) => node.repeats_at_most(most),
                }
            }
            Self::Sequence(nodes) | Self::Choice(nodes) => {
                nodes.iter().all(|node| node.repeats_at_most(most))
            }
        }
    }

    /// Whether Go accepts this repetition.
    pub(super) fn is_valid_repeat(&self) -> bool {
        self.repeats_at_most(MAX_REPEAT)
    }

    /// Writes the expression in the syntax of the crate `regex`.
    pub(super) fn write(&self, text: &mut String) {
        match self {
            Self::Piece(piece) => text.push_str(piece),
            Self::Repeat { node, min, max } => {
                text.push_str("(?:");
                node.write(text);
                let max = max.map_or(String::new(), |max| max.to_string());
                text.push_str(&format!("){{{min},{max}}}"));
            }
            Self::Sequence(nodes) => nodes.iter().for_each(|node| node.write(text)),
            Self::Choice(nodes) => {
                text.push_str("(?:");
                for (position, node) in nodes.iter().enumerate() {
                    if position > 0 {
                        text.push('|');
                    }
                    node.write(text);
                }
                text.push(')');
            }
        }
    }
}
