use std::collections::BTreeMap;

use image_contents::Contents;
use layer_details::{LayerDetails, PackageDetails};

use super::issues::Issues;

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The image or index.
    pub contents: &'a Contents,
    /// The details of its layers, in any order: symbols of libraries, and changelogs. They may be missing.
    pub details: &'a [LayerDetails],
    /// Its issues, if it was assessed.
    pub issues: Option<&'a Issues>,
}

impl<'a> Side<'a> {
    /// The packages of all details, by name and version.
    pub(super) fn packages(&self) -> BTreeMap<(&'a str, &'a str), &'a PackageDetails> {
        let packages = self.details.iter().flat_map(|layer| &layer.packages);
        packages
            .map(|package| ((&*package.name, &*package.version), package))
            .collect()
    }
}
