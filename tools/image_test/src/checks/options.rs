//! The flags of the checks.

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
    /// The image is to another as --relation says
    Variants,
}

impl Check {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Layers => "layers",
            Self::Closure => "closure",
            Self::Ownership => "ownership",
            Self::Links => "links",
            Self::Modes => "modes",
            Self::Programs => "programs",
            Self::Variants => "variants",
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
}

impl CheckFlags {
    /// Whether the flags go together.
    pub(crate) fn validate(&self, checks: &[Check]) -> Result<()> {
        let wrong = |flag: &str, cause: &str| Err(Error::cannot("use", flag, cause));
        let has = |check| checks.contains(&check);
        match (has(Check::Variants), self.against.is_empty(), self.relation) {
            (true, true, _) => wrong("--check variants", "there is no --against to compare with"),
            (true, _, None) => wrong("--check variants", "there is no --relation to judge by"),
            (false, false, _) => wrong("--against", "only `--check variants` compares"),
            (false, _, Some(_)) => wrong("--relation", "only `--check variants` compares"),
            _ if self.index.is_some() && !has(Check::Closure) => {
                wrong("--index", "only `--check closure` gives hints")
            }
            _ if self.debug && !has(Check::Programs) => {
                wrong("--debug", "only `--check programs` knows it")
            }
            _ if self.profile != Profile::Default && !has(Check::Layers) => {
                wrong("--profile", "only `--check layers` knows it")
            }
            _ => Ok(()),
        }
    }
}
