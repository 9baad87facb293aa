//! The result of attaching a statement, and counts of results.

use std::fmt;
use std::ops::AddAssign;

/// The result for a statement, with the digest of the referrer that the image has now.
pub(super) enum Outcome {
    Attached(String),
    Unchanged(String),
    /// A dry run would attach one.
    WouldAttach,
}

/// Counts of statements, also of signatures.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Statements that were attached.
    pub(crate) attached: usize,
    /// Statements that were there.
    pub(crate) unchanged: usize,
    /// Statements that a run that is not a dry run would attach.
    pub(crate) missing: usize,
}

impl Counts {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Attached(_) => self.attached += 1,
            Outcome::Unchanged(_) => self.unchanged += 1,
            Outcome::WouldAttach => self.missing += 1,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.attached += other.attached;
        self.unchanged += other.unchanged;
        self.missing += other.missing;
    }
}

/// `signatures and statements: 8 attached, 2 unchanged`.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            attached,
            unchanged,
            missing,
        } = self;
        write!(f, "signatures and statements: ")?;
        if *missing > 0 {
            write!(f, "{missing} would be attached")?;
        } else {
            write!(f, "{attached} attached")?;
        }
        write!(f, ", {unchanged} unchanged")
    }
}
