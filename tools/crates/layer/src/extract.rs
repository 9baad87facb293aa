//! Debian packages as layers.

mod gathered;

use blob::{Error, Result};
use tarball::{Entry, EntryPath, Kind};

use crate::status::Status;
use crate::{LayerWriter, PackageSource};

/// What of a package is shipped, and where.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Only these paths; all where there is none.
    pub include: Vec<String>,
    /// For a distro in which `/bin` and its like are links into `/usr`.
    pub merged_usr: bool,
    /// The time of all files, in seconds since 1970, where it is not the package's.
    pub mtime: Option<u64>,
    /// Whether the package is left out of `var/lib/dpkg/status.d`.
    pub unregistered: bool,
}

/// Writes a package as a layer: its files in their order, then its two files below `var/lib/dpkg/status.d`.
///
/// The root folder of a package is not its own and is left out. With `include`, only those paths are kept, folders with
/// all that is below them, and the package's own folders above them. With `merged_usr`, everything lies where dpkg would put it
/// behind the links of a merged `/usr`, before `include` is looked at. `md5sums` is true to what is shipped. The status files
/// keep their times.
///
/// What comes twice is as `dpkg --unpack` leaves it: a directory keeps mode and owner of its first entry, of a file the last one
/// holds. A hard link gives its file the mode, the owner and the time that it has itself. One to a file that is not included has
/// the content of the file.
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

/// What of a package is shipped, with paths that were read.
struct Plan<'a> {
    choices: &'a Choices,
    include: Vec<EntryPath>,
}

impl Plan<'_> {
    /// An entry as it is shipped; `None` for one that is not part of the package.
    fn place(&self, entry: &Entry) -> Result<Option<Entry>> {
        let merged = match self.choices.merged_usr {
            true => deb::merge_entry(entry)?,
            false => Some(entry.clone()),
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
            let path = match self.choices.merged_usr {
                true => deb::merge_path(path)?,
                false => path.clone(),
            };
            Ok(selection.covers(&path).then_some(path))
        })?;
        status.append_to(layer)
    }
}

/// Writes the entries as they come. False where that cannot be: a later entry changes what was written.
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
                Meeting::Kept => Ok(()),
                Meeting::Replaced => {
                    complete = false;
                    Err(Error::cannot("add entry", &entry.path, "it comes again"))
                }
            }
        })?;
        selection.check()?;
        plan.append_status(status, layer)
    });
    if complete {
        result?;
    }
    Ok(complete)
}

/// What becomes of an entry beside those that were written.
enum Meeting {
    New,
    /// The directory is there, and stays as it is.
    Kept,
    /// It takes the place of another, changes one, or needs one that was left out.
    Replaced,
}

fn meet(entry: &Entry, selection: &Selection, layer: &LayerWriter) -> Meeting {
    if let Kind::Hardlink { target } = &entry.kind {
        if !selection.covers(target) || !layer.agrees(entry) {
            return Meeting::Replaced;
        }
    }
    match (layer.noun(&entry.path), &entry.kind) {
        (Some("directory"), Kind::Directory) => Meeting::Kept,
        // That becomes an error.
        (None | Some("directory"), _) | (_, Kind::Directory) => Meeting::New,
        _ => Meeting::Replaced,
    }
}

fn include_path(path: &str) -> Result<EntryPath> {
    EntryPath::parse(path.as_bytes())
        .map_err(|why| Error::cannot("include", path, format!("its {why}")))
}

/// The paths to keep, and whether the package has them.
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

    /// Whether a file of this path is kept.
    fn covers(&self, path: &EntryPath) -> bool {
        self.0.is_empty() || self.0.iter().any(|(include, _)| path.is_within(include))
    }

    fn check(&self) -> Result<()> {
        let missing = self.0.iter().filter(|(_, found)| !found);
        let missing: Vec<_> = missing.map(|(path, _)| format!("`{path}`")).collect();
        match missing.is_empty() {
            true => Ok(()),
            false => {
                let cause = format!("the package has no {}", missing.join(", no "));
                Err(Error::cannot("select", "files to include", cause))
            }
        }
    }
}
