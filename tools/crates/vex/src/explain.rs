//! One issue: what the tracker says about it, and which images have it.

use blob::{Digest, Result};
use message::escape;
use oci::canonical_json;
use serde_json::{json, Map, Value};
use tracker::{url, Snapshot};

use crate::assess::{Assessed, Assessment};
use crate::status::Status;

/// An issue in the tracker and in images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The issue: `CVE-2024-1234`.
    pub issue: String,
    /// The first 300 characters of its description.
    pub description: Option<String>,
    /// The source packages of the snapshot for which the tracker lists the issue, sorted.
    pub listed: Vec<Listed>,
    /// The images with one of these source packages, in the order of the input.
    pub found: Vec<Found>,
}

/// A source package for which the tracker lists the issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The source package.
    pub source: String,
    /// The number of the bug in Debian's bug tracker.
    pub debianbug: Option<u64>,
    /// Each selected release with the first fixed version, if there is one.
    pub releases: Vec<(String, Option<String>)>,
}

/// An image with a source package of the issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The name of the image.
    pub name: String,
    /// The digest of the manifest or index.
    pub digest: Digest,
    /// The codename of the Debian release.
    pub release: String,
    /// The assessment of the issue in the image.
    pub assessment: Assessment,
}

/// Explains an issue.
pub fn explain(issue: &str, assessed: &[Assessed], snapshot: &Snapshot) -> Explanation {
    let mut description = None;
    let mut listed = Vec::new();
    for (source, issues) in &snapshot.sources {
        let Some(record) = issues.get(issue) else {
            continue;
        };
        description = description.or_else(|| record.description.clone());
        let releases = record.releases.iter();
        let releases = releases.map(|(release, record)| {
            let fixed = record.fixed_version.as_ref();
            (release.clone(), fixed.map(ToString::to_string))
        });
        listed.push(Listed {
            source: source.clone(),
            debianbug: record.debianbug,
            releases: releases.collect(),
        });
    }
    let found = assessed.iter().flat_map(|product| {
        let assessments = product.assessments.iter();
        let of_issue = assessments.filter(|assessment| assessment.issue == issue);
        of_issue.map(|assessment| Found {
            name: product.name.clone(),
            digest: product.digest,
            release: product.release.clone(),
            assessment: assessment.clone(),
        })
    });
    Explanation {
        issue: issue.to_owned(),
        description,
        listed,
        found: found.collect(),
    }
}

impl Explanation {
    /// The explanation for people, in lines.
    pub fn text(&self, snapshot: &Snapshot) -> String {
        let issue = escape(&self.issue);
        let mut lines = vec![format!("{issue}: {}", url(&issue))];
        lines.extend(self.description.clone());
        if self.listed.is_empty() {
            lines.push(format!(
                "The snapshot of {} does not list it for any source package that it covers.",
                snapshot.time
            ));
        } else if self.found.is_empty() {
            let sources: Vec<&str> = self.listed.iter().map(|listed| &*listed.source).collect();
            let sources = sources.join(", ");
            lines.push(format!("No image has a package of {sources}."));
        }
        for found in &self.found {
            let Found { name, digest, .. } = found;
            let packages = found.assessment.packages.iter();
            let packages: Vec<String> = packages
                .map(|package| format!("{} {}", package.name, package.version))
                .collect();
            let status = found.assessment.status(&found.release);
            lines.push(format!("{name}@{digest}: {}", status.word()));
            lines.push(format!("  packages: {}", packages.join(", ")));
            let time = snapshot.time.to_string();
            lines.push(format!(
                "  why: {}",
                found.assessment.notes(&found.release, &time)
            ));
            if let Status::Affected { action } = status {
                lines.push(format!("  action: {action}"));
            }
        }
        let lines = lines.iter().map(|line| format!("{}\n", escape(line)));
        lines.collect()
    }

    /// The explanation in canonical JSON.
    ///
    /// # Errors
    ///
    /// A value has no form in JSON.
    pub fn to_json(&self, snapshot: &Snapshot) -> Result<Vec<u8>> {
        let time = snapshot.time.to_string();
        let listed = self.listed.iter().map(|listed| {
            let releases = listed.releases.iter();
            let releases = releases.map(|(name, fixed)| (name.clone(), json!(fixed)));
            let releases: Map<_, _> = releases.collect();
            json!({
                "debianbug": listed.debianbug,
                "fixed_versions": releases,
                "source": listed.source,
            })
        });
        let found = self.found.iter().map(|found| found.to_json(&time));
        canonical_json(&json!({
            "description": self.description,
            "found": found.collect::<Vec<_>>(),
            "issue": self.issue,
            "listed": listed.collect::<Vec<_>>(),
            "tracker": time,
            "url": url(&self.issue),
        }))
    }
}

impl Found {
    fn to_json(&self, time: &str) -> Value {
        let Assessment {
            source,
            source_version,
            packages,
            state,
            ..
        } = &self.assessment;
        let packages = packages.iter();
        let packages: Map<String, Value> = packages
            .map(|package| (package.name.clone(), json!(package.version)))
            .collect();
        let status = self.assessment.status(&self.release);
        let mut value = json!({
            "digest": self.digest.to_string(),
            "name": self.name,
            "packages": packages,
            "source": source,
            "source_version": source_version.as_str(),
            "state": state.to_string(),
            "status": status.word(),
            "why": self.assessment.notes(&self.release, time),
        });
        match &status {
            Status::Affected { action } => value["action"] = json!(action),
            Status::NotAffected(justification) => {
                value["justification"] = json!(justification.word());
            }
            Status::Fixed | Status::UnderInvestigation => {}
        }
        value
    }
}
