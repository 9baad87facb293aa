//! The credentials of a user: files of docker and podman, their helper programs, netrc.

mod config;
mod helper;
mod locations;
mod login;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use blob::{Error, Result};
use transfer::{Netrc, Place};

use crate::reference::Repository;
use config::{Config, Source};
pub(crate) use login::{Kind, Login};

/// The logins of registries. Helper programs run when a registry asks for a login, once for each.
///
/// The sources, in this order; the first one that has a login for the repository wins:
///
/// 1. the environment variable `DOCKER_AUTH_CONFIG`, which has the content of a file,
/// 2. the file that `REGISTRY_AUTH_FILE` names, or else podman's `auth.json`
///    ([containers-auth.json(5)](https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md)),
/// 3. docker's `config.json`
///    ([docker login](https://docs.docker.com/reference/cli/docker/login/#credential-stores)),
/// 4. the entries `machine HOST` of netrc. `default` is not used: it would be sent to every registry.
#[derive(Default)]
pub struct Credentials {
    configs: Vec<Config>,
    netrc: Netrc,
    found: Mutex<HashMap<String, Option<Arc<Login>>>>,
}

impl Credentials {
    /// The credentials of the user who runs the program. It reads the environment.
    ///
    /// # Errors
    ///
    /// A file cannot be read or has another format, or a file that `REGISTRY_AUTH_FILE` or `NETRC` names is missing.
    pub fn of_this_user() -> Result<Self> {
        let mut credentials = Self {
            netrc: Netrc::of_this_user()?,
            ..Self::default()
        };
        for (origin, text) in locations::of_this_user()? {
            credentials.configs.push(Config::parse(&origin, &text)?);
        }
        Ok(credentials)
    }

    /// No credentials: every registry is used without a login.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds the content of a docker or podman file. `origin` names it in messages.
    ///
    /// # Errors
    ///
    /// The text has another format. The message does not show the text.
    pub fn with_config(mut self, origin: &str, text: &str) -> Result<Self> {
        self.configs.push(Config::parse(origin, text)?);
        Ok(self)
    }

    /// Replaces the netrc logins.
    #[must_use]
    pub fn with_netrc(mut self, netrc: Netrc) -> Self {
        self.netrc = netrc;
        self
    }

    /// The login for a repository.
    ///
    /// # Errors
    ///
    /// An entry or a helper program is broken.
    pub(crate) fn find(&self, repository: &Repository) -> Result<Option<Arc<Login>>> {
        let name = repository.to_string();
        // The lock is held while a helper runs, so that it runs once.
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(login) = found.get(&name) {
            return Ok(login.clone());
        }
        let login = self.search(repository)?.map(Arc::new);
        found.insert(name, login.clone());
        Ok(login)
    }

    fn search(&self, repository: &Repository) -> Result<Option<Login>> {
        for config in &self.configs {
            for source in config.sources(repository) {
                let login = match source {
                    Source::Entry(key, entry) => entry
                        .login(config.origin())
                        .map_err(|cause| broken(config.origin(), key, cause))?,
                    Source::Helper(name, server) => helper::get(name, &server)?,
                };
                if login.is_some() {
                    return Ok(login);
                }
            }
        }
        Ok(self.of_netrc(repository))
    }

    fn of_netrc(&self, repository: &Repository) -> Option<Login> {
        let (host, port) = match repository.host().rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
            _ => (repository.host(), None),
        };
        let path = format!("/{}", repository.path());
        let place = Place {
            scheme: "https",
            host,
            port,
            path: &path,
        };
        let login = self.netrc.find_named(place)?;
        Some(Login::password(&login.user, &login.password, "netrc"))
    }
}

fn broken(origin: &str, key: &str, cause: &str) -> Error {
    let key = message::shorten(key);
    Error::cannot("read", origin, format!("the entry `{key}` {cause}"))
        .hint("log in to the registry again, or remove the entry")
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins: Vec<_> = self.configs.iter().map(Config::origin).collect();
        f.debug_struct("Credentials")
            .field("configs", &origins)
            .finish_non_exhaustive()
    }
}
