//! Attaches a statement to each selected image.

use std::collections::HashSet;

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::{Access, Client, RepositoryClient};
use serde_json::{json, Value};
use sign::{Referrer, Statement, Trust, SIGNATURE_PREDICATE};

use super::existing::{equal_statement, has_referrer};
use super::signing_key::SigningKey;
use crate::attachments::Attacher;
use crate::content::{blob_of, Graph, RegistrySource};
use crate::output;
use crate::pool;
use crate::published::{images, Selection};

/// The statement that is attached to each image.
pub(crate) struct Predicate {
    /// Its type, a URL.
    pub(crate) kind: String,
    /// A JSON object.
    pub(crate) value: Value,
}

/// A statement, and the images that it is attached to.
pub(crate) struct Job<'a> {
    /// The images.
    pub(crate) selections: &'a [Selection],
    /// The statement.
    pub(crate) predicate: &'a Predicate,
    /// Whether the images that an index lists are signed, too.
    pub(crate) children: bool,
    /// The participle in the output: `signed` or `attached`.
    pub(crate) done: &'a str,
    /// Requests at the same time.
    pub(crate) jobs: usize,
}

impl Predicate {
    /// The predicate of a signature.
    pub(crate) fn signature() -> Self {
        Self {
            kind: SIGNATURE_PREDICATE.to_owned(),
            value: json!({}),
        }
    }
}

/// Signs a statement about each image, attaches it, and prints a line for each image. An image that has the statement
/// already is unchanged.
///
/// # Errors
///
/// An image does not exist, or cannot be signed. The others are signed nevertheless.
pub(crate) fn attach(client: &Client<'_>, key: &SigningKey<'_>, job: &Job<'_>) -> Result<()> {
    let mut errors = Vec::new();
    for selection in job.selections {
        let repository = client.repository(&selection.repository, Access::Push);
        match subjects(client, &repository, selection, job) {
            Ok(subjects) => attach_all(&repository, key, job, &subjects, &mut errors)?,
            Err(error) => errors.push(error),
        }
    }
    output::last_of(errors)
}

/// The manifests of a selection that get the statement, each once.
fn subjects(
    client: &Client<'_>,
    repository: &RepositoryClient<'_>,
    selection: &Selection,
    job: &Job<'_>,
) -> Result<Vec<(Digest, Descriptor)>> {
    let roots = selection.roots(repository, job.jobs)?;
    if !job.children {
        return Ok(roots
            .into_iter()
            .map(|root| (root.digest, root.descriptor))
            .collect());
    }
    let source = client.repository(&selection.repository, Access::Push);
    let source = RegistrySource::new(source);
    let graphs = pool::map(job.jobs, &roots, |root| {
        Graph::read(&source, &root.descriptor)
    });
    let mut subjects: Vec<(Digest, Descriptor)> = Vec::new();
    let mut known = HashSet::new();
    for graph in graphs {
        for image in images(&graph?)? {
            if image.is_signed_itself() && known.insert(image.blob.digest) {
                subjects.push((image.blob.digest, image.descriptor));
            }
        }
    }
    Ok(subjects)
}

fn attach_all(
    repository: &RepositoryClient<'_>,
    key: &SigningKey<'_>,
    job: &Job<'_>,
    subjects: &[(Digest, Descriptor)],
    errors: &mut Vec<Error>,
) -> Result<()> {
    let trust = key.trust()?;
    let attacher = Attacher::new(repository);
    let results = pool::map(job.jobs, subjects, |(digest, descriptor)| {
        let statement = Statement {
            subject: *digest,
            predicate_type: job.predicate.kind.clone(),
            predicate: job.predicate.value.clone(),
        };
        let task = Task {
            repository,
            attacher: &attacher,
            key,
            trust: trust.as_ref(),
        };
        task.run(&statement, descriptor)
    });
    for ((digest, _), result) in subjects.iter().zip(results) {
        let name = format!("{}@{digest}", repository.name());
        match result {
            Ok(Outcome::Attached(referrer)) => {
                output::line(format_args!("{name} {} {referrer}", job.done))?;
            }
            Ok(Outcome::Unchanged(referrer)) => {
                output::line(format_args!("{name} unchanged {referrer}"))?;
            }
            Err(error) => errors.push(error.within("sign", name)),
        }
    }
    Ok(())
}

struct Task<'a> {
    repository: &'a RepositoryClient<'a>,
    attacher: &'a Attacher<'a>,
    key: &'a SigningKey<'a>,
    trust: Option<&'a Trust>,
}

/// The digest of the referrer that the image has now.
enum Outcome {
    Attached(String),
    Unchanged(String),
}

impl Task<'_> {
    fn run(&self, statement: &Statement, subject: &Descriptor) -> Result<Outcome> {
        if self.key.is_deterministic() {
            let referrer = self.referrer(statement, subject)?;
            if has_referrer(self.repository, statement, &referrer)? {
                return Ok(Outcome::Unchanged(
                    blob_of(&referrer.descriptor)?.digest.to_string(),
                ));
            }
        }
        if let Some(trust) = self.trust {
            if let Some(found) = equal_statement(self.repository, statement, trust)? {
                return Ok(Outcome::Unchanged(found));
            }
        }
        let referrer = self.referrer(statement, subject)?;
        self.attacher.attach(statement.subject, &referrer)?;
        Ok(Outcome::Attached(
            blob_of(&referrer.descriptor)?.digest.to_string(),
        ))
    }

    fn referrer(&self, statement: &Statement, subject: &Descriptor) -> Result<Referrer> {
        Referrer::new(&self.key.sign(statement)?, subject)
    }
}
