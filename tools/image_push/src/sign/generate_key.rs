//! New keys.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use blob::{Error, Result, ResultExt};
use sign::{KeyPair, Signer};

/// A key pair that was written.
pub(crate) struct Generated {
    /// The path of the public key.
    pub(crate) public: PathBuf,
    /// The fingerprint of the public key.
    pub(crate) fingerprint: String,
}

/// Writes a new private key, encrypted with a password, and next to it the public key with the extension `pub`. Existing
/// files stay unchanged.
///
/// # Errors
///
/// A file exists or cannot be written. Then no file is left.
pub(crate) fn generate_key(private: &Path, password: &[u8]) -> Result<Generated> {
    let public = private.with_extension("pub");
    if public == private {
        let cause = "the public key would have the same path";
        return Err(Error::cannot("write", private.display(), cause)
            .hint("choose another extension, such as `key`"));
    }
    let pair = KeyPair::generate(password)?;
    create(private, 0o600, &pair.private_pem)?;
    if let Err(error) = create(&public, 0o644, &pair.public_pem) {
        let _ = fs::remove_file(private);
        return Err(error);
    }
    Ok(Generated {
        public,
        fingerprint: pair.key.public_key().fingerprint(),
    })
}

fn create(path: &Path, mode: u32, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create_new(true).mode(mode).open(path);
    let mut file = match file {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Error::cannot("write", path.display(), "the file exists")
                .hint("choose another name: a lost key cannot be made again"));
        }
        other => other.cannot("write", path.display())?,
    };
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    written.cannot("write", path.display()).inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}
