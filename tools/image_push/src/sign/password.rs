//! The password of an encrypted private key. It is never on the command line.

use std::env;
use std::path::PathBuf;

use blob::{read_regular, Error, Result, ResultExt};
use clap::Args;

/// The variable that cosign reads, too.
const VARIABLE: &str = "COSIGN_PASSWORD";

/// The maximum size of the file.
const MAX_PASSWORD: u64 = 64 << 10;

/// Where the password is.
#[derive(Debug, Args)]
pub(crate) struct Password {
    /// File with the password of the key; one newline at its end is ignored. The default is the environment variable
    /// `COSIGN_PASSWORD`.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

impl Password {
    /// The password, if there is one. It may be empty.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>> {
        let Some(path) = &self.password_file else {
            let value = env::var_os(VARIABLE);
            return Ok(value.map(std::os::unix::ffi::OsStringExt::into_vec));
        };
        let mut password = read_regular(path, MAX_PASSWORD).cannot("read", path.display())?;
        if password.last() == Some(&b'\n') {
            password.pop();
            if password.last() == Some(&b'\r') {
                password.pop();
            }
        }
        Ok(Some(password))
    }

    /// As [`Self::read`], but there must be one.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) fn required(&self, verb: &str, object: impl std::fmt::Display) -> Result<Vec<u8>> {
        self.read()?.ok_or_else(|| {
            Error::cannot(verb, object, "no password is given").hint(format!(
                "set {VARIABLE}, or pass --password-file; the password may be empty"
            ))
        })
    }
}
