//! Requirements for a signed statement.

use blob::Digest;

use crate::line::line;
use crate::statement::Claim;
use crate::Refusal;

/// Requirements for the statement of a bundle.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The digest of the image that the statement must be about.
    pub subject: Digest,
    /// The predicate type that the statement must have, for example [`SIGNATURE_PREDICATE`](crate::SIGNATURE_PREDICATE);
    /// `None` accepts any.
    pub predicate_type: Option<&'a str>,
}

impl Expected<'_> {
    /// Compares a signed statement with what is expected.
    pub(crate) fn check(&self, claim: &Claim) -> Result<(), Refusal> {
        claim.check_subject(self.subject)?;
        match self.predicate_type {
            Some(expected) if claim.predicate_type != expected => {
                Err(Refusal::WrongPredicateType {
                    expected: expected.to_owned(),
                    found: line(&claim.predicate_type),
                })
            }
            _ => Ok(()),
        }
    }
}
