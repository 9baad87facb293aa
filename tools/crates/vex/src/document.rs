//! OpenVEX documents.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Digest, Result};
use image_contents::purl;
use oci::canonical_json;
use serde_json::{json, Value};
use tracker::{url, Snapshot};

use crate::assess::{Assessed, Assessment};
use crate::status::Status;
use crate::subject::BinaryPackage;

const CONTEXT: &str = "https://openvex.dev/ns/v0.2.0";

/// The prefix of the identities of documents without a URL. go-vex uses the same one.
const IDENTITY: &str = "https://openvex.dev/docs/public/vex-";

/// Who states the document, and for which repositories.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The author: a name, a mail address or a URL.
    pub author: &'a str,
    /// The program that writes the document, and its version.
    pub tooling: Option<&'a str>,
    /// The names of the repositories that get the images, such as `static-debian12`; only the last part of a name counts.
    /// If empty, the name of the image. trivy compares it with the repository that it scans. grype knows an image by its
    /// digest, too.
    pub repositories: &'a [String],
}

/// The OpenVEX document about images, in canonical JSON. If the tracker lists no issue of their packages, it has no
/// statement: the standard asks for one, and scanners accept none.
///
/// Its time is that of the snapshot. Its `@id` follows from its content. Products are package URLs of the digests, and
/// subcomponents those of binary packages, in the forms that trivy and grype match: without qualifiers, because they write
/// some of them in different ways, and an epoch both in the version and as a qualifier.
///
/// # Errors
///
/// A value has no form in JSON.
pub fn document(
    assessed: &[Assessed],
    snapshot: &Snapshot,
    options: &Options<'_>,
) -> Result<Vec<u8>> {
    let statements = statements(assessed, snapshot, options.repositories)?;
    let mut document = json!({
        "@context": CONTEXT,
        "author": options.author,
        "statements": statements,
        "timestamp": snapshot.time.to_string(),
        "version": 1,
    });
    if let Some(tooling) = options.tooling {
        document["tooling"] = json!(tooling);
    }
    let digest = Digest::of(&canonical_json(&document)?);
    document["@id"] = json!(format!("{IDENTITY}{}", digest.hex()));
    canonical_json(&document)
}

/// The package URL and the digest of each product, and the package URLs of its binary packages.
type Products = BTreeMap<(String, Digest), BTreeSet<String>>;

/// One statement for the same issue, source package and words, with all products.
fn statements(
    assessed: &[Assessed],
    snapshot: &Snapshot,
    repositories: &[String],
) -> Result<Vec<Value>> {
    let mut statements: BTreeMap<(&str, &str, Vec<u8>), (Value, Products)> = BTreeMap::new();
    for product in assessed {
        let ids = identities(product, repositories);
        let open = open(product);
        for assessment in &product.assessments {
            let packages: BTreeSet<String> = assessment.packages.iter().flat_map(purls).collect();
            let is_contradicted =
                |package: &String| open.contains(&(&*assessment.issue, package.clone()));
            let packages: BTreeSet<String> = packages
                .into_iter()
                .filter(|package| !assessment.status().is_free() || !is_contradicted(package))
                .collect();
            // A product without subcomponents would be free of the issue as a whole.
            if packages.is_empty() {
                continue;
            }
            let statement = statement(assessment, snapshot);
            let words = canonical_json(&statement)?;
            let key = (&*assessment.issue, &*assessment.source, words);
            let (_, products) = statements
                .entry(key)
                .or_insert_with(|| (statement, Products::new()));
            for id in &ids {
                let key = (id.clone(), product.digest);
                products.entry(key).or_default().extend(packages.clone());
            }
        }
    }
    let with_products = |(mut statement, products): (Value, Products)| {
        let products = products.into_iter().map(|((id, digest), packages)| {
            let packages = packages.into_iter().map(|id| json!({ "@id": id }));
            json!({
                "@id": id,
                "hashes": { "sha-256": digest.hex() },
                "subcomponents": packages.collect::<Vec<Value>>(),
            })
        });
        statement["products"] = products.collect();
        statement
    };
    Ok(statements.into_values().map(with_products).collect())
}

/// The package URLs of a package, one for each form in which scanners write it.
fn purls(package: &BinaryPackage) -> Vec<String> {
    purl::deb_version_forms(&package.name, &package.version)
}

/// The issues of a product that its packages may have, with the package URLs. Two releases can have one version of a
/// package, and the tracker can say `fixed` for one release only: scanners then would believe the last statement.
fn open(product: &Assessed) -> BTreeSet<(&str, String)> {
    let open = product.assessments.iter();
    let open = open.filter(|assessment| !assessment.status().is_free());
    open.flat_map(|assessment| {
        let packages = assessment.packages.iter().flat_map(purls);
        packages.map(|package| (&*assessment.issue, package))
    })
    .collect()
}

/// The package URLs of a product.
fn identities(product: &Assessed, repositories: &[String]) -> BTreeSet<String> {
    let names = match repositories {
        [] => std::slice::from_ref(&product.name),
        names => names,
    };
    names
        .iter()
        .map(|name| purl::oci(name, &product.digest, None))
        .collect()
}

/// A statement without its products.
fn statement(assessment: &Assessment, snapshot: &Snapshot) -> Value {
    let Assessment { issue, source, .. } = assessment;
    let status = assessment.status();
    let time = snapshot.time.to_string();
    let mut statement = json!({
        "status": status.word(),
        "status_notes": assessment.notes(&time),
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
