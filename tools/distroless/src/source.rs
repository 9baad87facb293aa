//! The image of a command line: a layout, an archive, or the definition that it was built from.

use std::path::{Path, PathBuf};

use blob::{Error, Result};

use crate::definition_file::DefinitionFile;

/// An image, and its definition if the command line names that.
#[derive(Debug)]
pub(crate) struct ImageSource {
    /// The path of the layout or archive.
    pub(crate) path: PathBuf,
    pub(crate) definition: Option<DefinitionFile>,
}

impl ImageSource {
    /// Finds the image of a path.
    ///
    /// # Errors
    ///
    /// The path is that of a definition whose image does not exist, or which cannot be read.
    pub(crate) fn of(path: &Path) -> Result<Self> {
        if !DefinitionFile::is_name(path) || path.is_dir() {
            return Ok(Self {
                path: path.to_owned(),
                definition: None,
            });
        }
        let definition = DefinitionFile::read(path)?;
        let layout = definition.layout();
        if !layout.exists() {
            let cause = "it does not exist";
            return Err(Error::cannot("read image", layout.display(), cause)
                .hint(format!("run `distroless build {}`", path.display())));
        }
        Ok(Self {
            path: layout,
            definition: Some(definition),
        })
    }

    /// The path as text. A part `#NAME` of the command line selects an image of a layout, so it stays.
    pub(crate) fn text(&self) -> String {
        self.path.display().to_string()
    }
}
