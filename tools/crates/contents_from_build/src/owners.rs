//! The owners of the files of one layer, before merging.

use image_facts::{status_file, PackageId};
use layer_details::PackageDetails;
use lock::LockedPackage;

use crate::locks::Locks;
use crate::part::Part;

/// The directory with the documentation of each package.
const DOCUMENTATION: &str = "usr/share/doc/";

/// The owner of files of a layer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner<'a> {
    Package(&'a PackageDetails),
    /// A package of a layer without details.
    Locked(&'a PackageId, &'a LockedPackage),
    Runtime(&'a image_facts::Runtime),
}

/// The rule that says which entries of a layer belong to whom.
pub(crate) enum Owners<'a> {
    /// All files belong to one owner.
    One(Owner<'a>),
    /// Each package owns the files that are named after it.
    Named(Vec<&'a PackageDetails>),
}

impl<'a> Owners<'a> {
    pub(crate) fn of(part: &'a Part, locks: &'a Locks) -> Self {
        if let Some(runtime) = &part.runtime {
            return Self::One(Owner::Runtime(runtime));
        }
        let details = part.details.as_ref();
        let packages = details.map_or(&[][..], |details| &details.packages);
        match packages {
            [package] if part.is_copy => return Self::One(Owner::Package(package)),
            [] => {
                let id = part.origin.package();
                let locked = id.and_then(|id| Some((id, locks.package(id)?)));
                if let Some((id, locked)) = locked {
                    return Self::One(Owner::Locked(id, locked));
                }
            }
            _ => {}
        }
        // A layer may be derived from packages that it does not contain.
        let is_registered = |package: &&PackageDetails| part.registered.contains(&package.name);
        Self::Named(packages.iter().filter(is_registered).collect())
    }

    pub(crate) fn is_one(&self) -> bool {
        matches!(self, Self::One(_))
    }

    /// The packages and runtimes in the layer.
    pub(crate) fn all(&self) -> Vec<Owner<'a>> {
        match self {
            Self::One(owner) => vec![*owner],
            Self::Named(packages) => packages
                .iter()
                .map(|package| Owner::Package(package))
                .collect(),
        }
    }

    /// The position in [`Self::all`] of the owner of a file or a link.
    pub(crate) fn of_path(&self, path: &str) -> Option<usize> {
        match self {
            Self::One(_) => Some(0),
            Self::Named(packages) => {
                let name = named_after(path)?;
                packages.iter().position(|package| package.name == name)
            }
        }
    }
}

/// The package that a path is named after.
fn named_after(path: &str) -> Option<&str> {
    let documentation = || path.strip_prefix(DOCUMENTATION)?.split('/').next();
    match status_file(path) {
        Some((name, _)) => Some(name),
        None => documentation(),
    }
}
