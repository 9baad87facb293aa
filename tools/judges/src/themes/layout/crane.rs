//! What crane makes of layouts and archives.

use std::path::Path;

use anyhow::{ensure, Result};

use super::Options;
use crate::judge::Judges;
use crate::layout::Layout;
use crate::platform::Placed;
use crate::process;
use crate::registry::Registry;
use crate::report::Report;

/// crane reads all bytes back from a registry and checks them; archives it checks where they lie.
pub(super) fn judge(options: &Options, judges: &Judges, report: &mut Report) -> Result<()> {
    let what = "what crane validates";
    let Some(crane) = judges.find(report, "crane", what)? else {
        return Ok(());
    };
    for Placed { platform, path } in &options.archive {
        let outcome =
            process::succeed(crane.command().args(["validate", "--tarball"]).arg(path)).map(drop);
        report.check(
            format_args!("crane validate --tarball: {platform}"),
            outcome,
        );
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
    let push_and_validate = |path: &Path, name: &str| -> Result<()> {
        let reference = registry.reference(name);
        let layout = Layout::open(path)?;
        process::succeed(crane.command().arg("push").arg(path).arg(&reference))?;
        process::succeed(crane.command().args(["validate", "--remote", &reference]))?;
        let digest = process::text(crane.command().args(["digest", &reference]))?;
        ensure!(
            digest.trim() == layout.digest()?,
            "the registry says {digest}"
        );
        Ok(())
    };
    report.check(
        "crane push and validate: the index",
        push_and_validate(&options.index, "judged/index:latest"),
    );
    for Placed { platform, path } in &options.image {
        let name = format!("judged/{}:latest", platform.architecture);
        report.check(
            format_args!("crane push and validate: {platform}"),
            push_and_validate(path, &name),
        );
    }
    Ok(())
}
