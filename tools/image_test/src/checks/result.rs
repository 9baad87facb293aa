//! The result of one case of a check.

use crate::outcome::Verdict;

/// The result of a check: its name and its verdict.
pub(crate) type CheckResult = (String, Verdict);

/// Passed, or failed with these problems.
pub(crate) fn verdict(name: &str, problems: impl Into<Vec<String>>) -> CheckResult {
    (name.to_owned(), Verdict::of(problems.into()))
}
