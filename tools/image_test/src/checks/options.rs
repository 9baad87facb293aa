//! The command line options of the checks.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

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
    // `selection::names` has the possible values.
    /// Checks to run, separated by commas; may be given several times
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(crate) check: Vec<String>,
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
    /// Another image for `variants`, in the formats of the tested one; may be given several times
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
    /// Whether `--relation` compares packages, which the layers describe.
    pub(crate) fn compares_packages(&self) -> bool {
        matches!(self.relation, Some(Relation::Subset | Relation::Packages))
    }
}
