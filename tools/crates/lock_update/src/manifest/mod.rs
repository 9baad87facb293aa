//! The manifest: the requested packages of a distro and their sources (`debian_packages/DISTRO.yaml`).

mod requested;
mod source;

use std::collections::BTreeSet;

use apt_archive::check_url;
use blob::{Digest, Error, Result};
use deb::{Architecture, PackageName};
use message::redact;
use serde::Deserialize;

pub use requested::{Restriction, Wish};
pub use source::Source;

/// The version of the format that this crate reads.
const VERSION: u32 = 1;

/// A manifest as the user writes it. Unknown keys are an error.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the format: 1.
    pub version: u32,
    /// The sources of packages, in order of preference.
    pub sources: Vec<Source>,
    /// Single packages by URL. They are requested packages too, and preferred to those of the sources.
    #[serde(default)]
    pub debs: Vec<SingleDeb>,
    /// Debian architectures.
    pub archs: Vec<String>,
    /// The architecture whose indexes may list architecture-independent packages for all architectures.
    pub architecture_all_from: Option<String>,
    /// Whether dependencies are added. If false, the lock holds only the requested packages.
    #[serde(default = "yes")]
    pub resolve: bool,
    /// Whether Essential packages (Policy 3.8) and their dependencies are added.
    #[serde(default)]
    pub essential: bool,
    /// The requested packages, one [`Wish`] for each item.
    pub packages: Vec<String>,
    /// Requested packages that an architecture may lack.
    #[serde(default)]
    pub skip_missing: Vec<String>,
}

/// A single package file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SingleDeb {
    /// The URL.
    pub url: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

fn yes() -> bool {
    true
}

impl Manifest {
    /// Checks the rules that the types do not express.
    ///
    /// # Errors
    ///
    /// Fails if the version is unknown, or if a value is malformed, a duplicate or contradicts another one.
    pub fn check(&self) -> Result<()> {
        if self.version != VERSION {
            let cause = format!("expected {VERSION}, found {}", self.version);
            return Err(wrong("version", cause));
        }
        self.check_archs()?;
        self.check_packages()?;
        self.check_sources()?;
        self.check_debs()
    }

    /// Parses `packages`.
    ///
    /// # Errors
    ///
    /// Fails if an item is malformed.
    pub fn wishes(&self) -> Result<Vec<Wish>> {
        let wishes = self.packages.iter().map(|text| text.parse::<Wish>());
        let wishes = wishes.map(|wish| wish.map_err(|e| e.within("use key", "packages")));
        wishes.collect()
    }

    fn check_archs(&self) -> Result<()> {
        if let Some(twice) = first_twice(&self.archs) {
            return Err(wrong("archs", format!("it names {twice} twice")));
        }
        for arch in &self.archs {
            let parsed = arch.parse::<Architecture>();
            parsed.map_err(|e| e.within("use key", "archs"))?;
        }
        if self.archs.is_empty() || self.archs.iter().any(|arch| arch == "all") {
            let cause = "expected one or more Debian architectures, such as amd64";
            return Err(wrong("archs", cause));
        }
        match &self.architecture_all_from {
            Some(arch) if !self.archs.contains(arch) => Err(wrong(
                "architecture_all_from",
                format!("{arch} is not in `archs`"),
            )),
            _ => Ok(()),
        }
    }

    fn check_packages(&self) -> Result<()> {
        let wishes = self.wishes()?;
        for arch in &self.archs {
            let here = wishes.iter().filter(|wish| wish.on.allows(arch));
            let names: Vec<&str> = here.map(|wish| wish.name()).collect();
            if let Some(twice) = first_twice(&names) {
                return Err(wrong("packages", format!("it names {twice} twice")));
            }
        }
        for wish in &wishes {
            let known = |arch: &&Architecture| self.archs.iter().any(|a| a == arch.as_str());
            if let Some(arch) = wish.on.named().iter().find(|arch| !known(arch)) {
                let cause = format!("{} names {arch}, which is not in `archs`", wish.name());
                return Err(wrong("packages", cause));
            }
        }
        for name in &self.skip_missing {
            let parsed = name.parse::<PackageName>();
            parsed.map_err(|e| e.within("use key", "skip_missing"))?;
            if !wishes.iter().any(|wish| wish.name() == name) {
                let cause = format!("{name} is not in `packages`");
                return Err(wrong("skip_missing", cause));
            }
        }
        Ok(())
    }

    fn check_sources(&self) -> Result<()> {
        let keys: Vec<&str> = self.sources.iter().map(Source::key).collect();
        if keys.is_empty() && self.debs.is_empty() {
            return Err(wrong("sources", "it names no suite"));
        }
        self.sources
            .iter()
            .try_for_each(|source| source.check(&self.archs))?;
        match first_twice(&keys) {
            Some(twice) => {
                let cause = format!("suite {twice} comes twice");
                Err(wrong("sources", cause)
                    .hint("give one of them a `name`, or put all components in one `channel`"))
            }
            None => Ok(()),
        }
    }

    fn check_debs(&self) -> Result<()> {
        for deb in &self.debs {
            let checked = check_url(&deb.url).and_then(|()| {
                let digest = Digest::from_hex(&deb.sha256);
                digest.map_err(|_| "expected `sha256` to be 64 hexadecimal digits".to_owned())
            });
            checked.map_err(|cause| Error::cannot("use package", redact(&deb.url), cause))?;
        }
        Ok(())
    }
}

fn wrong(key: &str, cause: impl std::fmt::Display) -> Error {
    Error::cannot("use key", key, cause)
}

fn first_twice<T: Ord>(list: &[T]) -> Option<&T> {
    let mut seen = BTreeSet::new();
    list.iter().find(|item| !seen.insert(*item))
}
