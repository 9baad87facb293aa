//! Verifies repositories.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use blob::{Digest, Result};
use jiff::civil::Date;
use registry::{Access, Client, RepositoryClient};
use serde::Deserialize;

use super::blobs;
use super::expectation::Expectation;
use super::history::histories;
use super::report::{ImageReport, Problem, ProblemKind, Report, RepositoryReport, VERSION};
use super::signatures::{attached, Attached};
use super::signers::Signers;
use crate::content::{Graph, Node, RegistrySource};
use crate::pool;
use crate::published::{images, Image, Kind, Listed, Root, Selection};

/// The annotation with the time of an image.
const CREATED: &str = "org.opencontainers.image.created";

/// The images, and the requirements for them.
pub(crate) struct Request<'a> {
    /// The images.
    pub(crate) selections: &'a [Selection],
    /// The trusted signers; `None` if signatures are not looked for.
    pub(crate) signers: Option<&'a Signers>,
    /// Types of statements that each image must have.
    pub(crate) required: &'a [String],
    /// The directory that gets the accepted statements.
    pub(crate) statements: Option<&'a Path>,
    /// The digests of tags.
    pub(crate) expectation: Option<&'a Expectation>,
    /// Whether the content of all blobs is downloaded and verified.
    pub(crate) blobs: bool,
    /// Requests at the same time.
    pub(crate) jobs: usize,
}

/// Verifies all selected images. Everything that is wrong is in the report.
pub(crate) fn verify(client: &Client<'_>, request: &Request<'_>) -> Report {
    let selections = request.selections.iter();
    let repositories = selections.map(|selection| {
        let mut report = RepositoryReport {
            repository: selection.repository.to_string(),
            ..RepositoryReport::default()
        };
        let verified = repository(client, selection, request, &mut report);
        if let Err(error) = verified {
            let problem = Problem::of_error(ProblemKind::Unreadable, &report.repository, &error);
            report.problems.push(problem);
        }
        report
    });
    Report {
        version: VERSION,
        repositories: repositories.collect(),
    }
}

fn repository(
    client: &Client<'_>,
    selection: &Selection,
    request: &Request<'_>,
    report: &mut RepositoryReport,
) -> Result<()> {
    let repository = client.repository(&selection.repository, Access::Pull);
    let listed = selection.read(&repository, request.jobs)?;
    check_listed(&listed, report);
    let roots = listed.roots;
    let source = RegistrySource::new(client.repository(&selection.repository, Access::Pull));
    let graphs = pool::map(request.jobs, &roots, |root| {
        let graph = Graph::read(&source, &root.descriptor)?;
        Ok((created(&graph), graph.without_bytes()))
    });
    let mut readable: HashMap<Digest, Graph> = HashMap::new();
    let mut dates: HashMap<Digest, Date> = HashMap::new();
    for (root, graph) in roots.iter().zip(graphs) {
        match graph {
            Ok((date, graph)) => {
                readable.insert(root.digest, graph);
                dates.extend(date.map(|date| (root.digest, date)));
            }
            Err(error) => {
                let object = format!("{}@{}", selection.repository, root.digest);
                let problem = Problem::of_error(ProblemKind::Unreadable, object, &error);
                report.problems.push(problem);
            }
        }
    }
    let found = all_images(&roots, &readable)?;
    check_signatures(&repository, &found, request, report);
    check_tags(selection, &roots, &dates, request, report);
    if request.blobs {
        let graphs: Vec<&Graph> = roots
            .iter()
            .filter_map(|root| readable.get(&root.digest))
            .collect();
        report
            .problems
            .extend(blobs::check(&repository, &graphs, request.jobs));
    }
    Ok(())
}

/// An answer without images must not look like one with good images only.
fn check_listed(listed: &Listed, report: &mut RepositoryReport) {
    for tag in &listed.missing {
        let object = format!("{}:{tag}", report.repository);
        let cause = "the registry lists it, but does not have it";
        let problem = Problem::new(ProblemKind::MissingTag, object, cause);
        report.problems.push(problem);
    }
    if listed.roots.is_empty() && listed.missing.is_empty() {
        let cause = "it has no tag, so there is no image to verify";
        let problem = Problem::new(ProblemKind::MissingTag, &report.repository, cause);
        report.problems.push(problem);
    }
}

/// An image, and the tags that point to it.
struct Found {
    image: Image,
    tags: Vec<String>,
}

/// All images of all roots, each once.
fn all_images(roots: &[Root], graphs: &HashMap<Digest, Graph>) -> Result<Vec<Found>> {
    let mut all: Vec<Found> = Vec::new();
    let mut known: HashMap<Digest, usize> = HashMap::new();
    for root in roots {
        let Some(graph) = graphs.get(&root.digest) else {
            continue;
        };
        for image in images(graph)? {
            let is_root = !image.is_child;
            let digest = image.blob.digest;
            let index = *known.entry(digest).or_insert(all.len());
            if index == all.len() {
                let tags = Vec::new();
                all.push(Found { image, tags });
            } else if let (true, Some(found)) = (is_root, all.get_mut(index)) {
                // A tag points to it, too, so it is not only a part of the index.
                found.image.is_child = false;
            } else if let (Kind::Image(Some(_)), Some(found)) = (&image.kind, all.get_mut(index)) {
                // The index knows the platform.
                found.image.kind = image.kind;
            }
            if let (true, Some(found)) = (is_root, all.get_mut(index)) {
                found.tags.clone_from(&root.tags);
            }
        }
    }
    Ok(all)
}

