//! A source of packages: a suite of a repository, a flat repository, or a directory of package files.

use std::collections::BTreeSet;

use apt_archive::{check_url, is_path_below, Origin};
use blob::{Error, Result};
use serde::Deserialize;

/// An entry of `sources`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The suite and its components, `bookworm main contrib`; for a flat repository its directory, which ends in `/`.
    #[serde(default)]
    pub channel: String,
    /// The key of the source in the lock; by default the suite.
    pub name: Option<String>,
    /// The well-known name of the repository.
    pub archive: Option<String>,
    /// The URL of the repository.
    pub url: Option<String>,
    /// A directory of `.deb` files, relative to the manifest.
    pub folder: Option<String>,
    /// The keyring whose keys may sign the suite.
    #[serde(default = "debian")]
    pub signed_by: String,
    /// The architectures that use the source; by default all of the manifest.
    pub archs: Option<Vec<String>>,
    /// Architectures for which this source may have no index that verifies.
    #[serde(default)]
    pub may_lack: Vec<String>,
    /// Whether a Release after its `Valid-Until` is an error.
    #[serde(default = "yes")]
    pub check_valid_until: bool,
    /// Whether a Release with a `Date` in the future is an error.
    #[serde(default = "yes")]
    pub check_date: bool,
    /// The suite or codename in the Release, if it is not the suite of `channel`.
    pub release_name: Option<String>,
}

fn yes() -> bool {
    true
}

fn debian() -> String {
    "debian-archive-keyring".to_owned()
}

impl Source {
    /// The name of the suite, or the directory of a flat repository.
    pub fn suite(&self) -> &str {
        self.channel.split_whitespace().next().unwrap_or_default()
    }

    /// The names of the components; empty for a flat repository.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.channel.split_whitespace().skip(1)
    }

    /// Whether this is a flat repository: indexes and packages in one directory, without components (sources.list(5)).
    pub fn is_flat(&self) -> bool {
        self.suite().ends_with('/')
    }

    /// The directory of the Release below the repository's root, with a `/` at its end; empty for the root.
    pub fn release_directory(&self) -> String {
        if self.is_flat() {
            match self.suite().trim_end_matches('/') {
                "" | "." => String::new(),
                directory => format!("{directory}/"),
            }
        } else {
            format!("dists/{}/", self.suite())
        }
    }

    /// The suite or codename that the Release must contain.
    pub(crate) fn release_name(&self) -> &str {
        self.release_name.as_deref().unwrap_or_else(|| self.suite())
    }

    /// The key in the lock, which is also the name in messages.
    pub fn key(&self) -> &str {
        match (&self.name, &self.folder) {
            (Some(name), _) => name,
            (None, Some(path)) => path.rsplit('/').next().unwrap_or(path),
            (None, None) => self.suite(),
        }
    }

    /// Whether an architecture uses this source.
    pub fn serves(&self, architecture: &str) -> bool {
        let archs = self.archs.as_ref();
        archs.is_none_or(|archs| archs.iter().any(|arch| arch == architecture))
    }

    /// The location of the repository; `None` for a directory of package files.
    pub fn origin(&self) -> Option<Origin> {
        let url = |url: &String| Origin::Url(url.trim_end_matches('/').to_owned());
        let archive = self.archive.clone().map(Origin::Archive);
        archive.or_else(|| self.url.as_ref().map(url))
    }

    pub(super) fn check(&self, archs: &[String]) -> Result<()> {
        let object = if self.channel.is_empty() {
            self.key()
        } else {
            &self.channel
        };
        let checks = self.check_place().and_then(|()| self.check_names(archs));
        checks.map_err(|cause| Error::cannot("use source", object, cause))
    }

    fn check_place(&self) -> std::result::Result<(), String> {
        let places = [&self.archive, &self.url, &self.folder];
        if places.into_iter().flatten().count() != 1 {
            return Err("expected exactly one of `archive`, `url` and `folder`".to_owned());
        }
        if let Some(path) = &self.folder {
            if !is_path_below(path) {
                return Err("expected `folder` to be a path below the manifest".to_owned());
            }
            return if self.channel.is_empty() {
                Ok(())
            } else {
                Err("a source with `folder` has no `channel`".to_owned())
            };
        }
        if let Some(archive) = self.archive.as_ref().filter(|a| !is_path_word(a)) {
            return Err(format!("`{archive}` is not a valid name of a repository"));
        }
        self.url.as_ref().map_or(Ok(()), |url| check_url(url))?;
        if self.is_flat() {
            self.check_flat()
        } else {
            self.check_channel()
        }
    }

    fn check_flat(&self) -> std::result::Result<(), String> {
        if self.components().next().is_some() {
            return Err("a flat repository has no components".to_owned());
        }
        if self.name.is_none() {
            return Err("a flat repository needs a `name`".to_owned());
        }
        let directory = self.suite().trim_end_matches('/');
        if matches!(directory, "" | ".") || is_path_below(directory) {
            Ok(())
        } else {
            Err("expected a directory below the repository's URL".to_owned())
        }
    }

    fn check_channel(&self) -> std::result::Result<(), String> {
        let words: Vec<&str> = self.channel.split_whitespace().collect();
        if words.len() < 2 || !words.iter().all(|word| word.split('/').all(is_path_word)) {
            let cause = "expected a suite and one or more components, such as `bookworm main`";
            return Err(cause.to_owned());
        }
        if words.iter().collect::<BTreeSet<_>>().len() == words.len() {
            Ok(())
        } else {
            Err("a component is named twice".to_owned())
        }
    }

    fn check_names(&self, archs: &[String]) -> std::result::Result<(), String> {
        // A suite may contain slashes, `stable/updates`.
        if !self.key().split('/').all(is_path_word) {
            return Err(format!("`{}` is not a valid name of a source", self.key()));
        }
        let own = self.archs.iter().flatten().map(|arch| ("archs", arch));
        let mut named = own.chain(self.may_lack.iter().map(|arch| ("may_lack", arch)));
        match named.find(|(_, arch)| !archs.contains(arch)) {
            Some((key, arch)) => Err(format!("`{key}` names {arch}, which is not in `archs`")),
            None => Ok(()),
        }
    }
}

/// Whether a word may become a part of a path.
fn is_path_word(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with('.')
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b))
}
