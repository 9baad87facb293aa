//! Package files that no archive vouches for: their own control files say what they are, the lock says which they are.

use blob::{Blob, Error, Result, ResultExt};

/// A `.deb` that was read for its facts.
#[derive(Clone, Debug)]
pub struct LocalDeb {
    /// Its name.
    pub(crate) name: String,
    /// Its paragraph, as an index would have it.
    pub(crate) paragraph: String,
    /// The architecture that it says it is for.
    pub(crate) architecture: String,
}

impl LocalDeb {
    /// Reads a package file. `filename` is its path below the source's folder.
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

    /// Whether an architecture can take it.
    pub(crate) fn is_for(&self, architecture: &str) -> bool {
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
