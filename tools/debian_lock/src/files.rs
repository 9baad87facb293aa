//! The files next to a lock: manifest, keyrings, and packages.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use apt_archive::{KeyringFile, LocalDeb};
use blob::{read_regular, Error, Result, ResultExt};
use lock_update::Manifest;

/// Changes to the workspace directory, because paths are relative to it under `bazel run`.
pub(crate) fn enter_workspace() -> Result<()> {
    match std::env::var_os("BUILD_WORKSPACE_DIRECTORY") {
        Some(directory) => {
            std::env::set_current_dir(&directory).cannot("enter", Path::new(&directory).display())
        }
        None => Ok(()),
    }
}

/// The largest lock, and the largest lock of another program, keyring and other file next to a manifest.
const MAX_FILE: u64 = 64 << 20;

/// The text of a regular file of limited size: a manifest, a lock, or a file for one.
///
/// # Errors
///
/// The file is no regular file, is too large, is no UTF-8, or cannot be read.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    blob::read_text(path, MAX_FILE).cannot("read", path.display())
}

/// Reads a manifest.
pub(crate) fn read_manifest(path: &Path) -> Result<Manifest> {
    let text = read_text(path)?;
    yaml::read(&text).cannot("read manifest", path.display())
}

/// The text of a file; `None` if the file does not exist.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    match blob::read_text(path, MAX_FILE) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::cannot("read", path.display(), error)),
    }
}

/// The largest number of symbolic links in a chain, as in Linux (path_resolution(7)).
const MAX_LINKS: usize = 40;

/// The file to write for a path. For a symbolic link, this is its target, even if the target does not exist yet. So the
/// link is kept, and its target changes.
pub(crate) fn target(path: &Path) -> Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            // An absolute link replaces the whole path.
            Ok(link) => target = target.parent().unwrap_or(Path::new("")).join(link),
            Err(_) => return Ok(target),
        }
    }
    let cause = format!("more than {MAX_LINKS} symbolic links lead to it");
    Err(Error::cannot("write", path.display(), cause))
}

/// The distro of a manifest: its file name without `.yaml`.
pub(crate) fn distro(manifest: &Path) -> Result<String> {
    let stem = manifest.file_stem().and_then(|stem| stem.to_str());
    stem.map(str::to_owned).ok_or_else(|| {
        let cause = "expected a file name like `debian12.yaml`";
        Error::cannot("use manifest", manifest.display(), cause)
    })
}

/// `DISTRO.lock.json` in the directory of `DISTRO.yaml`.
pub(crate) fn lock_path_of(manifest: &Path) -> PathBuf {
    manifest.with_extension("lock.json")
}

/// `DISTRO.libraries.json` in the directory of `DISTRO.yaml`.
pub(crate) fn libraries_path_of(manifest: &Path) -> PathBuf {
    manifest.with_extension("libraries.json")
}

/// The largest package of a directory, as of one by URL.
const MAX_DEB: u64 = 2 << 30;

/// Reads the `.deb` files of a directory, sorted by file name.
pub(crate) fn read_debs(directory: &Path) -> Result<Vec<LocalDeb>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).cannot("read directory", directory.display())? {
        let name = entry
            .cannot("read directory", directory.display())?
            .file_name();
        let name = name.into_string().map_err(|name| {
            let cause = "its name is not UTF-8";
            Error::cannot("use file", Path::new(&name).display(), cause)
        })?;
        // Packages of debug symbols and of the installer have the same format.
        if [".deb", ".ddeb", ".udeb"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            names.push(name);
        }
    }
    names.sort();
    if names.is_empty() {
        let cause = "it has no file that ends in `.deb`";
        return Err(Error::cannot("use directory", directory.display(), cause));
    }
    let debs = names.iter().map(|name| {
        let path = directory.join(name);
        LocalDeb::read(
            name,
            &read_regular(&path, MAX_DEB).cannot("read", path.display())?,
        )
    });
    debs.collect()
}

/// The keyring of a source that does not name one.
const DEBIAN_KEYRING: &str = "debian-archive-keyring";

/// Reads `NAME.asc`, `NAME.gpg` or `NAME` in the directory of keyrings. If there is no such file, the keyring is one of
/// `built_in`: names, and their public keys.
pub(crate) fn read_keyring(
    directory: &Path,
    built_in: &[(&str, &'static [u8])],
    name: &str,
) -> Result<KeyringFile> {
    if name.is_empty() || name.contains('/') || name.starts_with('.') {
        let cause = "expected the name of a file in the directory of keyrings";
        return Err(Error::cannot("use keyring", name, cause));
    }
    let paths = ["asc", "gpg"].map(|extension| directory.join(format!("{name}.{extension}")));
    let exact = directory.join(name);
    let path = paths.iter().find(|path| path.is_file()).unwrap_or(&exact);
    match read_regular(path, MAX_FILE) {
        Ok(bytes) => Ok(KeyringFile::new(name, bytes)),
        Err(error) => {
            let own = built_in.iter().find(|(own, _)| *own == name);
            if let (ErrorKind::NotFound, Some((_, bytes))) = (error.kind(), own) {
                return Ok(KeyringFile::new(name, *bytes));
            }
            let from = if name == DEBIAN_KEYRING {
                ", from Debian's package debian-archive-keyring"
            } else {
                ""
            };
            let hint = format!(
                "put the repository's public keys at {}{from}",
                paths[0].display()
            );
            Err(Error::cannot("read keyring", path.display(), error).hint(hint))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_or_a_directory_is_no_file_of_a_lock() {
        let zero = Path::new("/dev/zero");
        let expected = |verb: &str| format!("cannot {verb} `/dev/zero`: it is not a regular file");
        assert_eq!(read_text(zero).unwrap_err().to_string(), expected("read"));
        assert_eq!(
            read_if_there(zero).unwrap_err().to_string(),
            expected("read")
        );
        assert_eq!(
            read_manifest(zero).unwrap_err().to_string(),
            expected("read")
        );
        let error = read_keyring(Path::new("/dev"), &[], "zero").unwrap_err();
        let text = error.to_string();
        let is_refused = text.starts_with(&expected("read keyring"));
        assert!(is_refused, "{text}");
        assert_eq!(read_if_there(Path::new("/dev/none")).unwrap(), None);
    }

    #[test]
    fn a_file_of_a_lock_has_a_limit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("lock");
        fs::File::create(&path)
            .unwrap()
            .set_len(MAX_FILE + 1)
            .unwrap();
        let error = read_text(&path).unwrap_err().to_string();
        let cause = "it has 67108865 bytes, at most 67108864 are read";
        assert_eq!(error, format!("cannot read `{}`: {cause}", path.display()));
    }
}
