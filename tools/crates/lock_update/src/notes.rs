//! Notes for the user about a new lock.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::manifest::Manifest;
use crate::open::OpenedSource;
use crate::part::ArchitecturePart;

/// A fact that the manifest allows and that the user should know.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Note {
    /// An index is not used.
    Unverified {
        /// The source.
        source: String,
        /// The architecture.
        architecture: String,
        /// The answers of the URLs.
        details: Vec<String>,
    },
    /// A Release has no valid date; the time of its signature is used instead.
    #[serde(skip)]
    Undated {
        /// The source.
        source: String,
        /// The reason: `it has no `Date``.
        why: String,
        /// The time of the signature.
        signed: Timestamp,
    },
    /// An architecture lacks a package.
    Skipped {
        /// The package.
        package: String,
        /// The architecture.
        architecture: String,
    },
    /// A package lacks a dependency that the manifest excludes.
    Unmet {
        /// The package.
        package: String,
        /// The architecture.
        architecture: String,
        /// The relation, as the package lists it.
        relation: String,
    },
}

/// Returns a note for each source whose Release has no valid date.
pub(crate) fn undated(sources: &[OpenedSource<'_>]) -> Vec<Note> {
    let notes = sources.iter().filter_map(|opened| {
        let release = opened.suite()?.release;
        Some(Note::Undated {
            source: opened.source.key().to_owned(),
            why: release.undated.clone()?,
            signed: release.date,
        })
    });
    notes.collect()
}

/// Returns the notes of all architectures.
pub(crate) fn notes(manifest: &Manifest, parts: &BTreeMap<&str, ArchitecturePart>) -> Vec<Note> {
    let mut notes = Vec::new();
    for source in &manifest.sources {
        for (architecture, part) in parts {
            if let Some(unverified) = part.unverified.get(source.key()) {
                notes.push(Note::Unverified {
                    source: source.key().to_owned(),
                    architecture: (*architecture).to_owned(),
                    details: unverified.details.clone(),
                });
            }
        }
    }
    for (architecture, part) in parts {
        let architecture = || (*architecture).to_owned();
        notes.extend(part.missing.iter().map(|missing| Note::Skipped {
            package: missing.name.clone(),
            architecture: architecture(),
        }));
        for chosen in &part.chosen {
            notes.extend(chosen.file.unmet.iter().map(|relation| Note::Unmet {
                package: chosen.name.clone(),
                architecture: architecture(),
                relation: relation.clone(),
            }));
        }
    }
    notes
}
