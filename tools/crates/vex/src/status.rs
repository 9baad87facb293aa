//! The status of an issue by the standard, and the words about it.

use tracker::State;

use crate::assess::Assessment;
use crate::review::{Absence, Part};

/// A status of [OpenVEX](https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#status-labels).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The product does not have the issue.
    NotAffected(Justification),
    /// The product has a version with the fix.
    Fixed,
    /// The product has the issue.
    Affected {
        /// The action that is recommended to the user of the product.
        action: String,
    },
    /// It is not known whether the product has the issue.
    UnderInvestigation,
}

/// Why a product does not have an issue. The standard has more, but our data does not prove them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Justification {
    /// The binary package with the issue is not in the image.
    ComponentNotPresent,
    /// The version of the package never had the issue, or its files with the issue are not in the image.
    VulnerableCodeNotPresent,
}

impl Justification {
    /// The word of the standard.
    pub fn word(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::VulnerableCodeNotPresent => "vulnerable_code_not_present",
        }
    }
}

impl Status {
    /// Whether scanners leave out an issue with this status.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self, Self::NotAffected(_) | Self::Fixed)
    }

    /// The word of the standard.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotAffected(_) => "not_affected",
            Self::Fixed => "fixed",
            Self::Affected { .. } => "affected",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}

impl Assessment {
    /// The status.
    pub fn status(&self) -> Status {
        let part = self.absence.as_ref().map(|absence| absence.part);
        match (&self.state, part) {
            (State::Fixed { .. }, _) => Status::Fixed,
            (State::NotAffected, _) | (_, Some(Part::Files)) => {
                Status::NotAffected(Justification::VulnerableCodeNotPresent)
            }
            (_, Some(Part::Binaries)) => Status::NotAffected(Justification::ComponentNotPresent),
            (State::Undetermined(_) | State::NotListed, None) => Status::UnderInvestigation,
            _ => Status::Affected {
                action: self.action(),
            },
        }
    }

    /// The recommended action, in a sentence.
    fn action(&self) -> String {
        let Self {
            source, release, ..
        } = self;
        let because = |reason: &Option<String>| match reason {
            Some(reason) => format!(" ({reason})"),
            None => String::new(),
        };
        match &self.state {
            State::FixedInNewer { version, suites } => {
                let suites = match &suites[..] {
                    [] => String::new(),
                    suites => format!(" from {}", suites.join(" or ")),
                };
                format!("Update {source} to {version} or later{suites}, and build the image again.")
            }
            State::Postponed(reason) => format!(
                "Wait for a later update: Debian's security team postponed the fix{}.",
                because(reason)
            ),
            State::Ignored(reason) => format!(
                "Use a newer Debian release: the issue will not be fixed in {release}{}.",
                because(reason)
            ),
            State::NoDsa {
                reason,
                next_point_update: true,
            } => format!(
                "Update {source} after the next point release of {release}, which has the fix{}.",
                because(reason)
            ),
            State::NoDsa { reason, .. } => format!(
                "Wait for a point release of {release}: no security advisory is planned{}.",
                because(reason)
            ),
            State::Unimportant => {
                "No action is needed: Debian's security team rates the issue as unimportant."
                    .to_owned()
            }
            State::EndOfLife => {
                format!(
                    "Use a newer Debian release: {release} has no security support of {source}."
                )
            }
            _ => format!("Wait for an update: {release} has no fix of {source} yet."),
        }
    }

    /// How the status was found, in the tracker's words. `time` is that of the snapshot.
    pub(crate) fn notes(&self, time: &str) -> String {
        let Self {
            source,
            source_version,
            release,
            state,
            ..
        } = self;
        let mut notes = format!(
            "Debian security tracker on {time}: {source} {source_version} in {release}: {state}"
        );
        // Two states are urgencies of the tracker.
        let urgency = self.urgency.as_deref();
        if let Some(urgency) = urgency.filter(|urgency| *urgency != state.word()) {
            notes.push_str(&format!("; urgency: {urgency}"));
        }
        if let Some(absence) = &self.absence {
            let Absence { review, .. } = absence;
            notes.push_str(&format!(
                "; the issue is only in {}, which the image does not have ({})",
                absence.parts(),
                review.reference
            ));
        }
        notes
    }
}
