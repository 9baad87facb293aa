use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{json, Value};

use crate::images::{image, index, layout};
use crate::world::World;

fn bench() -> World {
    let world = World::new();
    let (amd, arm) = (
        image("amd64", &["base", "a"]),
        image("arm64", &["base", "b"]),
    );
    let list = index(&[("amd64", &amd), ("arm64", &arm)], &json!({}));
    layout(&world, "l", &[("latest", &list), ("arm", &arm)]);
    world
}

/// A program in `PATH` that records its arguments and its input.
fn program(world: &mut World, name: &str, text: &str) {
    world.write(&format!("bin/{name}"), text);
    let path = world.path(&format!("bin/{name}"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    world.set(
        "PATH",
        &format!("{}:/usr/bin:/bin", world.path("bin").display()),
    );
}

fn entries(world: &World, layout: &str) -> Vec<Value> {
    let index: Value =
        serde_json::from_slice(&world.read(&format!("{layout}/index.json"))).unwrap();
    index["manifests"].as_array().unwrap().clone()
}

#[test]
fn a_layout_gets_what_is_missing() {
    let world = bench();
    let arm = image("arm64", &["base", "b"]);
    let load = |options: &[&str]| {
        let mut arguments = vec!["load", "l#latest", "--into", "oci:out"];
        arguments.extend(options);
        world.run(&arguments).output()
    };
    let line = |state: &str| format!("out@{} {state}\n", arm.digest());
    assert_eq!(load(&["--platform", "linux/arm64/v8"]), line("loaded"));
    assert_eq!(load(&["--platform", "linux/arm64"]), line("unchanged"));
    assert_eq!(
        entries(&world, "out")[0]["annotations"]["org.opencontainers.image.ref.name"],
        "latest"
    );
    load(&["--all-platforms", "--name", "example.com/a:all"]);
    let all = entries(&world, "out");
    assert_eq!(all.len(), 2);
    assert_eq!(
        all[1]["annotations"]["io.containerd.image.name"],
        "example.com/a:all"
    );
    let files = fs::read_dir(world.path("out/blobs/sha256"))
        .unwrap()
        .count();
    assert_eq!(files, 3 + 2 + 3, "layers, configurations, documents");
    world.write("other/file", "x");
    assert_eq!(
        world
            .run(&[
                "load",
                "l#latest",
                "--into",
                "oci:other",
                "--platform",
                "linux/arm64"
            ])
            .message(),
        "cannot write layout `other`: it is not an OCI layout, and it is not empty\n\
         hint: give a new directory"
    );
}

/// `bazel run` starts a program in its runfiles.
#[test]
fn paths_are_those_of_the_user() {
    let mut world = bench();
    world.set(
        "BUILD_WORKING_DIRECTORY",
        &world.path("").display().to_string(),
    );
    let load = ["load", "l#arm", "--into", "oci:out"];
    world.write("program.runfiles/_main/file", "");
    world.run_in("program.runfiles/_main", &load).output();
    assert!(world.path("out/index.json").exists());
    // A script under `bazel run` chose another directory.
    world.write("other/file", "");
    let message = world.run_in("other", &load).message();
    assert!(message.starts_with("cannot open image `l`: "), "{message}");
}

#[test]
fn an_archive_is_a_layout() {
    let world = bench();
    let arm = image("arm64", &["base", "b"]);
    let output = world
        .run(&[
            "load",
            "l#arm",
            "--into",
            "oci-archive:a.tar",
            "--name",
            "toy:1",
        ])
        .output();
    assert_eq!(output, format!("a.tar@{} loaded\n", arm.digest()));
    let output = world.run(&["load", "a.tar", "--into", "oci:out"]).output();
    assert_eq!(output, format!("out@{} loaded\n", arm.digest()));
    let first = world.read("a.tar");
    world
        .run(&[
            "load",
            "l#arm",
            "--into",
            "oci-archive:a.tar",
            "--name",
            "toy:1",
        ])
        .output();
    assert!(first == world.read("a.tar"), "the same bytes again");
}

#[test]
fn podman_gets_an_archive_and_names() {
    let mut world = bench();
    let script = "#!/bin/sh\necho \"$@\" >>log\ncase $1 in\nload) cat >archive.tar ;;\n\
                  image) [ -e archive.tar ] && echo docker.io/library/toy:1 ;;\nesac\n";
    program(&mut world, "podman", script);
    let arm = image("arm64", &["base", "b"]);
    let run = |world: &World| {
        world.run(&[
            "load", "l#arm", "--into", "podman", "--name", "toy:1", "--name", "toy:2",
        ])
    };
    let output = run(&world).output();
    assert_eq!(
        output,
        format!("toy:1@{0} loaded\ntoy:2@{0} loaded\n", arm.digest())
    );
    assert_eq!(entries_of_archive(&world).len(), 1);
    let output = run(&world).output();
    assert_eq!(
        output,
        format!("toy:1@{0} unchanged\ntoy:2@{0} loaded\n", arm.digest())
    );
    let log = String::from_utf8(world.read("log")).unwrap();
    assert_eq!(log.matches("load --quiet").count(), 1, "{log}");
}

fn entries_of_archive(world: &World) -> Vec<Value> {
    world
        .run(&["load", "archive.tar", "--into", "oci:unpacked"])
        .output();
    entries(world, "unpacked")
}

#[test]
fn containerd_gets_the_layers_that_it_lacks() {
    let mut world = bench();
    let base = blob::Digest::of(b"base");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >>log\ncase $1-$2 in\ncontent-list) echo {base} ;;\n\
         images-import) cat >archive.tar ;;\nesac\n"
    );
    program(&mut world, "ctr", &script);
    let arm = image("arm64", &["base", "b"]);
    let output = world
        .run(&["load", "l#arm", "--into", "containerd", "--name", "toy:1"])
        .output();
    assert_eq!(output, format!("toy:1@{} loaded\n", arm.digest()));
    let log = String::from_utf8(world.read("log")).unwrap();
    assert_eq!(
        log,
        "images list\ncontent list --quiet\nimages import --platform linux/arm64 -\n"
    );
    let archive = String::from_utf8_lossy(&world.read("archive.tar")).into_owned();
    let digest = |text: &[u8]| format!("blobs/sha256/{}", blob::Digest::of(text).hex());
    // Both are in `manifest.json`, one is a file.
    assert_eq!(archive.matches(&digest(b"base")).count(), 1);
    assert_eq!(archive.matches(&digest(b"b")).count(), 2);
}

