//! The files of locked packages: from the cache, from a mirror, from the snapshot archive, or from a directory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use apt_types::Origin;
use blob::{blob_of_regular, Blob, Digest, Error, Result, ResultExt};
use debian_lock::RepositoryUrls;
use image_build::Inputs;
use lock::{Location, Lock, LockedPackage, LockedSource};
use transfer::{Cache, Fetcher, FileResponse, Netrc, Options, Progress, Request};

/// The largest package whose size the lock does not state.
const MAX_BYTES: u64 = 1 << 30;

/// The files of the packages of a lock.
#[derive(Debug)]
pub(crate) struct PackageFiles<'a> {
    lock: &'a Lock,
    /// The directory of the lock, to which directories of packages are relative.
    directory: PathBuf,
    urls: RepositoryUrls,
    fetcher: Fetcher<'a>,
    cache: Cache,
    /// The packages of this run. Several steps may read one, which is downloaded and verified once.
    verified: Mutex<BTreeMap<Digest, Arc<Mutex<Option<PathBuf>>>>>,
}

impl<'a> PackageFiles<'a> {
    /// The packages of a lock. Without network access, only the cache and directories have packages.
    ///
    /// # Errors
    ///
    /// The netrc file of the user cannot be read.
    pub(crate) fn new(
        lock: &'a Lock,
        directory: &Path,
        options: &Options,
        cache: Cache,
        progress: &'a Progress,
    ) -> Result<Self> {
        let netrc = if options.offline {
            Netrc::default()
        } else {
            Netrc::of_this_user()?
        };
        Ok(Self {
            lock,
            directory: directory.to_owned(),
            urls: RepositoryUrls::mirrors_of_this_machine(),
            fetcher: Fetcher::new(options, netrc, cache.clone(), progress),
            cache,
            verified: Mutex::default(),
        })
    }

    /// The URLs of a package, each as the root and the path below it, in the order in which they are tried.
    fn urls(&self, package: &LockedPackage) -> Vec<(String, String)> {
        let mut all = Vec::new();
        if let Location::Source { key, filename } = &package.location {
            let suite = self.lock.sources.get(key).and_then(LockedSource::suite);
            if let Some(Origin::Archive(name)) = suite.map(|suite| &suite.origin) {
                let mirrors = self.urls.mirrors(name);
                all.extend(mirrors.into_iter().map(|url| (url, filename.clone())));
            }
        }
        let urls = match &package.location {
            Location::Urls(urls) => urls.clone(),
            Location::Source { .. } => self.lock.url(package).into_iter().collect(),
        };
        let split = |url: String| {
            let (root, path) = url.rsplit_once('/')?;
            Some((root.to_owned(), path.to_owned()))
        };
        all.extend(urls.into_iter().filter_map(split));
        all
    }

    /// The file in a directory of packages, for a source that is one.
    fn in_directory(&self, package: &LockedPackage) -> Option<PathBuf> {
        let Location::Source { key, filename } = &package.location else {
            return None;
        };
        match self.lock.sources.get(key)? {
            LockedSource::Directory(directory) => {
                Some(self.directory.join(directory).join(filename))
            }
            LockedSource::Suite(_) => None,
        }
    }

    /// The file of a package, once it is verified. Its lock is held during the download.
    fn verified(&self, sha256: Digest) -> Arc<Mutex<Option<PathBuf>>> {
        let mut all = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(sha256).or_default())
    }

    /// The file of a package in the cache.
    fn downloaded(&self, name: &str, package: &LockedPackage) -> Result<PathBuf> {
        let bytes = self.download(name, package)?;
        let blob = Blob::of(&bytes);
        if blob.digest != package.sha256 {
            let cause = format!("expected {}, found {}", package.sha256, blob.digest);
            return Err(Error::cannot("download package", name, cause));
        }
        if self.cache.get(&blob).is_none() {
            // Files of local directories are not stored by the download.
            self.cache.put(&blob, &bytes)?;
        }
        let path = self.cache.file(&blob);
        path.ok_or("the cache does not have it")
            .cannot("download package", name)
    }

    fn download(&self, name: &str, package: &LockedPackage) -> Result<Vec<u8>> {
        let shown = format!("{name} {}", package.version);
        let expected = package.size.map(|size| Blob {
            digest: package.sha256,
            size,
        });
        let mut reasons = Vec::new();
        let mut failure = None;
        for (root, path) in self.urls(package) {
            let answer = self.fetcher.fetch(&Request {
                roots: &[root],
                paths: &[path],
                expected,
                limit: package.size.unwrap_or(MAX_BYTES),
                name: &shown,
                short_name: name,
                hint: None,
            });
            match answer {
                Ok(FileResponse::Bytes(bytes)) => return Ok(bytes),
                Ok(FileResponse::NotFound(found)) => reasons.extend(found),
                Err(error) => failure = Some(error),
            }
        }
        // A network failure is not a fact about the package.
        if let Some(failure) = failure {
            return Err(failure);
        }
        let cause = match &reasons[..] {
            [] => "the lock has no URL of it".to_owned(),
            reasons => format!("no server has it\n  {}", reasons.join("\n  ")),
        };
        Err(Error::cannot("download package", shown, cause).hint(
            "set DEBIAN_MIRROR or DEBIAN_SECURITY_MIRROR to the URL of another mirror, or lock again: run `distroless lock`",
        ))
    }
}

impl Inputs for PackageFiles<'_> {
    fn package(&self, name: &str, package: &LockedPackage) -> Result<PathBuf> {
        let verified = self.verified(package.sha256);
        let mut verified = verified.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &*verified {
            return Ok(path.clone());
        }
        let path = match self.in_directory(package) {
            Some(path) => path,
            None => self.downloaded(name, package)?,
        };
        // The bytes of the file: another program may have written one of this name to the cache, and it may not be ours to
        // replace.
        let found = blob_of_regular(&path)
            .cannot("read", path.display())?
            .digest;
        if found != package.sha256 {
            let cause = format!(
                "{}: the lock expects {}, found {found}",
                path.display(),
                package.sha256
            );
            let error = Error::cannot("use package", name, cause);
            let hint = match self.in_directory(package) {
                Some(_) => "put the locked file back, or lock again: run `distroless lock`",
                None => "delete the file",
            };
            return Err(error.hint(hint));
        }
        *verified = Some(path.clone());
        Ok(path)
    }
}
