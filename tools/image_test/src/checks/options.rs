//! The command line options of the checks.

use std::path::PathBuf;

use blob::{Error, Result};
use clap::{Args, ValueEnum};

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Check {
    /// Layers obey strict rules: parents first, no duplicate paths, valid digests
    Layers,
    /// Every ELF file finds its loader, libraries and symbol versions in the image
    Closure,
    /// Every file belongs to exactly one package or is listed in `--declared`
    Ownership,
    /// Every symbolic link has a target
    Links,
    /// No file or directory is setuid, setgid or writable by everyone
    Modes,
    /// The image has no shell, package manager or other program that helps an attacker
    Programs,
    /// A scanner finds every package of the image, and no other package
    Scanner,
    /// Names of user and group exist in the image; everyone may read /etc/passwd and /etc/group
    User,
    /// The image differs from another image only as --relation allows
    Variants,
    /// All of these checks; `scanner` only with --scanner or --scanned, `variants` only with --against or --relation
    All,
}

/// The checks of `all`, regardless of the other options.
const ALWAYS: [Check; 7] = [
    Check::Layers,
    Check::Closure,
    Check::Ownership,
    Check::Links,
    Check::Modes,
    Check::Programs,
    Check::User,
];

impl Check {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Layers => "layers",
            Self::Closure => "closure",
            Self::Ownership => "ownership",
            Self::Links => "links",
            Self::Modes => "modes",
            Self::Programs => "programs",
            Self::Scanner => "scanner",
            Self::User => "user",
            Self::Variants => "variants",
            Self::All => "all",
        }
    }
}

/// A runtime of the image that requires more of its layers than the specification does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// Any runtime
    #[default]
    Default,
    /// AWS Lambda: a user that the image does not define must be able to read every file
    Lambda,
    /// OpenShift: any user ID, with group 0
    Openshift,
    /// Rootless engines: owner IDs below 65536
    Rootless,
}

/// The relation of an image to another image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Relation {
    /// The same image except its user and working directory
    Nonroot,
    /// The same image with more layers, which `--declared` lists
    Debug,
    /// Its packages are a subset of those of the other image
    Subset,
    /// The same packages, for another architecture
    Packages,
    /// Identical digest
    Same,
    /// The same files, possibly in other layers
    Files,
}

/// The options of the checks.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct CheckFlags {
    /// Checks to run, separated by commas; may be given several times
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',')]
    pub(crate) check: Vec<Check>,
    /// Output of `debian_lock libraries`; hints of `closure` name the packages in it
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Option<PathBuf>,
    /// File of declared exceptions, JSON; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) declared: Vec<PathBuf>,
    /// Runtime whose requirements `layers` checks
    #[arg(long, value_enum, default_value = "default")]
    pub(crate) profile: Profile,
    /// Debug image: skip the `programs` check
    #[arg(long)]
    pub(crate) debug: bool,
    /// Another image for `variants`, in the formats of --layout; may be given several times
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Vec<PathBuf>,
    /// Platform of the image in --against; by default that of the tested image
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) against_platform: Option<String>,
    /// Required relation of the tested image to --against
    #[arg(long, value_enum)]
    pub(crate) relation: Option<Relation>,
    /// SBOM of the image from a scanner, CycloneDX JSON, for `scanner`
    #[arg(long, value_name = "FILE")]
    pub(crate) scanned: Option<PathBuf>,
    /// Scanner to run for `scanner`; it writes such an SBOM to standard output
    #[arg(long, value_name = "PROGRAM", conflicts_with = "scanned")]
    pub(crate) scanner: Option<PathBuf>,
    /// Argument of the scanner; `{image}` in it is the path of the image; may be given several times
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) scanner_argument: Vec<String>,
}

impl CheckFlags {
    /// The requested checks, with [`Check::All`] expanded.
    pub(crate) fn checks(&self) -> Vec<Check> {
        if !self.check.contains(&Check::All) {
            return self.check.clone();
        }
        let mut checks = self.check.clone();
        checks.retain(|check| *check != Check::All);
        checks.extend(ALWAYS);
        if self.scanner.is_some() || self.scanned.is_some() {
            checks.push(Check::Scanner);
        }
        if !self.against.is_empty() || self.relation.is_some() {
            checks.push(Check::Variants);
        }
        checks
    }

