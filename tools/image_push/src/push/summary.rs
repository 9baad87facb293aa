//! The result of a push.

use std::fmt;

use blob::{Digest, Error, Result};
use registry::Repository;
use transfer::Progress;

use super::totals::Totals;
use crate::output;

/// Errors that are shown.
const SHOWN: usize = 20;

/// The result of a push.
#[derive(Debug)]
pub struct Summary {
    /// Each tag, and each image without a tag, in the order of the publications.
    pub pushed: Vec<Pushed>,
    /// The operations that failed, each one once.
    pub errors: Vec<Error>,
    /// Counts of blobs, manifests and requests.
    pub totals: Totals,
}

/// A tag, or an image without a tag.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// The repository.
    pub repository: Repository,
    /// The tag.
    pub tag: Option<String>,
    /// The digest of the image.
    pub digest: Digest,
    /// Whether it is there, and why.
    pub outcome: Outcome,
}

/// The outcome for a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was written.
    Pushed,
    /// It was there.
    Unchanged,
    /// It would be written by a push that is not a dry run.
    WouldPush,
    /// It was not written.
    Failed,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pushed => "pushed",
            Self::Unchanged => "unchanged",
            Self::WouldPush => "would push",
            Self::Failed => "failed",
        })
    }
}

/// One line: `REPOSITORY:TAG@DIGEST OUTCOME`.
impl fmt::Display for Pushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        write!(f, "@{} {}", self.digest, self.outcome)
    }
}

impl Summary {
    /// Prints a line for each tag that is there, and the totals and failures as progress. Images without a tag are not
    /// printed: `copy` has many of them.
    ///
    /// # Errors
    ///
    /// Some tags were not pushed, or standard output cannot be written.
    pub fn report(self, progress: &Progress) -> Result<()> {
        let tagged = self.pushed.iter().filter(|pushed| pushed.tag.is_some());
        for pushed in tagged.filter(|pushed| pushed.outcome != Outcome::Failed) {
            output::line(format_args!("{pushed}"))?;
        }
        progress.line(&self.totals.to_string());
        self.into_result(progress)
    }

    /// Whether all was pushed.
    ///
    /// # Errors
    ///
    /// Some tags were not pushed. If several operations failed, each of them is printed as progress.
    pub fn into_result(mut self, progress: &Progress) -> Result<()> {
        let failed = |pushed: &&Pushed| pushed.outcome == Outcome::Failed;
        let failed = self.pushed.iter().filter(failed).count();
        let object = format!("{failed} of {} images", self.pushed.len());
        match (self.errors.len(), self.errors.pop()) {
            (_, None) if failed == 0 => Ok(()),
            (1, Some(error)) => Err(error.within("push", object)),
            (count, last) => {
                for error in self.errors.iter().chain(&last).take(SHOWN) {
                    let error = message::redact_all(&error.to_string());
                    progress.line(&format!("error: {error}"));
                }
                if let Some(more) = count.checked_sub(SHOWN).filter(|more| *more > 0) {
                    progress.line(&format!("{more} further errors"));
                }
                let cause = format!("{count} operations failed, listed above");
                Err(Error::cannot("push", object, cause).hint(
                    "remove the causes and repeat the command: it continues where it stopped",
                ))
            }
        }
    }
}
