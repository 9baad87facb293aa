//! The result of attaching a statement, and counts of results.

use std::fmt;
use std::ops::AddAssign;

use blob::{Digest, Result};

/// The result for a statement, with the digest of the referrer that the image has now.
pub(super) enum Outcome {
    Attached(String),
    Unchanged(String),
    /// A dry run would attach one.
    WouldAttach,
}

/// The result for an image.
pub(super) struct Outcomes {
    /// Of each statement, in the order of the claims.
    pub(super) attached: Vec<Result<Outcome>>,
    /// The digests of older statements that were removed, or the reason why one was not.
    pub(super) removed: Vec<Result<Digest>>,
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
    /// Older statements that were removed, or would be.
    pub(crate) removed: usize,
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
        self.removed += other.removed;
    }
}

/// `signatures and statements: 8 attached, 2 unchanged`, and `, 3 removed` if there are such.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            attached,
            unchanged,
            missing,
            removed,
        } = self;
        write!(f, "signatures and statements: ")?;
        if *missing > 0 {
            write!(f, "{missing} would be attached")?;
        } else {
            write!(f, "{attached} attached")?;
        }
        write!(f, ", {unchanged} unchanged")?;
        match (*removed, *missing) {
            (0, _) => Ok(()),
            (removed, 0) => write!(f, ", {removed} removed"),
            (removed, _) => write!(f, ", {removed} would be removed"),
        }
    }
}
