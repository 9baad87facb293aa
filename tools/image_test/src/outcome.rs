//! What a test or a check found out.

/// One test case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// The file that asks for it, or the check that it belongs to.
    pub(crate) suite: String,
    /// What it is called.
    pub(crate) name: String,
    /// How it ended.
    pub(crate) verdict: Verdict,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// How a test case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As it should.
    Passed,
    /// Not as it should: one line a problem, at least one.
    Failed(Vec<String>),
    /// It did not run at all: why.
    Skipped(String),
}

impl Verdict {
    /// Passed where there is no problem.
    pub(crate) fn of(problems: Vec<String>) -> Self {
        match problems.is_empty() {
            true => Self::Passed,
            false => Self::Failed(problems),
        }
    }
}
