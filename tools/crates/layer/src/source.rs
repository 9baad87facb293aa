use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use blob::{Blob, Digest, Error, HashingReader, Result, ResultExt};
use deb::{Control, ControlFile, Package};
use tarball::Entry;

use crate::details::{Documents, Fields, PackageFacts};

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
pub(crate) struct OpenPackage<'a> {
    package: Package<&'a mut HashingReader<File>>,
    files: BTreeMap<String, ControlFile>,
    documents: &'a mut Documents,
}

impl OpenPackage<'_> {
    /// The fields that identify the package.
    pub(crate) fn control(&self) -> &Control {
        self.package.control()
    }

    /// Moves the control files out; see [`Package::take_control_files`].
    pub(crate) fn take_control_files(&mut self) -> BTreeMap<String, ControlFile> {
        std::mem::take(&mut self.files)
    }

    /// Calls `visit` for every entry; see [`Package::read_data`]. The documents of the package are kept on the way.
    pub(crate) fn read_data(
        self,
        visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<()>,
    ) -> Result<()> {
        let documents = self.documents;
        self.package
            .read_data(&mut |entry, content| documents.watch(entry, content, visit))
    }
}

impl PackageSource {
    /// Reads the package once, and also returns its facts. `body` must read it to its end; its error is dropped if the
    /// package has a wrong digest.
    pub(crate) fn read<T>(
        &self,
        body: impl FnOnce(OpenPackage) -> Result<T>,
    ) -> Result<(T, PackageFacts)> {
        let file = File::open(&self.path).cannot("read", &self.shown)?;
        let mut reader = HashingReader::new(file);
        let result = self.read_from(&mut reader, body);
        // If the digest is wrong, report only that, not other problems of the package.
        let blob = reader.finish().cannot("read", &self.shown)?;
        self.check_digest(blob)?;
        let (value, fields, documents) =
            result.map_err(|error| error.within("extract", &self.shown))?;
        let facts = PackageFacts {
            fields,
            documents,
            blob,
        };
        Ok((value, facts))
    }

    fn read_from<T>(
        &self,
        reader: &mut HashingReader<File>,
        body: impl FnOnce(OpenPackage) -> Result<T>,
    ) -> Result<(T, Fields, Documents)> {
        let mut package = Package::open(reader)?;
        self.expected.check(package.control())?;
        let files = package.take_control_files();
        let fields = Fields::read(package.control(), &files)?;
        let mut documents = Documents::new(&fields);
        let value = body(OpenPackage {
            package,
            files,
            documents: &mut documents,
        })?;
        Ok((value, fields, documents))
    }

    fn check_digest(&self, blob: Blob) -> Result<()> {
        let Some(expected) = self.sha256.filter(|expected| *expected != blob.digest) else {
            return Ok(());
        };
        let cause = format!("its digest is {}, expected {expected}", blob.digest);
        Err(Error::cannot("extract", &self.shown, cause)
            .hint("fetch it again, or lock the packages again if the repository replaced it"))
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
