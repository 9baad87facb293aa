//! The gate for builds: issues whose fix Debian has and the lock lacks.

use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use deb::Version;
use tracker::State;

use crate::assess::Assessed;
use crate::status::Status;

/// An update that fixes issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The source package.
    pub source: String,
    /// The version that the images have.
    pub from: Version,
    /// The lowest version that fixes all issues.
    pub to: Version,
    /// The suites that have such a version for at least one issue.
    pub suites: BTreeSet<String>,
    /// The issues.
    pub issues: BTreeSet<String>,
    /// The names of the binary packages.
    pub packages: BTreeSet<String>,
}

/// The updates that Debian has for images, sorted by source package.
pub fn updates(assessed: &[Assessed]) -> Vec<Update> {
    let mut updates: BTreeMap<(&str, &Version), Update> = BTreeMap::new();
    for product in assessed {
        for assessment in &product.assessments {
            let State::FixedInNewer { version, suites } = &assessment.state else {
                continue;
            };
            if !matches!(assessment.status(), Status::Affected { .. }) {
                continue;
            }
            let key = (&*assessment.source, &assessment.source_version);
            let update = updates.entry(key).or_insert_with(|| Update {
                source: assessment.source.clone(),
                from: assessment.source_version.clone(),
                to: version.clone(),
                suites: BTreeSet::new(),
                issues: BTreeSet::new(),
                packages: BTreeSet::new(),
            });
            if *version > update.to {
                update.to = version.clone();
            }
            update.suites.extend(suites.iter().cloned());
            update.issues.insert(assessment.issue.clone());
            let packages = assessment.packages.iter();
            update
                .packages
                .extend(packages.map(|package| package.name.clone()));
        }
    }
    updates.into_values().collect()
}

/// Accepts images if Debian has no fix that they lack. Issues without a fix in the release do not count: a build cannot
/// change them.
///
/// # Errors
///
/// There are updates. The message has all of them; `name` is the object of the message.
pub fn accept(name: &str, assessed: &[Assessed]) -> Result<()> {
    let updates = updates(assessed);
    if updates.is_empty() {
        return Ok(());
    }
    let changes: Vec<String> = updates.iter().map(change).collect();
    let wanted: Vec<String> = updates
        .iter()
        .map(|update| format!("{} {}", update.source, update.to))
        .collect();
    let cause = format!("Debian has fixed: {}", changes.join("; "));
    let hint = format!(
        "lock the packages again{}, to get {} or later; for the lock of another module, use a newer version of it",
        commands(assessed),
        wanted.join(", ")
    );
    Err(Error::cannot("accept", name, cause).hint(hint))
}

/// The commands that update the locks of the images.
fn commands(assessed: &[Assessed]) -> String {
    let locks: BTreeSet<&String> = assessed.iter().flat_map(|product| &product.locks).collect();
    let commands = locks
        .iter()
        .map(|lock| format!("`bazel run @{lock}//:lock`"));
    match &commands.collect::<Vec<_>>()[..] {
        [] => String::new(),
        commands => format!(" ({})", commands.join(", ")),
    }
}

fn change(update: &Update) -> String {
    let Update {
        source, from, to, ..
    } = update;
    let issues: Vec<&str> = update.issues.iter().map(|issue| &**issue).collect();
    format!("{} in {source} {to} (found {from})", issues.join(", "))
}
