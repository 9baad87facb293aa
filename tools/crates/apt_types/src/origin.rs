//! Locations of repositories.

use std::fmt;

/// The root of a repository: the directory above `dists/` and `pool/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A repository with a well-known name (`debian`). The fetcher maps the name to URLs.
    Archive(String),
    /// The URL of a repository.
    Url(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Archive(text) | Origin::Url(text) => f.write_str(text),
        }
    }
}

/// Checks a URL for a lock: a known scheme, a host, and no password.
///
/// # Errors
///
/// Fails with the expected form as cause.
pub fn check_url(url: &str) -> std::result::Result<(), String> {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let host = rest.split('/').next().unwrap_or_default();
    let good = match scheme {
        "http" | "https" => !host.is_empty() && !host.contains('@'),
        "file" => rest.starts_with('/') && is_path_below(rest.trim_matches('/')),
        _ => false,
    };
    if good && !url.contains(char::is_whitespace) {
        return Ok(());
    }
    let cause =
        "expected `url` to begin with http://, https:// or file:/// and to contain no password";
    Err(cause.to_owned())
}

/// Whether each part of a path is a plain name, so that the path stays below its directory.
pub fn is_path_below(path: &str) -> bool {
    path.split('/')
        .all(|part| !matches!(part, "" | "." | "..") && !part.contains(char::is_control))
}
