//! Attaches statements to images in a registry.

use std::collections::HashSet;

use blob::{Digest, Error, Result};
use oci::Descriptor;
use registry::{Access, Client, Repository, RepositoryClient};
use sign::Trust;
use transfer::Progress;

use super::claims::{Claim, Claims};
use super::outcome::{Counts, Outcome, Outcomes};
use super::replace::Replacer;
use super::signing_key::SigningKey;
use super::task::Task;
use crate::attachments::Attacher;
use crate::content::{Graph, RegistrySource};
use crate::output;
use crate::pool;
use crate::published::{images, Selection};

/// How statements are attached.
pub(crate) struct Attachment<'a> {
    /// The statements.
    pub(crate) claims: Claims<'a>,
    /// Requests at the same time.
    pub(crate) jobs: usize,
    /// Whether nothing is written.
    pub(crate) is_dry_run: bool,
    /// Whether older statements of the same type and signer are removed. The signer can verify signatures.
    pub(crate) replaces: bool,
    /// Where notes are printed.
    pub(crate) progress: &'a Progress,
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
            Ok(subjects) => {
                attach_all(client, &repository, key, attachment, &subjects, &mut errors)?;
            }
            Err(error) => errors.push(error),
        }
    }
    output::last_of(errors)
}

/// Attaches statements to images that were pushed. No manifest is downloaded.
///
/// # Errors
///
/// An image cannot be signed, or a statement cannot be attached. The others are attached nevertheless.
pub(crate) fn attach_to_pushed(
    client: &Client<'_>,
    key: &SigningKey<'_>,
    pushed: &[Pushed<'_>],
    attachment: &Attachment<'_>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    let access = if attachment.is_dry_run {
        Access::Pull
    } else {
        Access::Push
    };
    let mut errors = Vec::new();
    for Pushed { repository, graphs } in pushed {
        let subjects = signed_images(graphs.iter().copied())?;
        let repository = client.repository(repository, access);
        counts += attach_all(client, &repository, key, attachment, &subjects, &mut errors)?;
    }
    output::last_of(errors)?;
    Ok(counts)
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
    client: &Client<'_>,
    repository: &RepositoryClient<'_>,
    key: &SigningKey<'_>,
    attachment: &Attachment<'_>,
    subjects: &[(Digest, Descriptor)],
    errors: &mut Vec<Error>,
) -> Result<Counts> {
    let trust = key.trust()?;
    let attacher = Attacher::new(repository);
    let task = Task {
        repository,
        attacher: &attacher,
        key,
        trust: trust.as_ref(),
        replacer: trust
            .as_ref()
            .filter(|_| attachment.replaces)
            .map(|trust| replacer(client, repository, trust, attachment)),
        is_dry_run: attachment.is_dry_run,
    };
    let results = pool::map(attachment.jobs, subjects, |(digest, descriptor)| {
        task.run(*digest, descriptor, &attachment.claims.of(*digest))
    });
    let mut counts = Counts::default();
    for ((digest, _), result) in subjects.iter().zip(results) {
        let name = format!("{}@{digest}", repository.name());
        match result {
            Ok(outcomes) => {
                let claims = attachment.claims.of(*digest);
                counts += report(&name, &claims, outcomes, attachment.is_dry_run, errors)?;
            }
            Err(error) => errors.push(error.within("sign", name)),
        }
    }
    Ok(counts)
}

/// Another client for the same repository: only a run that replaces asks for the permission to delete.
fn replacer<'a>(
    client: &'a Client<'a>,
    repository: &RepositoryClient<'_>,
    trust: &'a Trust,
    attachment: &Attachment<'a>,
) -> Replacer<'a> {
    let access = if attachment.is_dry_run {
        Access::Pull
    } else {
        Access::Delete
    };
    Replacer {
        repository: client.repository(repository.name(), access),
        trust,
        progress: attachment.progress,
        is_dry_run: attachment.is_dry_run,
    }
}

/// Prints a line for each result of an image.
fn report(
    name: &str,
    claims: &[Claim<'_>],
    outcomes: Outcomes,
    is_dry_run: bool,
    errors: &mut Vec<Error>,
) -> Result<Counts> {
    let mut counts = Counts::default();
    for (claim, outcome) in claims.iter().zip(outcomes.attached) {
        match outcome {
            Ok(outcome) => {
                report_attached(name, *claim, &outcome)?;
                counts.add(&outcome);
            }
            Err(error) => errors.push(error.within("sign", name)),
        }
    }
    let done = if is_dry_run {
        "would be removed"
    } else {
        "removed"
    };
    for removed in outcomes.removed {
        match removed {
            Ok(referrer) => {
                output::line(format_args!("{name} {done} {referrer}"))?;
                counts.removed += 1;
            }
            Err(error) => errors.push(error.within("replace statement of", name)),
        }
    }
    Ok(counts)
}

fn report_attached(name: &str, claim: Claim<'_>, outcome: &Outcome) -> Result<()> {
    let done = claim.done();
    match outcome {
        Outcome::Attached(referrer) => output::line(format_args!("{name} {done} {referrer}")),
        Outcome::Unchanged(referrer) => output::line(format_args!("{name} unchanged {referrer}")),
        Outcome::WouldAttach => output::line(format_args!("{name} would be {done}")),
    }
}
