//! Names of images and of repositories.

mod grammar;
mod name;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use blob::{Digest, Error, Result};

pub use name::Repository;

/// An image in a registry: `HOST[:PORT]/PATH[:TAG][@DIGEST]`, by the
/// [grammar of references](https://pkg.go.dev/github.com/distribution/reference). Without a host, the image is one of
/// `docker.io`, as everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    repository: Repository,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// Parses a reference. Neither tag nor digest is added.
    ///
    /// # Errors
    ///
    /// The text does not follow the grammar, or has a digest that is not SHA-256.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |(cause, hint): grammar::Problem| {
            Error::cannot("read image reference", grammar::shown(text), cause).hint(hint)
        };
        let parts = grammar::split(text).map_err(refused)?;
        let digest = match parts.digest {
            Some(digest) => Some(grammar::digest(digest).map_err(refused)?),
            None => None,
        };
        Ok(Self {
            repository: Repository::of_name(parts.name).map_err(refused)?,
            tag: parts.tag.map(str::to_owned),
            digest,
        })
    }

    /// The reference of a tag in a repository.
    ///
    /// # Errors
    ///
    /// The tag does not follow the grammar.
    pub fn with_tag(repository: Repository, tag: &str) -> Result<Self> {
        check_tag(tag)?;
        let tag = Some(tag.to_owned());
        let digest = None;
        Ok(Self {
            repository,
            tag,
            digest,
        })
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The tag.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest. If there is one, the tag is only a comment.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }
}

impl FromStr for Reference {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.repository, f)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// Refuses a text that is no tag.
pub(crate) fn check_tag(tag: &str) -> Result<()> {
    if grammar::is_tag(tag) {
        return Ok(());
    }
    let (cause, hint) = grammar::BAD_TAG;
    Err(Error::cannot("use tag", message::shorten(tag), cause).hint(hint))
}

/// Whether a text is a tag.
pub(crate) fn is_tag(text: &str) -> bool {
    grammar::is_tag(text)
}
