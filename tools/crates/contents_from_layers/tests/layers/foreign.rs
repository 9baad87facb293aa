//! Packages, owners and libraries of images that other tools made.

use blob::Digest;
use image_contents::Content;
use serde_json::json;
use testkit::{compress, Item, Library, Machine, Workspace};

use crate::fixture::{self, image, layer, layout, paths, read_one, single};

const STATUS: &str = "\
Package: libz
Status: install ok installed
Architecture: amd64
Version: 1.3-1
Source: zlib (1.3-0)
Maintainer: A <a@example.org>
Section: libs

Package: removed
Status: deinstall ok config-files
Architecture: amd64
Version: 1
";

const COPYRIGHT: &str =
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n\
                         Files: *\nCopyright: 2020 A\nLicense: Zlib\n\nLicense: Zlib\n text\n";

const CHANGELOG: &str = "zlib (1.3-1) unstable; urgency=low\n\n  * New.\n";

#[test]
fn the_database_of_dpkg() {
    let workspace = Workspace::new();
    let library = Library::new(Machine::Little64, 62, "libz.so.1").build();
    let items = [
        Item::directory("usr"),
        Item::directory("usr/lib"),
        Item::symlink("lib", "usr/lib"),
        Item::file("usr/lib/libz.so.1.3", &library),
        Item::symlink("usr/lib/libz.so.1", "libz.so.1.3"),
        Item::file("var/lib/dpkg/status", STATUS),
        Item::file(
            "var/lib/dpkg/info/libz:amd64.list",
            "/.\n/lib\n/lib/libz.so.1\n/lib/libz.so.1.3\n/gone\n",
        ),
        Item::file("usr/share/doc/libz/copyright", COPYRIGHT),
        Item::file(
            "usr/share/doc/libz/changelog.Debian.gz",
            compress(".gz", CHANGELOG.as_bytes()),
        ),
        Item::file(
            "usr/lib/os-release",
            "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n",
        ),
        Item::symlink("etc/os-release", "../usr/lib/os-release"),
    ];
    let above = [
        Item::file("usr/lib/.wh.libz.so.1", ""),
        Item::file("usr/local/app", "app").owner(1000, 70_000),
    ];
    let entry = image(
        &workspace,
        "image",
        "amd64",
        &[layer("base", &items), layer("app", &above)],
    );
    let read = read_one(&layout(&workspace, "image", &[entry]));
    let key = ("libz".to_owned(), "1.3-1".to_owned());
    assert_eq!(read.changelogs[&key], CHANGELOG);
    let image = single(read);
    assert_eq!(image.created, "2024-01-02T03:04:05Z");
    assert_eq!(image.settings.exposed_ports, ["80/tcp"]);
    assert_eq!(image.annotations["org.example.a"], "1");
    let distro = image.distro.unwrap();
    assert_eq!((&*distro.id, &*distro.version), ("debian", "12"));
    let [base, app] = &image.layers[..] else {
        unreachable!();
    };
    let [package] = &base.packages[..] else {
        unreachable!("{:?}", base.packages);
    };
    assert_eq!(package.id.to_string(), "libz 1.3-1 amd64");
    assert_eq!(package.source.to_string(), "zlib (1.3-0)");
    assert_eq!(package.licenses.expression.as_deref(), Some("Zlib"));
    // The link is hidden by the upper layer; the link of the merged /usr belongs to the package that lists it.
    assert_eq!(paths(&package.entries), ["lib", "usr/lib/libz.so.1.3"]);
    let Content::File { sha256, size, .. } = &package.entries[1].content else {
        unreachable!();
    };
    assert_eq!(
        (*sha256, *size),
        (Digest::of(&library), library.len() as u64)
    );
    let libraries = base.libraries.iter();
    let libraries: Vec<_> = libraries
        .map(|library| (&*library.path, library.soname.as_deref()))
        .collect();
    assert_eq!(libraries, [("usr/lib/libz.so.1.3", Some("libz.so.1"))]);
    let files: Vec<_> = app
        .entries
        .iter()
        .filter(|entry| entry.content != Content::Directory)
        .collect();
    assert_eq!(
        (&*files[0].path, files[0].uid, files[0].gid),
        ("usr/local/app", 1000, 70_000)
    );
}

