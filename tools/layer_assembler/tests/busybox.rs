//! BusyBox and its links.

#![allow(clippy::unwrap_used)]

use std::fs;

use testkit::{elf, tar_of, Deb, Item, LayerTool, Machine, Workspace};

const LIST: &[u8] = b"\x01\x02 [\0[[\0ash\0busybox\0run-parts\0sh\0\0other text\0";

fn tool() -> LayerTool {
    let words = ["busybox", "--deb=in.deb"];
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
}

fn workspace(path: &str, binary: &[u8]) -> Workspace {
    let workspace = Workspace::new();
    let deb = Deb::new().item(Item::file(path, binary).mode(0o755));
    workspace.write("in.deb", deb.build());
    workspace
}

#[test]
fn a_link_for_each_applet() {
    for (path, machine) in [
        ("./bin/busybox", Machine::Little64),
        ("./usr/bin/busybox", Machine::Little32),
        ("./usr/bin/busybox", Machine::Big64),
    ] {
        let binary = elf(machine, LIST);
        let workspace = workspace(path, &binary);
        tool().succeed(&workspace, &["--compression=none"]);
        let expected = format!(
            "\
busybox/ 5 0755 0:0 0 0
busybox/busybox 0 0755 0:0 0 {}
busybox/[ 2 0755 0:0 0 0 -> /busybox/busybox
busybox/[[ 2 0755 0:0 0 0 -> /busybox/busybox
busybox/ash 2 0755 0:0 0 0 -> /busybox/busybox
busybox/run-parts 2 0755 0:0 0 0 -> /busybox/busybox
busybox/sh 2 0755 0:0 0 0 -> /busybox/busybox
var/ 5 0755 0:0 1000000000 0
var/lib/ 5 0755 0:0 1000000000 0
var/lib/dpkg/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/hello 0 0644 0:0 1000000000 68
",
            binary.len()
        );
        assert_eq!(tar_of(&workspace.read("out.tar")), expected, "{machine:?}");
    }
}

/// The registered `md5sums` has the path of the binary, so that scanners find the package and checks the owner of the
/// file.
#[test]
fn the_package_is_registered() {
    for path in ["bin/busybox", "usr/bin/busybox"] {
        let sums = format!(
            "\
11111111111111111111111111111111  {path}
22222222222222222222222222222222  usr/share/doc/busybox-static/changelog.Debian.gz
33333333333333333333333333333333  usr/share/doc/busybox-static/copyright
"
        );
        let binary = elf(Machine::Little64, LIST);
        let deb = Deb::new()
            .control("Package: busybox-static\nVersion: 1\nArchitecture: amd64\n")
            .control_item(Item::file("./md5sums", &sums))
            .item(Item::file(format!("./{path}"), &binary).mode(0o755))
            .item(Item::file(
                "./usr/share/doc/busybox-static/changelog.Debian.gz",
                "c",
            ))
            .item(Item::file("./usr/share/doc/busybox-static/copyright", "GPL-2").mtime(9));
        let workspace = Workspace::new();
        workspace.write("in.deb", deb.build());
        tool().succeed(&workspace, &["--compression=none"]);
        let listed = tar_of(&workspace.read("out.tar"));
        let (_, rest) = listed
            .split_once("busybox/sh 2 0755 0:0 0 0 -> /busybox/busybox\n")
            .unwrap();
        assert_eq!(
            rest.lines()
                .filter(|line| !line.contains("/ 5 "))
                .collect::<Vec<_>>(),
            [
                "usr/share/doc/busybox-static/copyright 0 0644 0:0 9 5",
                "var/lib/dpkg/status.d/busybox-static 0 0644 0:0 1000000000 55",
                "var/lib/dpkg/status.d/busybox-static.md5sums 0 0644 0:0 1000000000 123",
            ]
        );
        let tar = workspace.read("out.tar");
        let text = String::from_utf8_lossy(&tar);
        assert!(text.contains(
            "\
11111111111111111111111111111111  busybox/busybox
33333333333333333333333333333333  usr/share/doc/busybox-static/copyright
"
        ));
    }
}

#[test]
fn binaries_that_list_nothing() {
    let extract = "error: cannot extract `in.deb`: ";
    let list = "cannot list `applets`: cannot read `busybox`: ";
    for (path, binary, message) in [
        ("bin/ash", LIST.to_vec(), "cannot find `bin/busybox`: the package has neither it nor `usr/bin/busybox`\nhint: give a busybox-static package".to_owned()),
        ("bin/busybox", LIST.to_vec(), format!("{list}it is not an ELF file")),
        ("bin/busybox", elf(Machine::Little64, b"no list"), format!("{list}its section `.rodata` contains no list of applets")),
        ("bin/busybox", elf(Machine::Little64, LIST)[..100].to_vec(), format!("{list}it is not an ELF file")),
    ] {
        let workspace = workspace(path, &binary);
        tool().fail(&workspace, &[], &format!("{extract}{message}\n"));
    }
}

/// Compares with the output of real binaries. Ignored by default: `REAL_BUSYBOX=DIRECTORY cargo test -p layer_assembler --
/// --ignored`, with packages that this machine or its emulators can run.
#[test]
#[ignore = "needs dpkg-deb and a directory of busybox-static packages, REAL_BUSYBOX"]
fn the_list_that_the_binary_prints() {
    let directory = std::env::var("REAL_BUSYBOX").unwrap();
    for file in fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "deb") {
            continue;
        }
        let workspace = Workspace::new();
        fs::copy(&path, workspace.path("in.deb")).unwrap();
        tool().succeed(&workspace, &[]);
        let mtree = workspace.text("out.mtree");
        let ours = mtree
            .lines()
            .filter_map(|line| line.split(' ').next()?.strip_prefix("./busybox/"));
        let mut ours: Vec<_> = ours.map(str::to_owned).collect();
        ours.sort();
        fs::create_dir(workspace.path("x")).unwrap();
        workspace.run("/usr/bin/dpkg-deb", ["-x", "in.deb", "x"]);
        let binary = ["x/bin/busybox", "x/usr/bin/busybox"].map(|path| workspace.path(path));
        let binary = binary.iter().find(|path| path.exists()).unwrap();
        let outcome = workspace.run(binary.to_str().unwrap(), ["--list"]);
        let mut theirs: Vec<_> = outcome.stdout.lines().map(str::to_owned).collect();
        theirs.sort();
        assert_eq!(ours, theirs, "{}", path.display());
    }
}
