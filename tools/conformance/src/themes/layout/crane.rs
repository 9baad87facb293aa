//! crane checks layouts and archives.

use std::path::Path;

use anyhow::{ensure, Result};

use super::{Index, TestedImage};
use crate::layout::Layout;
use crate::process;
use crate::reference_tools::{ReferenceTool, ReferenceTools};
use crate::registry::Registry;
use crate::report::Report;

/// crane reads all bytes back from a registry and checks them; it checks archives in place.
pub(super) fn check(
    indexes: &[Index],
    images: &[TestedImage],
    tools: &ReferenceTools,
    report: &mut Report,
) -> Result<()> {
    let what = "what crane validates";
    let Some(crane) = tools.find(report, "crane", what)? else {
        return Ok(());
    };
    for tested in images {
        let outcome = validate(
            &crane,
            tested.has_new_layers,
            "--tarball",
            tested.archive.as_os_str(),
        );
        report.check(format_args!("crane validate --tarball: {tested}"), outcome);
    }
    let Some(server) = tools.find(
        report,
        "docker-registry",
        "what crane validates in a registry",
    )?
    else {
        return Ok(());
    };
    let registry = Registry::start(&server, tools)?;
    // One repository for all images, so that each blob is pushed only once.
    let push_and_validate = |path: &Path, tag: &str, layers: bool| -> Result<()> {
        let reference = registry.reference(&format!("tested/images:{tag}"));
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
    for tested in images {
        let tag = format!("{}-{}", tested.variant, tested.platform.architecture);
        report.check(
            format_args!("crane push and validate: {tested}"),
            push_and_validate(&tested.directory, &tag, tested.has_new_layers),
        );
    }
    for Index {
        variant, directory, ..
    } in indexes
    {
        // The images of an index were validated above.
        report.check(
            format_args!("crane push and validate: the index {variant}"),
            push_and_validate(directory, variant, false),
        );
    }
    Ok(())
}

/// Runs `crane validate`, with or without checking the bytes of the layers.
fn validate(
    crane: &ReferenceTool<'_>,
    layers: bool,
    kind: &str,
    place: &std::ffi::OsStr,
) -> Result<()> {
    let mut command = crane.command();
    command.arg("validate");
    if !layers {
        command.arg("--fast");
    }
    process::succeed(command.arg(kind).arg(place)).map(drop)
}
