use blob::Result;
use clap::Parser;
use layer_arguments::{LayerArguments, PackageArguments};
use worker::Request;

/// Writes the layer of a Debian package.
#[derive(Parser)]
#[command(name = "deb_extractor")]
struct Extract {
    #[command(flatten)]
    package: PackageArguments,
    /// The name that the package must have
    #[arg(long = "package", value_name = "NAME")]
    package_name: Option<String>,
    /// The version that the package must have
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// The Debian architecture that the package must have
    #[arg(long, value_name = "DEBARCH")]
    architecture: Option<String>,
    /// Keep only this path; a directory includes everything below it; may be given several times
    #[arg(long, value_name = "PATH")]
    include: Vec<String>,
    /// Move files below /bin, /sbin and /lib* to /usr, for distros in which these directories are links
    #[arg(long)]
    merged_usr: bool,
    /// The modification time of all files, in seconds since 1970 [default: the times in the package]
    #[arg(long, value_name = "SECONDS")]
    mtime: Option<u64>,
    /// Do not write files below var/lib/dpkg/status.d
    #[arg(long)]
    unregistered: bool,
    /// What the cache of the loader needs of the package, as JSON [default: not written]
    #[arg(long, value_name = "FILE", conflicts_with = "include")]
    libraries: Option<std::path::PathBuf>,
    #[command(flatten)]
    layer: LayerArguments,
}

/// Handles one request.
pub(crate) fn run(request: &Request) -> Result<()> {
    let Some(arguments) = layer_arguments::parse::<Extract>(&request.arguments)? else {
        return Ok(());
    };
    let resolve = |path: &std::path::Path| request.path(path);
    let mut source = arguments.package.source(&resolve)?;
    source.expected.package = arguments.package_name;
    source.expected.version = arguments.version;
    source.expected.architecture = arguments.architecture;
    let mut layer = arguments
        .layer
        .create_with_libraries(&resolve, arguments.libraries.as_deref())?;
    let choices = layer::Choices {
        include: arguments.include,
        merged_usr: arguments.merged_usr,
        mtime: arguments.mtime,
        unregistered: arguments.unregistered,
    };
    layer::extract(&source, &choices, &mut layer)?;
    layer.finish()
}
