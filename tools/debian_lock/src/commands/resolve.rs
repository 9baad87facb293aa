//! `debian_lock resolve`: prints packages with all their dependencies, and writes no file.

use std::io::Write;
use std::path::PathBuf;

use blob::{Result, ResultExt};
use clap::Args;
use lock_update::{PackageList, Settings};
use serde_json::{json, Value};
use transfer::Progress;

use super::locking::program;
use super::manifest_source::ManifestSource;
use super::options::RepositoryOptions;
use crate::{files, notes};

/// The options of `resolve`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Requested packages: NAME, NAME=VERSION, NAME/SOURCE, or -NAME to exclude one [default: those of the manifest]
    #[arg(value_name = "PACKAGE", allow_hyphen_values = true)]
    packages: Vec<String>,
    /// Manifest that names the sources
    #[arg(long, value_name = "FILE")]
    manifest: PathBuf,
    /// Debian architecture
    #[arg(long, value_name = "ARCHITECTURE")]
    arch: String,
    /// Print a JSON list of objects
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    repositories: RepositoryOptions,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        let mut manifest = files::read_manifest(&self.manifest)?;
        if !self.packages.is_empty() {
            manifest.packages = self.packages.clone();
            manifest.skip_missing.clear();
        }
        manifest.resolve = true;
        let progress = Progress::on_standard_error();
        let fetcher = self.repositories.fetcher(&progress)?;
        let source = ManifestSource::of_file(&self.manifest, manifest)?;
        let program = program();
        let resolved = self.repositories.with_settings(&source, None, |settings| {
            let settings = Settings {
                program: program.as_deref(),
                ..*settings
            };
            lock_update::resolve(&source.manifest, &fetcher, &settings, &self.arch)
        });
        let path = self.manifest.display();
        let resolved = resolved.map_err(|error| error.within("resolve", path))?;
        for note in &resolved.notes {
            progress.line(&notes::text(note));
        }
        let text = if self.json {
            json(&resolved)
        } else {
            table(&resolved)
        };
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())
            .cannot("write", "standard output")
    }
}

fn json(resolved: &PackageList) -> String {
    let packages = resolved.packages.iter().map(|package| {
        let file = &package.file;
        json!({
            "architecture": package.architecture,
            "depends": file.depends,
            "name": package.name,
            "reason": file.reason,
            "sha256": file.sha256.hex(),
            "size": file.size,
            "suite": file.origin(),
            "version": file.version,
        })
    });
    format!("{:#}\n", Value::Array(packages.collect()))
}

/// One line for each package: name, version, architecture, suite, reason.
fn table(resolved: &PackageList) -> String {
    let rows = resolved.packages.iter().map(|package| {
        let file = &package.file;
        let (name, architecture) = (&package.name, &package.architecture);
        [
            name,
            &file.version,
            architecture,
            file.origin(),
            &file.reason,
        ]
        .map(str::to_owned)
    });
    let rows: Vec<[String; 5]> = rows.collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let lines = rows.iter().map(|row| {
        let [name, version, architecture, suite, reason] = row;
        let [a, b, c, d] = widths;
        format!("{name:a$}  {version:b$}  {architecture:c$}  {suite:d$}  {reason}\n")
    });
    lines.collect()
}