    /// Whether the options are consistent.
    pub(crate) fn validate(&self, checks: &[Check]) -> Result<()> {
        let wrong =
            |flag: &str, cause: &str, hint: &str| Err(Error::cannot("use", flag, cause).hint(hint));
        let idle = |flag: &str, check: &str, does: &str| {
            let cause = format!("only `--check {check}` {does}");
            let hint = format!("leave it out, or add `--check {check}`");
            wrong(flag, &cause, &hint)
        };
        let has = |check| checks.contains(&check);
        match (has(Check::Variants), self.against.is_empty(), self.relation) {
            (true, true, _) => wrong(
                "--check variants",
                "there is no --against to compare with",
                "name the other image with `--against PATH`",
            ),
            (true, _, None) => wrong(
                "--check variants",
                "there is no --relation to judge by",
                "say with `--relation` what the image is to the other",
            ),
            (false, false, _) => idle("--against", "variants", "compares"),
            (false, _, Some(_)) => idle("--relation", "variants", "compares"),
            _ if has(Check::Scanner) && self.scanner.is_none() && self.scanned.is_none() => wrong(
                "--check scanner",
                "there is neither --scanner nor --scanned",
                "name the program with `--scanner`, or what it found with `--scanned`",
            ),
            _ if (self.scanner.is_some() || self.scanned.is_some()) && !has(Check::Scanner) => {
                idle("--scanner", "scanner", "runs one")
            }
            _ if self.index.is_some() && !has(Check::Closure) => {
                idle("--index", "closure", "gives hints")
            }
            _ if self.debug && !has(Check::Programs) => idle("--debug", "programs", "knows it"),
            _ if self.profile != Profile::Default && !has(Check::Layers) => {
                idle("--profile", "layers", "knows it")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(checks: &[Check]) -> CheckFlags {
        CheckFlags {
            check: checks.to_vec(),
            ..CheckFlags::default()
        }
    }

    fn refused(flags: &CheckFlags) -> String {
        flags.validate(&flags.check).unwrap_err().to_string()
    }

    #[test]
    fn flags_that_do_nothing_are_refused() {
        let layers = || flags(&[Check::Layers]);
        let variants = || flags(&[Check::Variants]);
        for (flags, message) in [
            (
                variants(),
                "cannot use `--check variants`: there is no --against to compare with\nhint: name the other image with `--against PATH`",
            ),
            (
                CheckFlags {
                    against: vec!["x".into()],
                    ..variants()
                },
                "cannot use `--check variants`: there is no --relation to judge by\nhint: say with `--relation` what the image is to the other",
            ),
            (
                CheckFlags {
                    against: vec!["x".into()],
                    ..layers()
                },
                "cannot use `--against`: only `--check variants` compares\nhint: leave it out, or add `--check variants`",
            ),
            (
                CheckFlags {
                    relation: Some(Relation::Debug),
                    ..layers()
                },
                "cannot use `--relation`: only `--check variants` compares\nhint: leave it out, or add `--check variants`",
            ),
            (
                CheckFlags {
                    index: Some("x".into()),
                    ..layers()
                },
                "cannot use `--index`: only `--check closure` gives hints\nhint: leave it out, or add `--check closure`",
            ),
            (
                CheckFlags {
                    debug: true,
                    ..layers()
                },
                "cannot use `--debug`: only `--check programs` knows it\nhint: leave it out, or add `--check programs`",
            ),
            (
                CheckFlags {
                    profile: Profile::Lambda,
                    ..flags(&[Check::Links])
                },
                "cannot use `--profile`: only `--check layers` knows it\nhint: leave it out, or add `--check layers`",
            ),
        ] {
            assert_eq!(refused(&flags), message);
        }
        assert!(layers().validate(&[Check::Layers]).is_ok());
    }
}
