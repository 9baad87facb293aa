//! Layers in a cache of Bazel: files by their SHA-256, in a directory or over HTTP
//! (<https://bazel.build/remote/caching#http-caching>).

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use blob::{Blob, Error, Result};
use message::redact;
use registry::{Content, FileContent};
use transfer::{Failure, Netrc, Options, Progress, Stream, Streams};

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
        if !matches!(scheme, "http" | "https") {
            let error = refused("only caches over HTTP and directories are supported");
            return Err(error.hint(
                "give the URL at which the cache answers over HTTP, or run Bazel with `--remote_download_outputs=all`",
            ));
        }
        let netrc = Netrc::of_this_user()?;
        let streams = Streams::new(options, netrc, headers, progress);
        let streams = streams.map_err(|cause| refused(&cause))?;
        let url = location.trim_end_matches('/').to_owned();
        Ok(Self {
            place: Place::Http(url, Box::new(streams)),
            name,
        })
    }

    /// The content of a blob, which is opened now.
    ///
    /// # Errors
    ///
    /// The cache does not have it, or does not answer.
    pub fn content(&self, blob: &Blob) -> Result<Box<dyn Content + Send + Sync + '_>> {
        let hex = blob.digest.hex();
        match &self.place {
            Place::Directory(directory) => {
                let file = directory.join("cas").join(&hex[..2]).join(&hex);
                if file.is_file() {
                    return Ok(Box::new(FileContent(file)));
                }
                Err(self.missing(blob, "the remote cache does not have it", None))
            }
            Place::Http(url, streams) => {
                let url = format!("{url}/cas/{hex}");
                let first = streams.open(&url, blob.size, 0).map_err(|failure| {
                    let cause = match &failure {
                        Failure::Missing(cause) => {
                            format!("the remote cache does not have it: {cause}")
                        }
                        failure => failure.cause().to_owned(),
                    };
                    self.missing(blob, &cause, failure.hint())
                })?;
                Ok(Box::new(CachedBlob {
                    streams,
                    url,
                    size: blob.size,
                    first: Mutex::new(Some(first)),
                }))
            }
        }
    }

    fn missing(&self, blob: &Blob, cause: &str, hint: Option<&str>) -> Error {
        let error = Error::cannot("read layer", blob.digest, cause);
        let error = error.within("read from remote cache", &self.name);
        error.hint(hint.unwrap_or(HINT))
    }
}

/// A blob of a cache over HTTP.
struct CachedBlob<'a> {
    streams: &'a Streams<'a>,
    url: String,
    size: u64,
    /// The stream from the first byte, until it is used.
    first: Mutex<Option<Stream<'a>>>,
}

impl Content for CachedBlob<'_> {
    fn open(&self, from: u64) -> io::Result<Box<dyn Read + '_>> {
        let first = self.first.lock();
        let first = first.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(first) = first.filter(|_| from == 0) {
            return Ok(Box::new(first));
        }
        let stream = self.streams.open(&self.url, self.size, from);
        let stream = stream.map_err(|failure| io::Error::other(failure.cause().to_owned()))?;
        Ok(Box::new(stream))
    }
}
