//! Debian repositories: requests for files ([`Fetch`]), trust ([`Keyring`], [`SignedRelease`]), and the content of the
//! files that a signed Release lists ([`Suite`]): `Packages` indexes, whose paragraphs are [`Package`]s with
//! [`Relation`]s, and `Contents` lists.
//!
//! The chain of trust has no gap: a pinned keyring → the signature of `InRelease` → the SHA-256 of each `Packages`
//! index → the SHA-256 of each `.deb`.
//!
//! The crate reads no environment variable, no clock and no file, and has no network code: bytes come through
//! [`Fetch`].

mod boolean;
mod checksum;
mod compression;
mod contents;
mod fetch;
mod index;
mod keyring;
mod listed_file;
mod local_deb;
mod package;
mod package_file;
mod release;
mod signed_release;
mod suite;
mod time;
mod unpack;

pub use apt_types::{
    check_url, is_path_below, Alternative, Comparison, Evidence, Origin, ProvidedName, Qualifier,
    Relation,
};
pub use boolean::is_yes;
pub use checksum::{Checksum, FileRecord};
pub use fetch::{DerivedBlocks, DerivedWriter, Fetch, FileRequest, FileResponse};
pub use index::{Index, IndexStatus, StoredIndex};
pub use keyring::{Keyring, KeyringFile};
pub use listed_file::{fetch_listed, ListedFile};
pub use local_deb::LocalDeb;
pub use package::{MultiArch, Package, Priority};
pub use package_file::{FieldError, PackageFile};
pub use release::Release;
pub use signed_release::{SignedRelease, Signers};
pub use suite::Suite;
