//! Definitions to start from.
//!
//! The packages of image families and the sources of distros are those of this project's images (`debian_packages/`), so
//! there is no second list of them.

mod family;
mod text;

pub(crate) use family::Family;
pub(crate) use text::definition;

/// The distros and their manifests.
pub(crate) const DISTROS: &[(&str, &str)] = &[
    (
        "debian11",
        include_str!("../../../../debian_packages/debian11.yaml"),
    ),
    (
        "debian12",
        include_str!("../../../../debian_packages/debian12.yaml"),
    ),
    (
        "debian13",
        include_str!("../../../../debian_packages/debian13.yaml"),
    ),
];
