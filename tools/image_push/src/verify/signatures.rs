//! The signatures and statements of one image.

use std::ops::ControlFlow;
use std::path::Path;

use blob::{Digest, Error};
use registry::RepositoryClient;
use sign::{Expected, SIGNATURE_PREDICATE};

use super::refusals::{is_of_another_signer, problem};
use super::report::{Problem, ProblemKind, SignatureReport, StatementReport};
use super::saved::save_statement;
use super::signers::Signers;
use crate::attachments::{for_each_bundle, simple_signatures, Candidate, Content};

/// The signatures and statements of an image.
#[derive(Debug, Default)]
pub(super) struct Attached {
    pub(super) signatures: Vec<SignatureReport>,
    pub(super) statements: Vec<StatementReport>,
    pub(super) refused: Vec<Problem>,
    /// Errors of writing statements to files.
    pub(super) unsaved: Vec<Error>,
    pub(super) other_signers: usize,
}

/// Reads and verifies everything that is attached to an image. Accepted statements are written to the directory.
pub(super) fn attached(
    client: &RepositoryClient<'_>,
    subject: Digest,
    signers: &Signers,
    statements: Option<&Path>,
) -> Attached {
    let object = format!("{}@{subject}", client.name());
    let mut attached = Attached::default();
    let read = for_each_bundle(client, subject, |candidate| {
        attached.add(&object, subject, signers, statements, candidate);
        ControlFlow::Continue(())
    });
    if let Err(error) = read {
        let kind = ProblemKind::UnreadableReferrer;
        let problem = Problem::of_error(kind, &object, &error);
        attached.refused.push(problem);
    }
    if attached.signatures.is_empty() && !signers.trust.keys.is_empty() {
        attached.add_simple_signatures(client, &object, subject, signers);
    }
    if !attached.signatures.is_empty() {
        attached.count_other_signers();
    }
    attached
}

impl Attached {
    fn add(
        &mut self,
        object: &str,
        subject: Digest,
        signers: &Signers,
        statements: Option<&Path>,
        candidate: Candidate,
    ) {
        let Candidate { referrer, content } = candidate;
        let unaccepted = |kind, cause: &str| {
            Problem::new(kind, object, format!("signature `{referrer}`: {cause}"))
        };
        let bundle = match content {
            Content::Bundle(bundle) => bundle,
            Content::Missing => {
                let cause = "the registry lists it, but does not have it";
                let missing = unaccepted(ProblemKind::MissingReferrer, cause);
                return self.refused.push(missing);
            }
            Content::Unreadable(cause) => {
                let unreadable = unaccepted(ProblemKind::UnreadableReferrer, &cause);
                return self.refused.push(unreadable);
            }
        };
        let expected = Expected {
            subject,
            predicate_type: None,
        };
        let accepted = match signers.trust.verify(&bundle, &expected) {
            Ok(accepted) => accepted,
            Err(refusal) => return self.refused.push(problem(object, &referrer, &refusal)),
        };
        let signer = signers.shown(accepted.signer);
        if accepted.predicate_type == SIGNATURE_PREDICATE {
            self.signatures.push(SignatureReport {
                signer,
                format: "bundle",
                referrer,
                bundle,
            });
        } else {
            let predicate_type = accepted.predicate_type;
            if let Some(directory) = statements {
                let same = self.statements.iter();
                let same = same.filter(|other| other.predicate_type == predicate_type);
                let (number, payload) = (same.count() + 1, &accepted.payload);
                let saved = save_statement(
                    directory,
                    subject,
                    &predicate_type,
                    number,
                    payload,
                    &bundle,
                );
                self.unsaved.extend(saved.err());
            }
            self.statements.push(StatementReport {
                predicate_type,
                signer,
                referrer,
            });
        }
    }

    fn add_simple_signatures(
        &mut self,
        client: &RepositoryClient<'_>,
        object: &str,
        subject: Digest,
        signers: &Signers,
    ) {
        let found = match simple_signatures(client, subject) {
            Ok(found) => found,
            Err(error) => {
                let kind = ProblemKind::UnreadableReferrer;
                return self.refused.push(Problem::of_error(kind, object, &error));
            }
        };
        for signature in found {
            let referrer = signature.layer.to_string();
            let (text, signature) = match signature.content {
                Ok(content) => content,
                Err(cause) => {
                    let cause = format!("signature `{referrer}`: {cause}");
                    let kind = ProblemKind::UnreadableReferrer;
                    self.refused.push(Problem::new(kind, object, cause));
                    continue;
                }
            };
            match signers
                .trust
                .verify_simple_signing(&text, &signature, subject)
            {
                Ok(signer) => self.signatures.push(SignatureReport {
                    signer: signers.shown(signer),
                    format: "simple_signing",
                    referrer,
                    bundle: Vec::new(),
                }),
                Err(refusal) => self.refused.push(problem(object, &referrer, &refusal)),
            }
        }
    }

    /// If the image has an accepted signature, those of other signers are only counted.
    fn count_other_signers(&mut self) {
        let before = self.refused.len();
        self.refused
            .retain(|problem| !is_of_another_signer(problem));
        self.other_signers = before - self.refused.len();
    }
}
