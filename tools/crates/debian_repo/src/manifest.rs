//! The manifest: what a distro should hold (`debian_packages/DISTRO.yaml`).

use std::collections::BTreeSet;

use blob::{Error, Result};
use deb::{Architecture, PackageName};
use serde::Deserialize;

use crate::Origin;

/// The version of the format that this crate reads.
const VERSION: u32 = 1;

/// A manifest as it is written down. Unknown keys are refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format's version, 1.
    pub version: u32,
    /// Suites, the preferred first.
    pub sources: Vec<Source>,
    /// Debian architectures.
    pub archs: Vec<String>,
    /// The architecture whose indexes may vouch for architecture-independent packages of all.
    pub architecture_all_from: Option<String>,
    /// Whether dependencies are added; without, the lock holds exactly the packages named.
    #[serde(default = "yes")]
    pub resolve: bool,
    /// Names of packages.
    pub packages: Vec<String>,
}

/// A suite of an archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The suite and its components: `bookworm main contrib`.
    pub channel: String,
    /// The archive by name.
    pub archive: Option<String>,
    /// The archive by address.
    pub url: Option<String>,
    /// The keyring whose keys may sign the suite.
    pub signed_by: String,
    /// Architectures that may do without this suite when it has no index for them that verifies.
    #[serde(default)]
    pub may_lack: Vec<String>,
    /// Whether a Release that is past its `Valid-Until` is refused.
    #[serde(default = "yes")]
    pub check_valid_until: bool,
}

fn yes() -> bool {
    true
}

impl Source {
    /// The suite's name.
    pub fn suite(&self) -> &str {
        self.channel.split_whitespace().next().unwrap_or_default()
    }

    /// The components' names.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.channel.split_whitespace().skip(1)
    }

    /// Where the archive lies.
    pub fn origin(&self) -> Result<Origin> {
        match (&self.archive, &self.url) {
            (Some(archive), None) => Ok(Origin::Archive(archive.clone())),
            (None, Some(url)) => Ok(Origin::Url(url.trim_end_matches('/').to_owned())),
            _ => Err(Error::cannot(
                "use source",
                self.suite(),
                "expected either `archive` or `url`",
            )),
        }
    }

    fn check(&self, archs: &[String]) -> Result<()> {
        let wrong = |cause: String| Err(Error::cannot("use source", &self.channel, cause));
        let words = self.channel.split_whitespace();
        if self.components().next().is_none() || !words.clone().all(is_path_word) {
            return wrong("expected a suite and one or more components".to_owned());
        }
        if words.collect::<BTreeSet<_>>().len() != self.channel.split_whitespace().count() {
            return wrong("a component is named twice".to_owned());
        }
        if let Some(arch) = self.may_lack.iter().find(|arch| !archs.contains(arch)) {
            return wrong(format!("`may_lack` names {arch}, which is not in `archs`"));
        }
        if let Some(archive) = &self.archive {
            if !is_path_word(archive) {
                return wrong(format!("`{archive}` cannot be the name of an archive"));
            }
        }
        if let Some(url) = &self.url {
            let (scheme, rest) = url.split_once("://").unwrap_or_default();
            let host = rest.split('/').next().unwrap_or_default();
            if !matches!(scheme, "http" | "https") || host.is_empty() || host.contains('@') {
                let cause =
                    "expected `url` to begin with http:// or https:// and to hold no password";
                return wrong(cause.to_owned());
            }
        }
        self.origin().map(|_| ())
    }
}

/// A word that may become a part of a path.
fn is_path_word(word: &str) -> bool {
    !word.starts_with('.')
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-._".contains(&b))
}

impl Manifest {
    /// Checks what the format alone cannot say.
    pub fn check(&self) -> Result<()> {
        let wrong = |key: &str, cause: String| Err(Error::cannot("use key", key, cause));
        if self.version != VERSION {
            let cause = format!("expected {VERSION}, found {}", self.version);
            return wrong("version", cause);
        }
        for (key, list) in [("archs", &self.archs), ("packages", &self.packages)] {
            if let Some(twice) = first_twice(list) {
                return wrong(key, format!("it names {twice} twice"));
            }
        }
        let names = self.packages.iter().map(|name| name.parse::<PackageName>());
        let archs = self.archs.iter().map(|arch| arch.parse::<Architecture>());
        let names = names.map(|name| name.map(drop).map_err(|e| e.within("use key", "packages")));
        let archs = archs.map(|arch| arch.map(drop).map_err(|e| e.within("use key", "archs")));
        names.chain(archs).collect::<Result<()>>()?;
        if self.archs.is_empty() || self.archs.iter().any(|arch| arch == "all") {
            let cause = "expected one or more Debian architectures, such as amd64";
            return wrong("archs", cause.to_owned());
        }
        if let Some(arch) = &self.architecture_all_from {
            if !self.archs.contains(arch) {
                let cause = format!("{arch} is not in `archs`");
                return wrong("architecture_all_from", cause);
            }
        }
        self.check_sources()
    }

    fn check_sources(&self) -> Result<()> {
        let suites: Vec<String> = self.sources.iter().map(|s| s.suite().to_owned()).collect();
        if suites.is_empty() {
            return Err(Error::cannot("use key", "sources", "it names no suite"));
        }
        if let Some(twice) = first_twice(&suites) {
            let cause = format!("suite {twice} comes twice");
            return Err(Error::cannot("use key", "sources", cause));
        }
        self.sources
            .iter()
            .try_for_each(|source| source.check(&self.archs))
    }
}

fn first_twice(list: &[String]) -> Option<&String> {
    let mut seen = BTreeSet::new();
    list.iter().find(|item| !seen.insert(*item))
}
