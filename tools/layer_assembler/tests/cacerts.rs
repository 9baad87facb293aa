//! The CA bundle.

#![allow(clippy::unwrap_used)]

use testkit::{tar_of, Deb, Item, LayerTool, Workspace};

const MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";
const FOLDER: &str = "./usr/share/ca-certificates";

fn tool() -> LayerTool {
    let words = ["cacerts", "--deb=in.deb"];
    LayerTool::new(env!("CARGO_BIN_EXE_layer_assembler"), &words)
}

fn package() -> Deb {
    let md5sums = format!(
        "{MD5}  usr/sbin/update-ca-certificates\n{MD5}  usr/share/doc/ca-certificates/copyright\n"
    );
    Deb::new()
        .control("Package: ca-certificates\nVersion: 1\nArchitecture: all\n")
        .control_item(Item::file("./md5sums", md5sums))
        .item(Item::file("./usr/sbin/update-ca-certificates", "script"))
        .item(Item::file(
            "./usr/share/doc/ca-certificates/copyright",
            "(c)",
        ))
}

fn certificate(name: &str, content: &str) -> Item {
    Item::file(format!("{FOLDER}/{name}"), content)
}

#[test]
fn one_bundle_and_what_tells_of_it() {
    let workspace = Workspace::new();
    let deb = package()
        .item(certificate("z.crt", "z\n"))
        .item(certificate("mozilla/b.crt", "b\n"))
        .item(Item::directory(format!("{FOLDER}/mozilla/")))
        .item(certificate("mozilla/Főtanúsítvány.crt", "ő"))
        .item(certificate("mozilla/B.crt", "B\n"))
        .item(certificate("mozilla-x.crt", "x\n"));
    workspace.write("in.deb", deb.build());
    workspace.write("one.pem", "-----BEGIN CERTIFICATE-----\none");
    workspace.write("two.pem", "-----BEGIN CERTIFICATE-----\ntwo\n");
    let flags = [
        "--compression=none",
        "--mode=0444",
        "--extra-pem=one.pem",
        "--extra-pem=two.pem",
    ];
    tool().succeed(&workspace, &flags);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
etc/ 5 0755 0:0 0 0
etc/ssl/ 5 0755 0:0 0 0
etc/ssl/certs/ 5 0755 0:0 0 0
etc/ssl/certs/ca-certificates.crt 0 0444 0:0 0 75
usr/ 5 0755 0:0 0 0
usr/share/ 5 0755 0:0 0 0
usr/share/doc/ 5 0755 0:0 0 0
usr/share/doc/ca-certificates/ 5 0755 0:0 0 0
usr/share/doc/ca-certificates/copyright 0 0444 0:0 0 3
var/ 5 0755 0:0 1000000000 0
var/lib/ 5 0755 0:0 1000000000 0
var/lib/dpkg/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/ 5 0755 0:0 1000000000 0
var/lib/dpkg/status.d/ca-certificates 0 0644 0:0 1000000000 54
var/lib/dpkg/status.d/ca-certificates.md5sums 0 0644 0:0 1000000000 74
"
    );
    let tar = workspace.text("out.tar");
    let extra = "-----BEGIN CERTIFICATE-----\none\n-----BEGIN CERTIFICATE-----\ntwo\n";
    assert!(tar.contains(&format!("\0B\nő\nb\nx\nz\n{extra}\0")));
    assert!(tar.contains(&format!(
        "\0{MD5}  usr/share/doc/ca-certificates/copyright\n\0"
    )));
}

#[test]
fn of_another_time_and_without_status() {
    let workspace = Workspace::new();
    let deb = package().item(certificate("a.crt", "a\n"));
    workspace.write("in.deb", deb.build());
    let flags = ["--compression=none", "--mtime=7", "--unregistered"];
    tool().succeed(&workspace, &flags);
    assert_eq!(
        tar_of(&workspace.read("out.tar")),
        "\
etc/ 5 0755 0:0 7 0
etc/ssl/ 5 0755 0:0 7 0
etc/ssl/certs/ 5 0755 0:0 7 0
etc/ssl/certs/ca-certificates.crt 0 0644 0:0 7 2
usr/ 5 0755 0:0 7 0
usr/share/ 5 0755 0:0 7 0
usr/share/doc/ 5 0755 0:0 7 0
usr/share/doc/ca-certificates/ 5 0755 0:0 7 0
usr/share/doc/ca-certificates/copyright 0 0644 0:0 7 3
"
    );
}

#[test]
fn packages_that_are_no_source_of_certificates() {
    let hint = "hint: give a ca-certificates package\n";
    let extract = "error: cannot extract `in.deb`: ";
    let bundle = "cannot make `etc/ssl/certs/ca-certificates.crt`: the package has no";
    let link = Item::symlink(format!("{FOLDER}/a.crt"), "/etc/passwd");
    let large = certificate("a.crt", &"x".repeat(1024 * 1024 + 1));
    for (deb, message) in [
        (package(), format!("{extract}{bundle} `usr/share/ca-certificates`\n{hint}")),
        (Deb::new().item(certificate("a.crt", "a")), format!("{extract}{bundle} `usr/share/doc/ca-certificates/copyright`\n{hint}")),
        (package().item(link), format!("{extract}cannot read entry `usr/share/ca-certificates/a.crt`: it is not a regular file\n")),
        (package().item(large), format!("{extract}cannot read entry `usr/share/ca-certificates/a.crt`: it has 1048577 bytes, more than 1 MiB\n")),
    ] {
        let workspace = Workspace::new();
        workspace.write("in.deb", deb.build());
        tool().fail(&workspace, &[], &message);
    }
}

#[test]
fn flags_that_are_wrong() {
    let workspace = Workspace::new();
    workspace.write("in.deb", package().item(certificate("a.crt", "a")).build());
    workspace.write("empty.pem", "nothing here");
    for (flag, message) in [
        (
            "--mode=rw",
            "cannot make `CA bundle`: its mode is `rw`, expected octal such as `0644`",
        ),
        (
            "--extra-pem=none.pem",
            "cannot read `none.pem`: No such file or directory (os error 2)",
        ),
        (
            "--extra-pem=empty.pem",
            "cannot extract `in.deb`: cannot read `empty.pem`: it holds no PEM certificate",
        ),
    ] {
        tool().fail(&workspace, &[flag], &format!("error: {message}\n"));
    }
}
