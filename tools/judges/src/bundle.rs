//! Runtime bundles: unpacked by umoci, run by runc.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{json, Value};

use crate::json;
use crate::judge::{may_own, Judge, Judges};
use crate::process::{self, Outcome};

/// Unpacks the one image of a layout with umoci; returns the bundle. Where root's rights are missing, nothing belongs
/// to its owner afterwards.
pub(crate) fn unpack(umoci: &Judge<'_>, judges: &Judges, layout: &Path) -> Result<PathBuf> {
    let bundle = judges.fresh_folder("bundle")?.join("bundle");
    let mut command = umoci.command();
    command
        .arg("unpack")
        .arg("--image")
        .arg(format!("{}:latest", layout.display()));
    if !may_own(judges)? {
        command.arg("--rootless");
    }
    process::succeed(command.arg(&bundle))?;
    Ok(bundle)
}

/// Runs a bundle's own command, or another one, and returns how it ended. Its user, directory and environment are the
/// image's, as umoci wrote them down; the network is a loopback interface of its own.
pub(crate) fn run(
    runc: &Judge<'_>,
    judges: &Judges,
    bundle: &Path,
    command: Option<&[&str]>,
) -> Result<Outcome> {
    let file = bundle.join("config.json");
    let mut config = json::read(&file)?;
    let process = config["process"]
        .as_object_mut()
        .context("a bundle has a process")?;
    process.insert("terminal".into(), Value::Bool(false));
    if let Some(command) = command {
        process.insert("args".into(), json!(command));
    }
    fs::write(&file, config.to_string())?;
    let state = judges.fresh_folder("runc")?;
    // In namespaces that end with this command, so that nothing of a container that hangs is left.
    let mut command = judges.tool("unshare");
    command.args(["--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]);
    command
        .arg(runc.program())
        .arg("--root")
        .arg(&state)
        .args(["run", "--bundle"])
        .arg(bundle);
    process::run(command.arg(format!("judged-{}", std::process::id())))
}
