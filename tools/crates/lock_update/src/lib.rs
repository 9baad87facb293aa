//! From a manifest to a lock: the signed repositories that a manifest names, the packages that they have for each
//! architecture, the choice, and the lock of it.
//!
//! The crate reads no environment variable, no clock and no file, and has no network code: bytes come through
//! [`apt_archive::Fetch`], everything else through [`Settings`].

mod available;
mod choose;
mod debs;
mod earlier;
mod indexes;
mod libraries;
mod manifest;
mod merge;
mod missing;
mod missing_package;
mod notes;
mod open;
mod parallel;
mod part;
mod positions;
mod settings;
mod signatures;
mod update;

pub use choose::ChosenPackage;
pub use indexes::indexes;
pub use libraries::{libraries, Libraries};
pub use manifest::{Manifest, PackageItem, Restriction, SingleDeb, Source};
pub use notes::Note;
pub use settings::Settings;
pub use update::{resolve, update, PackageList, Update};
