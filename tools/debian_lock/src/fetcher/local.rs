//! `file:` URLs: a mirror in a local directory, with the same checks of size and digest.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use apt_archive::Wanted;
use blob::Blob;
use percent_encoding::percent_decode_str;

use super::outcome::{other_size, too_large, verified, Outcome};

/// Whether a URL names a local directory.
pub(super) fn is_local(address: &str) -> bool {
    scheme(address).is_some()
}

/// The part after `file:`, which may be in upper or lower case.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

/// Reads a file of a directory. Symbolic links are followed, because the owner of the directory is trusted; a path with
/// `..` is rejected.
pub(super) fn read(root: &str, path: &str, wanted: &Wanted<'_>) -> Outcome {
    let Some(folder) = folder(root) else {
        let hint = "write it as `file:///absolute/folder`";
        let cause = "it is not an address of a folder of this machine";
        return Outcome::Lasting(cause.to_owned(), Some(hint.to_owned()));
    };
    if !folder.is_dir() {
        return Outcome::Lasting("there is no such folder".to_owned(), None);
    }
    match open(&folder.join(path)) {
        Ok((file, size)) => take(file, size, wanted),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Outcome::Nothing("there is no such file".to_owned())
        }
        Err(error) => Outcome::Lasting(error.to_string(), None),
    }
}

/// Parses `file:///folder`, `file:/folder` or `file://localhost/folder`.
fn folder(root: &str) -> Option<PathBuf> {
    let rest = scheme(root)?;
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
    match data.is_file() {
        true => Ok((File::open(path)?, data.len())),
        false => Err(ErrorKind::NotFound.into()),
    }
}

fn take(file: File, size: u64, wanted: &Wanted<'_>) -> Outcome {
    match wanted.expected {
        Some(blob) if blob.size != size => return Outcome::Nothing(other_size(size, blob.size)),
        _ if size > wanted.limit => return too_large(wanted.limit),
        _ => {}
    }
    let mut bytes = Vec::new();
    match file
        .take(wanted.limit.saturating_add(1))
        .read_to_end(&mut bytes)
    {
        Ok(_) if bytes.len() as u64 > wanted.limit => too_large(wanted.limit),
        Ok(_) => {
            let found = Blob::of(&bytes);
            verified(bytes, found, wanted)
        }
        Err(error) => Outcome::Lasting(error.to_string(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        for (address, path) in [
            ("file:///srv/mirror", Some("/srv/mirror")),
            ("FILE:/srv/a%20b", Some("/srv/a b")),
            ("file://localhost/srv", Some("/srv")),
            ("file://", Some("/")),
            ("file://host.example/srv", None),
            ("file:srv", None),
            ("file://localhostile/srv", None),
            ("http://a.example/srv", None),
        ] {
            assert_eq!(folder(address), path.map(PathBuf::from), "{address}");
        }
    }
}
