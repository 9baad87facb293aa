//! Statements that another program wrote, about files of any number.

use blob::{Digest, Error, Result};

use crate::statement::Claim;
use crate::{Refusal, Signable};

/// A statement that another program wrote. Its bytes are signed unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WholeStatement {
    bytes: Vec<u8>,
    subject: Digest,
    predicate_type: String,
}

impl WholeStatement {
    /// Parses a statement. `name` is the file, for messages. The predicate is not checked.
    ///
    /// # Errors
    ///
    /// The bytes are not a statement of in-toto, version 1 or 0.1, or it has no subject with a SHA-256 digest.
    pub fn parse(name: &str, bytes: Vec<u8>) -> Result<Self> {
        let cannot = |cause: &str| Error::cannot("read statement", name, cause);
        let claim = Claim::parse(&bytes).map_err(|refusal| match refusal {
            Refusal::NotAStatement(cause) => cannot(&cause),
            other => other.error(name),
        })?;
        let subject = claim.subjects.first();
        let subject = subject.ok_or_else(|| cannot("it has no subject with a SHA-256 digest"))?;
        let subject = format!("sha256:{subject}");
        let subject = subject
            .parse::<Digest>()
            .map_err(|error| error.within("read statement", name))?;
        if claim.predicate_type.is_empty() {
            return Err(cannot("the predicate type is empty"));
        }
        Ok(Self {
            bytes,
            subject,
            predicate_type: claim.predicate_type,
        })
    }
}

impl Signable for WholeStatement {
    fn payload(&self) -> Result<Vec<u8>> {
        Ok(self.bytes.clone())
    }

    fn subject(&self) -> Digest {
        self.subject
    }

    fn predicate_type(&self) -> &str {
        &self.predicate_type
    }
}
