//! Debian packages as layers.

mod gathered;

use blob::{Error, Result};
use tarball::{Entry, EntryPath, Kind};

use crate::status::Status;
use crate::{LayerWriter, PackageSource};

/// The files of a package to put into a layer, and their paths and times.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Only these paths; if empty, all.
    pub include: Vec<String>,
    /// For a distro in which `/bin`, `/lib` and `/sbin` are links into `/usr`.
    pub merged_usr: bool,
    /// The modification time of all files, in seconds since 1970; `None` keeps the package's times.
    pub mtime: Option<u64>,
    /// Whether the package is left out of `var/lib/dpkg/status.d`.
    pub unregistered: bool,
}

/// Writes a package as a layer: its files in their order, then its two files below `var/lib/dpkg/status.d`.
///
/// The package's entry for the root directory is left out. With `include`, only those paths are kept, together with the
/// content of directories and with the package's entries for the directories above. With `merged_usr`, every path
/// becomes the one that dpkg would use on a system with merged `/usr`; `include` is applied after that. `md5sums` lists
/// only the files of the layer, with their paths. The status files keep their times.
///
/// Duplicate paths have the result of `dpkg --unpack`: a directory keeps mode and owner of its first entry, and of
/// several files the last one remains. A hard link gives its file the mode, the owner and the time of the link's entry.
/// A hard link to a file that is not included becomes a copy of the file.
///
/// # Errors
///
/// The package is damaged or is not the expected one, or a path of `include` is not in it.
pub fn extract(source: &PackageSource, choices: &Choices, layer: &mut LayerWriter) -> Result<()> {
    let include = choices.include.iter().map(|path| include_path(path));
    let include = include.collect::<Result<Vec<_>>>()?;
    let plan = Plan { choices, include };
    if stream(source, &plan, layer)? {
        return Ok(());
    }
    layer.restart()?;
    gathered::extract(source, &plan, layer)
}

/// [`Choices`] with parsed paths.
struct Plan<'a> {
    choices: &'a Choices,
    include: Vec<EntryPath>,
}

impl Plan<'_> {
    /// An entry with its path and time in the layer; `None` for one that is not part of the package.
    fn place(&self, entry: &Entry) -> Result<Option<Entry>> {
        let merged = if self.choices.merged_usr {
            deb::merge_entry(entry)?
        } else {
            Some(entry.clone())
        };
        Ok(merged
            .filter(|entry| !entry.path.is_root())
            .map(|entry| Entry {
                mtime: self.choices.mtime.unwrap_or(entry.mtime),
                ..entry
            }))
    }

    fn append_status(&self, mut status: Status, layer: &mut LayerWriter) -> Result<()> {
        if self.choices.unregistered {
            return Ok(());
        }
        let selection = Selection::new(&self.include);
        status.rewrite(|path| {
            let path = if self.choices.merged_usr {
                deb::merge_path(path)?
            } else {
                path.clone()
            };
            Ok(selection.covers(&path).then_some(path))
        })?;
        status.append_to(layer)
    }
}

/// Writes the entries in the order of the package. Returns false if that is not possible because a later entry changes
/// an earlier one.
fn stream(source: &PackageSource, plan: &Plan, layer: &mut LayerWriter) -> Result<bool> {
    let mut complete = true;
    let result = source.read(|mut package| {
        let mut selection = Selection::new(&plan.include);
        let status = Status::of(&mut package);
        package.read_data(&mut |entry, content| {
            let entry = plan.place(entry)?.filter(|entry| selection.takes(entry));
            let Some(entry) = entry else {
                return Ok(());
            };
            match meet(&entry, &selection, layer) {
                Meeting::New => layer.append(&entry, content),
                Meeting::SpoolReader => Ok(()),
                Meeting::Replaced => {
                    complete = false;
                    Err(Error::cannot("add entry", &entry.path, "it occurs twice"))
                }
            }
        })?;
        selection.check()?;
        plan.append_status(status, layer)
    });
    if complete {
        let ((), facts) = result?;
        layer.add_package(facts);
    }
    Ok(complete)
}

/// The relation of an entry to the entries that were written before.
enum Meeting {
    New,
    /// The directory exists and keeps its mode and owner.
    SpoolReader,
    /// It replaces or changes an earlier entry, or is a link to a file that is not included.
    Replaced,
}

fn meet(entry: &Entry, selection: &Selection, layer: &LayerWriter) -> Meeting {
    if let Kind::Hardlink { target } = &entry.kind {
        if !selection.covers(target) || !layer.agrees(entry) {
            return Meeting::Replaced;
        }
    }
    match (layer.noun(&entry.path), &entry.kind) {
        (Some("directory"), Kind::Directory) => Meeting::SpoolReader,
        // [`LayerWriter::append`] reports the conflict.
        (None | Some("directory"), _) | (_, Kind::Directory) => Meeting::New,
        _ => Meeting::Replaced,
    }
}

fn include_path(path: &str) -> Result<EntryPath> {
    EntryPath::parse(path.as_bytes())
        .map_err(|why| Error::cannot("include", path, format!("its {why}")))
}

/// The included paths, and whether the package has them.
struct Selection<'a>(Vec<(&'a EntryPath, bool)>);

impl<'a> Selection<'a> {
    fn new(include: &'a [EntryPath]) -> Self {
        Self(include.iter().map(|path| (path, false)).collect())
    }

    fn takes(&mut self, entry: &Entry) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let mut takes = false;
        for (path, found) in &mut self.0 {
            let within = entry.path.is_within(path);
            *found |= within;
            takes |= within || (entry.kind == Kind::Directory && path.is_within(&entry.path));
        }
        takes
    }

    /// Whether a file of this path is included.
    fn covers(&self, path: &EntryPath) -> bool {
        self.0.is_empty() || self.0.iter().any(|(include, _)| path.is_within(include))
    }

    fn check(&self) -> Result<()> {
        let missing = self.0.iter().filter(|(_, found)| !found);
        let missing: Vec<_> = missing.map(|(path, _)| format!("`{path}`")).collect();
        if missing.is_empty() {
            Ok(())
        } else {
            let cause = format!("the package has no {}", missing.join(", no "));
            Err(Error::cannot("select", "files to include", cause))
        }
    }
}
