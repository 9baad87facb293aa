//! `debian_lock import`: converts a manifest and a lock of rules_distroless.

use std::path::{Path, PathBuf};

use blob::{Error, Outputs, Result, ResultExt};
use clap::Args;
use lock::{
    import_lock_v1, import_lock_v2, import_manifest, ForeignLockV1, ForeignLockV2, ForeignManifest,
    ImportedManifest, Lock,
};
use serde::de::DeserializeOwned;
use serde::Deserialize;
use transfer::Progress;

use crate::files;

/// The options of `import`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Manifest of rules_distroless; a lock of version 2 has no manifest
    #[arg(value_name = "MANIFEST", required_unless_present = "lock")]
    manifest: Option<PathBuf>,
    /// Lock of rules_distroless: version 1, made from the manifest, or version 2
    #[arg(long, value_name = "FILE")]
    lock: Option<PathBuf>,
    /// Dependency set to convert, if a lock of version 2 has several
    #[arg(long, value_name = "NAME")]
    set: Option<String>,
    /// Manifest to write, DISTRO.yaml; the lock is written to DISTRO.lock.json in the same directory
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
}

/// The field that all versions of a lock have.
#[derive(Deserialize)]
struct AnyLock {
    version: u32,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        let (manifest, lock) = self.import()?;
        let text = serde_norway::to_string(&manifest).cannot("write", self.output.display())?;
        let lock_path = files::lock_path_of(&self.output);
        for path in [&self.output, &lock_path] {
            // A dangling symbolic link counts as an existing file.
            if path.symlink_metadata().is_ok() {
                let error = Error::cannot("write", path.display(), "the file exists");
                return Err(error.hint("choose another `--output`, or delete the file"));
            }
        }
        let mut outputs = Outputs::new();
        outputs.add(&self.output, text.as_bytes())?;
        let progress = Progress::on_standard_error();
        if let Some(lock) = lock {
            outputs.add(&lock_path, lock.to_json().as_bytes())?;
            let count = lock.packages.values().map(|files| files.len());
            let (path, packages) = (lock_path.display(), lock.packages.len());
            progress.line(&format!(
                "{path}: {packages} packages in {} files, by URL",
                count.sum::<usize>()
            ));
        }
        outputs.commit()?;
        let output = self.output.display();
        progress.line(&format!(
            "{output}: run `debian_lock update {output}` for a lock with signatures"
        ));
        Ok(())
    }

    fn import(&self) -> Result<(ImportedManifest, Option<Lock>)> {
        let within = |error: Error, path: &Path| error.within("import", path.display());
        if let Some(path) = &self.lock {
            let lock: AnyLock = read(path, "lock")?;
            if lock.version == 2 {
                let (manifest, lock) = self.second(path).map_err(|e| within(e, path))?;
                return Ok((manifest, Some(lock)));
            }
        }
        let path = self.manifest.as_ref().ok_or_else(|| {
            Error::cannot("import", "a lock of version 1", "its manifest is missing")
                .hint("add the manifest: `debian_lock import MANIFEST --lock FILE …`")
        })?;
        if let Some(set) = &self.set {
            let cause = "a lock of version 1 has no sets";
            return Err(Error::cannot("import set", set, cause).hint("omit `--set`"));
        }
        let foreign: ForeignManifest = read(path, "manifest")?;
        let manifest = import_manifest(&foreign).map_err(|e| within(e, path))?;
        let Some(path) = &self.lock else {
            return Ok((manifest, None));
        };
        let lock: ForeignLockV1 = read(path, "lock")?;
        let lock = import_lock_v1(&files::distro(&self.output)?, &foreign, &lock);
        Ok((manifest, Some(lock.map_err(|e| within(e, path))?)))
    }

    fn second(&self, path: &Path) -> Result<(ImportedManifest, Lock)> {
        if let Some(manifest) = &self.manifest {
            let cause = "a lock of version 2 needs no manifest";
            let error = Error::cannot("use manifest", manifest.display(), cause);
            return Err(error.hint("omit the manifest"));
        }
        let lock: ForeignLockV2 = read(path, "lock")?;
        import_lock_v2(&files::distro(&self.output)?, &lock, self.set.as_deref())
    }
}

fn read<T: DeserializeOwned>(path: &Path, what: &str) -> Result<T> {
    let text = files::read_text(path)?;
    // YAML is a superset of JSON.
    yaml::read(&text).cannot(&format!("read {what}"), path.display())
}
