//! Writes the catalogue site: reads the files that a description names, and writes pages to a directory.

use std::fs;
use std::path::{Path, PathBuf};

use blob::{read_regular, Error, Result, ResultExt};
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
    make_empty(&arguments.output)?;
    for (path, bytes) in pages {
        let file = arguments.output.join(path);
        if let Some(directory) = file.parent() {
            fs::create_dir_all(directory).cannot("create", directory.display())?;
        }
        fs::write(&file, bytes).cannot("write", file.display())?;
    }
    Ok(())
}

/// Creates a directory. Files of an earlier run would be in the site.
fn make_empty(directory: &Path) -> Result<()> {
    let name = directory.display();
    fs::create_dir_all(directory).cannot("create", &name)?;
    if fs::read_dir(directory)
        .cannot("read", &name)?
        .next()
        .is_some()
    {
        return Err(Error::cannot(
            "write to",
            name,
            "the directory is not empty",
        ));
    }
    Ok(())
}
