//! The details of a layer: what evidence needs and its metadata and content list do not say. They are collected in the
//! pass that makes the layer.

mod budget;
mod changelog;
mod documents;
mod fields;
pub(crate) mod libraries;
mod os_release;
mod package;

use std::io::Read;

use blob::{Error, Result};
use layer_details::{LayerDetails, PackageDetails};
use tarball::Entry;

use self::budget::Budget;
pub(crate) use self::documents::Documents;
pub(crate) use self::fields::Fields;
use self::os_release::OsRelease;
pub(crate) use self::package::PackageFacts;
use crate::ld_cache::{Identity, PackageFiles};

/// Collects the details of a layer.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    details: LayerDetails,
    os_release: OsRelease,
    budget: Budget,
    /// The files of the package for the cache of the loader, if they are needed.
    files: Option<PackageFiles>,
    identity: Option<Identity>,
}

impl Collector {
    /// Collects also the files of the package for the cache of the loader.
    pub(crate) fn with_files(self) -> Self {
        Self {
            files: Some(PackageFiles::default()),
            ..self
        }
    }

    /// Passes an entry to `append`, and records it if it is a shared library or the file os-release.
    pub(crate) fn watch(
        &mut self,
        entry: &Entry,
        content: &mut dyn Read,
        append: impl FnOnce(&mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let os_release = &mut self.os_release;
        let append = |content: &mut dyn Read| os_release.watch(entry, content, append);
        let watch = |content: &mut dyn Read| libraries::watch(entry, content, append);
        let head = match &mut self.files {
            Some(files) => files.watch(entry, content, watch)?,
            None => watch(content)?,
        };
        let library = head.and_then(|head| libraries::read(entry, &head));
        let library = library.filter(|library| self.budget.takes_library(library));
        self.details.libraries.extend(library);
        Ok(())
    }

    /// Adds a package that the layer was made from, unless it has it already.
    pub(crate) fn add_package(&mut self, mut package: PackageDetails) {
        let PackageDetails {
            name,
            architecture,
            version,
            ..
        } = &package;
        self.identity = Some(Identity::new(name, architecture, version));
        let packages = &mut self.details.packages;
        if packages.iter().all(|known| known.sha256 != package.sha256) {
            self.budget.shorten(&mut package);
            packages.push(package);
        }
    }

    /// The file with what the cache of the loader needs of the package.
    pub(crate) fn libraries(&self) -> Result<Vec<u8>> {
        match (&self.files, &self.identity) {
            (Some(files), Some(identity)) => files.to_json(identity),
            _ => Err(Error::cannot(
                "write",
                "libraries",
                "the layer has no package",
            )),
        }
    }

    /// The file with the details.
    pub(crate) fn finish(mut self) -> Result<Vec<u8>> {
        self.details.libraries.sort_by(|a, b| a.path.cmp(&b.path));
        self.details.os_release = self.os_release.into_text();
        self.details.to_json()
    }
}
