use std::collections::BTreeMap;

use image_contents::Contact;
use layer_details::{LayerDetails, Library};

use super::fixture::{owners, Build, Part};

fn certificates() -> Part {
    Part::new(
        "cacerts",
        &[
            "etc/",
            "etc/ssl/certs/ca-certificates.crt",
            "usr/share/doc/ca-certificates/copyright",
            "var/lib/dpkg/status.d/ca-certificates",
            "var/lib/dpkg/status.d/ca-certificates.md5sums",
        ],
    )
    .packages(&["ca-certificates"])
}

#[test]
fn layers_of_all_kinds() {
    let busybox = Part::new("busybox", &["busybox/busybox", "busybox/sh -> busybox"]);
    let build = Build::new(vec![
        Part::new("deb a 1 amd64", &["usr/", "usr/a", "usr/l -> a"]).packages(&["a"]),
        certificates(),
        busybox.packages(&["busybox-static"]),
        Part::new("ldconfig", &["etc/ld.so.cache"]).packages(&["a"]),
        Part::new("passwd", &["etc/passwd"]),
        Part {
            is_partial: true,
            ..Part::new("locale C.utf8", &["usr/lib/locale"]).packages(&["libc-bin"])
        },
    ]);
    let image = build.image().unwrap();
    let found: Vec<_> = image.layers.iter().flat_map(owners).collect();
    assert_eq!(
        found,
        [
            "a 1 amd64: usr/a usr/l -> a",
            "-: usr/",
            "ca-certificates 1 amd64 (part): usr/share/doc/ca-certificates/copyright \
             var/lib/dpkg/status.d/ca-certificates var/lib/dpkg/status.d/ca-certificates.md5sums",
            "-: etc/ etc/ssl/certs/ca-certificates.crt",
            "busybox-static 1 amd64 (part): busybox/busybox busybox/sh -> busybox",
            "-: etc/ld.so.cache",
            "-: etc/passwd",
            "libc-bin 1 amd64 (part): usr/lib/locale",
        ]
    );
}

#[test]
fn facts_of_a_package() {
    let build = Build::new(vec![Part::new("deb a 1 amd64", &["usr/a"]).packages(&["a"])]);
    let image = build.image().unwrap();
    let package = &image.layers[0].packages[0];
    assert_eq!(package.source.to_string(), "src (2)");
    assert_eq!(package.maintainer, Contact::parse("A <a@example.org>"));
    assert_eq!(package.section.as_deref(), Some("libs"));
    assert_eq!(package.download.as_ref().unwrap().size, Some(9));
    let texts: Vec<_> = package.licenses.texts.values().collect();
    assert_eq!(texts, ["The copyright of a."]);
}

#[test]
fn facts_of_the_image() {
    let image = Build::new(vec![Part::new("x", &["a"])]).image().unwrap();
    assert_eq!(image.created, "2026-11-21T02:34:56Z");
    assert_eq!(image.settings.user, "65532");
    assert_eq!(image.settings.labels["a"], "b");
    assert_eq!(image.annotations["org.opencontainers.image.vendor"], "V");
    assert_eq!(image.layers[0].created_by, "x");
    assert_eq!(image.distro, None);
}

#[test]
fn the_last_of_merged_layers_owns_a_file() {
    let library = |path: &str| Library {
        exports: vec!["f".to_owned()],
        path: path.to_owned(),
        soname: "liba.so.1".to_owned(),
    };
    let mut lower = Part::new("deb a 1 amd64", &["usr/", "usr/a", "usr/both"]).packages(&["a"]);
    lower.details.as_mut().unwrap().libraries = vec![library("usr/a"), library("usr/both")];
    let upper = Part::new("deb b 1 amd64", &["usr/b", "usr/both"]).packages(&["b"]);
    let own = Part::new("mine", &["app"]);
    let mut merged = Part::new("merge", &["app", "usr/", "usr/a", "usr/b", "usr/both"]);
    merged.merged = vec![lower, upper, own];
    let image = Build::new(vec![merged]).image().unwrap();
    let layer = &image.layers[0];
    assert_eq!(
        owners(layer),
        [
            "a 1 amd64: usr/a",
            "b 1 amd64: usr/b usr/both",
            "-: app usr/"
        ]
    );
    let libraries: Vec<_> = layer
        .libraries
        .iter()
        .map(|library| &*library.path)
        .collect();
    assert_eq!(libraries, ["usr/a"]);
    assert!(layer.libraries[0].exports.is_empty());
}

#[test]
fn two_parts_of_one_package() {
    let mut merged = Part::new("merge", &["a", "b"]);
    let part = |path: &'static str| Part {
        is_partial: true,
        ..Part::new("deb a 1 amd64", &[path]).packages(&["a"])
    };
    merged.merged = vec![part("b"), part("a")];
    let image = Build::new(vec![merged]).image().unwrap();
    assert_eq!(owners(&image.layers[0]), ["a 1 amd64 (part): a b"]);
}

#[test]
fn runtimes() {
    let mut node = Part::new("archive nodejs 1 amd64", &["nodejs/", "nodejs/bin/node"]);
    node.annotations = BTreeMap::from([
        ("com.google.distroless.purl", "pkg:generic/nodejs@1"),
        ("com.google.distroless.licenses", "MIT"),
    ]);
    let mut build = Build::new(vec![node]);
    build.locks = vec![
        r#"{"archives": {}, "name": "nodejs", "supplier": "Organization: OpenJS Foundation"}"#
            .to_owned(),
    ];
    let image = build.image().unwrap();
    assert_eq!(
        owners(&image.layers[0]),
        ["nodejs 1: nodejs/bin/node", "-: nodejs/"]
    );
    let supplier = image.layers[0].runtimes[0].supplier.as_ref().unwrap();
    assert_eq!(supplier.name, "OpenJS Foundation");
    assert_eq!(image.locks, []);
}

#[test]
fn the_highest_os_release_names_the_distro() {
    let os_release = |version: &str| LayerDetails {
        os_release: Some(format!("ID=debian\nVERSION_ID={version}\n")),
        ..LayerDetails::default()
    };
    let layers = ["11", "12"].map(|version| Part {
        details: Some(os_release(version)),
        ..Part::new("os-release", &["usr/lib/os-release"])
    });
    let image = Build::new(layers.to_vec()).image().unwrap();
    let distro = image.distro.unwrap();
    assert_eq!((&*distro.id, &*distro.version), ("debian", "12"));
}
