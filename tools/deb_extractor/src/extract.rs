use blob::Result;
use clap::Parser;
use layer::flags::{self, LayerFlags, PackageFlags};
use worker::Request;

/// Writes the layer of a Debian package.
#[derive(Parser)]
#[command(name = "deb_extractor")]
struct Extract {
    #[command(flatten)]
    package: PackageFlags,
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
    #[command(flatten)]
    layer: LayerFlags,
}

/// Handles one request.
pub(crate) fn run(request: &Request) -> Result<()> {
    let Some(flags) = flags::parse::<Extract>(&request.arguments)? else {
        return Ok(());
    };
    let resolve = |path: &std::path::Path| request.path(path);
    let mut source = flags.package.source(&resolve)?;
    source.expected.package = flags.package_name;
    source.expected.version = flags.version;
    source.expected.architecture = flags.architecture;
    let mut layer = flags.layer.create(&resolve)?;
    let choices = layer::Choices {
        include: flags.include,
        merged_usr: flags.merged_usr,
        mtime: flags.mtime,
        unregistered: flags.unregistered,
    };
    layer::extract(&source, &choices, &mut layer)?;
    layer.finish()
}
