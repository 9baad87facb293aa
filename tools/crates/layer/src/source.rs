use std::fs::File;
use std::path::PathBuf;

use blob::{Digest, Error, HashingReader, Result, ResultExt};
use deb::{Control, Package};

/// A package file, and its expected properties.
#[derive(Clone, Debug)]
pub struct PackageSource {
    /// The path of the file.
    pub path: PathBuf,
    /// The name in messages.
    pub shown: String,
    /// The digest that the file must have.
    pub sha256: Option<Digest>,
    /// The values that its control data must have.
    pub expected: Expected,
}

/// Expected control data; `None` means any value.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The package name.
    pub package: Option<String>,
    /// The version, compared as text.
    pub version: Option<String>,
    /// Debian's name of the architecture.
    pub architecture: Option<String>,
}

/// A package whose control files were read and whose data was not.
pub(crate) type OpenPackage<'a> = Package<&'a mut HashingReader<File>>;

impl PackageSource {
    /// Reads the package once. `body` must read it to its end; its error is dropped if the package has a wrong digest.
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
                return Err(Error::cannot("extract", &self.shown, cause).hint(
                    "fetch it again, or lock the packages again if the repository replaced it",
                ));
            }
        }
        result.map_err(|error| error.within("extract", &self.shown))
    }
}

impl Expected {
    /// Compares all fields, so that the message lists all differences.
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
        if differences.is_empty() {
            Ok(())
        } else {
            Err(Error::cannot("use", "control", differences.join("; ")))
        }
    }
}
