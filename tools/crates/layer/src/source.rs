use std::fs::File;
use std::path::PathBuf;

use blob::{Digest, Error, HashingReader, Result, ResultExt};
use deb::{Control, Package};

/// A package file, and what it must be.
#[derive(Clone, Debug)]
pub struct PackageSource {
    /// Where it lies.
    pub path: PathBuf,
    /// What messages call it.
    pub shown: String,
    /// The digest that the file must have.
    pub sha256: Option<Digest>,
    /// What its control data must say.
    pub expected: Expected,
}

/// Facts that a package must state; those that are `None` may be anything.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The name.
    pub package: Option<String>,
    /// The version, letter by letter.
    pub version: Option<String>,
    /// The architecture in Debian's spelling.
    pub architecture: Option<String>,
}

/// A package of which only the control files were read.
pub(crate) type OpenPackage<'a> = Package<&'a mut HashingReader<File>>;

impl PackageSource {
    /// Reads the package once. `body` must read it to its end; what it says of a package with a wrong digest is of no interest.
    pub(crate) fn read<T>(&self, body: impl FnOnce(OpenPackage) -> Result<T>) -> Result<T> {
        let file = File::open(&self.path).cannot("read", &self.shown)?;
        let mut reader = HashingReader::new(file);
        let result = Package::open(&mut reader).and_then(|package| {
            self.expected.check(package.control())?;
            body(package)
        });
        if let Some(expected) = self.sha256 {
            let found = reader.finish().cannot("read", &self.shown)?.digest;
            if found != expected {
                let cause = format!("its digest is {found}, expected {expected}");
                return Err(Error::cannot("extract", &self.shown, cause)
                    .hint("fetch it again, or lock the packages anew if the archive replaced it"));
            }
        }
        result.map_err(|error| error.within("extract", &self.shown))
    }
}

impl Expected {
    /// Compares all facts, so that the message tells of all that differ.
    fn check(&self, control: &Control) -> Result<()> {
        let facts = [
            ("name", &self.package, control.name.as_str()),
            ("version", &self.version, control.version.as_str()),
            (
                "architecture",
                &self.architecture,
                control.architecture.as_str(),
            ),
        ];
        let differences: Vec<_> = facts
            .into_iter()
            .filter_map(|(fact, expected, found)| {
                let expected = expected.as_ref().filter(|expected| *expected != found)?;
                Some(format!("its {fact} is `{found}`, expected `{expected}`"))
            })
            .collect();
        match differences.is_empty() {
            true => Ok(()),
            false => Err(Error::cannot("use", "control", differences.join("; "))),
        }
    }
}
