//! Input that is wrong, and networks and machines that fail.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use http_fixture::Fault;

use crate::program::world::World;

#[test]
fn a_definition_that_does_not_exist() {
    let world = World::new();
    assert_eq!(
        world.fail(&["build", "other.yaml"]),
        "error: cannot read definition `other.yaml`: No such file or directory (os error 2)\n\
         hint: `distroless init` writes a definition to start from\n"
    );
}

#[test]
fn a_wrong_definition() {
    let world = World::new();
    world.replace("image.yaml", "packages:", "pakages:");
    let error = world.fail(&["build"]);
    assert!(
        error.starts_with("error: cannot read definition `image.yaml`: "),
        "{error}"
    );
    assert!(
        error.contains("pakages") && error.contains("packages"),
        "{error}"
    );
    world.write("image.yaml", "version: [1\n");
    world.fail(&["build"]);
}

#[test]
fn a_lock_that_does_not_exist() {
    let world = World::new();
    assert_eq!(
        world.fail(&["build"]),
        "error: cannot read lock `image.lock.json`: it does not exist\n\
         hint: run `distroless lock image.yaml`\n"
    );
}

#[test]
fn a_time_of_a_lock_that_does_not_exist() {
    let world = World::new();
    let text = "version: 1\narchitectures: [amd64]\ncreated: lock\nlayers: [{files: {/a: {content: b}}}]\n";
    world.write("files.yaml", text);
    assert_eq!(
        world.fail(&["build", "files.yaml"]),
        "error: cannot read lock `files.lock.json`: it does not exist\n\
         hint: run `distroless lock files.yaml`\n"
    );
}

#[test]
fn a_package_that_the_lock_does_not_have() {
    let world = World::built();
    world.replace(
        "image.yaml",
        "packages: [hello]",
        "packages: [hello, other]",
    );
    let error = world.fail(&["build"]);
    assert!(error.contains("other"), "{error}");
    assert!(error.contains("hint: "), "{error}");
}

#[test]
fn an_architecture_that_the_definition_does_not_have() {
    let world = World::built();
    assert_eq!(
        world.fail(&["build", "--architecture", "amd46"]),
        "error: cannot use --architecture `amd46`: the definition has amd64\n\
         hint: did you mean `amd64`?\n"
    );
}

#[test]
fn a_package_of_another_digest() {
    let world = World::new();
    world.succeed(&["lock"]);
    let mut files = crate::program::world::files("1.0-1");
    for (path, bytes) in &mut files {
        if path.ends_with(".deb") {
            *bytes = vec![b'x'; bytes.len()];
        }
    }
    world.server.serve(files);
    let error = world.fail(&["build", "--attempts", "1"]);
    assert!(error.contains("hello"), "{error}");
    assert!(!world.path("app.oci").exists());
}

#[test]
fn a_truncated_download() {
    let world = World::new();
    world.succeed(&["lock"]);
    world.server.fail(".deb", Fault::Truncate);
    let error = world.fail(&["build", "--attempts", "1"]);
    assert!(error.contains("hello"), "{error}");
    assert!(!world.path("app.oci").exists());
    world.server.recover();
    world.succeed(&["build"]);
}

#[test]
fn without_network() {
    let world = World::new();
    world.succeed(&["lock"]);
    let error = world.fail(&["build", "--offline"]);
    assert!(
        error.contains("not in the cache, and `--offline` forbids network access"),
        "{error}"
    );
}

#[test]
fn a_killed_build_leaves_the_older_image() {
    let world = World::built();
    let before = world.read("app.oci/index.json");
    world.server.serve(crate::program::world::files("2.0-1"));
    world.succeed(&["lock"]);
    world.server.fail(".deb", Fault::Drip);
    let mut child = world
        .command(&["build"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(world.read("app.oci/index.json"), before);
    world.server.recover();
    world.succeed(&["build"]);
    assert_ne!(world.read("app.oci/index.json"), before);
}

#[test]
fn an_image_that_is_not_built() {
    let world = World::new();
    assert_eq!(
        world.fail(&["test", "image.yaml"]),
        "error: cannot read image `app.oci`: it does not exist\nhint: run `distroless build image.yaml`\n"
    );
}

#[test]
fn wrong_options() {
    let world = World::new();
    let run = world.run(&["biuld"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.errors.contains("unrecognized subcommand 'biuld'"),
        "{run:?}"
    );
    assert!(fs::read_dir(world.path(".cache")).is_err());
}