#[test]
fn one_record_for_each_package() {
    let workspace = Workspace::new();
    let record = |name: &str| format!("Package: {name}\nVersion: 1\nArchitecture: all\n");
    let own = [
        Item::file("usr/bin/a", "a"),
        Item::file("etc/a.conf", "a"),
        Item::file("var/lib/dpkg/status.d/a", record("a")),
        Item::file(
            "var/lib/dpkg/status.d/a.md5sums",
            "0cc175b9c0f1b6a831c399e269772661  usr/bin/a\n",
        ),
    ];
    let shared = [
        Item::file("usr/bin/b", "b"),
        Item::file("usr/bin/other", "b"),
        Item::symlink("usr/bin/link", "b"),
        Item::file("var/lib/dpkg/status.d/b", record("b")),
        Item::file(
            "var/lib/dpkg/status.d/b.md5sums",
            "92eb5ffee6ae2fec3ad71c777531578f  usr/bin/b\n",
        ),
        Item::file("var/lib/dpkg/status.d/c", record("c")),
        Item::file("var/lib/dpkg/status.d/damaged", "no record"),
        Item::file("usr/share/doc/c/copyright", "text"),
    ];
    let layers = [layer("deb a 1 all", &own), layer("other", &shared)];
    let entry = image(&workspace, "image", "amd64", &layers);
    let image = single(read_one(&layout(&workspace, "image", &[entry])));
    let of = |number: usize, name: &str| {
        let mut packages = image.layers[number].packages.iter();
        packages.find(|package| package.id.name == name).unwrap()
    };
    assert_eq!(
        paths(&of(0, "a").entries),
        [
            "etc/a.conf",
            "usr/bin/a",
            "var/lib/dpkg/status.d/a",
            "var/lib/dpkg/status.d/a.md5sums"
        ]
    );
    assert_eq!(
        paths(&of(1, "b").entries),
        [
            "usr/bin/b",
            "var/lib/dpkg/status.d/b",
            "var/lib/dpkg/status.d/b.md5sums"
        ]
    );
    assert_eq!(
        paths(&of(1, "c").entries),
        ["usr/share/doc/c/copyright", "var/lib/dpkg/status.d/c"]
    );
    assert_eq!(
        paths(&image.layers[1].entries),
        [
            "usr/bin/link",
            "usr/bin/other",
            "var/lib/dpkg/status.d/damaged"
        ]
    );
}

#[test]
fn an_image_without_packages_has_none() {
    let workspace = Workspace::new();
    let items = [
        Item::file("app", "x"),
        Item::new(b'6', "fifo"),
        Item::hardlink("other", "app"),
    ];
    let entry = image(&workspace, "image", "amd64", &[layer("", &items)]);
    let image = single(read_one(&layout(&workspace, "image", &[entry])));
    assert_eq!(image.distro, None);
    assert!(image.layers[0].packages.is_empty() && image.layers[0].runtimes.is_empty());
    assert_eq!(paths(&image.layers[0].entries), ["app", "other"]);
    assert_eq!(
        image.layers[0].entries[0].content,
        image.layers[0].entries[1].content
    );
}

#[test]
fn the_layer_of_a_runtime() {
    let workspace = Workspace::new();
    let mut runtime = fixture::layer(
        "nodejs",
        &[Item::directory("nodejs"), Item::file("nodejs/node", "x")],
    );
    runtime.annotations = json!({"com.google.distroless.purl": "pkg:generic/nodejs@24.1.0"});
    let entry = image(&workspace, "image", "amd64", &[runtime]);
    let image = single(read_one(&layout(&workspace, "image", &[entry])));
    let [runtime] = &image.layers[0].runtimes[..] else {
        unreachable!();
    };
    assert_eq!((&*runtime.name, &*runtime.version), ("nodejs", "24.1.0"));
    assert_eq!(paths(&runtime.entries), ["nodejs/node"]);
}
