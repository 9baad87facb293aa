//! The manifest: the requested packages of a distro and their sources (`debian_packages/DISTRO.yaml`).

mod package_item;
mod source;

use std::collections::BTreeSet;

use apt_archive::check_url;
use blob::{Digest, Error, Result};
use deb::{Architecture, PackageName};
use message::redact;
use serde::Deserialize;

pub use package_item::{PackageItem, Restriction};
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
    /// The requested packages, one [`PackageItem`] for each item.
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
    pub fn package_items(&self) -> Result<Vec<PackageItem>> {
        let items = self.packages.iter().map(|text| text.parse::<PackageItem>());
        let items = items.map(|item| item.map_err(|e| e.within("use key", "packages")));
        items.collect()
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
        let package_items = self.package_items()?;
        for arch in &self.archs {
            let here = package_items
                .iter()
                .filter(|item| item.architectures.allows(arch));
            let names: Vec<&str> = here.map(|item| item.name()).collect();
            if let Some(twice) = first_twice(&names) {
                return Err(wrong("packages", format!("it names {twice} twice")));
            }
        }
        for item in &package_items {
            let known = |arch: &&Architecture| self.archs.iter().any(|a| a == arch.as_str());
            if let Some(arch) = item.architectures.named().iter().find(|arch| !known(arch)) {
                let cause = format!("{} names {arch}, which is not in `archs`", item.name());
                return Err(wrong("packages", cause));
            }
        }
        for name in &self.skip_missing {
            let parsed = name.parse::<PackageName>();
            parsed.map_err(|e| e.within("use key", "skip_missing"))?;
            if !package_items.iter().any(|item| item.name() == name) {
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
                let cause = format!("suite {twice} occurs twice");
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
