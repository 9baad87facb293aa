//! The options of commands that may read layers from a remote cache.

use std::env;

use blob::{Error, Result};
use clap::Args;
use transfer::{Options, Progress};

use crate::content::RemoteCache;

const VARIABLE: &str = "DISTROLESS_REMOTE_CACHE";

/// Where layers are that Bazel did not download (`--remote_download_minimal`).
#[derive(Debug, Args)]
#[command(next_help_heading = "Remote cache")]
pub(crate) struct CacheOptions {
    /// Cache that the build used: the URL of `--remote_cache` (`http`, `https`, `grpc` or `grpcs`), or the directory of
    /// `--disk_cache`. The path of a gRPC URL is the name of the instance. The default is the environment variable
    /// `DISTROLESS_REMOTE_CACHE`.
    #[arg(long, value_name = "URL|DIRECTORY")]
    remote_cache: Option<String>,
    /// Header for requests to the remote cache, with its value in an environment variable; may be given several times.
    #[arg(long = "remote-header", value_name = "NAME=env://VARIABLE")]
    remote_headers: Vec<String>,
}

impl CacheOptions {
    /// The cache, if there is one.
    ///
    /// # Errors
    ///
    /// The URL or a header is invalid, or a variable is not set.
    pub(crate) fn cache<'p>(
        &self,
        options: &Options,
        progress: &'p Progress,
    ) -> Result<Option<RemoteCache<'p>>> {
        let variable = || env::var(VARIABLE).ok().filter(|value| !value.is_empty());
        let Some(location) = self.remote_cache.clone().or_else(variable) else {
            return Ok(None);
        };
        let headers = self.remote_headers.iter().map(|text| header(text));
        let headers: Vec<_> = headers.collect::<Result<_>>()?;
        RemoteCache::new(&location, &headers, options, progress).map(Some)
    }
}

/// Name and value of a header. A value on the command line would be visible to all users of the machine, so a message does
/// not repeat the text.
fn header(text: &str) -> Result<(String, String)> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let refused = |cause: &str| Error::cannot("use header", message::shorten(name), cause);
    let Some(variable) = value.strip_prefix("env://") else {
        let error = refused("expected NAME=env://VARIABLE");
        return Err(error.hint("put the value in an environment variable"));
    };
    let value = env::var(variable)
        .map_err(|_| refused(&format!("the environment variable `{variable}` is not set")))?;
    Ok((name.to_owned(), value))
}
