//! The certificates of a ca-certificates package.

use std::collections::BTreeMap;
use std::io::Read;

use blob::{Error, Result};
use tarball::{Entry, EntryPath, Kind};

use crate::certificate::{self, Certificate};
use crate::details::PackageFacts;
use crate::source::OpenPackage;
use crate::status::entry_path;
use crate::PackageSource;

const CERTIFICATES: &str = "usr/share/ca-certificates";

/// The maximum size of a certificate; the largest in Debian has 3 KiB.
const MAX_CERTIFICATE: u64 = 1024 * 1024;

/// The maximum size of an additional file of certificates; all known root certificates together are smaller than 1 MiB.
const MAX_EXTRA: usize = 16 * 1024 * 1024;

/// A file of certificates.
#[derive(Debug)]
pub(crate) struct CertificateFile {
    /// The path in the package or on the command line.
    pub(crate) name: String,
    /// At least one.
    pub(crate) certificates: Vec<Certificate>,
}

impl CertificateFile {
    fn read(name: String, bytes: &[u8]) -> Result<Self> {
        let certificates = certificate::read(&name, bytes)?;
        Ok(Self { name, certificates })
    }
}

/// The files of certificates in the order of the bundle: first those below `usr/share/ca-certificates`, sorted by their
/// names within each directory, then the additional files.
#[derive(Debug)]
pub(crate) struct Authorities(Vec<CertificateFile>);

impl Authorities {
    /// Reads the certificates of a package and of additional files. `output` is the name of the result in messages.
    pub(crate) fn read(
        source: &PackageSource,
        output: &str,
        extra: &[(String, Vec<u8>)],
    ) -> Result<(Self, PackageFacts)> {
        source.read(|package| Self::of(package, output, extra, &mut |_, _| Ok(())))
    }

    /// Reads an open package to its end, and calls `visit` for entries that are not certificates.
    pub(crate) fn of(
        package: OpenPackage,
        output: &str,
        extra: &[(String, Vec<u8>)],
        visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<()>,
    ) -> Result<Self> {
        let directory = entry_path(CERTIFICATES)?;
        let mut files = BTreeMap::new();
        package.read_data(&mut |entry, content| {
            if !entry.path.is_within(&directory) || entry.kind == Kind::Directory {
                return visit(entry, content);
            }
            let bytes = read_file(entry, content)?;
            let file = CertificateFile::read(entry.path.to_string(), &bytes)?;
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

    /// Uses only additional files, of which there must be at least one.
    pub(crate) fn alone(output: &str, files: &[(String, Vec<u8>)]) -> Result<Self> {
        if files.is_empty() {
            let error = Error::cannot("make", output, "no certificate is given");
            return Err(error.hint("give a ca-certificates package, or files of certificates"));
        }
        let mut authorities = Self(Vec::new());
        authorities.add(files)?;
        Ok(authorities)
    }

    fn add(&mut self, files: &[(String, Vec<u8>)]) -> Result<()> {
        for (name, bytes) in files {
            if bytes.len() > MAX_EXTRA {
                let cause = format!("it has {} bytes, more than 16 MiB", bytes.len());
                return Err(Error::cannot("read", name, cause));
            }
            self.0.push(CertificateFile::read(name.clone(), bytes)?);
        }
        Ok(())
    }

    pub(crate) fn files(&self) -> &[CertificateFile] {
        &self.0
    }

    /// All certificates, in the order of their files.
    pub(crate) fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.0.iter().flat_map(|file| &file.certificates)
    }
}

/// The sort key of a directory walk: the names of all parents, then the name.
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
