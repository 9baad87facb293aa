//! `build`: an image from a definition.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use arch::Architecture;
use blob::{read_text, Digest, Error, HashingReader, Result, ResultExt};
use clap::Args;
use image_build::{Built, Options};
use image_push::Connection;
use lock::Lock;
use message::nearest;
use transfer::Progress;

use crate::cache::{CacheDirectory, CacheOptions};
use crate::definition_file::DefinitionFile;
use crate::inputs::{open_base, PackageFiles};
use crate::output;

/// Threads of a build on a machine with fewer processors: packages are downloaded while others are unpacked.
const LEAST_THREADS: usize = 4;

/// The largest lock. That of 230 packages for six architectures has 150 kB.
const MAX_LOCK: u64 = 64 << 20;

/// The entries of a layout.
const LAYOUT: [&str; 3] = ["blobs", "index.json", "oci-layout"];

/// Build the image of a definition into an OCI layout, and print its digest
///
/// Packages are downloaded by the digests of the lock: from the mirrors in DEBIAN_MIRROR and DEBIAN_SECURITY_MIRROR, else
/// from those of apt on this machine, else from Debian's snapshot archive. A definition with several architectures makes
/// an index. The digest is the same on every machine.
#[derive(Args, Debug)]
pub(crate) struct Build {
    /// Definition of the image
    #[arg(value_name = "DEFINITION", default_value = "image.yaml")]
    definition: PathBuf,
    /// OCI layout directory to write; a layout that is there is replaced [default: NAME.oci next to the definition]
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Build only this architecture of the definition; may be given several times
    #[arg(long = "architecture", value_name = "ARCHITECTURE")]
    architectures: Vec<String>,
    /// Do not use the network: packages and the base image must be in the cache
    #[arg(long)]
    offline: bool,
    /// Print the report of the build: the packages, and what their maintainer scripts would have done
    #[arg(long)]
    report: bool,
    #[command(flatten)]
    cache: CacheOptions,
    #[command(flatten)]
    connection: Connection,
}

impl Build {
    pub(crate) fn run(&self) -> Result<()> {
        let mut file = DefinitionFile::read(&self.definition)?;
        self.select(&mut file)?;
        let output = self.output.clone().unwrap_or_else(|| file.layout());
        check_output(&output)?;
        let cache = self.cache.open()?;
        let built = self.build(&file, &cache, &output)?;
        if self.report {
            output::document(built.report.as_bytes())?;
        }
        output::line(format_args!("{} {}", output.display(), built.digest))
    }

    /// Keeps only the architectures of the command line, in the order of the definition.
    fn select(&self, file: &mut DefinitionFile) -> Result<()> {
        let all = &mut file.definition.architectures;
        for wanted in &self.architectures {
            if !all.contains(wanted) {
                let cause = format!("the definition has {}", all.join(", "));
                let error = Error::cannot("use --architecture", wanted, cause);
                let near = nearest(wanted, all.iter().map(String::as_str));
                return Err(match near.first() {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None => error,
                });
            }
        }
        if !self.architectures.is_empty() {
            all.retain(|name| self.architectures.contains(name));
        }
        Ok(())
    }

    fn build(&self, file: &DefinitionFile, cache: &CacheDirectory, output: &Path) -> Result<Built> {
        let progress = Progress::on_standard_error();
        let lock = lock(file)?;
        let base = open_base(file, cache, &self.connection, self.offline, &progress)?;
        let plan = image_build::plan(&file.definition, &lock, base.as_ref())
            .map_err(|error| hint_to_lock(error, file))?;
        let directory = file.lock();
        let directory = directory.parent().unwrap_or(Path::new(""));
        let options = transfer::Options {
            offline: self.offline,
            ..self.connection.cache_options()
        };
        let downloads = cache.downloads.clone();
        let inputs = PackageFiles::new(&lock, directory, &options, downloads, &progress)?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let built = image_build::run(
            &plan,
            &inputs,
            &Options {
                directory: file.directory(),
                output,
                cache: &cache.made()?,
                version: &version(),
                threads: processors.max(LEAST_THREADS),
            },
        )?;
        progress.line(&format!(
            "{} steps, {} of them from the cache",
            built.ran + built.cached,
            built.cached
        ));
        progress.summary();
        Ok(built)
    }
}

/// The lock of a definition. One without packages needs none, unless its time is that of the lock.
fn lock(file: &DefinitionFile) -> Result<Lock> {
    let path = file.lock();
    let shown = path.display().to_string();
    match read_text(&path, MAX_LOCK) {
        Ok(text) => Lock::parse(&shown, &text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if file.definition.needs_lock() {
                return Err(Error::cannot("read lock", shown, "it does not exist")
                    .hint(format!("run `distroless lock {}`", file.path.display())));
            }
            let architectures = file.definition.architectures.iter();
            let debian = |name: &String| Architecture::by_oci(name).map(|row| row.debian);
            let mut architectures: Vec<String> = architectures
                .filter_map(debian)
                .map(str::to_owned)
                .collect();
            architectures.sort();
            Ok(Lock {
                distro: file.definition.name.clone(),
                architectures,
                sources: BTreeMap::new(),
                packages: BTreeMap::new(),
            })
        }
        Err(error) => Err(Error::cannot("read lock", shown, error)),
    }
}

/// Adds a hint to an error of the plan, if the definition may have changed after the lock was made.
fn hint_to_lock(error: Error, file: &DefinitionFile) -> Error {
    if error.hint_text().is_some() {
        return error;
    }
    let is_about_lock = error.to_string().contains("the lock");
    if is_about_lock {
        error.hint(format!("run `distroless lock {}`", file.path.display()))
    } else {
        error
    }
}

/// Refuses to replace a directory that has other files than those of a layout.
fn check_output(output: &Path) -> Result<()> {
    check_names(output, "", &|name| LAYOUT.contains(&name))?;
    check_names(output, "blobs", &|name| name == "sha256")?;
    check_names(output, "blobs/sha256", &|name| {
        Digest::from_hex(name).is_ok()
    })
}

/// Refuses names of another form in a directory below the output. It may be missing.
fn check_names(output: &Path, below: &str, is_part: &dyn Fn(&str) -> bool) -> Result<()> {
    let shown = output.display();
    let entries = match fs::read_dir(output.join(below)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.cannot("write layout", &shown)?,
    };
    for entry in entries {
        let name = entry.cannot("write layout", &shown)?.file_name();
        if !name.to_str().is_some_and(is_part) {
            let name = Path::new(below).join(name).display().to_string();
            let name = message::shorten(&name);
            let cause = format!("the directory has `{name}`, which is no part of a layout");
            return Err(Error::cannot("write layout", shown, cause)
                .hint("name another directory with `--output`"));
        }
    }
    Ok(())
}

/// A text that changes with the program: results of another one are not used. Programs of one version can differ, and the
/// archives of a release give all of them the same time. A program that cannot be read uses no earlier result.
fn version() -> String {
    let program = File::open("/proc/self/exe").or_else(|_| File::open(std::env::current_exe()?));
    let digest = program.and_then(|program| HashingReader::new(program).finish());
    match digest {
        Ok(blob) => blob.digest.to_string(),
        Err(_) => format!("run {:x}", RandomState::new().hash_one(0)),
    }
}
