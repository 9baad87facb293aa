//! Writes the catalogue site: reads the files that a description names, and writes pages to a directory.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use blob::{read_regular, temporary, Error, Result, ResultExt};
use catalogue::{pages, Catalogue, Description, Files, MAX_DESCRIPTION};
use clap::Parser;

/// Writes the catalogue site.
#[derive(Parser)]
#[command(name = "site_writer")]
pub struct Arguments {
    /// Description of the images: JSON, as `docs/site/catalogue_site.bzl` writes it. Paths in it are relative to the
    /// current directory.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Directory to write: it must be empty, or not exist.
    #[arg(long, value_name = "DIRECTORY")]
    output: PathBuf,
}

/// The files of the file system.
struct Disk;

impl Files for Disk {
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>> {
        read_regular(Path::new(path), most).cannot("read", path)
    }
}

/// Runs the program.
///
/// # Errors
///
/// A file cannot be read or does not have the expected form, or the directory cannot be written.
pub fn run(arguments: &Arguments) -> Result<()> {
    let name = arguments.input.display().to_string();
    let text = Disk.read(&name, MAX_DESCRIPTION as u64)?;
    let description = Description::parse(&name, &text)?;
    let catalogue = Catalogue::read(&description, &Disk)?;
    let pages = pages(&catalogue)?;
    write(pages, &arguments.output)
}

/// Writes the pages to a directory next to the output, and moves it there: a failed run leaves no part of a site.
fn write<P: AsRef<Path>>(
    pages: impl IntoIterator<Item = (P, Vec<u8>)>,
    output: &Path,
) -> Result<()> {
    let shown = output.display();
    let parent = temporary::directory_of(output);
    fs::create_dir_all(parent).cannot("create", parent.display())?;
    check_empty(output)?;
    let made = tempfile::Builder::new()
        .prefix(&temporary::temporary_prefix(output))
        .permissions(Permissions::from_mode(0o755))
        .tempdir_in(parent)
        .cannot("create directory in", parent.display())?;
    for (path, bytes) in pages {
        let file = made.path().join(path);
        if let Some(directory) = file.parent() {
            fs::create_dir_all(directory).cannot("create", directory.display())?;
        }
        fs::write(&file, bytes).cannot("write", file.display())?;
    }
    // This replaces an empty directory, and no other one (rename(2)).
    fs::rename(made.path(), output).cannot("write to", shown)?;
    let _ = made.keep();
    Ok(())
}

/// Refuses a directory with files: those of an earlier run would be in the site.
fn check_empty(directory: &Path) -> Result<()> {
    let name = directory.display();
    let mut entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.cannot("read", &name)?,
    };
    if entries.next().is_some() {
        let cause = "the directory is not empty";
        return Err(Error::cannot("write to", name, cause));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> = entries
            .map(name)
            .map(|n| n.into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_site_is_whole_or_absent() {
        let directory = tempfile::tempdir().unwrap();
        let output = directory.path().join("site");
        let page = |path: &'static str| (path, b"page".to_vec());
        // The second page needs a directory where the first one is.
        let error = write([page("a"), page("a/b")], &output).unwrap_err();
        assert!(error.to_string().starts_with("cannot create `"), "{error}");
        assert_eq!(names(directory.path()), [""; 0]);
        // Bazel makes the directory before the program runs.
        fs::create_dir(&output).unwrap();
        write([page("a"), page("b/c")], &output).unwrap();
        assert_eq!(names(&output), ["a", "b"]);
        assert_eq!(fs::read(output.join("b/c")).unwrap(), b"page");
        let mode = fs::metadata(&output).unwrap().permissions().mode();
        assert_eq!(mode & 0o755, 0o755);
        let error = write([page("d")], &output).unwrap_err().to_string();
        assert!(error.ends_with("the directory is not empty"), "{error}");
        assert_eq!(names(directory.path()), ["site"]);
        assert_eq!(names(&output), ["a", "b"]);
    }
}
