use std::collections::BTreeMap;

use blob::Digest;
use image_contents::Contents;
use layer_details::{LayerDetails, PackageDetails};

use super::issues::Issues;

/// Changelogs by name and version of their packages.
pub type Changelogs = BTreeMap<(String, String), String>;

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The image or index.
    pub contents: &'a Contents,
    /// The exported symbols of libraries whose model has none, by path and SONAME: [`symbols`].
    pub symbols: &'a Symbols,
    /// The changelogs of its packages: [`changelogs`].
    pub changelogs: &'a Changelogs,
    /// The issues of its images, by their digests. An image that was not assessed is missing.
    pub issues: &'a BTreeMap<Digest, Issues>,
}

/// Exported symbols by path and SONAME of their libraries. A path may have several libraries, in the images of an index.
pub type Symbols = BTreeMap<(String, String), Vec<String>>;

/// The symbols in the details of layers.
pub fn symbols(details: &[LayerDetails]) -> Symbols {
    let libraries = details.iter().flat_map(|layer| &layer.libraries);
    let mut symbols = Symbols::new();
    for library in libraries {
        let key = (library.path.clone(), library.soname.clone());
        let names = symbols.entry(key).or_default();
        names.extend(library.exports.iter().cloned());
    }
    symbols
}

/// The changelogs in the details of layers. A package may use the documentation of another one.
pub fn changelogs(details: &[LayerDetails]) -> Changelogs {
    let packages = || details.iter().flat_map(|layer| &layer.packages);
    let own = packages().filter_map(|package| Some((&*package.name, package.changelog.as_ref()?)));
    let own: BTreeMap<&str, &String> = own.collect();
    let text = |package: &PackageDetails| {
        let other = || own.get(package.documents_of.as_deref()?).copied();
        let text = package.changelog.as_ref().or_else(other)?;
        Some((
            (package.name.clone(), package.version.clone()),
            text.clone(),
        ))
    };
    packages().filter_map(text).collect()
}
