//! The command line options of the checks.

use std::path::PathBuf;

use blob::{Error, Result};
use clap::{Args, ValueEnum};

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Check {
    /// Every layer is as strict as ours
    Layers,
    /// Every loader, library and version of symbols that an ELF file needs is there
    Closure,
    /// Every file is that of one package, or declared
    Ownership,
    /// No symbolic link leads nowhere
    Links,
    /// Nothing is setuid, setgid or writable for all
    Modes,
    /// There is no shell, package manager or the like
    Programs,
    /// Another's scanner finds the packages, and nothing else
    Scanner,
    /// The image knows its user, and everyone may read who the users are
    User,
    /// The image is to another as --relation says
    Variants,
    /// All of these that the other flags allow: `scanner` needs --scanner or --scanned, `variants` needs --against
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

/// What runs the image, and asks more of its layers than the specification does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// Any runtime
    #[default]
    Default,
    /// Functions of AWS: they run as a user of no name, who must be able to read everything
    Lambda,
    /// OpenShift: any user, of group 0
    Openshift,
    /// Rootless engines: owners below 65536
    Rootless,
}

/// What an image is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Relation {
    /// The same but for its user
    Nonroot,
    /// The same and more: layers that are declared
    Debug,
    /// Its packages are some of the other's
    Subset,
    /// Its packages are the other's, which is for another architecture
    Packages,
    /// Bit by bit
    Same,
    /// The same files, in whatever layers
    Files,
}

/// The flags of the checks.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct CheckFlags {
    /// Checks of what must hold for the image
    #[arg(long, value_enum, value_name = "NAME", value_delimiter = ',')]
    pub(crate) check: Vec<Check>,
    /// Which package of the archive has which library: for hints of `closure`
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Option<PathBuf>,
    /// What is declared for the checks, as JSON; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) declared: Vec<PathBuf>,
    /// What runs the image
    #[arg(long, value_enum, default_value = "default")]
    pub(crate) profile: Profile,
    /// The image is for debugging: `programs` lets everything pass
    #[arg(long)]
    pub(crate) debug: bool,
    /// Another image, for `variants`, as --layout; as many as there are
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Vec<PathBuf>,
    /// Which image of --against; by default the one for the platform of this image
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) against_platform: Option<String>,
    /// What this image is to --against
    #[arg(long, value_enum)]
    pub(crate) relation: Option<Relation>,
    /// What a scanner found in the image, for `scanner`: a bill of materials, CycloneDX's JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) scanned: Option<PathBuf>,
    /// The scanner itself, which writes such a bill to standard output
    #[arg(long, value_name = "PROGRAM", conflicts_with = "scanned")]
    pub(crate) scanner: Option<PathBuf>,
    /// An argument of the scanner; `{image}` in it is the image's path
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
