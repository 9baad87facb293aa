//! The details of a package's layer, tested through the command line.

#![allow(clippy::unwrap_used)]

use testkit::{compress, Deb, Item, LayerTool, Library, Machine, Workspace};

const ENTRY: &str = "hello (1.0-2) unstable; urgency=medium\n\n  * New.\n";

fn control(more: &str) -> String {
    format!("Package: hello\nVersion: 1.0-2\nArchitecture: amd64\n{more}Description: x\n")
}

/// The details of the layer of a package. The digest and the size of the package are replaced.
fn details_with(deb: &Deb, more: &[&str]) -> String {
    let workspace = Workspace::new();
    let deb = deb.build();
    workspace.write("in.deb", &deb);
    let tool = LayerTool::new(env!("CARGO_BIN_EXE_deb_extractor"), &["--deb=in.deb"]);
    tool.succeed(
        &workspace,
        &[&["--details=out.details.json"], more].concat(),
    );
    let text = String::from_utf8(workspace.read("out.details.json")).unwrap();
    let size = format!("\"size\":{},", deb.len());
    assert!(text.contains(&size), "{text}");
    let (start, rest) = text.split_once("\"sha256:").unwrap();
    format!("{start}\"{}", &rest[64..]).replace(&size, "\"size\":0,")
}

fn details(deb: &Deb) -> String {
    details_with(deb, &[])
}

fn field(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("\"{name}\":\""))?;
    Some(rest.split('"').next()?.to_owned())
}

#[test]
fn fields_documents_and_libraries() {
    let library = Library::new(Machine::Little64, 62, "liba.so.1")
        .defines("A_1")
        .exports("open", "A_1")
        .exports("plain", "")
        .imports("malloc")
        .build();
    let without_name = Library::new(Machine::Little64, 62, "").build();
    let more = "Source: greetings (1.0-1)\nMaintainer: A B <a@b>\nHomepage: https://a.example\nSection: libs\n";
    let deb = Deb::new()
        .control(&control(more))
        .item(Item::file("./usr/lib/liba.so.1", library))
        .item(Item::hardlink("./usr/lib/liba.so", "./usr/lib/liba.so.1"))
        .item(Item::file("./usr/lib/plugin.so", without_name))
        .item(Item::file(
            "./usr/lib/damaged.so",
            "\u{7f}ELF\u{2}\u{1}\u{1}",
        ))
        .item(Item::file(
            "./usr/share/doc/hello/changelog.Debian.gz",
            compress(".gz", ENTRY.as_bytes()),
        ))
        .item(Item::file(
            "./usr/share/doc/hello/changelog.gz",
            compress(".gz", b"of upstream"),
        ))
        .item(Item::file(
            "./usr/share/doc/hello/copyright",
            b"Jos\xe9".as_slice(),
        ))
        .item(Item::file("./usr/share/doc/other/copyright", "other"));
    let entry = ENTRY.replace('\n', "\\n");
    assert_eq!(
        details(&deb),
        format!(
            r#"{{"details":{{"libraries":[{{"exports":["open@A_1","plain"],"path":"usr/lib/liba.so.1","soname":"liba.so.1"}}],"packages":[{{"architecture":"amd64","changelog":"{entry}","copyright":"José","homepage":"https://a.example","maintainer":"A B <a@b>","name":"hello","section":"libs","sha256":"","size":0,"source":"greetings","source_version":"1.0-1","version":"1.0-2"}}]}},"version":1}}"#
        )
    );
}

#[test]
fn documents_that_the_layer_leaves_out() {
    let deb = Deb::new()
        .control(&control(""))
        .item(Item::file("./usr/bin/hello", "hello"))
        .item(Item::file("./usr/share/doc/hello/changelog.Debian", ENTRY))
        .item(Item::file("./usr/share/doc/hello/copyright", "free"));
    let text = details_with(&deb, &["--include=usr/bin"]);
    assert_eq!(field(&text, "copyright").unwrap(), "free");
    assert_eq!(
        field(&text, "changelog").unwrap(),
        ENTRY.replace('\n', "\\n")
    );
    // A later entry changes an earlier one, so the package is read twice.
    let text = details_with(
        &deb.item(Item::file("./usr/bin/hello", "again")),
        &["--include=usr/bin"],
    );
    assert_eq!(field(&text, "copyright").unwrap(), "free");
}

#[test]
fn links_to_the_documents_of_another_package() {
    for (path, target, expected) in [
        ("", "base", Some("base")),
        ("", "./base/", Some("base")),
        ("", "/usr/share/doc/base", Some("base")),
        ("", "../doc/base", Some("base")),
        ("/copyright", "../base/copyright", Some("base")),
        ("/copyright", "/usr/share/doc/base/copyright", Some("base")),
        ("/copyright", "copyright.Debian", None),
        ("/copyright", "../base/LICENSE", None),
        ("/changelog.Debian.gz", "../base/changelog.Debian.gz", None),
        ("", "hello", None),
        ("", "base/sub", None),
        ("", "../../../../base", None),
        ("", ".", None),
    ] {
        let path = format!("./usr/share/doc/hello{path}");
        let deb = Deb::new()
            .control(&control(""))
            .item(Item::symlink(path, target));
        let found = field(&details(&deb), "documents_of");
        assert_eq!(found.as_deref(), expected, "{target}");
    }
}

#[test]
fn the_changelog_of_native_packages_and_of_builds() {
    let native = Deb::new()
        .control("Package: hello\nVersion: 7\nArchitecture: all\nDescription: x\n")
        .item(Item::file(
            "./usr/share/doc/hello/changelog.gz",
            compress(".gz", b"native"),
        ));
    assert_eq!(field(&details(&native), "changelog").unwrap(), "native");
    let built = Deb::new()
        .control(&control(""))
        .item(Item::file("./usr/share/doc/hello/changelog.Debian", "old"))
        .item(Item::file(
            "./usr/share/doc/hello/changelog.Debian.amd64.gz",
            compress(".gz", b"new "),
        ))
        .item(Item::file(
            "./usr/share/doc/hello/changelog.Debian.arm64.gz",
            compress(".gz", b"other "),
        ));
    assert_eq!(field(&details(&built), "changelog").unwrap(), "new old");
}

#[test]
fn documents_that_are_too_large() {
    let deb = Deb::new()
        .control(&control(""))
        .item(Item::file(
            "./usr/share/doc/hello/changelog.Debian",
            "x".repeat(1 << 20),
        ))
        .item(Item::file(
            "./usr/share/doc/hello/copyright",
            "x".repeat((4 << 20) + 1),
        ));
    let text = details(&deb);
    assert_eq!(
        (field(&text, "changelog"), field(&text, "copyright")),
        (None, None)
    );
}
