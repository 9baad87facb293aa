//! An unpacked image in a temporary directory.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use blob::{temporary, Result, ResultExt};
use rootfs::{unescape, Image, ImageExt, Kind, Root};
use tempfile::TempDir;

/// The unpacked image and a directory for work; both are deleted when this is dropped.
#[derive(Debug)]
pub(crate) struct Unpacked {
    scratch: TempDir,
    root: PathBuf,
}

impl Unpacked {
    /// Unpacks the only image of a layout into the directory of `output`.
    pub(crate) fn open(layout: &Path, output: &Path) -> Result<Self> {
        let directory = temporary::directory_of(output);
        let directory = fs::canonicalize(directory).cannot("open", directory.display())?;
        let scratch = tempfile::Builder::new()
            .prefix(".toolbox-")
            .tempdir_in(directory);
        let scratch = scratch.cannot("unpack", layout.display())?;
        let image = Image::open(layout, None)?;
        let merged = image.read(&mut [])?;
        let root = scratch.path().join("root");
        image.unpack_root(&merged, &root)?;
        lead_inside(&merged, &root)?;
        Ok(Self { scratch, root })
    }

    /// The root directory of the image.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Creates a directory next to the image.
    pub(crate) fn directory(&self, name: &str) -> Result<PathBuf> {
        let directory = self.scratch.path().join(name);
        fs::create_dir(&directory).cannot("make", directory.display())?;
        Ok(directory)
    }
}

/// Makes absolute links lead into the image instead of the machine.
fn lead_inside(merged: &Root, root: &Path) -> Result<()> {
    for (path, node) in merged.iter() {
        let Kind::Link { target } = &node.kind else {
            continue;
        };
        let Some(inside) = target.strip_prefix('/') else {
            continue;
        };
        let link = root.join(OsStr::from_bytes(&unescape(path)));
        fs::remove_file(&link).cannot("replace", link.display())?;
        let target = root.join(OsStr::from_bytes(&unescape(inside)));
        symlink(target, &link).cannot("replace", link.display())?;
    }
    Ok(())
}
