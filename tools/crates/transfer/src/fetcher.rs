//! Gets files: from the cache, from local directories, or over HTTP, from one URL after another.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use blob::{Digest, Error, Result};
use message::redact;

use crate::cache::Cache;
use crate::content::Content;
use crate::credentials::Netrc;
use crate::directory;
use crate::download::Download;
use crate::failure::Failure;
use crate::http::Client;
use crate::limiter::Limiter;
use crate::options::Options;
use crate::progress::Progress;
use crate::request::{FileResponse, Request};
use crate::retry::Retry;

/// The longest reason that is stored.
const MAX_REASON: u64 = 1 << 12;

/// Gets files. Several threads may call it at the same time; a host gets at most four requests at once.
#[derive(Debug)]
pub struct Fetcher<'a> {
    /// `None` if the network must not be used.
    client: Option<Client>,
    cache: Cache,
    progress: &'a Progress,
    attempts: u32,
    /// Allows one download of a file at a time. Threads that waited then find the file in the cache.
    files: Limiter,
    /// The files in the totals: a file that is read again is counted once.
    counted: Mutex<HashSet<Digest>>,
}

impl<'a> Fetcher<'a> {
    /// Creates a fetcher with the credentials of a netrc file. It reads the proxy from the environment.
    pub fn new(options: &Options, netrc: Netrc, cache: Cache, progress: &'a Progress) -> Self {
        Self {
            client: (!options.offline).then(|| Client::new(options, netrc)),
            cache,
            progress,
            attempts: options.attempts,
            files: Limiter::new(1),
            counted: Mutex::default(),
        }
    }

    /// Gets a file.
    ///
    /// # Errors
    ///
    /// Fails if a root gives no answer and no other root has the file. This is not a [`FileResponse::NotFound`]: a network
    /// failure must never look like a fact about the server. Fails also if a path leads out of its root.
    pub fn fetch(&self, request: &Request<'_>) -> Result<FileResponse> {
        check_paths(request)?;
        if let Some(answer) = self.cached(request) {
            return Ok(answer);
        }
        let Some(blob) = request.expected else {
            return self.search(request);
        };
        let _permit = self.files.acquire(&blob.digest.hex());
        // Another thread may have downloaded it while this one waited.
        match self.cached(request) {
            Some(answer) => Ok(answer),
            None => self.search(request),
        }
    }

    fn cached(&self, request: &Request<'_>) -> Option<FileResponse> {
        let blob = request.expected?;
        let bytes = self.cache.get(&blob)?;
        if self.count(blob.digest) {
            self.progress.cached(bytes.len() as u64);
        }
        Some(FileResponse::Bytes(bytes))
    }

    /// Notes that a file is in the totals. False if it was already there.
    fn count(&self, digest: Digest) -> bool {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        counted.insert(digest)
    }

    /// Requests one URL after another.
    fn search(&self, request: &Request<'_>) -> Result<FileResponse> {
        let mut download = None;
        let (mut reasons, mut failures) = (Vec::new(), Vec::new());
        for root in request.roots {
            for path in request.paths {
                let shown = redact(&format!("{root}/{path}"));
                match self.get(root, path, request, &mut download) {
                    Ok(bytes) => return Ok(FileResponse::Bytes(bytes)),
                    Err(Failure::Missing(reason)) => reasons.push(format!("{shown}: {reason}")),
                    Err(Failure::Temporary { cause, .. }) => {
                        failures.push((format!("{shown}: {cause}"), None));
                        break;
                    }
                    Err(Failure::Permanent { cause, hint }) => {
                        failures.push((format!("{shown}: {cause}"), hint));
                        break;
                    }
                }
            }
        }
        if failures.is_empty() {
            Ok(FileResponse::NotFound(reasons))
        } else {
            Err(unavailable(request, failures))
        }
    }

