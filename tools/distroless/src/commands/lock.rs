//! `lock`: the lock of a definition.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use blob::{read_text, Error, Result, ResultExt};
use clap::Args;
use debian_lock::{LockOptions, ManifestSource, RepositoryOptions};
use lock_update::Manifest;

use crate::definition_file::DefinitionFile;
use crate::keyrings::BUILT_IN;

/// Query the repositories and write the lock of a definition: its packages by version and digest
///
/// The lock is the file that the definition names, by default NAME.lock.json next to NAME.yaml. Repositories are those in
/// DEBIAN_MIRROR and DEBIAN_SECURITY_MIRROR, else those of apt on this machine, else Debian's snapshot archive. Signatures of repositories
/// are verified with the keyrings in the directory `keyrings` next to the definition, or with Debian's keys, which the
/// program has.
#[derive(Args, Debug)]
pub(crate) struct Lock {
    /// Definition of the image
    #[arg(value_name = "DEFINITION", default_value = "image.yaml")]
    definition: PathBuf,
    #[command(flatten)]
    options: LockOptions,
    #[command(flatten)]
    repositories: RepositoryOptions,
}

impl Lock {
    pub(crate) fn run(&self) -> Result<ExitCode> {
        let file = DefinitionFile::read(&self.definition)?;
        let Some(source) = source(&file)? else {
            let cause = "it has no packages";
            return Err(Error::cannot("lock", self.definition.display(), cause)
                .hint("such an image needs no lock: run `distroless build`"));
        };
        let repositories = self.repositories.clone();
        let repositories = repositories.with_keyrings(BUILT_IN).without_mirrors();
        debian_lock::lock(&source, &self.options, &repositories)
    }
}

/// The manifest of a definition, or the one that it names. `None` if the image needs no lock.
fn source(file: &DefinitionFile) -> Result<Option<ManifestSource>> {
    let definition = &file.definition;
    let name = file.path.display().to_string();
    if let Some(path) = &definition.manifest {
        let path = file.resolve(path);
        let text =
            read_text(&path, yaml::MAX_TEXT as u64).cannot("read manifest", path.display())?;
        let manifest = yaml::read(&text).cannot("read manifest", path.display())?;
        return Ok(Some(ManifestSource {
            distro: distro(&path),
            lock: file.lock(),
            file: path,
            manifest,
        }));
    }
    let Some(text) = definition.manifest_text() else {
        if !definition.needs_lock() {
            return Ok(None);
        }
        let cause = "it has neither `sources` nor `manifest`";
        return Err(Error::cannot("lock", name, cause).hint(format!(
            "add `sources`, or build it with the lock `{}`, which another command writes",
            file.lock().display()
        )));
    };
    let manifest: Manifest = yaml::read(&text).cannot("lock", &name)?;
    Ok(Some(ManifestSource {
        file: file.path.clone(),
        distro: definition.name.clone(),
        manifest,
        lock: file.lock(),
    }))
}

/// The distro of a manifest: its file name without the ending.
fn distro(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}
