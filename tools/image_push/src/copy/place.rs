//! Where images are copied from and to.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use blob::Error;
use registry::{Reference, Repository};

use crate::content::LayoutSource;

/// Where images are: in a registry or in an OCI layout.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// One image: `HOST/PATH:TAG`, `HOST/PATH@DIGEST`.
    Image(Reference),
    /// All tags of a repository: `HOST/PATH`.
    Repository(Repository),
    /// A layout: `oci:PATH`, or one image of it: `oci:PATH#NAME`.
    Layout(PathBuf, Option<String>),
}

impl Place {
    /// The name of the image there, if the place names one.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Image(reference) => reference.tag(),
            Self::Repository(_) => None,
            Self::Layout(_, name) => name.as_deref(),
        }
    }

    /// The repository, if the place is in a registry.
    pub(super) fn repository(&self) -> Option<&Repository> {
        match self {
            Self::Image(reference) => Some(reference.repository()),
            Self::Repository(repository) => Some(repository),
            Self::Layout(..) => None,
        }
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(rest) = text.strip_prefix("oci:") {
            let (path, name) = LayoutSource::split(rest);
            if path.is_empty() || name.is_some_and(str::is_empty) {
                let cause = "expected `oci:DIRECTORY` or `oci:DIRECTORY#NAME`";
                return Err(Error::cannot("read layout", text, cause));
            }
            return Ok(Self::Layout(path.into(), name.map(str::to_owned)));
        }
        let reference = Reference::parse(text)?;
        if reference.tag().is_none() && reference.digest().is_none() {
            return Ok(Self::Repository(reference.repository().clone()));
        }
        Ok(Self::Image(reference))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image(reference) => fmt::Display::fmt(reference, f),
            Self::Repository(repository) => fmt::Display::fmt(repository, f),
            Self::Layout(path, None) => write!(f, "oci:{}", path.display()),
            Self::Layout(path, Some(name)) => write!(f, "oci:{}#{name}", path.display()),
        }
    }
}
