//! `debian_lock indexes`: writes the verified indexes as plain text, for other programs.

use std::io::Write;
use std::path::PathBuf;

use blob::{AtomicFile, Result, ResultExt};
use clap::Args;

use super::options::RepositoryOptions;

/// The options of `indexes`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Manifests that name the sources
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<PathBuf>,
    /// Directory to write SOURCE/ARCHITECTURE.Packages to
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    repositories: RepositoryOptions,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        self.repositories.for_each(
            &self.manifests,
            "read indexes of",
            |manifest, fetcher, settings| {
                lock_update::indexes(manifest, fetcher, settings, |source, architecture, text| {
                    self.write(source, architecture, text)
                })
            },
            |_, (), _| Ok(()),
        )
    }

    fn write(&self, source: &str, architecture: &str, text: &str) -> Result<()> {
        let directory = self.output.join(source);
        std::fs::create_dir_all(&directory).cannot("create directory", directory.display())?;
        let mut file = AtomicFile::create(&directory.join(format!("{architecture}.Packages")))?;
        file.write_all(text.as_bytes())
            .cannot("write", directory.display())?;
        file.commit()
    }
}
