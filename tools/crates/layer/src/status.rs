//! The files that record a package in an image: `var/lib/dpkg/status.d/NAME` and `NAME.md5sums`. Scanners read this
//! form.

use std::collections::BTreeMap;

use blob::{Error, Result};
use deb::{ControlFile, PackageName};
use tarball::EntryPath;

use crate::source::OpenPackage;
use crate::LayerWriter;

/// The two files, which are added at the end of a layer. They keep their modes and times of the package.
pub(crate) struct Status {
    name: PackageName,
    control: Option<ControlFile>,
    md5sums: Option<ControlFile>,
}

impl Status {
    /// Takes the two files from the control files of a package.
    pub(crate) fn new(name: &PackageName, mut files: BTreeMap<String, ControlFile>) -> Self {
        Self {
            name: name.clone(),
            control: files.remove("control"),
            md5sums: files.remove("md5sums"),
        }
    }

    /// Rewrites `md5sums` for the layer: `shipped` returns a file's path there, or `None` if it is left out.
    pub(crate) fn rewrite(
        &mut self,
        shipped: impl Fn(&EntryPath) -> Result<Option<EntryPath>>,
    ) -> Result<()> {
        if let Some(file) = &mut self.md5sums {
            file.content = deb::rewrite_md5sums(&file.content, shipped)?;
        }
        Ok(())
    }

    /// The status of a package whose data is read later.
    pub(crate) fn of(package: &mut OpenPackage) -> Self {
        let files = package.take_control_files();
        Self::new(&package.control().name.clone(), files)
    }

    pub(crate) fn append_to(&self, layer: &mut LayerWriter) -> Result<()> {
        for (file, ending) in [(&self.control, ""), (&self.md5sums, ".md5sums")] {
            if let Some(file) = file {
                let path = format!("var/lib/dpkg/status.d/{}{ending}", self.name);
                layer.append_file(entry_path(&path)?, file.mode, file.mtime, &file.content)?;
            }
        }
        Ok(())
    }
}

/// A path that is a constant or made of checked parts.
pub(crate) fn entry_path(path: &str) -> Result<EntryPath> {
    EntryPath::parse(path.as_bytes())
        .map_err(|why| Error::cannot("add entry", path, format!("its {why}")))
}
