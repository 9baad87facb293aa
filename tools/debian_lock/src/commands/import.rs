//! `debian_lock import`: a manifest and a lock of rules_distroless → ours.

use std::path::{Path, PathBuf};

use blob::{Error, Outputs, Result, ResultExt};
use clap::Args;
use debian_repo::{import_lock, import_manifest, ForeignLock, ForeignManifest};
use serde::de::DeserializeOwned;

use crate::files;
use crate::progress::Progress;

/// The flags of `import`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The manifest of rules_distroless
    #[arg(value_name = "MANIFEST")]
    manifest: PathBuf,
    /// The lock that rules_distroless made of it (version 1)
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Where to write the manifest, DISTRO.yaml; the lock comes beside it as DISTRO.lock.json
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        let foreign: ForeignManifest = read(&self.manifest, "manifest")?;
        let within = |error: Error, path: &Path| error.within("import", path.display());
        let manifest = import_manifest(&foreign).map_err(|e| within(e, &self.manifest))?;
        let text = serde_norway::to_string(&manifest).cannot("write", self.output.display())?;
        let lock_path = files::lock_beside(&self.output);
        for path in [&self.output, &lock_path] {
            if path.exists() {
                let error = Error::cannot("write", path.display(), "it is there already");
                return Err(error.hint("name another `--output`, or delete it"));
            }
        }
        let mut outputs = Outputs::new();
        outputs.add(&self.output, text.as_bytes())?;
        let progress = Progress::new();
        if let Some(path) = &self.lock {
            let foreign_lock: ForeignLock = read(path, "lock")?;
            let distro = files::distro(&self.output)?;
            let lock = import_lock(&distro, &foreign, &foreign_lock);
            let lock = lock.map_err(|e| within(e, path))?;
            outputs.add(&lock_path, lock.to_json().as_bytes())?;
            let count = lock
                .packages
                .values()
                .map(|files| files.len())
                .sum::<usize>();
            let (path, packages) = (lock_path.display(), lock.packages.len());
            progress.line(&format!(
                "{path}: {packages} packages in {count} files, by address"
            ));
        }
        outputs.commit()?;
        let output = self.output.display();
        progress.line(&format!(
            "{output}: run `debian_lock update {output}` for a lock with signatures"
        ));
        Ok(())
    }
}

fn read<T: DeserializeOwned>(path: &Path, what: &str) -> Result<T> {
    let text = std::fs::read_to_string(path).cannot("read", path.display())?;
    // JSON is YAML too.
    crate::yaml::read(&text).cannot(&format!("read {what}"), path.display())
}
