//! Packages from the details of layers and from locks.

use image_contents::{Contact, Entry, Licenses, Package};
use image_facts::{PackageId, SourcePackage};
use layer_details::PackageDetails;
use lock::LockedPackage;

use crate::licenses::CopyrightFiles;
use crate::locks::Locks;

/// Facts that the packages of all layers need.
pub(crate) struct Known<'a> {
    pub(crate) locks: &'a Locks,
    pub(crate) copyright_files: CopyrightFiles<'a>,
}

impl Known<'_> {
    /// A package from the details of a layer.
    pub(crate) fn package(
        &self,
        details: &PackageDetails,
        is_whole: bool,
        entries: Vec<Entry>,
    ) -> Package {
        let (source, version) = (&details.source, &details.source_version);
        Package {
            id: id(details),
            source: source_package(source, version, &details.version),
            maintainer: details.maintainer.as_deref().and_then(Contact::parse),
            homepage: details.homepage.clone(),
            section: details.section.clone(),
            download: Some(self.locks.download(details.sha256, Some(details.size))),
            licenses: self.copyright_files.licenses(details),
            is_whole,
            entries,
        }
    }

    /// A package of a layer without details, as its lock describes it.
    pub(crate) fn locked(
        &self,
        id: &PackageId,
        locked: &LockedPackage,
        is_whole: bool,
        entries: Vec<Entry>,
    ) -> Package {
        Package {
            id: id.clone(),
            source: source_package(&locked.source, &locked.source_version, &id.version),
            maintainer: None,
            homepage: None,
            section: None,
            download: Some(self.locks.download(locked.sha256, locked.size)),
            licenses: Licenses::default(),
            is_whole,
            entries,
        }
    }
}

pub(crate) fn id(details: &PackageDetails) -> PackageId {
    PackageId {
        name: details.name.clone(),
        version: details.version.clone(),
        architecture: details.architecture.clone(),
    }
}

/// The version of the source package is only in the model if it differs from that of the binary package.
fn source_package(name: &str, version: &str, binary: &str) -> SourcePackage {
    SourcePackage {
        name: name.to_owned(),
        version: (version != binary).then(|| version.to_owned()),
    }
}
