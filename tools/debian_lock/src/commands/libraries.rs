//! `debian_lock libraries`: lists which package contains which library.

use std::io::Write;
use std::path::PathBuf;

use blob::{AtomicFile, Result, ResultExt};
use clap::Args;

use super::options::RepositoryOptions;
use crate::files;

/// The options of `libraries`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Manifests, DISTRO.yaml; the list of each is DISTRO.libraries.json in the same directory
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<PathBuf>,
    #[command(flatten)]
    repositories: RepositoryOptions,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        self.repositories.for_each(
            &self.manifests,
            "list libraries of",
            lock_update::libraries,
            |path, found, progress| {
                for (source, architecture) in &found.missing {
                    progress.line(&format!(
                        "{}: {source} has no list of files for {architecture}",
                        path.display()
                    ));
                }
                let output = files::target(&files::libraries_path_of(path))?;
                let mut file = AtomicFile::create(&output)?;
                let text = found.to_json();
                file.write_all(text.as_bytes())
                    .cannot("write", output.display())?;
                file.commit()
            },
        )
    }
}
