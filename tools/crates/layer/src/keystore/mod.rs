//! Key stores for Java.

mod jks;
mod pkcs12;
mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::str::FromStr;

use blob::{Error, Result};

use crate::authorities::Authorities;
use crate::certificate::{alias, Certificate};
use crate::status::entry_path;
use crate::{LayerWriter, PackageSource};

/// The default path of Debian's and Temurin's JDKs.
const STORE: &str = "etc/ssl/certs/java/cacerts";

/// Java's default password.
const PASSWORD: &str = "changeit";

/// Options for a key store.
#[derive(Clone, Debug)]
pub struct KeyStore {
    /// The format of the file.
    pub format: KeyStoreFormat,
    /// The mode of the file.
    pub mode: u32,
    /// The modification time of the file, in seconds since 1970.
    pub mtime: u64,
    /// Additional files of certificates, PEM or DER, with their names for messages; they are added at the end of the
    /// store.
    pub extra: Vec<(String, Vec<u8>)>,
    /// The directories above the file; by default their mode is 0755 and their time that of the file.
    pub directories: Option<Directories>,
}

/// The directories above a key store, as rules_distroless writes them.
#[derive(Clone, Copy, Debug)]
pub struct Directories {
    /// The mode of all of them.
    pub mode: u32,
    /// The modification time of `/etc`, in seconds since 1970; the others have the time of the file.
    pub etc_mtime: u64,
}

/// The format of a key store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStoreFormat {
    /// JKS, Java's own format.
    Jks,
    /// PKCS #12.
    Pkcs12,
}

impl FromStr for KeyStoreFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "jks" => Ok(Self::Jks),
            "pkcs12" => Ok(Self::Pkcs12),
            _ => Err(Error::cannot(
                "use format",
                text,
                "expected `jks` or `pkcs12`",
            )),
        }
    }
}

/// A certificate and its name in a store.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    alias: String,
    certificate: &'a Certificate,
}

/// Writes a layer with one file, `etc/ssl/certs/java/cacerts`: the certificates of a ca-certificates package, in the
/// order of the bundle of [`crate::cacerts()`], all of them trusted. The password is `changeit`. Returns the content of
/// the file.
///
/// # Errors
///
/// A certificate cannot be read or is one that Java does not load, or there is no certificate.
pub fn java_keystore(
    source: Option<&PackageSource>,
    choices: &KeyStore,
    layer: &mut LayerWriter,
) -> Result<Vec<u8>> {
    let authorities = match source {
        Some(source) => {
            let (authorities, facts) = Authorities::read(source, STORE, &choices.extra)?;
            layer.add_package(facts);
            authorities
        }
        None => Authorities::alone(STORE, &choices.extra)?,
    };
    let entries = entries(authorities.certificates())?;
    let store = match choices.format {
        KeyStoreFormat::Jks => jks::write(&entries, PASSWORD),
        KeyStoreFormat::Pkcs12 => pkcs12::write(&entries, PASSWORD),
    }?;
    if let Some(directories) = choices.directories {
        append_directories(directories, choices.mtime, layer)?;
    }
    layer.append_file(entry_path(STORE)?, choices.mode, choices.mtime, &store)?;
    Ok(store)
}

/// Adds the directories above [`STORE`], top-level first.
fn append_directories(directories: Directories, mtime: u64, layer: &mut LayerWriter) -> Result<()> {
    for (end, _) in STORE.match_indices('/') {
        let path = &STORE[..end];
        let entry = tarball::Entry {
            path: entry_path(path)?,
            kind: tarball::Kind::Directory,
            mode: directories.mode,
            uid: 0,
            gid: 0,
            mtime: if path == "etc" {
                directories.etc_mtime
            } else {
                mtime
            },
        };
        layer.append(&entry, &mut io::empty())?;
    }
    Ok(())
}

/// The alias of each certificate is its subject. Java ignores the case of aliases, so they must be unique without
/// regard to case: the second certificate with a subject gets the suffix ` (2)`.
fn entries<'a>(certificates: impl Iterator<Item = &'a Certificate>) -> Result<Vec<Entry<'a>>> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut entries = Vec::new();
    for certificate in certificates {
        rules::check(certificate)?;
        let subject = alias(&certificate.subject()?);
        let count = counts.entry(subject.to_lowercase()).or_default();
        let alias = loop {
            *count += 1;
            let alias = match *count {
                1 => subject.clone(),
                number => format!("{subject} ({number})"),
            };
            if used.insert(alias.to_lowercase()) {
                break alias;
            }
        };
        entries.push(Entry { alias, certificate });
    }
    Ok(entries)
}
