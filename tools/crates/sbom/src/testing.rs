//! Models for unit tests.

use image_facts::{PackageId, SourcePackage};

use crate::{Licenses, Package};

/// A package without files: `libc6 2.36-9 amd64`, `glibc (2.36)`.
pub(crate) fn package(id: &str, source: &str) -> Package {
    Package {
        id: PackageId::parse(id).unwrap(),
        source: SourcePackage::parse(source),
        maintainer: None,
        homepage: None,
        section: None,
        download: None,
        licenses: Licenses::default(),
        files: Vec::new(),
    }
}
