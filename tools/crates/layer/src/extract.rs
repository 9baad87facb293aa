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
pub fn extract(source: &PackageSource, choices: &Choices, layer: &mut LayerWriter) -> Result<()> {
    let include = choices.include.iter().map(|path| include_path(path));
    let include = include.collect::<Result<Vec<_>>>()?;
    source.read(|mut package| {
        let mut selection = Selection::new(&include);
        let mut status = Status::new(
            &package.control().name.clone(),
            package.take_control_files(),
        );
        package.read_data(&mut |entry, content| {
            let merged = match choices.merged_usr {
                true => deb::merge_entry(entry)?,
                false => Some(entry.clone()),
            };
            match merged {
                Some(mut entry) if selection.takes(&entry) => {
                    entry.mtime = choices.mtime.unwrap_or(entry.mtime);
                    layer.append(&entry, content)
                }
                _ => Ok(()),
            }
        })?;
        selection.check()?;
        if choices.unregistered {
            return Ok(());
        }
        status.rewrite(|path| {
            let path = match choices.merged_usr {
                true => deb::merge_path(path)?,
                false => path.clone(),
            };
            Ok((include.is_empty() || selection.covers(&path)).then_some(path))
        })?;
        status.append_to(layer)
    })
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
        if entry.path.is_root() || self.0.is_empty() {
            return !entry.path.is_root();
        }
        let mut takes = false;
        for (path, found) in &mut self.0 {
            let within = entry.path.is_within(path);
            *found |= within;
            takes |= within || (entry.kind == Kind::Directory && path.is_within(&entry.path));
        }
        takes
    }

    fn covers(&self, path: &EntryPath) -> bool {
        self.0.iter().any(|(include, _)| path.is_within(include))
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
