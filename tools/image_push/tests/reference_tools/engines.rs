use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use blob::Digest;

use crate::images::{image_with, index, layout, Item};
use crate::programs::{output, tools, wait_for, Process};
use crate::world::World;

/// A layer with one file.
fn layer(name: &str, bytes: &[u8], mode: u32) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(mode);
    let mut builder = tar::Builder::new(Vec::new());
    builder.append_data(&mut header, name, bytes).unwrap();
    builder.into_inner().unwrap()
}

/// An index with an image that prints a text, for this machine and for another one.
fn printing(text: &str, busybox: &Path) -> (Item, Vec<u8>) {
    let busybox = layer("bin/busybox", &fs::read(busybox).unwrap(), 0o755);
    let layers = [busybox.clone(), layer("text", text.as_bytes(), 0o644)];
    let command = ["/bin/busybox", "cat", "/text"];
    let machine = arch::Architecture::host().unwrap().oci;
    let image = image_with(machine, &layers, &command);
    let other = image_with("s390x", &layers[1..], &command);
    let list = [("s390x", &other), (machine, &image)];
    (index(&list, &serde_json::json!({})), busybox)
}

/// A Docker engine. The path of a socket has at most 107 bytes, so it is not in the directory of the test.
struct Docker {
    directory: tempfile::TempDir,
    tools: PathBuf,
    process: Option<Process>,
}

impl Docker {
    /// `None` if this machine has no engine or does not permit one.
    fn start() -> Option<Self> {
        let tools = tools(&["dockerd", "docker", "busybox"])?;
        if output(Command::new("id").arg("-u")).trim() != "0" {
            eprintln!("SKIPPED: a Docker engine needs root");
            return None;
        }
        let directory = tempfile::Builder::new()
            .prefix("engine")
            .tempdir_in("/tmp")
            .unwrap();
        let path = |name: &str| directory.path().join(name).display().to_string();
        let mut command = Command::new(tools.join("bin/dockerd"));
        command
            .args(["--iptables=false", "--bridge=none", "--storage-driver=vfs"])
            .arg(format!("--data-root={}", path("data")))
            .arg(format!("--exec-root={}", path("x")))
            .arg(format!("--pidfile={}", path("pid")))
            .arg(format!("--host=unix://{}", path("socket")));
        let process = Some(Process::start(&mut command));
        let docker = Self {
            tools,
            directory,
            process,
        };
        wait_for("dockerd", || {
            docker
                .command()
                .arg("version")
                .output()
                .unwrap()
                .status
                .success()
        });
        Some(docker)
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    fn host(&self) -> String {
        format!("unix://{}", self.path("socket"))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.tools.join("bin/docker"));
        command.env("DOCKER_HOST", self.host());
        command
    }

    fn docker_run(&self, name: &str) -> String {
        output(self.command().args(["run", "--rm", "--network=none", name]))
    }
}

impl Drop for Docker {
    fn drop(&mut self) {
        self.process = None;
        // A mount that remains if the engine failed.
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.path("data"))
            .output();
    }
}

#[test]
fn docker_and_containerd_run_images() {
    let Some(docker) = Docker::start() else {
        return;
    };
    let mut world = World::new();
    world.set("DOCKER_HOST", &docker.host());
    let busybox = docker.tools.join("own/usr/bin/busybox");
    let (one, _) = printing("one", &busybox);
    let (two, base) = printing("two", &busybox);
    layout(&world, "one", &[("", &one)]);
    layout(&world, "two", &[("", &two)]);
    let load = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["load"].iter().chain(arguments).copied().collect();
        let line = world.run(&arguments).output();
        line.split_once(' ').unwrap().1.trim_end().to_owned()
    };
    assert_eq!(load(&["one", "--name", "toy:one"]), "loaded");
    assert_eq!(load(&["one", "--name", "toy:one"]), "unchanged");
    assert_eq!(docker.docker_run("toy:one"), "one");
    // The engine has the layer, so it is not read.
    let hex = Digest::of(&base).hex();
    world.write(&format!("two/blobs/sha256/{hex}"), "damaged");
    assert_eq!(load(&["two", "--name", "toy:two"]), "loaded");
    assert_eq!(docker.docker_run("toy:two"), "two");

    world.set(
        "CONTAINERD_ADDRESS",
        &docker.path("x/containerd/containerd.sock"),
    );
    world.set("CONTAINERD_SNAPSHOTTER", "native");
    let path = docker.tools.join("engine").display().to_string();
    world.set("PATH", &format!("{path}:/usr/bin:/bin"));
    let load = |name: &str, state: &str| {
        let reference = format!("toy:{name}");
        let arguments = ["load", name, "--into", "containerd", "--name", &reference];
        let line = world.run(&arguments).output();
        assert!(line.ends_with(&format!(" {state}\n")), "{line}");
    };
    load("one", "loaded");
    load("one", "unchanged");
    load("two", "loaded");
    let address = docker.path("x/containerd/containerd.sock");
    let mut ctr = Command::new(docker.tools.join("engine/ctr"));
    ctr.env("CONTAINERD_ADDRESS", address);
    ctr.env("PATH", format!("{path}:/usr/sbin:/usr/bin:/sbin:/bin"));
    ctr.args([
        "run",
        "--rm",
        "--snapshotter=native",
        "docker.io/library/toy:two",
        "x",
    ]);
    assert_eq!(output(&mut ctr), "two");
}
