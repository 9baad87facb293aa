//! SBOMs of images and image indexes, in the formats SPDX 2.3, SPDX 3.0.1, CycloneDX 1.6 and CycloneDX 1.7.
//!
//! The contents of an image ([`image_contents`]) are the model; [`render`] writes it in each [`Format`]. The tree of the model is
//! the tree of the documents: index, image, layer, package, file. So a reference to a missing part cannot exist.
//!
//! The bytes depend only on the model. There is no clock: `created` is the snapshot time of the lock. There are no random
//! numbers: the identifier of a document follows from its content, which includes the digest of the image.
//!
//! # Fields that readers use
//!
//! | reader | fact | field |
//! | --- | --- | --- |
//! | grype | source package | `upstream` of the package URL; CycloneDX: properties `syft:metadata:source…` |
//! | grype | distro | `distro` of the package URL |
//! | trivy | source package | SPDX: `sourceInfo`, `built package from: NAME VERSION`; CycloneDX: properties `aquasecurity:trivy:Src…` |
//! | trivy | distro | SPDX 2.3: a package whose identifier begins with `SPDXRef-OperatingSystem`; CycloneDX: component `operating-system` |
//! | NTIA's minimum elements | supplier | the supplier of every package; the maintainer for Debian packages |
//! | pyspdxtools | SHA-1 | a file without it is invalid in SPDX 2.3, so such a file is left out |
//!
//! Facts for which a format has no field are comments (SPDX) and properties `distroless:…` (CycloneDX): the origin of a
//! `.deb`, the platform of an image, the diff_id of a layer, and the licenses of groups of source files.
//!
//! # Relations
//!
//! An index contains its images, which are its variants. An image contains its operating system and its layers, a layer
//! its packages, runtimes and generated files, and a package its files. CycloneDX lists files inside their owner, and has
//! the other relations in `dependencies`, because a layer may belong to several images. The document of an index has no
//! files.

mod check;
mod component;
mod cpe;
mod creator;
mod cyclonedx;
mod file;
mod identifier;
mod inventory;
mod license_texts;
mod render;
mod spdx2;
mod spdx3;
mod subject;
mod url;

pub use creator::Creator;
pub use render::{render, Format};
pub use subject::Subject;
