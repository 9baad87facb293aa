//! `file:` URLs: files of a local directory, with the same checks of size and digest.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use blob::Blob;
use percent_encoding::percent_decode_str;

use crate::failure::{verified, Failure};
use crate::request::Request;

/// Whether a URL names a local directory.
pub(crate) fn is_local(url: &str) -> bool {
    after_scheme(url).is_some()
}

/// The part after `file:`, which may be in upper or lower case.
fn after_scheme(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

/// Reads a file of a directory. Symbolic links are followed, because the owner of the directory is trusted; the caller
/// rejects a path with `..`.
pub(crate) fn read(root: &str, path: &str, request: &Request<'_>) -> Result<Vec<u8>, Failure> {
    let Some(directory) = directory(root) else {
        let cause = "expected the URL of a directory on this machine";
        return Err(Failure::with_hint(
            cause,
            "write `file:///absolute/directory`",
        ));
    };
    if !directory.is_dir() {
        return Err(Failure::permanent("no such directory"));
    }
    match open(&directory.join(path)) {
        Ok((file, size)) => read_file(file, size, request),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Err(Failure::Missing("no such file".to_owned()))
        }
        Err(error) => Err(Failure::permanent(error.to_string())),
    }
}

/// Parses `file:///directory`, `file:/directory` or `file://localhost/directory`.
fn directory(root: &str) -> Option<PathBuf> {
    let rest = after_scheme(root)?;
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => rest,
    };
    // The caller has removed the last slash of `file:///`.
    let path = if path.is_empty() { "/" } else { path };
    let path = percent_decode_str(path).decode_utf8().ok()?;
    path.starts_with('/').then(|| PathBuf::from(path.as_ref()))
}

/// Opens a regular file and returns its size. A directory or a pipe counts as missing.
fn open(path: &Path) -> std::io::Result<(File, u64)> {
    let data = std::fs::metadata(path)?;
    if data.is_file() {
        Ok((File::open(path)?, data.len()))
    } else {
        Err(ErrorKind::NotFound.into())
    }
}

fn read_file(file: File, size: u64, request: &Request<'_>) -> Result<Vec<u8>, Failure> {
    let limit = request.limit;
    match request.expected {
        Some(blob) if blob.size != size => return Err(Failure::wrong_size(size, blob.size)),
        _ if size > limit => return Err(Failure::too_large(limit)),
        _ => {}
    }
    let mut bytes = Vec::new();
    let read = file.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| Failure::permanent(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::too_large(limit));
    }
    let found = Blob::of(&bytes);
    verified(bytes, found, request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories() {
        for (url, path) in [
            ("file:///srv/mirror", Some("/srv/mirror")),
            ("FILE:/srv/a%20b", Some("/srv/a b")),
            ("file://localhost/srv", Some("/srv")),
            ("file://", Some("/")),
            ("file://host.example/srv", None),
            ("file:srv", None),
            ("file://localhostile/srv", None),
            ("http://a.example/srv", None),
        ] {
            assert_eq!(directory(url), path.map(PathBuf::from), "{url}");
        }
    }
}