    /// Requests one URL. It may continue the bytes that another URL has sent.
    fn get<'b>(
        &'b self,
        root: &str,
        path: &str,
        request: &'b Request<'b>,
        download: &mut Option<Download<'b>>,
    ) -> std::result::Result<Vec<u8>, Failure> {
        if directory::is_local(root) {
            return directory::read(root, path, request);
        }
        let url = format!("{root}/{path}");
        let Some(client) = &self.client else {
            return self.stored_answer(&url, request);
        };
        let result = download
            .get_or_insert_with(|| self.begin(client, request))
            .get(&url);
        match &result {
            Ok(bytes) => self.store(download.take(), &url, bytes),
            Err(Failure::Missing(reason)) => {
                let key = missing_key(&url, request);
                self.note(self.cache.put_latest(&key, reason.as_bytes()).err());
            }
            _ => {}
        }
        result
    }

    fn begin<'b>(&'b self, client: &'b Client, request: &'b Request<'b>) -> Download<'b> {
        let size = request.expected.map(|blob| blob.size);
        let name = redact(request.name);
        Download {
            client,
            cache: &self.cache,
            request,
            retry: Retry {
                attempts: self.attempts,
                progress: self.progress,
            },
            content: Content::new(&self.cache, request.expected),
            bar: self.progress.begin(&name, request.short_name, size),
        }
    }

    /// Reports a completed download, and stores it by its URL if its digest was not known.
    fn store(&self, download: Option<Download<'_>>, url: &str, bytes: &[u8]) {
        let Some(download) = download else {
            return;
        };
        download.bar.done(bytes.len() as u64);
        self.note(download.content.note);
        match download.request.expected {
            Some(blob) => {
                self.count(blob.digest);
            }
            None => self.note(self.cache.put_latest(&redact(url), bytes).err()),
        }
    }

    /// Returns the stored answer of a URL, which may be that the file does not exist. Used without network.
    fn stored_answer(
        &self,
        url: &str,
        request: &Request<'_>,
    ) -> std::result::Result<Vec<u8>, Failure> {
        let bytes = match request.expected {
            Some(_) => None,
            None => self.cache.latest(&redact(url), request.limit),
        };
        if let Some(bytes) = bytes {
            self.progress.cached(bytes.len() as u64);
            return Ok(bytes);
        }
        match self.cache.latest(&missing_key(url, request), MAX_REASON) {
            Some(reason) => Err(Failure::Missing(
                String::from_utf8_lossy(&reason).into_owned(),
            )),
            None => Err(Failure::with_hint(
                "not in the cache, and `--offline` forbids network access",
                "run once without `--offline`",
            )),
        }
    }

    /// Prints a cache error as a note, because it makes only the next run slower.
    fn note(&self, error: Option<Error>) {
        if let Some(error) = error {
            self.progress.note(&error);
        }
    }
}

/// The cache key for a negative answer of a URL. It contains the expected digest, because the URL may have other files
/// later.
fn missing_key(url: &str, request: &Request<'_>) -> String {
    let file = request.expected.map(|blob| blob.digest.hex());
    let file = file.unwrap_or_default();
    format!("nothing at {} {file}", redact(url))
}

/// Paths come from servers; none may lead out of its root.
fn check_paths(request: &Request<'_>) -> Result<()> {
    let leaves = |path: &&String| path.split('/').any(|part| part == "..") || path.contains('\0');
    match request.paths.iter().find(leaves) {
        Some(path) => {
            let cause = "expected a path without `..` and without null bytes";
            Err(Error::cannot("use path", path.escape_debug(), cause))
        }
        None => Ok(()),
    }
}

/// Makes the error for roots that give no answer, with the first hint.
fn unavailable(request: &Request<'_>, failures: Vec<(String, Option<String>)>) -> Error {
    let path = request.paths.last().map_or("", String::as_str);
    let (causes, hints): (Vec<_>, Vec<_>) = failures.into_iter().unzip();
    let error = Error::cannot("download", path, causes.join("; "));
    let hint = hints.into_iter().flatten().next();
    match hint.or_else(|| request.hint.map(str::to_owned)) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}
