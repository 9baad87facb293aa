//! Package files that no repository lists. The facts come from their control files, and the lock pins their digests.

use blob::{Blob, Error, Result, ResultExt};

/// The facts about a `.deb` file.
#[derive(Clone, Debug)]
pub struct LocalDeb {
    name: String,
    paragraph: String,
    architecture: String,
}

impl LocalDeb {
    /// Reads a package file. `filename` is its path below the source's directory.
    ///
    /// # Errors
    ///
    /// Fails if the file is not a valid `.deb`, or if its control file is not UTF-8 or has a field that only an index
    /// may have (`Filename`, `Size`, `SHA256`).
    pub fn read(filename: &str, bytes: &[u8]) -> Result<Self> {
        let read = || -> Result<Self> {
            let mut package = deb::Package::open(bytes)?;
            let files = package.take_control_files();
            let control = files.get("control").map(|file| file.content.clone());
            let control = String::from_utf8(control.unwrap_or_default());
            let control = control.cannot("read", "control")?;
            Ok(Self {
                name: package.control().name.to_string(),
                paragraph: paragraph(&control, filename, &Blob::of(bytes))?,
                architecture: package.control().architecture.to_string(),
            })
        };
        read().map_err(|error| error.within("read package", filename))
    }

    /// The package name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The paragraph, in the form of an index.
    pub fn paragraph(&self) -> &str {
        &self.paragraph
    }

    /// Whether the package can be installed on an architecture.
    pub fn is_for(&self, architecture: &str) -> bool {
        [architecture, "all"].contains(&self.architecture.as_str())
    }
}

/// The control file with the fields that an index adds (Policy 5.3 and the repository format).
fn paragraph(control: &str, filename: &str, blob: &Blob) -> Result<String> {
    let mut text = String::new();
    let paragraph = deb::paragraphs(control).next().transpose()?;
    for (name, value) in paragraph.unwrap_or_default().iter() {
        if ["Filename", "Size", "SHA256"]
            .iter()
            .any(|own| own.eq_ignore_ascii_case(name))
        {
            let cause = "it belongs to an index, not to a package";
            return Err(Error::cannot("use field", name, cause));
        }
        let value = value.replace("\n\n", "\n .\n");
        text.push_str(&format!("{name}: {value}\n"));
    }
    let (size, digest) = (blob.size, blob.digest.hex());
    text.push_str(&format!(
        "Filename: {filename}\nSize: {size}\nSHA256: {digest}\n\n"
    ));
    Ok(text)
}
