use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use tarball::{Entry, Kind};

use crate::authorities::{Authorities, CertificateFile};
use crate::certificate::{subject_hash, Certificate};
use crate::status::entry_path;
use crate::{LayerWriter, PackageSource};

const DIRECTORY: &str = "etc/ssl/certs";

/// Options for a directory of certificates.
#[derive(Clone, Debug)]
pub struct CaDirectory {
    /// The mode of the certificates.
    pub mode: u32,
    /// Additional files with one certificate each, PEM or DER, with their names for messages.
    pub extra: Vec<(String, Vec<u8>)>,
}

/// Writes a layer with the certificates of a ca-certificates package in the form of OpenSSL's `CApath`:
/// `etc/ssl/certs/NAME.pem`, and a link `HASH.N` to each.
///
/// The names are those of update-ca-certificates, but as files, because the image does not have the files that
/// update-ca-certificates links to. The links are those of `openssl rehash` (`apps/rehash.c`): in the order of names,
/// and only one link for certificates that several files contain.
///
/// # Errors
///
/// A certificate cannot be read, a file contains several certificates, or two files would get the same name.
pub fn ca_directory(
    source: &PackageSource,
    choices: &CaDirectory,
    layer: &mut LayerWriter,
) -> Result<()> {
    let (authorities, facts) = Authorities::read(source, DIRECTORY, &choices.extra)?;
    layer.add_package(facts);
    let files = by_names(&authorities)?;
    let links = links(&files)?;
    for (name, certificate) in &files {
        let pem = certificate.pem();
        layer.append_file(
            entry_path(&in_directory(name))?,
            choices.mode,
            0,
            pem.as_bytes(),
        )?;
    }
    for (name, target) in links {
        let entry = Entry {
            path: entry_path(&in_directory(&name))?,
            kind: Kind::Symlink {
                target: target.into_bytes(),
            },
            mode: 0o777,
            uid: 0,
            gid: 0,
            mtime: 0,
        };
        layer.append(&entry, &mut std::io::empty())?;
    }
    Ok(())
}

fn in_directory(name: &str) -> String {
    format!("{DIRECTORY}/{name}")
}

/// The name of a certificate's file in the directory (`add` of update-ca-certificates).
fn pem_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name
        .strip_suffix(".crt")
        .or(name.strip_suffix(".pem"))
        .unwrap_or(name);
    let name: String = name
        .chars()
        .map(|letter| match letter {
            ' ' | ',' => '_',
            '(' | ')' => '=',
            other => other,
        })
        .collect();
    format!("{name}.pem")
}

/// The certificate of each file, by the file's name in the directory.
fn by_names(authorities: &Authorities) -> Result<BTreeMap<String, &Certificate>> {
    let mut files: BTreeMap<String, (&CertificateFile, &Certificate)> = BTreeMap::new();
    for file in authorities.files() {
        let [certificate] = file.certificates.as_slice() else {
            let count = file.certificates.len();
            let cause = format!("it contains {count} certificates, expected one");
            return Err(Error::cannot("add", &file.name, cause)
                .hint("put each certificate into a separate file"));
        };
        let name = pem_name(&file.name);
        if let Some((other, _)) = files.insert(name.clone(), (file, certificate)) {
            let cause = format!(
                "{} has the same name in the directory: `{name}`",
                other.name
            );
            return Err(Error::cannot("add", &file.name, cause).hint("give it another name"));
        }
    }
    let certificates = files
        .into_iter()
        .map(|(name, (_, certificate))| (name, certificate));
    Ok(certificates.collect())
}

/// The targets of the links, by their names.
fn links(files: &BTreeMap<String, &Certificate>) -> Result<BTreeMap<String, String>> {
    let mut links = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, certificate) in files {
        if !seen.insert(&certificate.der) {
            continue;
        }
        let hash = subject_hash(&certificate.subject()?);
        let count = counts.entry(hash.clone()).or_default();
        links.insert(format!("{hash}.{count:x}"), name.clone());
        *count += 1;
    }
    Ok(links)
}
