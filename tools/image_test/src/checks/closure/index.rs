//! The packages of a distro that contain a library, as `debian_lock libraries` writes them.

use std::collections::BTreeMap;
use std::path::Path;

use arch::Architecture;
use blob::{read_regular, Error, Result, ResultExt};
use serde::Deserialize;

/// The supported version of the file.
const VERSION: u32 = 1;

/// The longest file.
const MAX_INDEX: u64 = 64 << 20;

/// The libraries of a distro (`debian_packages/DISTRO.libraries.json`).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index {
    distro: String,
    libraries: BTreeMap<String, Packages>,
    version: u32,
}

/// The packages that contain a library. Any one of them is enough (`libblas3|libopenblas0`).
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Packages {
    /// The same for all architectures.
    Same(String),
    /// By Debian architecture.
    By(BTreeMap<String, String>),
}

impl Index {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = read_regular(path, MAX_INDEX).cannot("read", path.display())?;
        let index: Self = serde_json::from_slice(&bytes).cannot("read", path.display())?;
        match index.version {
            VERSION => Ok(index),
            version => {
                let cause = format!("its version is {version}, expected {VERSION}");
                Err(Error::cannot("read", path.display(), cause)
                    .hint("write it again with `debian_lock libraries`"))
            }
        }
    }

    /// The name of the distro for messages.
    pub(crate) fn distro(&self) -> String {
        match self.distro.strip_prefix("debian") {
            Some(release) => format!("Debian {release}"),
            None => self.distro.clone(),
        }
    }

    /// The packages that contain a library, for an architecture by its OCI name.
    pub(crate) fn packages(&self, library: &str, oci: &str) -> Option<String> {
        let debian = Architecture::by_oci(oci).map_or(oci, |row| row.debian);
        let packages = match self.libraries.get(library)? {
            Packages::Same(packages) => packages,
            Packages::By(by) => by.get(debian)?,
        };
        Some(packages.replace('|', " or "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn an_endless_file_is_refused() {
        let error = Index::read(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot read `/dev/zero`: it is not a regular file"
        );
    }

    fn index(text: &str) -> std::result::Result<Index, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let index = Index::read(file.path());
        index.map_err(|error| {
            let path = file.path().display().to_string();
            error.to_string().replace(&path, "index.json")
        })
    }

    #[test]
    fn packages_by_architecture() {
        let index = index(
            r#"{"distro": "debian12", "version": 1, "libraries": {
                "liba.so.1": "liba1|liba1-fast",
                "libb.so.1": {"amd64": "libb1", "armhf": "libb1t64"}}}"#,
        )
        .unwrap();
        assert_eq!(index.distro(), "Debian 12");
        for (library, oci, expected) in [
            ("liba.so.1", "s390x", Some("liba1 or liba1-fast")),
            ("libb.so.1", "amd64", Some("libb1")),
            ("libb.so.1", "arm", Some("libb1t64")),
            ("libb.so.1", "s390x", None),
            ("libc.so.1", "amd64", None),
        ] {
            assert_eq!(index.packages(library, oci).as_deref(), expected);
        }
    }

    #[test]
    fn another_version() {
        let error = index(r#"{"distro": "debian12", "version": 2, "libraries": {}}"#).unwrap_err();
        assert_eq!(
            error,
            "cannot read `index.json`: its version is 2, expected 1\nhint: write it again with `debian_lock libraries`"
        );
    }
}
