//! Runtime bundles: unpacked by umoci and run by runc. Images for other architectures run under an emulator.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{json, Value};

use crate::emulator::Emulator;
use crate::json;
use crate::process::{self, Outcome};
use crate::reference_tools::{may_own, ReferenceTool, ReferenceTools};
use crate::report::Report;
use crate::tree;

/// The path of the emulator in a container. The runtime creates this directory, so it hides no file of the image.
const EMULATOR: &str = "/dev/emulator";

/// umoci and runc, on a machine where both can be used.
#[derive(Debug)]
pub(crate) struct Containers<'a> {
    umoci: ReferenceTool<'a>,
    runc: ReferenceTool<'a>,
    tools: &'a ReferenceTools,
}

/// An image that is unpacked with its file owners and ready to run.
#[derive(Debug)]
pub(crate) struct Bundle<'a> {
    containers: &'a Containers<'a>,
    directory: PathBuf,
    config: Value,
    emulator: Option<&'a Emulator>,
}

impl<'a> Containers<'a> {
    /// Finds both programs. If one is missing or this process is not root, reports `what` as skipped.
    pub(crate) fn find(
        tools: &'a ReferenceTools,
        report: &mut Report,
        what: &str,
    ) -> Result<Option<Self>> {
        if !may_own(tools)? {
            report.skip(what, "only root can unpack an image with its owners");
            return Ok(None);
        }
        let umoci = tools.find(report, "umoci", what)?;
        let runc = tools.find(report, "runc", what)?;
        Ok(umoci
            .zip(runc)
            .map(|(umoci, runc)| Self { umoci, runc, tools }))
    }

    /// Unpacks the one image of a layout.
    pub(crate) fn unpack<'b>(
        &'b self,
        layout: &Path,
        emulator: Option<&'b Emulator>,
    ) -> Result<Bundle<'b>> {
        let directory = unpack(&self.umoci, self.tools, layout)?;
        let mut config = json::read(&directory.join("config.json"))?;
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
            directory,
            config,
            emulator,
        })
    }
}

impl Bundle<'_> {
    /// The root directory of the image.
    pub(crate) fn root(&self) -> PathBuf {
        self.directory.join("rootfs")
    }

    /// Runs the image's own command or `command`, and returns its outcome. User, working directory and environment come
    /// from the image, as umoci wrote them to the bundle; the only network is a private loopback interface.
    pub(crate) fn run(&self, command: Option<&[&str]>) -> Result<Outcome> {
        let Containers { runc, tools, .. } = self.containers;
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
            // qemu prints no message for a missing program, so report it in runc's words.
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
        fs::write(self.directory.join("config.json"), config.to_string())?;
        let state = tools.fresh_directory("runc")?;
        // The PID namespace ends with this command, so that no process of a container that hangs is left.
        let mut command = tools.system("unshare");
        command.args(["--pid", "--fork", "--kill-child", "--mount", "--mount-proc"]);
        command
            .arg(runc.program())
            .arg("--root")
            .arg(&state)
            .args(["run", "--bundle"])
            .arg(&self.directory)
            .arg(format!("tested-{}", std::process::id()));
        process::run_within(limit, &mut command)
    }
}

/// Unpacks the one image of a layout with umoci; returns the bundle: `config.json` and `rootfs`. Without root's rights,
/// files do not get their owners.
///
/// Uses `umoci raw unpack` because `umoci unpack` also hashes every file to find changes later, which no test needs.
pub(crate) fn unpack(
    umoci: &ReferenceTool<'_>,
    tools: &ReferenceTools,
    layout: &Path,
) -> Result<PathBuf> {
    let bundle = tools.fresh_directory("bundle")?;
    let root = bundle.join("rootfs");
    let mut command = raw(umoci, "unpack", layout);
    if !may_own(tools)? {
        command.arg("--rootless");
    }
    process::succeed(command.arg(&root))?;
    let mut command = raw(umoci, "runtime-config", layout);
    command.arg("--rootfs").arg(&root);
    process::succeed(command.arg(bundle.join("config.json")))?;
    Ok(bundle)
}

/// The runtime configuration that umoci generates for the one image of a layout.
pub(crate) fn runtime_config(
    umoci: &ReferenceTool<'_>,
    tools: &ReferenceTools,
    layout: &Path,
) -> Result<Value> {
    let file = tools.fresh_directory("config")?.join("config.json");
    process::succeed(raw(umoci, "runtime-config", layout).arg(&file))?;
    json::read(&file)
}

fn raw(umoci: &ReferenceTool<'_>, command: &str, layout: &Path) -> Command {
    let mut line = umoci.command();
    line.args(["raw", command, "--image"]);
    line.arg(format!("{}:latest", layout.display()));
    line
}
