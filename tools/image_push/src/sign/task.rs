//! Attaches statements to one image.

use std::collections::{BTreeSet, HashSet};

use blob::{Digest, Result};
use oci::Descriptor;
use registry::{Referrers, RepositoryClient};
use sign::{Referrer, Statement, Trust};

use super::claims::Claim;
use super::existing::{equal_statement, has_referrer};
use super::outcome::{Outcome, Outcomes};
use super::replace::Replacer;
use super::signing_key::SigningKey;
use crate::attachments::Attacher;
use crate::content::blob_of;

/// The parts that all images of a repository share.
pub(super) struct Task<'a> {
    pub(super) repository: &'a RepositoryClient<'a>,
    pub(super) attacher: &'a Attacher<'a>,
    pub(super) key: &'a SigningKey<'a>,
    pub(super) trust: Option<&'a Trust>,
    /// `None` if older statements stay.
    pub(super) replacer: Option<Replacer<'a>>,
    pub(super) is_dry_run: bool,
}

impl Task<'_> {
    /// Attaches the statements that an image lacks, then removes those that they replace. The list of its referrers is read
    /// once.
    ///
    /// # Errors
    ///
    /// The registry cannot list the referrers.
    pub(super) fn run(
        &self,
        subject: Digest,
        descriptor: &Descriptor,
        claims: &[Claim<'_>],
    ) -> Result<Outcomes> {
        let listed = self.repository.referrers(subject, None)?;
        let outcomes = claims.iter().map(|claim| {
            let statement = claim.statement(subject)?;
            self.attach(&statement, descriptor, &listed)
        });
        let attached: Vec<Result<Outcome>> = outcomes.collect();
        let removed = match &self.replacer {
            Some(replacer) => {
                let (types, kept) = replaced(claims, &attached);
                replacer.run(subject, &types, &kept, &listed)
            }
            None => Vec::new(),
        };
        Ok(Outcomes { attached, removed })
    }

    fn attach(
        &self,
        statement: &Statement,
        subject: &Descriptor,
        listed: &Referrers,
    ) -> Result<Outcome> {
        let mut referrer = None;
        if self.key.is_deterministic() {
            let own = self.referrer(statement, subject)?;
            if has_referrer(self.repository, &own, listed)? {
                return Ok(Outcome::Unchanged(digest(&own)?));
            }
            referrer = Some(own);
        }
        if let Some(trust) = self.trust {
            if let Some(found) = equal_statement(self.repository, statement, trust, listed)? {
                return Ok(Outcome::Unchanged(found));
            }
        }
        if self.is_dry_run {
            return Ok(Outcome::WouldAttach);
        }
        let referrer = match referrer {
            Some(referrer) => referrer,
            None => self.referrer(statement, subject)?,
        };
        self.attacher.attach(statement.subject, &referrer)?;
        Ok(Outcome::Attached(digest(&referrer)?))
    }

    fn referrer(&self, statement: &Statement, subject: &Descriptor) -> Result<Referrer> {
        Referrer::new(&self.key.sign(statement)?, subject)
    }
}

/// The types whose older statements are removed, and the referrers that stay. A type of which a statement could not be
/// attached is left out.
fn replaced<'a>(
    claims: &[Claim<'a>],
    attached: &[Result<Outcome>],
) -> (BTreeSet<&'a str>, HashSet<String>) {
    let mut types: BTreeSet<&str> = claims
        .iter()
        .filter_map(|one| one.replaced_type())
        .collect();
    let mut kept = HashSet::new();
    for (claim, outcome) in claims.iter().zip(attached) {
        match (outcome, claim.replaced_type()) {
            (Ok(Outcome::Attached(referrer) | Outcome::Unchanged(referrer)), _) => {
                kept.insert(referrer.clone());
            }
            (Err(_), Some(failed)) => {
                types.remove(failed);
            }
            _ => {}
        }
    }
    (types, kept)
}

fn digest(referrer: &Referrer) -> Result<String> {
    Ok(blob_of(&referrer.descriptor)?.digest.to_string())
}
