//! `debian_lock libraries`: which package of an archive has which library.

use std::io::Write;
use std::path::PathBuf;

use blob::{AtomicFile, Result, ResultExt};
use clap::Args;

use super::options::ArchiveOptions;
use crate::files;
use crate::progress::Progress;

/// The flags of `libraries`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Manifests, DISTRO.yaml; the list of each is DISTRO.libraries.json beside it
    #[arg(required = true, value_name = "MANIFEST")]
    manifests: Vec<PathBuf>,
    #[command(flatten)]
    archives: ArchiveOptions,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        let progress = Progress::new();
        let fetcher = self.archives.fetcher(&progress)?;
        for path in &self.manifests {
            let manifest = files::read_manifest(path)?;
            let found = self.archives.with_settings(path, None, |settings| {
                debian_repo::libraries(&manifest, &fetcher, settings)
            });
            let found = found.map_err(|error| error.within("list libraries of", path.display()))?;
            for (source, architecture) in &found.missing {
                progress.line(&format!(
                    "{}: {source} has no list of files for {architecture}",
                    path.display()
                ));
            }
            let output = files::libraries_beside(path);
            let mut file = AtomicFile::create(&output)?;
            let text = found.to_json();
            file.write_all(text.as_bytes())
                .cannot("write", output.display())?;
            file.commit()?;
        }
        progress.summary();
        Ok(())
    }
}
