//! Builds an image from a definition and package files: `build_image DEFINITION OUTPUT CACHE [--base LAYOUT] FILE…`. The
//! lock is the one that the definition names. The program is for tests; users run `distroless build`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use blob::Digest;
use image_build::{plan, run, Base, Inputs, Options};
use image_definition::read;
use lock::{Lock, LockedPackage};

/// Package files by SHA-256.
struct Files(BTreeMap<Digest, PathBuf>);

impl Inputs for Files {
    fn package(&self, name: &str, package: &LockedPackage) -> blob::Result<PathBuf> {
        let file = self.0.get(&package.sha256);
        file.cloned().ok_or_else(|| {
            let cause = format!("no file has the SHA-256 {}", package.sha256.hex());
            blob::Error::cannot("find package", name, cause)
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut base = None;
    if let Some(place) = arguments.iter().position(|argument| argument == "--base") {
        base = Some(Base::open(Path::new(&arguments.remove(place + 1)))?);
        arguments.remove(place);
    }
    let [definition, output, cache, files @ ..] = arguments.as_slice() else {
        return Err("usage: build_image DEFINITION OUTPUT CACHE [--base LAYOUT] FILE…".into());
    };
    let path = Path::new(definition);
    let directory = path.parent().unwrap_or(Path::new("."));
    let definition = read(definition, &fs::read_to_string(path)?)?;
    let lock = directory.join(&definition.lock);
    let lock = Lock::parse(&definition.lock, &fs::read_to_string(lock)?)?;
    let mut packages = BTreeMap::new();
    for file in files {
        packages.insert(Digest::of(&fs::read(file)?), PathBuf::from(file));
    }
    let plan = plan(&definition, &lock, base.as_ref())?;
    let options = Options {
        directory,
        output: Path::new(output),
        cache: Path::new(cache),
        version: "test",
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let built = run(&plan, &Files(packages), &options)?;
    writeln!(std::io::stdout(), "{}", built.digest)?;
    writeln!(
        std::io::stderr(),
        "{} commands ran, {} were in the cache",
        built.ran,
        built.cached
    )?;
    Ok(())
}
