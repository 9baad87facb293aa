//! The content of blobs.

use std::collections::HashSet;
use std::io;

use blob::Blob;
use registry::RepositoryClient;

use super::report::{Problem, ProblemKind};
use crate::content::{blob_of, Graph};
use crate::pool;

/// Downloads each blob once and compares its digest and size.
pub(super) fn check(client: &RepositoryClient<'_>, graphs: &[&Graph], jobs: usize) -> Vec<Problem> {
    let mut known = HashSet::new();
    let mut blobs: Vec<(String, Blob)> = Vec::new();
    let mut problems = Vec::new();
    for node in graphs.iter().flat_map(|graph| graph.nodes()) {
        let owner = format!("{}@{}", client.name(), node.blob.digest);
        for descriptor in &node.blobs {
            match blob_of(descriptor) {
                Ok(blob) if known.insert(blob.digest) => blobs.push((owner.clone(), blob)),
                Ok(_) => {}
                Err(error) => {
                    problems.push(Problem::of_error(ProblemKind::Unreadable, &owner, &error));
                }
            }
        }
    }
    let found = pool::map(jobs, &blobs, |(owner, blob)| {
        check_blob(client, owner, blob)
    });
    problems.extend(found.into_iter().flatten());
    problems
}

fn check_blob(client: &RepositoryClient<'_>, owner: &str, blob: &Blob) -> Option<Problem> {
    match client.blob(blob, &mut io::sink()) {
        Ok(true) => None,
        Ok(false) => {
            let cause = format!("its blob `{}` is missing", blob.digest);
            Some(Problem::new(ProblemKind::MissingBlob, owner, cause))
        }
        Err(error) => {
            let text = error.to_string();
            let text = text.lines().next().unwrap_or_default();
            let cause = format!("its blob cannot be verified: {text}");
            Some(Problem::new(ProblemKind::TamperedBlob, owner, cause))
        }
    }
}
