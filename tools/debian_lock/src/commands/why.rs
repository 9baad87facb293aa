//! `debian_lock why`: explains why a lock contains a package.

use std::io::Write;
use std::path::{Path, PathBuf};

use blob::{Result, ResultExt};
use clap::Args;
use lock::{why, Lock};

use crate::files;

/// The options of `why`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Packages to explain
    #[arg(required = true, value_name = "PACKAGE")]
    packages: Vec<String>,
    /// Lock to search; may be given several times
    #[arg(long = "lock", required = true, value_name = "FILE")]
    locks: Vec<PathBuf>,
    /// Search only this Debian architecture [default: all]
    #[arg(long, value_name = "ARCHITECTURE")]
    arch: Option<String>,
}

impl Options {
    pub(crate) fn run(&self) -> Result<()> {
        let mut text = String::new();
        for path in &self.locks {
            text.push_str(&self.explain(path)?);
        }
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())
            .cannot("write", "standard output")
    }

    fn explain(&self, path: &Path) -> Result<String> {
        let name = path.display().to_string();
        let lock = files::read_text(path)?;
        let lock = Lock::parse(&name, &lock)?;
        let mut text = format!("{}\n", path.display());
        for package in &self.packages {
            let lines = why(&lock, package, self.arch.as_deref());
            for line in lines.map_err(|error| error.within("explain", &name))? {
                text.push_str(&format!("  {line}\n"));
            }
        }
        Ok(text)
    }
}
