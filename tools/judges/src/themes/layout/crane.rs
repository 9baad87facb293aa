//! crane checks layouts and archives.

use std::path::Path;

use anyhow::{ensure, Result};

use super::{Index, Judged};
use crate::judge::{Judge, Judges};
use crate::layout::Layout;
use crate::process;
use crate::registry::Registry;
use crate::report::Report;

/// crane reads all bytes back from a registry and checks them; it checks archives in place.
pub(super) fn judge(
    indexes: &[Index],
    images: &[Judged],
    judges: &Judges,
    report: &mut Report,
) -> Result<()> {
    let what = "what crane validates";
    let Some(crane) = judges.find(report, "crane", what)? else {
        return Ok(());
    };
    for judged in images {
        let outcome = validate(
            &crane,
            judged.has_new_layers,
            "--tarball",
            judged.archive.as_os_str(),
        );
        report.check(format_args!("crane validate --tarball: {judged}"), outcome);
    }
    let Some(server) = judges.find(
        report,
        "docker-registry",
        "what crane validates in a registry",
    )?
    else {
        return Ok(());
    };
    let registry = Registry::start(&server, judges)?;
    // One repository for all images, so that each blob is pushed only once.
    let push_and_validate = |path: &Path, tag: &str, layers: bool| -> Result<()> {
        let reference = registry.reference(&format!("judged/images:{tag}"));
        let layout = Layout::open(path)?;
        process::succeed(crane.command().arg("push").arg(path).arg(&reference))?;
        validate(&crane, layers, "--remote", reference.as_ref())?;
        let digest = process::text(crane.command().args(["digest", &reference]))?;
        ensure!(
            digest.trim() == layout.digest()?,
            "the registry says {digest}"
        );
        Ok(())
    };
    for judged in images {
        let tag = format!("{}-{}", judged.variant, judged.platform.architecture);
        report.check(
            format_args!("crane push and validate: {judged}"),
            push_and_validate(&judged.folder, &tag, judged.has_new_layers),
        );
    }
    for Index {
        variant, folder, ..
    } in indexes
    {
        // The images of an index were validated above.
        report.check(
            format_args!("crane push and validate: the index {variant}"),
            push_and_validate(folder, variant, false),
        );
    }
    Ok(())
}

/// Runs `crane validate`, with or without checking the bytes of the layers.
fn validate(crane: &Judge<'_>, layers: bool, kind: &str, place: &std::ffi::OsStr) -> Result<()> {
    let mut command = crane.command();
    command.arg("validate");
    if !layers {
        command.arg("--fast");
    }
    process::succeed(command.arg(kind).arg(place)).map(drop)
}
