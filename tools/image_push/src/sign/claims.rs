//! The statements that images get.

use blob::{Digest, Result};
use sign::Statement;

use crate::statements::{PlannedStatements, StatementFile};

/// The statements of a run.
#[derive(Clone, Copy)]
pub(crate) enum Claims<'a> {
    /// Each image is signed.
    Signature,
    /// Each image gets the statement in a file.
    File(&'a StatementFile),
    /// Each image is signed, and gets the statements of a plan that are about it.
    Planned(&'a PlannedStatements),
}

/// A statement that an image gets.
#[derive(Clone, Copy)]
pub(super) enum Claim<'a> {
    Signature,
    File(&'a StatementFile),
}

impl<'a> Claims<'a> {
    /// The statements for an image.
    pub(super) fn of(self, image: Digest) -> Vec<Claim<'a>> {
        match self {
            Self::Signature => vec![Claim::Signature],
            Self::File(file) => vec![Claim::File(file)],
            Self::Planned(planned) => {
                let files = planned.of(image).iter().map(Claim::File);
                [Claim::Signature].into_iter().chain(files).collect()
            }
        }
    }
}

impl<'a> Claim<'a> {
    /// The type whose older statements may be removed. A signature does not take the place of another one.
    pub(super) fn replaced_type(self) -> Option<&'a str> {
        match self {
            Self::Signature => None,
            Self::File(file) => Some(file.predicate_type()),
        }
    }

    /// The statement about an image.
    ///
    /// # Errors
    ///
    /// The file of the statement cannot be used.
    pub(super) fn statement(self, image: Digest) -> Result<Statement> {
        match self {
            Self::Signature => Ok(Statement::signature(image)),
            Self::File(file) => file.statement(image),
        }
    }

    /// The participle in the output.
    pub(super) fn done(self) -> &'static str {
        match self {
            Self::Signature => "signed",
            Self::File(_) => "attached",
        }
    }
}
