use blob::{Error, Result};

use crate::authorities::{read_file, Authorities};
use crate::certificate::Certificate;
use crate::status::{entry_path, Status};
use crate::{LayerWriter, PackageSource};

const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";
const COPYRIGHT: &str = "usr/share/doc/ca-certificates/copyright";

/// Options for a CA bundle.
#[derive(Clone, Debug)]
pub struct CaBundle {
    /// The mode of the bundle and of the copyright file.
    pub mode: u32,
    /// Their modification time, in seconds since 1970.
    pub mtime: u64,
    /// Whether the package is registered below `var/lib/dpkg/status.d`.
    pub registered: bool,
    /// Additional files of certificates, PEM or DER, with their names for messages; they are added at the end of the
    /// bundle.
    pub extra: Vec<(String, Vec<u8>)>,
}

/// Writes a ca-certificates package as a layer: one bundle, its copyright file and its two status files.
///
/// The bundle contains every certificate below `usr/share/ca-certificates`, sorted by their names within each
/// directory, then those of `extra`, each in the format of RFC 7468. The status files keep their times, the other two
/// get [`CaBundle::mtime`].
///
/// # Errors
///
/// A certificate cannot be read, or the package has no copyright file.
pub fn cacerts(source: &PackageSource, choices: &CaBundle, layer: &mut LayerWriter) -> Result<()> {
    let ((), facts) = source.read(|mut package| {
        let copyright = entry_path(COPYRIGHT)?;
        let mut status = Status::new(
            &package.control().name.clone(),
            package.take_control_files(),
        );
        let mut copyright_text = None;
        let authorities =
            Authorities::of(package, BUNDLE, &choices.extra, &mut |entry, content| {
                if entry.path == copyright {
                    copyright_text = Some(read_file(entry, content)?);
                }
                Ok(())
            });
        let authorities = authorities?;
        let copyright_text = copyright_text.ok_or_else(|| {
            let cause = format!("the package has no `{COPYRIGHT}`");
            Error::cannot("make", BUNDLE, cause).hint("give a ca-certificates package")
        })?;
        let (mode, mtime) = (choices.mode, choices.mtime);
        let bundle: String = authorities.certificates().map(Certificate::pem).collect();
        layer.append_file(entry_path(BUNDLE)?, mode, mtime, bundle.as_bytes())?;
        layer.append_file(copyright.clone(), mode, mtime, &copyright_text)?;
        if !choices.registered {
            return Ok(());
        }
        status.rewrite(|path| Ok((*path == copyright).then(|| path.clone())))?;
        status.append_to(layer)
    })?;
    layer.add_package(facts);
    Ok(())
}
