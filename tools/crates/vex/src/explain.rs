//! One issue: what the tracker says about it, and which images have it.

use std::collections::BTreeMap;

use blob::{Digest, Error, Result};
use message::escape;
use oci::canonical_json;
use serde_json::{json, Map, Value};
use tracker::{url, Snapshot};

use crate::assess::{Assessed, Assessment};
use crate::review::is_issue;
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
    /// The number of images that were looked at.
    pub images: usize,
}

/// A source package for which the tracker lists the issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The source package.
    pub source: String,
    /// The number of the bug in Debian's bug tracker.
    pub debianbug: Option<u64>,
    /// Each release of the snapshot with the tracker's words: `fixed in 3.0.16-1~deb12u1`.
    pub releases: Vec<(String, String)>,
}

/// An image with a source package of the issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The name of the image.
    pub name: String,
    /// The platform, `linux/arm64`; `None` for an index.
    pub platform: Option<String>,
    /// The digest of the manifest or index.
    pub digest: Digest,
    /// The creation time of the image.
    pub created: String,
    /// The assessment of the issue in the image.
    pub assessment: Assessment,
}

/// Explains an issue, whose name may be in lower case.
///
/// # Errors
///
/// The text is not the name of an issue.
pub fn explain(issue: &str, assessed: &[Assessed], snapshot: &Snapshot) -> Result<Explanation> {
    let issue = issue.to_uppercase();
    if !is_issue(&issue) {
        let issue = message::shorten(&issue);
        let cause = "expected the name of an issue, like `CVE-2024-1234`";
        return Err(Error::cannot("explain", issue, cause));
    }
    let mut description = None;
    let mut listed = Vec::new();
    for (source, issues) in &snapshot.sources {
        let Some(record) = issues.get(&issue) else {
            continue;
        };
        description = description.or_else(|| record.description.clone());
        let releases = snapshot.releases.iter().map(|release| {
            let record = record.releases.get(release);
            let words = record.map_or_else(|| "not listed".to_owned(), ToString::to_string);
            (release.clone(), words)
        });
        listed.push(Listed {
            source: source.clone(),
            debianbug: record.debianbug,
            releases: releases.collect(),
        });
    }
    let found = assessed.iter().flat_map(|product| product.found(&issue));
    Ok(Explanation {
        description,
        listed,
        found: found.collect(),
        images: assessed.len(),
        issue,
    })
}

impl Assessed {
    fn found(&self, issue: &str) -> Vec<Found> {
        let assessments = self.assessments.iter();
        let of_issue = assessments.filter(|assessment| assessment.issue == issue);
        let found = of_issue.map(|assessment| Found {
            name: self.name.clone(),
            platform: self.platform.clone(),
            digest: self.digest,
            created: self.created.clone(),
            assessment: assessment.clone(),
        });
        found.collect()
    }
}

impl Explanation {
    /// The explanation for people, in lines: the tracker's words, then the images with the same result together.
    pub fn text(&self, snapshot: &Snapshot) -> String {
        let time = snapshot.time.to_string();
        let mut lines = vec![format!("{}: {}", self.issue, url(&self.issue))];
        lines.extend(self.description.clone());
        lines.push(format!("Debian security tracker on {time}:"));
        if self.listed.is_empty() {
            lines.push(
                "  The tracker does not list it for any source package that is locked.".to_owned(),
            );
        }
        for Listed {
            source,
            debianbug,
            releases,
        } in &self.listed
        {
            let bug = debianbug.iter().map(|bug| format!(" (bug {bug})"));
            let releases = releases
                .iter()
                .map(|(name, words)| format!("{name}: {words}"));
            let releases: Vec<String> = releases.collect();
            let bug: String = bug.collect();
            lines.push(format!("  {source}{bug}: {}", releases.join("; ")));
        }
        if !self.listed.is_empty() && self.found.is_empty() {
            lines.push(format!(
                "None of these source packages is in the {} images.",
                self.images
            ));
        }
        lines.extend(self.results(&time));
        let lines = lines.iter().map(|line| format!("{}\n", escape(line)));
        lines.collect()
    }

    /// For each result, its images and what to do.
    fn results(&self, time: &str) -> Vec<String> {
        let mut results: BTreeMap<(Status, String, String), Vec<String>> = BTreeMap::new();
        for found in &self.found {
            let assessment = &found.assessment;
            let packages = assessment.packages.iter();
            let packages = packages.map(|package| format!("{} {}", package.name, package.version));
            let packages: Vec<String> = packages.collect();
            let key = (
                assessment.status(),
                packages.join(", "),
                assessment.notes(time),
            );
            results.entry(key).or_default().push(found.title());
        }
        let mut lines = Vec::new();
        for ((status, packages, notes), images) in results {
            lines.push(format!("{}:", status.word()));
            lines.extend(images.into_iter().map(|image| format!("  image: {image}")));
            lines.push(format!("  packages: {packages}"));
            lines.push(format!("  why: {notes}"));
            if let Status::Affected { action } = status {
                lines.push(format!("  action: {action}"));
            }
        }
        lines
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
            let releases = releases.map(|(name, words)| (name.clone(), json!(words)));
            json!({
                "debianbug": listed.debianbug,
                "releases": releases.collect::<Map<_, _>>(),
                "source": listed.source,
            })
        });
        let found = self.found.iter().map(|found| found.to_json(&time));
        canonical_json(&json!({
            "description": self.description,
            "found": found.collect::<Vec<_>>(),
            "images": self.images,
            "issue": self.issue,
            "listed": listed.collect::<Vec<_>>(),
            "tracker": time,
            "url": url(&self.issue),
        }))
    }
}

impl Found {
    fn title(&self) -> String {
        let platform = self.platform.iter().map(|platform| format!(" {platform}"));
        let platform: String = platform.collect();
        let Self {
            name,
            digest,
            created,
            ..
        } = self;
        format!("{name}{platform} of {created} ({digest})")
    }

    fn to_json(&self, time: &str) -> Value {
        let Assessment {
            source,
            source_version,
            release,
            packages,
            state,
            ..
        } = &self.assessment;
        let packages = packages.iter();
        let packages: Map<String, Value> = packages
            .map(|package| (package.name.clone(), json!(package.version)))
            .collect();
        let status = self.assessment.status();
        let mut value = json!({
            "created": self.created,
            "digest": self.digest.to_string(),
            "name": self.name,
            "packages": packages,
            "platform": self.platform,
            "release": release,
            "source": source,
            "source_version": source_version.as_str(),
            "state": state.to_string(),
            "status": status.word(),
            "why": self.assessment.notes(time),
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
