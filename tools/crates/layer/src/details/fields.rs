use std::collections::BTreeMap;

use blob::Result;
use deb::{Control, ControlFile};

/// The fields of `control` that evidence states.
#[derive(Debug)]
pub(crate) struct Fields {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) architecture: String,
    pub(super) source: String,
    pub(super) source_version: String,
    pub(super) maintainer: Option<String>,
    pub(super) homepage: Option<String>,
    pub(super) section: Option<String>,
}

impl Fields {
    /// Reads the fields from the control files of a package.
    pub(crate) fn read(control: &Control, files: &BTreeMap<String, ControlFile>) -> Result<Self> {
        let content = files.get("control").map(|file| file.content.clone());
        let text = deb::control_text(content.unwrap_or_default());
        let paragraph = deb::paragraphs(&text).next().transpose()?;
        let paragraph = paragraph.unwrap_or_default();
        let (name, version) = (control.name.to_string(), control.version.to_string());
        let field = |field| paragraph.get(field).filter(|value| !value.is_empty());
        let (source, source_version) = deb::source_of(field("Source"), &name, &version);
        let text = |name| field(name).map(str::to_owned);
        Ok(Self {
            name,
            version,
            architecture: control.architecture.to_string(),
            source,
            source_version,
            maintainer: text("Maintainer"),
            homepage: text("Homepage"),
            section: text("Section"),
        })
    }

    /// Whether the package has no upstream version: its version has no Debian revision (Policy 5.6.12).
    pub(super) fn is_native(&self) -> bool {
        !self.source_version.contains('-')
    }
}
