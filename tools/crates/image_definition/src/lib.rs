//! The definition of an image (`image.yaml`): its fields, their validation with line and column, and its JSON schema.
//! It reads no file and uses no network.
//!
//! [`description`] is the only list of the fields. The check of a definition, the JSON schema and the reference page
//! follow from it; a test compares it with [`Definition`].

mod check;
mod definition;
mod description;
mod layers;
mod manifest;
mod map;
mod page;
mod read;
mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod values;

pub use definition::{Definition, SingleDeb, Source, User};
pub use layers::{
    ArchiveLayer, BusyboxLayer, CertificatesLayer, Directory, EntriesLayer, File, GroupLayer,
    HomeLayer, JavaKeystoreLayer, Layer, LdSoCacheLayer, LocaleLayer, OsReleaseLayer, PackageLayer,
    PasswdLayer, Symlink,
};
pub use map::Map;
pub use page::page;
pub use read::{read, MAX_TEXT};
pub use schema::schema;
pub use values::{Base, Compression, Created, Layering, Owner};
