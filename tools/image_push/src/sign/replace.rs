//! Removes older statements in whose place new ones are: those of the same type, about the same image, with a valid
//! signature of the same signer.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::{Referrers, RepositoryClient};
use sign::{Expected, Trust};
use transfer::Progress;

use crate::attachments::{for_each_listed_bundle, states_other_predicate, Content, MAX_CANDIDATES};

/// Older statements of a type that are looked for.
const MAX_OLDER: usize = 1_000;

/// Removes older statements from a repository.
pub(super) struct Replacer<'a> {
    /// With the permission to delete.
    pub(super) repository: RepositoryClient<'a>,
    /// The signer whose statements may be removed, and no other.
    pub(super) trust: &'a Trust,
    pub(super) progress: &'a Progress,
    pub(super) is_dry_run: bool,
}

impl Replacer<'_> {
    /// Removes the older statements of an image. `kept` has the statements that the image has to have; they are attached
    /// already, so that the image has a statement at any time. `listed` is the list from before that: of two runs at the
    /// same time, at most one finds the new statement of the other, so the image does not lose both. Writers of a list at a
    /// tag may still lose entries of each other: registries have no conditional requests for it.
    ///
    /// The result has the removed statements, or why one could not be removed.
    pub(super) fn run(
        &self,
        subject: Digest,
        types: &BTreeSet<&str>,
        kept: &HashSet<String>,
        listed: &Referrers,
    ) -> Vec<Result<Digest>> {
        let mut results = Vec::new();
        let mut older = Vec::new();
        for predicate_type in types {
            let found = self.older(subject, predicate_type, kept, &listed.descriptors);
            match found {
                Ok(found) => older.extend(found),
                Err(error) => results.push(Err(error)),
            }
        }
        if older.is_empty() || self.is_dry_run {
            results.extend(older.into_iter().map(Ok));
            return results;
        }
        if listed.is_api {
            results.extend(older.into_iter().map(|digest| self.delete(digest)));
            return results;
        }
        // First the entries: no reader finds one whose manifest is missing.
        match self.repository.remove_referrers(subject, &older) {
            Ok(()) => results.extend(older.into_iter().map(|digest| Ok(self.unlisted(digest)))),
            Err(error) => results.push(Err(error)),
        }
        results
    }

    /// The referrers with an older statement of a type. Those that cannot be verified are not among them.
    fn older(
        &self,
        subject: Digest,
        predicate_type: &str,
        kept: &HashSet<String>,
        listed: &[Descriptor],
    ) -> Result<Vec<Digest>> {
        let is_candidate = |descriptor: &&Descriptor| {
            !states_other_predicate(descriptor, predicate_type)
                && !kept.contains(descriptor.digest().as_ref())
        };
        let candidates: Vec<Descriptor> = listed.iter().filter(is_candidate).cloned().collect();
        if candidates.len() > MAX_OLDER {
            let name = format!("{}@{subject}", self.repository.name());
            let cause = format!("it may have more than {MAX_OLDER} older ones");
            return Err(Error::cannot("read statements of", name, cause));
        }
        let expected = Expected {
            subject,
            predicate_type: Some(predicate_type),
        };
        let mut older = Vec::new();
        for candidates in candidates.chunks(MAX_CANDIDATES) {
            for_each_listed_bundle(&self.repository, subject, candidates, |candidate| {
                if let Content::Bundle(bundle) = candidate.content {
                    if self.trust.verify(&bundle, &expected).is_ok() {
                        older.extend(candidate.referrer.parse::<Digest>());
                    }
                }
                ControlFlow::Continue(())
            });
        }
        Ok(older)
    }

    /// Deletes a manifest that the registry lists itself.
    fn delete(&self, digest: Digest) -> Result<Digest> {
        self.repository.delete_manifest(digest).map(|_| digest)
    }

    /// Deletes a manifest that is no longer in the list. It has no effect any more, so it may also stay.
    fn unlisted(&self, digest: Digest) -> Digest {
        if let Err(error) = self.repository.delete_manifest(digest) {
            let error = message::redact_all(&error.to_string());
            let cause = error.lines().next().unwrap_or_default().to_owned();
            let line = format!("the registry keeps a statement that is not listed: {cause}");
            self.progress.line(&line);
        }
        digest
    }
}
