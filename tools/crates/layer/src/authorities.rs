//! The certificates of a ca-certificates package.

use std::collections::BTreeMap;
use std::io::Read;

use blob::{Error, Result};
use tarball::{Entry, EntryPath, Kind};

use crate::source::OpenPackage;
use crate::status::entry_path;
use crate::PackageSource;

const CERTIFICATES: &str = "usr/share/ca-certificates";

/// More is no certificate; the largest in Debian has 3 KiB.
const MAX_CERTIFICATE: u64 = 1024 * 1024;

/// What every PEM file of certificates holds.
const PEM_MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// A file of certificates.
#[derive(Debug)]
pub(crate) struct PemFile {
    /// Its path in the package, or what the command line calls it.
    pub(crate) name: String,
    pub(crate) text: Vec<u8>,
}

/// The files of certificates in the order of the bundle: those below `usr/share/ca-certificates`, folder by folder in
/// byte order of names, then others.
#[derive(Debug)]
pub(crate) struct Authorities(Vec<PemFile>);

impl Authorities {
    /// Reads a package that gives nothing else, and more files, for this output.
    pub(crate) fn read(
        source: &PackageSource,
        output: &str,
        extra: &[(String, Vec<u8>)],
    ) -> Result<Self> {
        source.read(|package| Self::of(package, output, extra, &mut |_, _| Ok(())))
    }

    /// Reads an open package to its end; `visit` sees what is no certificate.
    pub(crate) fn of(
        package: OpenPackage,
        output: &str,
        extra: &[(String, Vec<u8>)],
        visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<()>,
    ) -> Result<Self> {
        let folder = entry_path(CERTIFICATES)?;
        let mut files = BTreeMap::new();
        package.read_data(&mut |entry, content| {
            if !entry.path.is_within(&folder) || entry.kind == Kind::Directory {
                return visit(entry, content);
            }
            let file = PemFile {
                name: entry.path.to_string(),
                text: read_file(entry, content)?,
            };
            files.insert(sort_key(&entry.path), file);
            Ok(())
        })?;
        if files.is_empty() {
            let cause = format!("the package has no `{CERTIFICATES}`");
            return Err(Error::cannot("make", output, cause).hint("give a ca-certificates package"));
        }
        let mut authorities = Self(files.into_values().collect());
        authorities.add(extra)?;
        Ok(authorities)
    }

    /// Those of files alone, of which there must be one.
    pub(crate) fn alone(output: &str, files: &[(String, Vec<u8>)]) -> Result<Self> {
        if files.is_empty() {
            let error = Error::cannot("make", output, "there is no certificate for it");
            return Err(error.hint("give a ca-certificates package, or files of certificates"));
        }
        let mut authorities = Self(Vec::new());
        authorities.add(files)?;
        Ok(authorities)
    }

    fn add(&mut self, files: &[(String, Vec<u8>)]) -> Result<()> {
        for (name, text) in files {
            if !text.windows(PEM_MARK.len()).any(|part| part == PEM_MARK) {
                return Err(Error::cannot("read", name, "it holds no PEM certificate"));
            }
            let (name, text) = (name.clone(), text.clone());
            self.0.push(PemFile { name, text });
        }
        Ok(())
    }

    pub(crate) fn files(&self) -> &[PemFile] {
        &self.0
    }

    /// All texts, each ended by a newline.
    pub(crate) fn bundle(&self) -> Vec<u8> {
        let mut bundle = Vec::new();
        for file in &self.0 {
            bundle.extend_from_slice(&file.text);
            if file.text.last().is_some_and(|last| *last != b'\n') {
                bundle.push(b'\n');
            }
        }
        bundle
    }
}

/// The order of a walk: by the name in each folder.
fn sort_key(path: &EntryPath) -> Vec<Vec<u8>> {
    path.components().map(<[u8]>::to_vec).collect()
}

/// Reads a small file.
pub(crate) fn read_file(entry: &Entry, content: &mut dyn Read) -> Result<Vec<u8>> {
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
