//! The details of layers, tested through the command line.

#![allow(clippy::unwrap_used)]

use testkit::{elf, tar, Deb, Item, LayerTool, Library, Machine, Workspace};

const PROGRAM: &str = env!("CARGO_BIN_EXE_layer_assembler");

/// The details of a package `NAME` in the form of the file.
fn package(name: &str) -> String {
    let digest = name.repeat(64);
    format!(
        r#"{{"architecture":"all","copyright":"of {name}","name":"{name}","sha256":"sha256:{digest}","size":1,"source":"{name}","source_version":"1","version":"1"}}"#
    )
}

fn details(packages: &[&str]) -> String {
    let packages: Vec<_> = packages.iter().map(|name| package(name)).collect();
    let packages = packages.join(",");
    format!(r#"{{"details":{{"libraries":[],"packages":[{packages}]}},"version":1}}"#)
}

fn text(workspace: &Workspace, file: &str) -> String {
    String::from_utf8(workspace.read(file)).unwrap()
}

#[test]
fn a_merged_layer_has_the_packages_of_its_parts_and_the_libraries_that_remain() {
    let library = |soname| Library::new(Machine::Big64, 22, soname).build();
    let workspace = Workspace::new();
    workspace.write(
        "0.tar",
        tar(&[
            Item::file("usr/lib/a", library("liba.so.1")),
            Item::file("usr/lib/b", library("libb.so.1")),
        ]),
    );
    workspace.write(
        "1.tar",
        tar(&[Item::file("usr/lib/a", library("liba.so.2"))]),
    );
    workspace.write("0.json", details(&["a", "b"]));
    workspace.write("1.json", details(&["b", "c"]));
    workspace.write(
        "in.json",
        r#"[{"file":"0.tar","name":"//:0","details":["0.json","1.json"]},{"file":"1.tar","name":"//:1"}]"#,
    );
    let tool = LayerTool::new(PROGRAM, &["merge", "--inputs=in.json"]);
    tool.succeed(&workspace, &["--details=out.details.json"]);
    let libraries = r#"{"exports":[],"path":"usr/lib/a","soname":"liba.so.2"},{"exports":[],"path":"usr/lib/b","soname":"libb.so.1"}"#;
    let expected = details(&["a", "b", "c"]).replace(
        r#""libraries":[]"#,
        &format!(r#""libraries":[{libraries}]"#),
    );
    assert_eq!(text(&workspace, "out.details.json"), expected);
}

#[test]
fn damaged_details_of_a_part() {
    let workspace = Workspace::new();
    workspace.write("0.tar", tar(&[Item::file("a", "")]));
    workspace.write("0.json", r#"{"version":1}"#);
    workspace.write(
        "in.json",
        r#"[{"file":"0.tar","name":"//:0","details":["0.json"]}]"#,
    );
    LayerTool::new(PROGRAM, &["merge", "--inputs=in.json"]).fail(
        &workspace,
        &["--details=out.details.json"],
        "error: cannot read layer details `0.json`: missing field `details` at line 1 column 13\n",
    );
}

#[test]
fn a_derived_layer_has_the_documents_of_its_package() {
    let workspace = Workspace::new();
    let binary = elf(Machine::Little64, b"[\0[[\0ash\0busybox\0\0");
    let deb = Deb::new()
        .control("Package: busybox-static\nVersion: 1\nArchitecture: amd64\nDescription: x\n")
        .item(Item::file("./usr/bin/busybox", binary))
        .item(Item::file(
            "./usr/share/doc/busybox-static/changelog.gz",
            "no gzip",
        ))
        .item(Item::file(
            "./usr/share/doc/busybox-static/copyright",
            "free",
        ));
    workspace.write("in.deb", deb.build());
    let tool = LayerTool::new(PROGRAM, &["busybox", "--deb=in.deb"]);
    tool.succeed(&workspace, &["--details=out.details.json"]);
    let text = text(&workspace, "out.details.json");
    assert!(
        text.contains(r#""copyright":"free","name":"busybox-static""#),
        "{text}"
    );
    assert!(!text.contains("changelog"), "{text}");
}

/// The cache has only the names of files of the packages.
#[test]
fn the_cache_of_the_loader_has_no_package() {
    let workspace = Workspace::new();
    let deb = Deb::new().control("Package: libc6\nVersion: 2.36-9\nArchitecture: amd64\n");
    workspace.write("in.deb", deb.build());
    let words = ["ld-so-cache", "--architecture=amd64", "--package=in.deb"];
    LayerTool::new(PROGRAM, &words).succeed(&workspace, &["--details=out.details.json"]);
    assert_eq!(text(&workspace, "out.details.json"), details(&[]));
}
