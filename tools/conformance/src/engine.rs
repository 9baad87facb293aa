//! A private Docker engine: it has its own data, socket and namespaces; no bridge, no firewall rules, no network.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::json;
use crate::process::{self, Outcome, Server};
use crate::reference_tools::{may_own, ReferenceTool, ReferenceTools};
use crate::report::Report;

/// How often a command is tried in a container that starts, and how long to wait in between.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);

/// A running engine. When it is dropped, the engine, its containers and its mounts end.
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    _server: Server,
    docker: &'a ReferenceTool<'a>,
    socket: PathBuf,
}

/// Finds `dockerd` and `docker`. If an engine cannot run here, reports `what` as skipped.
pub(crate) fn find<'a>(
    tools: &'a ReferenceTools,
    report: &mut Report,
    what: &str,
) -> Result<Option<(ReferenceTool<'a>, ReferenceTool<'a>)>> {
    if !may_own(tools)? {
        report.skip(what, "only root can start an engine");
        return Ok(None);
    }
    let dockerd = tools.find(report, "dockerd", what)?;
    Ok(dockerd.zip(tools.find(report, "docker", what)?))
}

impl<'a> Engine<'a> {
    /// Starts an engine.
    pub(crate) fn start(
        dockerd: &ReferenceTool<'_>,
        docker: &'a ReferenceTool<'a>,
        tools: &ReferenceTools,
    ) -> Result<Self> {
        let directory = tools.fresh_directory("engine")?;
        let socket = directory.join("socket");
        let log = directory.join("log");
        // Private PID, mount and network namespaces: all of them end with the first process.
        let mut command = tools.system("unshare");
        command.args([
            "--pid",
            "--fork",
            "--kill-child",
            "--mount",
            "--mount-proc",
            "--net",
        ]);
        command.arg(dockerd.program());
        command.args([
            "--iptables=false",
            "--ip6tables=false",
            "--ip-forward=false",
            "--ip-masq=false",
            "--bridge=none",
        ]);
        // The engine chooses the storage driver: overlay2 if the file system supports it, else vfs.
        command.arg("--log-level=warn");
        for (option, name) in [
            ("--data-root", "data"),
            ("--exec-root", "exec"),
            ("--pidfile", "pid"),
        ] {
            command.arg(option).arg(directory.join(name));
        }
        command.arg(format!("--host=unix://{}", socket.display()));
        let server = Server::start(&mut command, File::create(&log)?)?;
        let mut engine = Self {
            _server: server,
            docker,
            socket,
        };
        let (docker, socket) = (engine.docker, engine.socket.clone());
        let ready = || process::succeed(client(docker, &socket).args(["version"])).ok();
        let started = engine._server.wait(ready);
        started.with_context(|| {
            format!(
                "cannot start a Docker engine: {}",
                fs::read_to_string(&log).unwrap_or_default()
            )
        })?;
        Ok(engine)
    }

    fn docker(&self) -> Command {
        client(self.docker, &self.socket)
    }

    /// Loads an archive; returns the name of the image in the engine.
    pub(crate) fn load(&self, archive: &Path) -> Result<String> {
        let said = process::text(self.docker().args(["load", "--input"]).arg(archive))?;
        let name = said.trim().strip_prefix("Loaded image: ");
        Ok(name
            .with_context(|| format!("docker load said `{said}`"))?
            .to_owned())
    }

    /// The engine's description of an image (`docker image inspect`).
    pub(crate) fn inspect(&self, image: &str) -> Result<Value> {
        let list = json::parse(&process::succeed(
            self.docker().args(["image", "inspect", image]),
        )?)?;
        Ok(list[0].clone())
    }

    /// Builds a Dockerfile without a network, with the classic builder that every engine has; returns the image's ID.
    pub(crate) fn build(
        &self,
        dockerfile: &Path,
        context: &Path,
        arguments: &[(&str, String)],
    ) -> Result<String> {
        let mut command = self.docker();
        command.env("DOCKER_BUILDKIT", "0");
        command.args(["build", "--network=none", "--quiet"]);
        for (name, value) in arguments {
            command.arg(format!("--build-arg={name}={value}"));
        }
        let said = process::text(command.arg("--file").arg(dockerfile).arg(context))?;
        let id = said.lines().rfind(|line| line.starts_with("sha256:"));
        Ok(id
            .with_context(|| format!("docker build said `{said}`"))?
            .to_owned())
    }

    /// Starts a container, and runs a command in it until the command succeeds or the limit is reached.
    pub(crate) fn ask(&self, image: &str, arguments: &[&str], asks: &[&str]) -> Result<Outcome> {
        let mut start = self.docker();
        start.args(["run", "--detach", "--network=none", image]);
        let container = process::text(start.args(arguments))?;
        let container = container.trim();
        let mut outcome = None;
        for _ in 0..ATTEMPTS {
            let found = process::run(self.docker().args(["exec", container]).args(asks))?;
            let answered = found.code == 0;
            outcome = Some(found);
            if answered {
                break;
            }
            sleep(PAUSE);
        }
        process::succeed(self.docker().args(["rm", "--force", container]))?;
        outcome.context("no attempt was made")
    }

    /// Copies a file from an image. The image need not be for this architecture.
    pub(crate) fn copy(&self, image: &str, path: &str, to: &Path) -> Result<()> {
        let container = process::text(self.docker().args(["create", "--network=none", image]))?;
        let container = container.trim();
        let mut copy = self.docker();
        copy.arg("cp").arg(format!("{container}:{path}")).arg(to);
        let copied = process::succeed(&mut copy);
        process::succeed(self.docker().args(["rm", container]))?;
        copied.map(drop)
    }

    /// Runs a container without a network.
    pub(crate) fn run(&self, options: &[&str], image: &str, arguments: &[&str]) -> Result<Outcome> {
        let mut command = self.docker();
        command
            .args(["run", "--rm", "--network=none"])
            .args(options)
            .arg(image)
            .args(arguments);
        process::run(&mut command)
    }
}

fn client(docker: &ReferenceTool<'_>, socket: &Path) -> Command {
    let mut command = docker.command();
    command.arg(format!("--host=unix://{}", socket.display()));
    command
}
