//! OpenVEX documents.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Result};
use oci::canonical_json;
use serde_json::{json, Value};
use tracker::{url, Snapshot};

use crate::assess::{Assessed, Assessment};
use crate::purl;
use crate::status::Status;

const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";

/// The prefix of the identities of documents without a URL. go-vex uses the same one.
const IDENTITY: &str = "https://openvex.dev/docs/public/vex-";

/// Who states the document.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The author: a name, a mail address or a URL.
    pub name: &'a str,
    /// The program that writes the document, and its version.
    pub tooling: Option<&'a str>,
}

/// The OpenVEX document about images, in canonical JSON; none if the tracker lists no issue of their packages, because
/// a document must have a statement.
///
/// Its time is that of the snapshot. Its `@id` follows from its content. Products are package URLs of the digests, and
/// subcomponents those of binary packages, in the form that trivy and grype match: without qualifiers.
///
/// # Errors
///
/// A value has no form in JSON.
pub fn document(
    assessed: &[Assessed],
    snapshot: &Snapshot,
    author: &Author<'_>,
) -> Result<Option<Vec<u8>>> {
    let statements = statements(assessed, snapshot)?;
    if statements.is_empty() {
        return Ok(None);
    }
    let mut document = json!({
        "@context": CONTEXT,
        "author": author.name,
        "statements": statements,
        "timestamp": snapshot.time.to_string(),
        "version": 1,
    });
    if let Some(tooling) = author.tooling {
        document["tooling"] = json!(tooling);
    }
    let digest = Digest::of(&canonical_json(&document)?);
    document["@id"] = json!(format!("{IDENTITY}{}", digest.hex()));
    canonical_json(&document).map(Some)
}

/// The package URLs of the binary packages of each product.
type Products = BTreeMap<String, BTreeSet<String>>;

/// One statement for the same issue, source package and words, with all products.
fn statements(assessed: &[Assessed], snapshot: &Snapshot) -> Result<Vec<Value>> {
    let mut statements: BTreeMap<(&str, &str, Vec<u8>), (Value, Products)> = BTreeMap::new();
    for product in assessed {
        let id = purl::oci(&product.name, product.digest);
        for assessment in &product.assessments {
            let statement = statement(assessment, &product.release, snapshot);
            let words = canonical_json(&statement)?;
            let key = (&*assessment.issue, &*assessment.source, words);
            let (_, products) = statements
                .entry(key)
                .or_insert_with(|| (statement, Products::new()));
            let packages = assessment.packages.iter();
            let packages = packages.map(|package| purl::deb(&package.name, &package.version));
            products.entry(id.clone()).or_default().extend(packages);
        }
    }
    let with_products = |(mut statement, products): (Value, Products)| {
        let products = products.into_iter().map(|(id, packages)| {
            let packages: Vec<Value> = packages
                .into_iter()
                .map(|id| json!({ "@id": id }))
                .collect();
            json!({ "@id": id, "subcomponents": packages })
        });
        statement["products"] = products.collect();
        statement
    };
    Ok(statements.into_values().map(with_products).collect())
}

/// A statement without its products.
fn statement(assessment: &Assessment, release: &str, snapshot: &Snapshot) -> Value {
    let Assessment { issue, source, .. } = assessment;
    let status = assessment.status(release);
    let time = snapshot.time.to_string();
    let mut statement = json!({
        "status": status.word(),
        "status_notes": assessment.notes(release, &time),
        "vulnerability": { "@id": url(issue), "name": issue },
    });
    match &status {
        Status::NotAffected(justification) => {
            statement["justification"] = json!(justification.word());
        }
        Status::Affected { action } => statement["action_statement"] = json!(action),
        Status::Fixed | Status::UnderInvestigation => {}
    }
    let record = snapshot.issues(source).and_then(|issues| issues.get(issue));
    if let Some(description) = record.and_then(|record| record.description.as_ref()) {
        statement["vulnerability"]["description"] = json!(description);
    }
    statement
}
