//! The contents of an image ([`image_contents`]) from its layers, also of images that are not ours.
//!
//! - *One pass.* [`read`] reads each layer once, even if several of the images have it, and at different places.
//! - *Merged.* A layer has the entries that the image shows: those that a higher layer hides are missing.
//! - *Owners.* A package owns the files in its list (`var/lib/dpkg/info/NAME.list`, `NAME.md5sums`, or
//!   `status.d/NAME.md5sums`). In a layer with the files of one package, as our rules make them, it owns all files.
//! - *Honest.* An image without records of packages has no packages, and all files are entries without an owner. Facts
//!   that only a build knows are missing: locks, and the `.deb` file of a package.
//!
//! The model has no devices and named pipes, so they are left out. An image of a `docker save` archive has no manifest:
//! the digest of its configuration, which engines show as its ID, is in its place.

mod assemble;
mod changelogs;
mod entries;
mod owners;
mod packages;
mod read;
mod recorded;
mod wanted;
mod watch;

pub use read::{read, read_opened, Opened, ReadImage, Source};
