//! dpkg's status files, made only from the control archives of packages.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use blob::{AtomicFile, Result, ResultExt};
use deb::{ControlFile, PackageName};
use tarball::{Compression, Compressor};

use crate::status::{entry_path, Status};
use crate::LayerWriter;

const STATUS: &str = "var/lib/dpkg/status";

/// The time that rules_distroless gives the file: 2023-01-01 08:00:00 UTC.
const STATUS_MTIME: u64 = 1_672_560_000;

/// A control archive: `control.tar` of a package.
#[derive(Clone, Debug)]
pub struct ControlArchive {
    /// The path of the archive.
    pub path: PathBuf,
    /// The name in messages.
    pub shown: String,
}

impl ControlArchive {
    fn read(&self) -> Result<BTreeMap<String, ControlFile>> {
        let file = File::open(&self.path).cannot("read", &self.shown)?;
        let size = file.metadata().cannot("read", &self.shown)?.len();
        let files = deb::read_control_archive(BufReader::new(file), size);
        files.map_err(|error| {
            let error = error.within("read", &self.shown);
            error.hint("give the `:control` of a package, or another `control.tar`")
        })
    }
}

/// Writes the control archive of a package, recompressed with gzip.
///
/// # Errors
///
/// The package cannot be read, or the output cannot be written.
pub fn control_archive(deb: &Path, shown: &str, output: &Path) -> Result<()> {
    let file = File::open(deb).cannot("read", shown)?;
    let bytes = deb::control_archive(BufReader::new(file));
    let bytes = bytes.map_err(|error| error.within("read", shown))?;
    let mut archive = Compressor::new(AtomicFile::create(output)?, Compression::Gzip);
    let written = archive.write_all(&bytes).and_then(|()| archive.finish());
    written.cannot("write", output.display())?.inner.commit()
}

/// Writes `var/lib/dpkg/status`: the packages in this order, all with the state "installed".
///
/// # Errors
///
/// A control archive cannot be read.
pub fn dpkg_status(archives: &[ControlArchive], layer: &mut LayerWriter) -> Result<()> {
    let mut status = Vec::new();
    for archive in archives {
        if let Some(control) = archive.read()?.remove("control") {
            append_installed(&control.content, &mut status);
        }
    }
    layer.append_file(entry_path(STATUS)?, 0o644, STATUS_MTIME, &status)
}

/// Appends the control paragraph of a package, with the `Status` field after its name, and an empty line.
fn append_installed(control: &[u8], status: &mut Vec<u8>) {
    for line in control.trim_ascii_end().split(|byte| *byte == b'\n') {
        status.extend_from_slice(line);
        status.push(b'\n');
        let field = b"Package:";
        let named = line.get(..field.len());
        if named.is_some_and(|name| name.eq_ignore_ascii_case(field)) {
            status.extend_from_slice(b"Status: install ok installed\n");
        }
    }
    status.push(b'\n');
}

/// Writes the two files of a package below `var/lib/dpkg/status.d`, NAME and `NAME.md5sums`, unchanged.
///
/// # Errors
///
/// The control archive cannot be read.
pub fn dpkg_statusd(
    archive: &ControlArchive,
    name: &PackageName,
    layer: &mut LayerWriter,
) -> Result<()> {
    Status::new(name, archive.read()?).append_to(layer)
}
