//! Layers: chooses files with their owners, modes and times, and writes them in one pass as a blob with its metadata,
//! its content list and its details.
//!
//! Design goals:
//!
//! - *One pass.* A package is read once and its layer is written once; both digests are computed on the way.
//! - *All or nothing.* [`LayerWriter::finish`] moves complete files to their paths. Before that, none of them
//!   exists.
//! - *Unchanged packages.* Owners, modes, times and order are the package's. `var/lib/dpkg/status.d` lists only files
//!   of the layer.

mod accounts;
mod applets;
mod archive;
mod authorities;
mod busybox;
mod ca_directory;
mod cacerts;
mod certificate;
mod created;
mod der_encoding;
mod details;
mod dpkg;
mod extract;
mod files;
mod keystore;
mod ld_cache;
mod merge;
mod metadata;
mod source;
mod status;
mod tee;
mod writer;

pub use archive::{archive, Archive, ArchiveFile};
pub use busybox::busybox;
pub use ca_directory::{ca_directory, CaDirectory};
pub use cacerts::{cacerts, CaBundle};
pub use created::Created;
pub use dpkg::{control_archive, dpkg_status, dpkg_statusd, ControlArchive};
pub use extract::{extract, Choices};
pub use files::{files, parse_mode, FileList};
pub use keystore::{java_keystore, Directories, KeyStore, KeyStoreFormat};
pub use ld_cache::ld_so_cache;
pub use merge::{merge, Part, PartList};
pub use source::{Expected, PackageSource};
pub use writer::{LayerWriter, Options, Paths};
