use std::path::{Path, PathBuf};

use blob::Result;
use layer::ControlArchive;
use layer_arguments::{LayerArguments, Resolve};

/// Writes the control archive of a package; this is not a layer
#[derive(clap::Args)]
pub(crate) struct Control {
    /// The Debian package to read
    #[arg(long, value_name = "FILE")]
    deb: PathBuf,
    /// The control archive to write, a .tar.gz
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// Writes a layer with dpkg's database of all packages, var/lib/dpkg/status
#[derive(clap::Args)]
pub(crate) struct DpkgStatus {
    /// A control archive; may be given several times
    #[arg(long = "control", value_name = "FILE", required = true)]
    controls: Vec<PathBuf>,
    #[command(flatten)]
    layer: LayerArguments,
}

/// Writes a layer with dpkg's database of one package, below var/lib/dpkg/status.d
#[derive(clap::Args)]
pub(crate) struct DpkgStatusd {
    /// The control archive of the package
    #[arg(long, value_name = "FILE")]
    control: PathBuf,
    /// The name of the files in the layer
    #[arg(long, value_name = "NAME")]
    package: String,
    #[command(flatten)]
    layer: LayerArguments,
}

impl Control {
    /// Writes the archive.
    pub(crate) fn run(&self, resolve: Resolve) -> Result<()> {
        let shown = self.deb.display().to_string();
        layer::control_archive(&resolve(&self.deb), &shown, &resolve(&self.output))
    }
}

impl DpkgStatus {
    /// Writes the layer.
    pub(crate) fn run(&self, resolve: Resolve) -> Result<()> {
        let controls = self.controls.iter().map(|path| archive(path, resolve));
        let controls: Vec<_> = controls.collect();
        let mut layer = self.layer.create(resolve)?;
        layer::dpkg_status(&controls, &mut layer)?;
        layer.finish()
    }
}

impl DpkgStatusd {
    /// Writes the layer.
    pub(crate) fn run(&self, resolve: Resolve) -> Result<()> {
        let name = self.package.parse()?;
        let mut layer = self.layer.create(resolve)?;
        layer::dpkg_statusd(&archive(&self.control, resolve), &name, &mut layer)?;
        layer.finish()
    }
}

fn archive(path: &Path, resolve: Resolve) -> ControlArchive {
    ControlArchive {
        path: resolve(path),
        shown: path.display().to_string(),
    }
}
