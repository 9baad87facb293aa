//! Runtime bundles: unpacked by umoci, run by runc, under an emulator where they are for another machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{json, Value};

use crate::emulator::Emulator;
use crate::json;
use crate::judge::{may_own, Judge, Judges};
use crate::process::{self, Outcome};
use crate::report::Report;
use crate::tree;

/// Where a container has its emulator: in a folder that the runtime makes, so that no file of the image is hidden.
const EMULATOR: &str = "/dev/emulator";

/// umoci and runc, on a machine where both may do what they are for.
#[derive(Debug)]
pub(crate) struct Containers<'a> {
    umoci: Judge<'a>,
    runc: Judge<'a>,
    judges: &'a Judges,
}

/// An image, unpacked with its owners, to be run.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    containers: &'a Containers<'a>,
    folder: PathBuf,
    config: Value,
    emulator: Option<&'a Emulator>,
}

impl<'a> Containers<'a> {
    /// Both judges; where one of them or the rights of root are missing, says that `what` is not checked.
    pub(crate) fn find(
        judges: &'a Judges,
        report: &mut Report,
        what: &str,
    ) -> Result<Option<Self>> {
        if !may_own(judges)? {
            report.skip(what, "only root can unpack an image with its owners");
            return Ok(None);
        }
        let umoci = judges.find(report, "umoci", what)?;
        let runc = judges.find(report, "runc", what)?;
        Ok(umoci.zip(runc).map(|(umoci, runc)| Self {
            umoci,
            runc,
            judges,
        }))
    }

    /// Unpacks the one image of a layout.
    pub(crate) fn unpack<'b>(
        &'b self,
        layout: &Path,
        emulator: Option<&'b Emulator>,
    ) -> Result<Bundle<'b>> {
        let folder = unpack(&self.umoci, self.judges, layout)?;
        let mut config = json::read(&folder.join("config.json"))?;
        config["process"]["terminal"] = Value::Bool(false);
        if let Some(emulator) = emulator {
            config["mounts"]
                .as_array_mut()
                .context("a bundle has mounts")?
                .push(json!({
                    "destination": EMULATOR,
                    "type": "bind",
                    "source": emulator.program(),
                    "options": ["bind", "ro"],
                }));
        }
        Ok(Bundle {
            containers: self,
            folder,
            config,
            emulator,
        })
    }
}

impl Bundle<'_> {
    /// The image's root folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.join("rootfs")
    }

    /// Runs the image's own command, or another one, and returns how it ended. Its user, directory and environment are
    /// the image's, as umoci wrote them down; the network is a loopback interface of its own.
    pub(crate) fn run(&self, command: Option<&[&str]>) -> Result<Outcome> {
        let Containers { runc, judges, .. } = self.containers;
        let mut config = self.config.clone();
        let process = &mut config["process"];
        if let Some(command) = command {
            process["args"] = json!(command);
        }
        let mut limit = process::LIMIT;
        if let Some(emulator) = self.emulator {
            limit = emulator.limit();
            let command = json::strings(&process["args"]);
            let program = command.first().context("there is no command")?;
            // qemu says nothing of a program that is not there; runc says it so.
            if !tree::has(&self.root(), program)? {
                return Ok(Outcome::failed(format!(
                    "`{program}`: no such file or directory\n"
                )));
            }
            let mut emulated = vec![EMULATOR];
            emulated.extend(emulator.options());
            emulated.extend(command.iter().map(String::as_str));
            process["args"] = json!(emulated);
        }
        fs::write(self.folder.join("config.json"), config.to_string())?;
        let state = judges.fresh_folder("runc")?;
        // In namespaces that end with this command, so that nothing of a container that hangs is left.
        let mut command = judges.tool("unshare");
        command.args(["--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]);
        command
            .arg(runc.program())
            .arg("--root")
            .arg(&state)
            .args(["run", "--bundle"])
            .arg(&self.folder)
            .arg(format!("judged-{}", std::process::id()));
        process::run_within(limit, &mut command)
    }
}

/// Unpacks the one image of a layout with umoci; returns the bundle: `config.json` and `rootfs`. Where root's rights are
/// missing, nothing belongs to its owner afterwards.
///
/// `umoci unpack` would also hash every file, to find later what has changed; nothing here asks for that.
pub(crate) fn unpack(umoci: &Judge<'_>, judges: &Judges, layout: &Path) -> Result<PathBuf> {
    let bundle = judges.fresh_folder("bundle")?;
    let root = bundle.join("rootfs");
    let mut command = raw(umoci, "unpack", layout);
    if !may_own(judges)? {
        command.arg("--rootless");
    }
    process::succeed(command.arg(&root))?;
    let mut command = raw(umoci, "runtime-config", layout);
    command.arg("--rootfs").arg(&root);
    process::succeed(command.arg(bundle.join("config.json")))?;
    Ok(bundle)
}

/// The configuration for a runtime that umoci makes of the one image of a layout.
pub(crate) fn runtime_config(umoci: &Judge<'_>, judges: &Judges, layout: &Path) -> Result<Value> {
    let file = judges.fresh_folder("config")?.join("config.json");
    process::succeed(raw(umoci, "runtime-config", layout).arg(&file))?;
    json::read(&file)
}

fn raw(umoci: &Judge<'_>, command: &str, layout: &Path) -> Command {
    let mut line = umoci.command();
    line.args(["raw", command, "--image"]);
    line.arg(format!("{}:latest", layout.display()));
    line
}
