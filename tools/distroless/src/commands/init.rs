//! `init`: a definition to start from.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use blob::{Error, Result};
use clap::Args;

use crate::output;
use crate::starter::{definition, Family, DISTROS};

/// Write a definition to start from
///
/// Without `--family`, the image has one program of a Debian package, jq, and what it needs. An existing file is never
/// replaced.
#[derive(Args, Debug)]
pub(crate) struct Init {
    /// File to write
    #[arg(value_name = "FILE", default_value = "image.yaml")]
    file: PathBuf,
    /// Begin with the packages of this image family, such as static, base, cc, python3 or java17
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
    /// Debian release of the packages
    #[arg(long, value_name = "DISTRO", default_value = "debian12", value_parser = clap::builder::PossibleValuesParser::new(DISTROS.iter().map(|(name, _)| *name)))]
    distro: String,
}

impl Init {
    pub(crate) fn run(&self) -> Result<()> {
        let family = self.family.as_deref();
        let family = family.map(|name| Family::find(name, &self.distro));
        let shown = self.file.display();
        let text = definition(
            &shown.to_string(),
            &self.distro,
            family.transpose()?.as_ref(),
        )?;
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&self.file);
        let mut file = opened.map_err(|error| {
            let exists = error.kind() == std::io::ErrorKind::AlreadyExists;
            let error = Error::cannot("write definition", &shown, error);
            if exists {
                error.hint("name another file, or remove this one")
            } else {
                error
            }
        })?;
        if let Err(error) = file.write_all(text.as_bytes()) {
            // The next attempt would refuse to replace a part of a definition.
            let _ = fs::remove_file(&self.file);
            return Err(Error::cannot("write definition", &shown, error));
        }
        output::line(format_args!("{shown}"))?;
        Ok(())
    }
}
