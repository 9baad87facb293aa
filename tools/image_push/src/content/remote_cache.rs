//! Layers in a cache of Bazel: files by their SHA-256, in a directory, over HTTP
//! (<https://bazel.build/remote/caching#http-caching>) or over gRPC.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use blob::{Blob, Error, Result};
use message::redact;
use registry::{Content, FileContent};
use transfer::{Failure, Netrc, Options, Progress, Resuming, Streams};

const HINT: &str =
    "run Bazel with `--remote_download_outputs=all`, or name the cache that the build used";

/// A cache of Bazel.
#[derive(Debug)]
pub struct RemoteCache<'a> {
    place: Place<'a>,
    /// For messages.
    name: String,
}

#[derive(Debug)]
enum Place<'a> {
    /// The directory of `--disk_cache`.
    Directory(PathBuf),
    /// The URL of `--remote_cache`, without a slash at the end.
    Http(String, Box<Streams<'a>>),
    Grpc(Box<bytestream::Cache<'a>>),
}

impl<'a> RemoteCache<'a> {
    /// A cache by its URL or directory, with headers for each request (`--remote_header`).
    ///
    /// # Errors
    ///
    /// The URL has another scheme than `http` and `https`, or a header is invalid.
    pub fn new(
        location: &str,
        headers: &[(String, String)],
        options: &Options,
        progress: &'a Progress,
    ) -> Result<Self> {
        let name = redact(location);
        let refused = |cause: &str| Error::cannot("use remote cache", &name, cause);
        let Some((scheme, _)) = location.split_once("://") else {
            let directory = PathBuf::from(location);
            if !directory.join("cas").is_dir() {
                let error = refused("it is not a directory with a directory `cas`");
                return Err(error.hint("give the directory of Bazel's `--disk_cache`, or a URL"));
            }
            return Ok(Self {
                place: Place::Directory(directory),
                name,
            });
        };
        let place = match scheme {
            "http" | "https" => {
                let netrc = Netrc::of_this_user()?;
                let streams = Streams::new(options, netrc, headers, progress);
                let url = location.trim_end_matches('/').to_owned();
                streams.map(|streams| Place::Http(url, Box::new(streams)))
            }
            "grpc" | "grpcs" => {
                let options = bytestream::Options {
                    attempts: options.attempts,
                    timeout: options.timeout,
                    user_agent: options.user_agent.clone(),
                };
                let cache = bytestream::Cache::new(location, headers, options, progress);
                cache.map(|cache| Place::Grpc(Box::new(cache)))
            }
            _ => Err(
                "expected a directory or a URL with `http`, `https`, `grpc` or `grpcs`".to_owned(),
            ),
        };
        let place = place.map_err(|cause| refused(&cause))?;
        Ok(Self { place, name })
    }

    /// The content of a blob, which is opened now.
    ///
    /// # Errors
    ///
    /// The cache does not have it, or does not answer.
    pub fn content(&self, blob: &Blob) -> Result<Box<dyn Content + Send + Sync + '_>> {
        if let Place::Directory(directory) = &self.place {
            let hex = blob.digest.hex();
            let file = directory.join("cas").join(&hex[..2]).join(&hex);
            if file.is_file() {
                return Ok(Box::new(FileContent(file)));
            }
            return Err(self.missing(blob, "the remote cache does not have it", None));
        }
        let first = self.open(blob, 0).map_err(|failure| {
            let cause = match &failure {
                Failure::Missing(cause) => {
                    format!("the remote cache does not have it: {cause}")
                }
                failure => failure.cause().to_owned(),
            };
            self.missing(blob, &cause, failure.hint())
        })?;
        Ok(Box::new(CachedBlob {
            cache: self,
            blob: *blob,
            first: Mutex::new(Some(first)),
        }))
    }

    /// Opens a blob of a cache that is not a directory.
    fn open(&self, blob: &Blob, from: u64) -> std::result::Result<Resuming<'_>, Failure> {
        let hex = blob.digest.hex();
        match &self.place {
            Place::Directory(_) => Err(Failure::permanent("it is a directory")),
            Place::Http(url, streams) => streams.open(&format!("{url}/cas/{hex}"), blob.size, from),
            Place::Grpc(cache) => cache.open(&hex, blob.size, from),
        }
    }

    fn missing(&self, blob: &Blob, cause: &str, hint: Option<&str>) -> Error {
        let error = Error::cannot("read layer", blob.digest, cause);
        let error = error.within("read from remote cache", &self.name);
        error.hint(hint.unwrap_or(HINT))
    }
}

/// A blob of a cache that is not a directory.
struct CachedBlob<'a> {
    cache: &'a RemoteCache<'a>,
    blob: Blob,
    /// The content from the first byte, until it is used.
    first: Mutex<Option<Resuming<'a>>>,
}

impl Content for CachedBlob<'_> {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        let first = self.first.lock();
        let first = first.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(first) = first.filter(|_| from == 0) {
            return Ok(Box::new(first));
        }
        let content = self.cache.open(&self.blob, from);
        let content = content.map_err(|failure| io::Error::other(failure.cause().to_owned()))?;
        Ok(Box::new(content))
    }
}