#[test]
fn failures_of_programs() {
    let mut world = bench();
    let load = |world: &World, into: &str| world.run(&["load", "l#arm", "--into", into]).message();
    world.set("PATH", "/no/such/directory");
    assert_eq!(
        load(&world, "podman"),
        "cannot run `podman`: there is no such program\n\
         hint: install podman, or load into `oci-archive:FILE`"
    );
    program(
        &mut world,
        "podman",
        "#!/bin/sh\ncase $1 in load) echo 'Error: no space' >&2; exit 125 ;; esac\nexit 1\n",
    );
    assert_eq!(
        load(&world, "podman"),
        "cannot run `podman load`: Error: no space"
    );
    assert_eq!(
        load(&world, "containerd"),
        "cannot load `l`: containerd needs a name for each image\nhint: add `--name NAME:TAG`"
    );
    let run = world.run(&["load", "l", "--into", "floppy"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains(
        "cannot load into `floppy`: expected one of `docker`, `podman`, `containerd`, `oci:DIRECTORY`, `oci-archive:FILE`"
    ));
    let run = world.run(&["load", "l#arm", "--all-platforms"]);
    assert_eq!(
        run.message(),
        "cannot use option `--all-platforms`: only `oci:DIRECTORY` can have all platforms of an image"
    );
}
