//! Repositories: a registry and a path.

use std::fmt;

use blob::{Error, Result};

use super::grammar::{self, Problem};

/// The registry of names without a host.
const DEFAULT_HOST: &str = "docker.io";

/// A repository in a registry: `HOST[:PORT]/PATH`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repository {
    host: String,
    path: String,
}

impl Repository {
    /// Parses the name of a repository, without tag and digest.
    ///
    /// # Errors
    ///
    /// The text does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |(cause, hint): Problem| {
            Error::cannot("read repository", grammar::shown(text), cause).hint(hint)
        };
        let parts = grammar::split(text).map_err(refused)?;
        if parts.tag.is_some() || parts.digest.is_some() {
            return Err(refused((
                "it has a tag or a digest",
                "write HOST[:PORT]/PATH",
            )));
        }
        Self::of_name(parts.name).map_err(refused)
    }

    pub(super) fn of_name(name: &str) -> std::result::Result<Self, Problem> {
        let (host, path) = grammar::split_host(name);
        let host = match host {
            Some(host) if host.eq_ignore_ascii_case("index.docker.io") => DEFAULT_HOST,
            Some(host) => grammar::host(host)?,
            None => DEFAULT_HOST,
        };
        let official = host == DEFAULT_HOST && !path.is_empty() && !path.contains('/');
        Ok(Self {
            host: host.to_owned(),
            path: if official {
                grammar::path(&format!("library/{path}"))?
            } else {
                grammar::path(path)?
            },
        })
    }

    /// The host and, if there is one, the port: `localhost:5000`.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path: `library/debian`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Host and port of the API. That of `docker.io` has another name.
    pub(crate) fn api_host(&self) -> &str {
        if self.host == DEFAULT_HOST {
            "registry-1.docker.io"
        } else {
            &self.host
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.path)
    }
}
