//! Test files as trees of values, and their limits.

use std::rc::Rc;

use yaml::Limits;

use super::pattern::MAX_COMPILED;

pub(super) use yaml::{Node, Problem, Value};

/// Nesting depth. No test file needs more, and deeper files could exhaust the stack.
const DEPTH: usize = 32;

/// Fields of a mapping. No test file needs more, and each name is compared with all others.
const MAX_FIELDS: usize = 1_000;

/// Size of a file in bytes after the expansion of its aliases: a thousand aliases of a list of a thousand aliases are a
/// short text. The limit is a hundred times the size of the largest known test file.
const MAX_WEIGHT: usize = 16 << 20;

/// Parses the only document of a file, whose size was checked. Its regular expressions share the budget of the nodes.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Problem> {
    let limits = Limits {
        text: usize::MAX,
        depth: DEPTH,
        fields: MAX_FIELDS,
        items: usize::MAX,
        weight: MAX_WEIGHT,
        budget: MAX_COMPILED,
    };
    yaml::tree(text, &limits)
}
