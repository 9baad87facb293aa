//! `load`: an image into a container engine, a layout or an archive.

use std::path::Path;

use blob::{Error, Result};
use clap::Args;
use oci::Platform;

use crate::content::{LayoutSource, Root};
use crate::load::{load, Name, Request, Target};
use crate::output;

/// Loads an image into a container engine, an OCI layout or an archive. Only content that is missing there is sent.
#[derive(Debug, Args)]
pub(crate) struct Load {
    /// OCI layout: a directory or a tar archive. `PATH#NAME` selects the entry with this reference name.
    source: String,
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
        if self.all_platforms && !self.into.takes_all_platforms() {
            let cause = "only `oci:DIRECTORY` can have all platforms of an image";
            return Err(Error::cannot("use option", "--all-platforms", cause));
        }
        let (path, name) = match self.source.rsplit_once('#') {
            Some((path, name)) if !Path::new(&self.source).exists() => (path, Some(name)),
            _ => (self.source.as_str(), None),
        };
        let source = LayoutSource::open(Path::new(path))?;
        let root = source.root(name)?;
        let progress = output::progress();
        let request = Request {
            source: &source,
            root: &root.descriptor,
            platform: self.platform.clone(),
            all_platforms: self.all_platforms,
            names: self.names(root),
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
