//! dpkg's status files, made from control archives.

#![allow(clippy::unwrap_used)]

use testkit::{compress, run, tar, tar_of, Deb, Item, LayerTool, Workspace};

fn tool(words: &[&str]) -> LayerTool {
    let words = [words, &["--compression=none"]].concat();
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
}

fn hello() -> Deb {
    Deb::new()
        .control("Package: hello\nVersion: 1.0-1\nArchitecture: amd64\nDescription: a\n b\n\n")
        .control_item(Item::file("./md5sums", "0  usr/bin/hello\n").mtime(5))
        .control_item(Item::file("./postinst", "#!/bin/sh\n").mode(0o755))
}

fn text_of(workspace: &Workspace, content: &str) -> bool {
    let tar = workspace.read("out.tar");
    tar.windows(content.len())
        .any(|part| part == content.as_bytes())
}

#[test]
fn a_control_archive_is_that_of_the_package() {
    let workspace = Workspace::new();
    for ending in ["", ".gz", ".xz", ".zst"] {
        workspace.write("in.deb", hello().compression(ending).build());
        let program = env!("CARGO_BIN_EXE_layer_assembler");
        let words = ["control", "--deb=in.deb", "--output=out.tar.gz"];
        assert_eq!(workspace.run(program, words).stderr, "");
        let path = workspace.path("out.tar.gz");
        let unpacked = run("gzip", ["-dc".as_ref(), path.as_os_str()]);
        assert_eq!(
            tar_of(unpacked.stdout.as_bytes()),
            "\
./ 5 0755 0:0 1000000000 0
./control 0 0644 0:0 1000000000 69
./md5sums 0 0644 0:0 5 17
./postinst 0 0755 0:0 1000000000 10
"
        );
    }
}

#[test]
fn the_status_of_all() {
    let workspace = Workspace::new();
    workspace.write("one", hello().control_member());
    let other = "Version: 2\nPackage: other\nArchitecture: all\n";
    let other = Deb::new().control(other).compression("").control_member();
    workspace.write("two.tar", other);
    let options = ["dpkg-status", "--control=one", "--control=two.tar"];
    tool(&options).succeed(&workspace, &[]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
var/ 5 0755 0:0 1672560000 0
var/lib/ 5 0755 0:0 1672560000 0
var/lib/dpkg/ 5 0755 0:0 1672560000 0
var/lib/dpkg/status 0 0644 0:0 1672560000 172
"
    );
    assert!(text_of(
        &workspace,
        "\
Package: hello
Status: install ok installed
Version: 1.0-1
Architecture: amd64
Description: a
 b

Version: 2
Package: other
Status: install ok installed
Architecture: all

"
    ));
}

#[test]
fn the_status_of_one() {
    let workspace = Workspace::new();
    let member = hello().compression(".zst").control_member();
    workspace.write("one", member);
    let options = ["dpkg-statusd", "--control=one", "--package=renamed"];
    tool(&options).succeed(&workspace, &[]);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
var/ 5 0755 0:0 1000000000 0
var/lib/ 5 0755 0:0 1000000000 0
var/lib/dpkg/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/renamed 0 0644 0:0 1000000000 69
var/lib/dpkg/status.d/renamed.md5sums 0 0644 0:0 5 17
"
    );
}

#[test]
fn files_that_are_not_control_archives() {
    let no_control = tar(&[Item::file("./md5sums", "")]);
    let no_name = tar(&[Item::file("./control", "Version: 1\n")]);
    for (bytes, cause) in [
        (
            b"x".to_vec(),
            "cannot read entry `at byte 0`: the archive is truncated",
        ),
        (
            b"\x1f\x8b".to_vec(),
            "cannot read entry `at byte 0`: its gzip data is truncated",
        ),
        (
            no_control,
            "cannot read `control`: the package does not have it",
        ),
        (
            compress(".gz", &no_name),
            "cannot read `control`: cannot read field `Package`: it is missing",
        ),
    ] {
        let workspace = Workspace::new();
        workspace.write("a.tar", bytes);
        let hint = "hint: give the `:control` of a package, or another `control.tar`";
        let message = format!("error: cannot read `a.tar`: {cause}\n{hint}\n");
        let control = "--control=a.tar";
        tool(&["dpkg-status", control]).fail(&workspace, &[], &message);
        tool(&["dpkg-statusd", "--package=abc", control]).fail(&workspace, &[], &message);
    }
}