fn check_signatures(
    repository: &RepositoryClient<'_>,
    found: &[Found],
    request: &Request<'_>,
    report: &mut RepositoryReport,
) {
    let verified = pool::map(request.jobs, found, |found| match request.signers {
        Some(signers) if found.image.is_signed_itself() => Some(attached(
            repository,
            found.image.blob.digest,
            signers,
            request.statements,
        )),
        _ => None,
    });
    for (found, attached) in found.iter().zip(verified) {
        let needs_signature = attached.is_some();
        let attached = attached.unwrap_or_default();
        if needs_signature {
            judge(
                &report.repository,
                found,
                &attached,
                request.required,
                &mut report.problems,
                &mut report.warnings,
            );
        }
        report
            .images
            .push(image_report(found, attached, needs_signature));
    }
}

/// Decides whether refused signatures are problems: they are not if another one is accepted.
fn judge(
    repository: &str,
    found: &Found,
    attached: &Attached,
    required: &[String],
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) {
    let object = format!("{repository}@{}", found.image.blob.digest);
    let unsaved = attached.unsaved.iter();
    problems.extend(unsaved.map(|error| Problem::of_error(ProblemKind::NotSaved, &object, error)));
    let refused = attached.refused.iter().cloned();
    if !attached.signatures.is_empty() {
        warnings.extend(refused);
    } else if attached.refused.is_empty() {
        let cause = "it has no signature";
        let hint = "sign it with the command `sign`, or copy it with its signatures";
        problems.push(Problem {
            hint: Some(hint.to_owned()),
            ..Problem::new(ProblemKind::NotSigned, &object, cause)
        });
    } else {
        problems.extend(refused);
    }
    for wanted in required {
        let mut statements = attached.statements.iter();
        if !statements.any(|statement| statement.predicate_type == *wanted) {
            let cause = format!("it has no statement of type `{wanted}` by a trusted signer");
            problems.push(Problem::new(ProblemKind::MissingStatement, &object, cause));
        }
    }
}

fn image_report(found: &Found, attached: Attached, needs_signature: bool) -> ImageReport {
    let (kind, platform) = match &found.image.kind {
        Kind::Index => ("index", None),
        Kind::Image(platform) => ("image", platform.as_ref().map(ToString::to_string)),
        Kind::Artifact => ("artifact", None),
        Kind::Attestation => ("attestation", None),
    };
    ImageReport {
        digest: found.image.blob.digest.to_string(),
        kind,
        platform,
        tags: found.tags.clone(),
        needs_signature,
        signatures: attached.signatures,
        statements: attached.statements,
        other_signers: attached.other_signers,
    }
}

fn check_tags(
    selection: &Selection,
    roots: &[Root],
    dates: &HashMap<Digest, Date>,
    request: &Request<'_>,
    report: &mut RepositoryReport,
) {
    let tags = roots
        .iter()
        .flat_map(|root| root.tags.iter().map(|tag| (tag.clone(), root.digest)));
    let tags: BTreeMap<String, Digest> = tags.collect();
    let is_complete = selection.named.is_none();
    if let Some(expectation) = request.expectation {
        let problems = expectation.check(&selection.repository, &tags, is_complete);
        report.problems.extend(problems);
        let untagged = roots.iter().filter(|root| root.tags.is_empty());
        let unknown = untagged
            .filter_map(|root| expectation.check_digest(&selection.repository, root.digest));
        report.problems.extend(unknown);
    }
    for (tag, history) in histories(&tags) {
        let object = format!("{}:{tag}", selection.repository);
        let created = || {
            history
                .digest
                .and_then(|digest| dates.get(&digest).copied())
        };
        report.problems.extend(history.problem(&object, created));
        report.tags.push(history.report(&tag));
    }
}

/// The date of an image or an index, by the annotations of its documents and descriptors.
fn created(graph: &Graph) -> Option<Date> {
    #[derive(Deserialize)]
    struct Annotated {
        #[serde(default)]
        annotations: HashMap<String, String>,
    }
    let of_document = |node: &Node| {
        let annotated: Annotated = serde_json::from_slice(&node.bytes).ok()?;
        annotated.annotations.get(CREATED).cloned()
    };
    let of_descriptor = |node: &Node| {
        let annotations = node.descriptor.annotations().as_ref();
        annotations.and_then(|all| all.get(CREATED)).cloned()
    };
    let nodes = || graph.nodes().iter().rev();
    let time = nodes().find_map(|node| of_document(node).or_else(|| of_descriptor(node)))?;
    time.get(..10)?.parse().ok()
}
