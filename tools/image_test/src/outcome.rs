//! The result of a test or a check.

/// One test case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// The test file or the check that it belongs to.
    pub(crate) suite: String,
    /// Its name.
    pub(crate) name: String,
    /// Its result.
    pub(crate) verdict: Verdict,
    /// Duration.
    pub(crate) seconds: f64,
}

/// The result of a test case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Passed.
    Passed,
    /// Failed, with at least one problem; one line for each.
    Failed(Vec<String>),
    /// Did not run, for this reason.
    Skipped(String),
}

impl Verdict {
    /// Passed if there are no problems.
    pub(crate) fn of(problems: Vec<String>) -> Self {
        if problems.is_empty() {
            Self::Passed
        } else {
            Self::Failed(problems)
        }
    }
}
