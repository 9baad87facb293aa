use blob::{Error, Result};

use crate::authorities::{read_file, Authorities};
use crate::certificate::Certificate;
use crate::status::{entry_path, Status};
use crate::{LayerWriter, PackageSource};

const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";
const COPYRIGHT: &str = "usr/share/doc/ca-certificates/copyright";

/// Choices for a CA bundle.
#[derive(Clone, Debug)]
pub struct CaBundle {
    /// The mode of the bundle and of the copyright file.
    pub mode: u32,
    /// Their time, in seconds since 1970.
    pub mtime: u64,
    /// Whether the package is registered below `var/lib/dpkg/status.d`.
    pub registered: bool,
    /// More files of certificates, PEM or DER, by the name that messages call them, for the end of the bundle.
    pub extra: Vec<(String, Vec<u8>)>,
}

/// Writes a ca-certificates package as a layer of one bundle, its copyright file and the two files of its status.
///
/// The bundle holds every certificate below `usr/share/ca-certificates`, directory by directory in byte order of names, then
/// those of `extra`, each written as RFC 7468 has it. Only the status files keep their times.
pub fn cacerts(source: &PackageSource, choices: &CaBundle, layer: &mut LayerWriter) -> Result<()> {
    source.read(|mut package| {
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
    })
}
