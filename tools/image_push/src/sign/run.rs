//! Attaches a statement to images in a registry.

use std::collections::HashSet;

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::{Access, Client, Repository, RepositoryClient};
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

/// How a statement is attached.
pub(crate) struct Attachment<'a> {
    /// The statement.
    pub(crate) predicate: &'a Predicate,
    /// The participle in the output: `signed` or `attached`.
    pub(crate) done: &'a str,
    /// Requests at the same time.
    pub(crate) jobs: usize,
    /// Whether nothing is written.
    pub(crate) is_dry_run: bool,
}

/// The images in a registry that get the statement.
pub(crate) struct Selected<'a> {
    /// The images.
    pub(crate) selections: &'a [Selection],
    /// Whether the images that an index lists get it, too.
    pub(crate) children: bool,
}

/// Images of a repository whose manifests are known, because they were pushed.
pub(crate) struct Pushed<'a> {
    /// The repository.
    pub(crate) repository: Repository,
    /// The images. The images that an index lists are signed, too.
    pub(crate) graphs: Vec<&'a Graph>,
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
pub(crate) fn attach(
    client: &Client<'_>,
    key: &SigningKey<'_>,
    selected: &Selected<'_>,
    attachment: &Attachment<'_>,
) -> Result<()> {
    let mut errors = Vec::new();
    for selection in selected.selections {
        let repository = client.repository(&selection.repository, Access::Push);
        let children = selected.children;
        match subjects(client, &repository, selection, children, attachment.jobs) {
            Ok(subjects) => attach_all(&repository, key, attachment, &subjects, &mut errors)?,
            Err(error) => errors.push(error),
        }
    }
    output::last_of(errors)
}

/// Signs images that were pushed. No manifest is downloaded.
///
/// # Errors
///
/// An image cannot be signed. The others are signed nevertheless.
pub(crate) fn sign_pushed(
    client: &Client<'_>,
    key: &SigningKey<'_>,
    pushed: &[Pushed<'_>],
    attachment: &Attachment<'_>,
) -> Result<()> {
    let access = if attachment.is_dry_run {
        Access::Pull
    } else {
        Access::Push
    };
    let mut errors = Vec::new();
    for Pushed { repository, graphs } in pushed {
        let subjects = signed_images(graphs.iter().copied())?;
        let repository = client.repository(repository, access);
        attach_all(&repository, key, attachment, &subjects, &mut errors)?;
    }
    output::last_of(errors)
}

/// The manifests of a selection that get the statement, each once.
fn subjects(
    client: &Client<'_>,
    repository: &RepositoryClient<'_>,
    selection: &Selection,
    children: bool,
    jobs: usize,
) -> Result<Vec<(Digest, Descriptor)>> {
    let roots = selection.roots(repository, jobs)?;
    if !children {
        return Ok(roots
            .into_iter()
            .map(|root| (root.digest, root.descriptor))
            .collect());
    }
    let source = client.repository(&selection.repository, Access::Push);
    let source = RegistrySource::new(source);
    let graphs = pool::map(jobs, &roots, |root| Graph::read(&source, &root.descriptor));
    let graphs: Vec<Graph> = graphs.into_iter().collect::<Result<_>>()?;
    signed_images(&graphs)
}

/// The images in graphs that are signed, each once.
fn signed_images<'g>(
    graphs: impl IntoIterator<Item = &'g Graph>,
) -> Result<Vec<(Digest, Descriptor)>> {
    let mut subjects: Vec<(Digest, Descriptor)> = Vec::new();
    let mut known = HashSet::new();
    for graph in graphs {
        for image in images(graph)? {
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
    attachment: &Attachment<'_>,
    subjects: &[(Digest, Descriptor)],
    errors: &mut Vec<Error>,
) -> Result<()> {
    let trust = key.trust()?;
    let attacher = Attacher::new(repository);
    let results = pool::map(attachment.jobs, subjects, |(digest, descriptor)| {
        let statement = Statement {
            subject: *digest,
            predicate_type: attachment.predicate.kind.clone(),
            predicate: attachment.predicate.value.clone(),
        };
        let task = Task {
            repository,
            attacher: &attacher,
            key,
            trust: trust.as_ref(),
            is_dry_run: attachment.is_dry_run,
        };
        task.run(&statement, descriptor)
    });
    for ((digest, _), result) in subjects.iter().zip(results) {
        let name = format!("{}@{digest}", repository.name());
        match result {
            Ok(Outcome::Attached(referrer)) => {
                output::line(format_args!("{name} {} {referrer}", attachment.done))?;
            }
            Ok(Outcome::Unchanged(referrer)) => {
                output::line(format_args!("{name} unchanged {referrer}"))?;
            }
            Ok(Outcome::WouldAttach) => {
                output::line(format_args!("{name} would be {}", attachment.done))?;
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
    is_dry_run: bool,
}

/// The digest of the referrer that the image has now.
enum Outcome {
    Attached(String),
    Unchanged(String),
    /// A dry run would attach one.
    WouldAttach,
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
        if self.is_dry_run {
            return Ok(Outcome::WouldAttach);
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
