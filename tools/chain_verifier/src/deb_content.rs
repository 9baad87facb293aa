//! The `.deb` files that the user gives, and what they contain.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;

use blob::{open_regular, Blob, Error, HashingReader, Result, ResultExt};
use deb::{Control, ControlFile, Package};
use image_facts::STATUS;
use tarball::EntryPath;

use crate::entry::Properties;
use crate::files::NamedFile;

/// The maximum number of entries of a package that are compared. The largest package of Debian has 70 000.
const MAX_ENTRIES: usize = 1_000_000;

/// A `.deb` file.
#[derive(Debug)]
pub(crate) struct GivenDeb {
    pub(crate) file: NamedFile,
    pub(crate) blob: Blob,
    /// Name, version and architecture, or why they cannot be read.
    pub(crate) control: std::result::Result<Control, String>,
}

/// The entries of a package by path.
pub(crate) type DebEntries = BTreeMap<EntryPath, Properties>;

/// What a package says about the entries of a layer.
#[derive(Debug)]
pub(crate) struct DebContent {
    /// Its files, and its record: `control` as a file in status.d.
    pub(crate) entries: DebEntries,
    /// The path of its list of MD5 sums in status.d, and the list.
    pub(crate) sums: Option<(EntryPath, ControlFile)>,
}

impl GivenDeb {
    /// Reads control data and digest.
    pub(crate) fn read(file: NamedFile) -> Result<Self> {
        let mut reader = HashingReader::new(open(&file)?);
        let control = Package::open(&mut reader).map(|package| package.control().clone());
        let blob = reader.finish().cannot("read", &file.shown)?;
        Ok(Self {
            control: control.map_err(|error| error.to_string()),
            file,
            blob,
        })
    }

    /// Whether it is a package of this name and Debian architecture.
    pub(crate) fn is(&self, name: &str, architecture: &str) -> bool {
        self.control.as_ref().is_ok_and(|control| {
            control.name.as_str() == name && control.architecture.as_str() == architecture
        })
    }

    /// The content. Each entry is under its path in the package and under its path with merged `/usr`.
    pub(crate) fn content(&self) -> Result<DebContent> {
        let read = || -> Result<DebContent> {
            let mut entries = DebEntries::new();
            let mut package = Package::open(BufReader::new(open(&self.file)?))?;
            let name = package.control().name.clone();
            let mut files = package.take_control_files();
            package.read_data(&mut |entry, content| {
                if entries.len() >= MAX_ENTRIES {
                    let cause = format!("it has more than {MAX_ENTRIES} entries");
                    return Err(Error::cannot("read", "data", cause));
                }
                let properties = Properties::of(entry, content, |target| entries.get(target));
                let properties = properties.cannot("read entry", &entry.path)?;
                entries.insert(deb::merge_path(&entry.path)?, properties.clone());
                entries.insert(entry.path.clone(), properties);
                Ok(())
            })?;
            if let Some(control) = files.remove("control") {
                let record = Properties::of_record(control.mode, &control.content);
                entries.insert(record_path(name.as_str())?, record);
            }
            let sums = files
                .remove("md5sums")
                .map(|file| -> Result<_> { Ok((record_path(&format!("{name}.md5sums"))?, file)) });
            Ok(DebContent {
                entries,
                sums: sums.transpose()?,
            })
        };
        read().map_err(|error| error.within("read package", &self.file.shown))
    }
}

/// The path of a file in status.d.
fn record_path(name: &str) -> Result<EntryPath> {
    let path = format!("{STATUS}{name}");
    EntryPath::parse(path.as_bytes())
        .map_err(|why| Error::cannot("use", path, format!("its {why}")))
}

fn open(file: &NamedFile) -> Result<File> {
    open_regular(&file.path).cannot("read", &file.shown)
}
