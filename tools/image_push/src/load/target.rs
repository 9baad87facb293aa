//! Where an image is loaded.

use std::path::PathBuf;
use std::str::FromStr;

use blob::Error;

/// Where an image is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Docker,
    Podman,
    Containerd,
    /// A directory in OCI layout format.
    Directory(PathBuf),
    /// A tar archive in OCI layout format, which `docker load` can read, too.
    Archive(PathBuf),
}

impl Target {
    /// Whether it can have several platforms of an image.
    pub(crate) fn takes_all_platforms(&self) -> bool {
        matches!(self, Self::Directory(_))
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let path = |path: &str| (!path.is_empty()).then(|| PathBuf::from(path));
        let found = match text.split_once(':') {
            None if text == "docker" => Some(Self::Docker),
            None if text == "podman" => Some(Self::Podman),
            None if text == "containerd" => Some(Self::Containerd),
            Some(("oci", rest)) => path(rest).map(Self::Directory),
            Some(("oci-archive", rest)) => path(rest).map(Self::Archive),
            _ => None,
        };
        found.ok_or_else(|| {
            let cause = "expected one of `docker`, `podman`, `containerd`, `oci:DIRECTORY`, \
                         `oci-archive:FILE`";
            Error::cannot("load into", message::shorten(text), cause)
        })
    }
}
