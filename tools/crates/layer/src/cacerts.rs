use std::collections::BTreeMap;
use std::io::Read;

use blob::{Error, Result};
use tarball::{Entry, EntryPath, Kind};

use crate::status::{entry_path, Status};
use crate::{LayerWriter, PackageSource};

const CERTIFICATES: &str = "usr/share/ca-certificates";
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";
const COPYRIGHT: &str = "usr/share/doc/ca-certificates/copyright";

/// More is no certificate; the largest in Debian has 3 KiB.
const MAX_CERTIFICATE: u64 = 1024 * 1024;

/// What every PEM file of certificates holds.
const PEM_MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Choices for a CA bundle.
#[derive(Clone, Debug)]
pub struct CaBundle {
    /// The mode of the bundle and of the copyright file.
    pub mode: u32,
    /// More PEM files, by the name that messages call them, for the end of the bundle.
    pub extra: Vec<(String, Vec<u8>)>,
}

/// Writes a ca-certificates package as a layer of one bundle, its copyright file and the two files of its status.
///
/// The bundle holds every file below `usr/share/ca-certificates`, folder by folder in byte order of names, each ended by
/// a newline. Everything has the time 0; only the status files keep theirs.
pub fn cacerts(source: &PackageSource, choices: &CaBundle, layer: &mut LayerWriter) -> Result<()> {
    source.read(|mut package| {
        let (folder, copyright) = (entry_path(CERTIFICATES)?, entry_path(COPYRIGHT)?);
        let mut status = Status::new(
            &package.control().name.clone(),
            package.take_control_files(),
        );
        let mut certificates = BTreeMap::new();
        let mut copyright_text = None;
        package.read_data(&mut |entry, content| {
            if entry.path.is_within(&folder) && entry.kind != Kind::Directory {
                certificates.insert(sort_key(&entry.path), read_file(entry, content)?);
            } else if entry.path == copyright {
                copyright_text = Some(read_file(entry, content)?);
            }
            Ok(())
        })?;
        if certificates.is_empty() {
            return Err(lacks(CERTIFICATES));
        }
        let copyright_text = copyright_text.ok_or_else(|| lacks(COPYRIGHT))?;
        let bundle = bundle(certificates.into_values(), &choices.extra)?;
        layer.append_file(entry_path(BUNDLE)?, choices.mode, 0, &bundle)?;
        layer.append_file(copyright.clone(), choices.mode, 0, &copyright_text)?;
        status.retain(|path| *path == copyright)?;
        status.append_to(layer)
    })
}

/// The order of a walk: by the name in each folder.
fn sort_key(path: &EntryPath) -> Vec<Vec<u8>> {
    path.components().map(<[u8]>::to_vec).collect()
}

fn read_file(entry: &Entry, content: &mut dyn Read) -> Result<Vec<u8>> {
    let fail = |cause: String| Error::cannot("read entry", &entry.path, cause);
    match entry.kind {
        Kind::File { size } if size > MAX_CERTIFICATE => {
            return Err(fail(format!("it has {size} bytes, more than 1 MiB")));
        }
        Kind::File { .. } => {}
        _ => return Err(fail("it is not a regular file".to_owned())),
    }
    let mut bytes = Vec::new();
    let read = content.read_to_end(&mut bytes);
    read.map_err(|cause| fail(cause.to_string()))?;
    Ok(bytes)
}

fn bundle(
    certificates: impl Iterator<Item = Vec<u8>>,
    extra: &[(String, Vec<u8>)],
) -> Result<Vec<u8>> {
    let mut bundle = Vec::new();
    let mut add = |bytes: &[u8]| {
        bundle.extend_from_slice(bytes);
        if bytes.last().is_some_and(|last| *last != b'\n') {
            bundle.push(b'\n');
        }
    };
    for certificate in certificates {
        add(&certificate);
    }
    for (name, bytes) in extra {
        if !bytes.windows(PEM_MARK.len()).any(|part| part == PEM_MARK) {
            return Err(Error::cannot("read", name, "it holds no PEM certificate"));
        }
        add(bytes);
    }
    Ok(bundle)
}

fn lacks(path: &str) -> Error {
    Error::cannot("make", BUNDLE, format!("the package has no `{path}`"))
        .hint("give a ca-certificates package")
}
