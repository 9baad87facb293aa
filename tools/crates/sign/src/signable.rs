//! Statements that can be signed.

use blob::{Digest, Result};

use crate::Statement;

/// A statement that can be signed: a [`Statement`] about an image, or a
/// [`WholeStatement`](crate::WholeStatement) that another program wrote.
pub trait Signable {
    /// The signed bytes: a statement in JSON.
    ///
    /// # Errors
    ///
    /// The statement cannot be written.
    fn payload(&self) -> Result<Vec<u8>>;

    /// The digest of the subject; the first one if there are several.
    fn subject(&self) -> Digest;

    /// The type of the predicate, a URL.
    fn predicate_type(&self) -> &str;
}

impl Signable for Statement {
    fn payload(&self) -> Result<Vec<u8>> {
        self.bytes()
    }

    fn subject(&self) -> Digest {
        self.subject
    }

    fn predicate_type(&self) -> &str {
        &self.predicate_type
    }
}
