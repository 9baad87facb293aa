//! What a person should know of a lock.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Share;
use crate::archive::open::Opened;
use crate::Manifest;

/// Something that the manifest allows and a person should know.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// An index is not used.
    Unverified {
        /// The source.
        source: String,
        /// The architecture.
        architecture: String,
        /// What the addresses answered.
        details: Vec<String>,
    },
    /// A Release has no date that can be read; that of its signature takes the place of it.
    Undated {
        /// The source.
        source: String,
        /// Why: `it has no `Date``.
        why: String,
        /// When it was signed.
        signed: Timestamp,
    },
    /// An architecture does without a package.
    Skipped {
        /// The package.
        package: String,
        /// The architecture.
        architecture: String,
    },
    /// A package does without what it depends on, because that is kept out.
    Unmet {
        /// The package.
        package: String,
        /// The architecture.
        architecture: String,
        /// The relation as the package states it.
        relation: String,
    },
}

/// The sources whose Release has no date.
pub(super) fn undated(sources: &[Opened<'_>]) -> Vec<Note> {
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

/// The notes of all architectures.
pub(super) fn notes(manifest: &Manifest, shares: &BTreeMap<&str, Share>) -> Vec<Note> {
    let mut notes = Vec::new();
    for source in &manifest.sources {
        for (architecture, share) in shares {
            if let Some(unverified) = share.unverified.get(source.key()) {
                notes.push(Note::Unverified {
                    source: source.key().to_owned(),
                    architecture: (*architecture).to_owned(),
                    details: unverified.details.clone(),
                });
            }
        }
    }
    for (architecture, share) in shares {
        let architecture = || (*architecture).to_owned();
        notes.extend(share.missing.iter().map(|missing| Note::Skipped {
            package: missing.name.clone(),
            architecture: architecture(),
        }));
        for chosen in &share.chosen {
            notes.extend(chosen.file.unmet.iter().map(|relation| Note::Unmet {
                package: chosen.name.clone(),
                architecture: architecture(),
                relation: relation.clone(),
            }));
        }
    }
    notes
}
