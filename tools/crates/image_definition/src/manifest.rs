//! The manifest of the packages that a definition names.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::definition::{Definition, SingleDeb, Source};
use crate::layers::Layer;
use crate::values::Created;

/// The fields of a manifest (`docs/reference/formats/manifest.md`).
#[derive(Serialize)]
struct Manifest<'a> {
    version: u64,
    sources: &'a [Source],
    debs: &'a [SingleDeb],
    archs: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    architecture_all_from: Option<&'a str>,
    resolve: bool,
    packages: Vec<&'a str>,
}

impl Definition {
    /// The manifest of the packages that the definition names, as JSON, which `debian_lock` reads. `None` if the definition
    /// has no `sources`: it then names a manifest, or a lock that was made from another one.
    pub fn manifest_text(&self) -> Option<String> {
        if self.sources.is_empty() && self.debs.is_empty() {
            return None;
        }
        let architectures = self.architectures.iter();
        let manifest = Manifest {
            version: 1,
            sources: &self.sources,
            debs: &self.debs,
            archs: architectures.map(|oci| debian(oci)).collect(),
            architecture_all_from: self.architecture_all_from.as_deref(),
            resolve: self.dependencies,
            packages: self.locked_packages().into_iter().collect(),
        };
        serde_json::to_string_pretty(&manifest).ok()
    }

    /// The names of all packages that the lock must have, sorted.
    pub fn locked_packages(&self) -> BTreeSet<&str> {
        let mut names: BTreeSet<&str> = self.packages.iter().map(String::as_str).collect();
        for layer in &self.layers {
            match layer {
                Layer::Package(layer) => names.extend([layer.package.as_str()]),
                Layer::Cacerts { .. } | Layer::CaDirectory { .. } | Layer::JavaKeystore { .. } => {
                    names.extend(["ca-certificates"])
                }
                Layer::Busybox { .. } => names.extend(["busybox-static"]),
                Layer::Locale { .. } => names.extend(["libc-bin"]),
                Layer::LdSoCache { ld_so_cache } => {
                    names.extend(ld_so_cache.base_packages.iter().map(String::as_str));
                }
                _ => {}
            }
        }
        names
    }

    /// Whether a build reads the lock: an image of files on a base needs none.
    pub fn needs_lock(&self) -> bool {
        !self.locked_packages().is_empty() || self.created == Some(Created::Lock)
    }

    /// Whether the image has the files that are derived from its packages and users.
    pub fn has_standard_files(&self) -> bool {
        self.standard_files.unwrap_or(self.base.is_none())
    }
}

/// The Debian name of an OCI architecture, which the check of the definition has accepted.
fn debian(oci: &str) -> &str {
    arch::Architecture::by_oci(oci).map_or(oci, |architecture| architecture.debian)
}
