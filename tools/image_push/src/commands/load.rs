//! `load`: an image into a container engine, a layout or an archive.

use std::path::{Path, PathBuf};

use blob::{Error, Result};
use clap::Args;
use oci::{Descriptor, Platform};

use crate::content::{LayoutSource, Plan, PlanSource, Root, Runfiles, Source};
use crate::load::{load, Name, Request, Target};
use crate::output;

/// Load an image into a container engine, an OCI layout or an archive
///
/// Only content that is missing there is sent.
#[derive(Debug, Args)]
pub(crate) struct Load {
    /// OCI layout: a directory or a tar archive. `PATH#NAME` selects the entry with this reference name.
    #[arg(required_unless_present = "plan", conflicts_with = "plan")]
    source: Option<String>,
    /// Plan with one image: a JSON file that a Bazel rule wrote. The program of a rule has its own plan.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    #[command(flatten)]
    options: LoadOptions,
}

/// The destination of an image, and its part.
#[derive(Args, Debug)]
pub struct LoadOptions {
    /// Destination: `docker`, `podman`, `containerd`, `oci:DIRECTORY` or `oci-archive:FILE`. Docker is found as the `docker`
    /// program finds it: `DOCKER_HOST`, contexts.
    #[arg(long, value_name = "DESTINATION", default_value = "docker")]
    into: Target,
    /// Platform, such as `linux/arm64`; by default that of the engine or of this machine.
    #[arg(long, value_parser = Platform::parse)]
    platform: Option<Platform>,
    /// Load all platforms of an index, into `oci:DIRECTORY`.
    #[arg(long, conflicts_with = "platform")]
    all_platforms: bool,
    /// Name of the image there; may be given several times. The default is the name in the layout.
    #[arg(long = "name", value_name = "NAME:TAG")]
    names: Vec<Name>,
}

impl Load {
    pub(crate) fn run(&self) -> Result<()> {
        match (&self.plan, &self.source) {
            (Some(file), _) => self.load_plan(file),
            (None, Some(source)) => self.options.load_layout(source),
            (None, None) => Ok(()),
        }
    }

    fn load_plan(&self, file: &Path) -> Result<()> {
        let plan = Plan::read(file, Runfiles::of_plan(file))?;
        let [image] = &plan.images[..] else {
            let cause = format!("expected one image, found {}", plan.images.len());
            return Err(Error::cannot("load", file.display(), cause));
        };
        let source = PlanSource::open(&plan, [image], None)?;
        let names = if self.options.names.is_empty() {
            vec![image.title().parse()?]
        } else {
            self.options.names.clone()
        };
        self.options
            .load(source.of(image), &source.root(image)?, names)
    }
}

impl LoadOptions {
    /// Loads the image of a layout. `source` is `PATH` or `PATH#NAME`.
    ///
    /// # Errors
    ///
    /// The layout is invalid, or the destination does not accept the image.
    pub fn load_layout(&self, source: &str) -> Result<()> {
        let (path, name) = LayoutSource::split(source);
        let source = LayoutSource::open(Path::new(path))?;
        let root = source.root(name)?;
        self.load(&source, &root.descriptor, self.names(root))
    }

    fn load(&self, source: &dyn Source, root: &Descriptor, names: Vec<Name>) -> Result<()> {
        if self.all_platforms && !self.into.takes_all_platforms() {
            let cause = "only `oci:DIRECTORY` can have all platforms of an image";
            return Err(Error::cannot("use option", "--all-platforms", cause));
        }
        let progress = output::progress();
        let request = Request {
            source,
            root,
            platform: self.platform.clone(),
            all_platforms: self.all_platforms,
            names,
            progress: &progress,
        };
        for loaded in load(&request, &self.into)? {
            let state = if loaded.is_unchanged {
                "unchanged"
            } else {
                "loaded"
            };
            output::line(format_args!("{}@{} {state}", loaded.name, loaded.digest))?;
        }
        Ok(())
    }

    /// The given names, or the one in the layout if it is a complete name.
    fn names(&self, root: &Root) -> Vec<Name> {
        if !self.names.is_empty() {
            return self.names.clone();
        }
        let annotations = root.descriptor.annotations().as_ref();
        let full = annotations.and_then(|all| all.get("io.containerd.image.name"));
        let name = full.or(root.name.as_ref());
        let name = name.filter(|name| name.contains(':'));
        name.and_then(|name| name.parse().ok())
            .into_iter()
            .collect()
    }
}
