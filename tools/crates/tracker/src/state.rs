//! The state of an issue for one version of a source package, in the tracker's words.

use std::fmt;

use deb::Version;

use crate::issue::{Record, Status};

/// The version that the tracker writes for "never had the issue". Another text with the same value (`0-0`) is a version.
const NEVER: &str = "0";

/// The state of an issue for one version of a source package in a release
/// ([meaning of the words](https://security-team.debian.org/security_tracker.html)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The version has the fix.
    Fixed {
        /// The first version with the fix.
        since: Version,
    },
    /// A newer version of the release has the fix.
    FixedInNewer {
        /// The first version with the fix.
        version: Version,
        /// The suites with the fix, sorted; empty if the tracker lists no suites.
        suites: Vec<String>,
    },
    /// The release never had the issue.
    NotAffected,
    /// There is no fix, and no decision not to make one.
    Open,
    /// A fix comes with a later update.
    Postponed(Option<String>),
    /// There will be no fix in this release.
    Ignored(Option<String>),
    /// No security advisory is planned. A point release may have a fix.
    NoDsa {
        /// The reason: `Minor issue`.
        reason: Option<String>,
        /// Whether the next point release has a fix.
        next_point_update: bool,
    },
    /// The issue has no effect on security in practice, or is not in the binary packages. The tracker does not say
    /// which.
    Unimportant,
    /// The release no longer gets updates of the source package.
    EndOfLife,
    /// The security team does not know yet, or the record contradicts itself.
    Undetermined(&'static str),
    /// The tracker has no record of the issue for this source package and release.
    NotListed,
}

impl State {
    /// The state by the record of a release.
    pub fn of(record: &Record, version: &Version) -> Self {
        match record.status {
            Status::Undetermined => Self::Undetermined("the security team is still investigating"),
            Status::Resolved => resolved(record, version),
            Status::Open => open(record),
        }
    }

    /// The name of the state: `no-dsa`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Fixed { .. } => "fixed",
            Self::FixedInNewer { .. } => "fixed in a newer version",
            Self::NotAffected => "not affected",
            Self::Open => "open",
            Self::Postponed(_) => "postponed",
            Self::Ignored(_) => "ignored",
            Self::NoDsa { .. } => "no-dsa",
            Self::Unimportant => "unimportant",
            Self::EndOfLife => "end-of-life",
            Self::Undetermined(_) => "undetermined",
            Self::NotListed => "not listed",
        }
    }
}

/// For example: `no-dsa (Minor issue)`.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::Fixed { since } => write!(f, " since {since}"),
            Self::FixedInNewer { version, suites } if suites.is_empty() => write!(f, ": {version}"),
            Self::FixedInNewer { version, suites } => {
                write!(f, ": {version} ({})", suites.join(", "))
            }
            Self::Postponed(Some(reason)) | Self::Ignored(Some(reason)) => write!(f, " ({reason})"),
            Self::NoDsa {
                reason,
                next_point_update,
            } => {
                if let Some(reason) = reason {
                    write!(f, " ({reason})")?;
                }
                if *next_point_update {
                    f.write_str(", fix in the next point release")?;
                }
                Ok(())
            }
            Self::Undetermined(cause) => write!(f, " ({cause})"),
            _ => Ok(()),
        }
    }
}

fn resolved(record: &Record, version: &Version) -> State {
    let Some(fixed) = &record.fixed_version else {
        return State::Undetermined("the tracker says resolved, without a version");
    };
    if fixed.as_str() == NEVER {
        return State::NotAffected;
    }
    if version >= fixed {
        return State::Fixed {
            since: fixed.clone(),
        };
    }
    let versions = record.repositories.iter();
    let suites: Vec<String> = versions
        .filter(|(_, version)| *version >= fixed)
        .map(|(suite, _)| suite.clone())
        .collect();
    if suites.is_empty() && !record.repositories.is_empty() {
        return State::Undetermined("the tracker names a fixed version that no suite has");
    }
    State::FixedInNewer {
        version: fixed.clone(),
        suites,
    }
}

/// The record without regard to a version of the package: `fixed in 3.0.16-1~deb12u1`.
impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, &self.fixed_version) {
            (Status::Undetermined, _) => f.write_str("undetermined"),
            (Status::Open, _) => open(self).fmt(f),
            (Status::Resolved, None) => f.write_str("resolved"),
            (Status::Resolved, Some(version)) if version.as_str() == NEVER => {
                f.write_str("not affected")
            }
            (Status::Resolved, Some(version)) => write!(f, "fixed in {version}"),
        }
    }
}

fn open(record: &Record) -> State {
    match record.urgency.as_deref() {
        Some("unimportant") => return State::Unimportant,
        Some("end-of-life") => return State::EndOfLife,
        _ => {}
    }
    let reason = record.nodsa.clone();
    match record.nodsa_reason.as_deref() {
        Some("postponed") => State::Postponed(reason),
        Some("ignored") => State::Ignored(reason),
        _ if reason.is_some() || record.next_point_update == Some(true) => State::NoDsa {
            reason,
            next_point_update: record.next_point_update == Some(true),
        },
        _ => State::Open,
    }
}
