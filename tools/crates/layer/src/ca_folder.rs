use std::collections::{BTreeMap, BTreeSet};

use blob::{Error, Result};
use tarball::{Entry, Kind};

use crate::authorities::{Authorities, PemFile};
use crate::certificate::{read_pem, subject_hash};
use crate::status::entry_path;
use crate::{LayerWriter, PackageSource};

const FOLDER: &str = "etc/ssl/certs";

/// Choices for a folder of certificates.
#[derive(Clone, Debug)]
pub struct CaFolder {
    /// The mode of the certificates.
    pub mode: u32,
    /// More PEM files of one certificate each, by the name that messages call them.
    pub extra: Vec<(String, Vec<u8>)>,
}

/// Writes a layer of the certificates of a ca-certificates package as OpenSSL looks them up one by one:
/// `etc/ssl/certs/NAME.pem`, and a link `HASH.N` to each.
///
/// Names are those of update-ca-certificates, but here files, for the image lacks what that links to. The links are those
/// of `openssl rehash` (`apps/rehash.c`): in the order of names, and none for a certificate that another file has too.
pub fn ca_folder(
    source: &PackageSource,
    choices: &CaFolder,
    layer: &mut LayerWriter,
) -> Result<()> {
    let authorities = Authorities::read(source, FOLDER, &choices.extra)?;
    let mut files = BTreeMap::new();
    for file in authorities.files() {
        let name = pem_name(&file.name);
        if let Some(other) = files.insert(name.clone(), file) {
            let cause = format!("{} has the same name in the folder, `{name}`", other.name);
            return Err(Error::cannot("add", &file.name, cause).hint("give it another name"));
        }
    }
    let links = links(&files)?;
    for (name, file) in &files {
        layer.append_file(entry_path(&in_folder(name))?, choices.mode, 0, &file.text)?;
    }
    for (name, target) in links {
        let entry = Entry {
            path: entry_path(&in_folder(&name))?,
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

fn in_folder(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// The name of a file in the folder (`add` of update-ca-certificates).
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

/// Links with their targets, by their names.
fn links(files: &BTreeMap<String, &PemFile>) -> Result<BTreeMap<String, String>> {
    let mut links = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, file) in files {
        let certificates = read_pem(&file.name, &file.text)?;
        let [certificate] = certificates.as_slice() else {
            let cause = format!("it holds {} certificates, not one", certificates.len());
            return Err(Error::cannot("add", &file.name, cause)
                .hint("give each certificate in a file of its own"));
        };
        if !seen.insert(certificate.der.clone()) {
            continue;
        }
        let hash = subject_hash(&certificate.subject);
        let count = counts.entry(hash.clone()).or_default();
        links.insert(format!("{hash}.{count:x}"), name.clone());
        *count += 1;
    }
    Ok(links)
}
