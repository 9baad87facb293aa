//! A small model: a static image for two architectures.

use std::collections::BTreeMap;

use blob::Digest;
use image_contents::{
    Contact, Content, Distro, Download, Entry, Image, Index, Layer, LicenseGroup, Licenses,
    Package, Runtime, Settings,
};
use image_facts::{PackageId, SourcePackage};

/// The index of the images for amd64 and arm64.
pub(crate) fn index() -> Index {
    Index {
        name: "static:debian12".to_owned(),
        digest: digest("index"),
        created: "2026-11-20T02:11:10Z".to_owned(),
        images: vec![image("amd64"), image("arm64")],
    }
}

/// The image for an architecture.
pub(crate) fn image(architecture: &str) -> Image {
    let glibc = licenses("LGPL-2.1-or-later AND LicenseRef-custom", "one");
    let glibc = Licenses {
        groups: vec![
            group("*", "LGPL-2.1-or-later", Some("1991 FSF")),
            group("inet/*", "LicenseRef-custom", Some("1991 FSF")),
        ],
        ..glibc
    };
    let libc = Package {
        maintainer: Contact::parse("GNU Libc Maintainers <glibc@example.org>"),
        licenses: glibc,
        entries: vec![file("usr/lib/libc.so.6"), file("usr/lib/libm.so.6")],
        ..package(&format!("libc6 2.36-9+deb12u10 {architecture}"), "glibc")
    };
    let cc = package(
        &format!("libstdc++6 12.2.0-14 {architecture}"),
        "gcc-12 (1:12.2.0-13)",
    );
    let cc = Package {
        licenses: licenses(
            "GPL-3.0-or-later WITH GCC-exception-3.1 AND LicenseRef-custom",
            "two",
        ),
        ..cc
    };
    let packages = [libc, cc, package("netbase 6.4 all", "netbase")];
    let mut layers: Vec<_> = packages
        .into_iter()
        .map(|package| Layer {
            packages: vec![package.clone()],
            ..layer(&format!("deb {}", package.id))
        })
        .collect();
    layers.push(Layer {
        entries: vec![file("etc/passwd")],
        runtimes: vec![runtime()],
        ..layer("passwd")
    });
    // These layers of the two architectures differ.
    let own = |layer: &Layer| digest(&format!("{architecture} {}", layer.created_by));
    layers[0].digest = own(&layers[0]);
    layers[1].digest = own(&layers[1]);
    if architecture == "arm64" {
        layers.remove(1);
        layers[0]
            .packages
            .push(package("libgcc-s1 12.2.0-14 arm64", "gcc-12"));
    }
    Image {
        name: "static:debian12".to_owned(),
        digest: digest(&format!("manifest {architecture}")),
        config: digest(&format!("config {architecture}")),
        os: "linux".to_owned(),
        architecture: architecture.to_owned(),
        variant: None,
        created: "2026-11-20T02:11:10Z".to_owned(),
        distro: Some(Distro {
            id: "debian".to_owned(),
            version: "12".to_owned(),
            codename: Some("bookworm".to_owned()),
            vendor: Some("Debian".to_owned()),
        }),
        settings: Settings::default(),
        annotations: BTreeMap::new(),
        locks: Vec::new(),
        layers,
    }
}

pub(crate) fn file(path: &str) -> Entry {
    Entry {
        path: path.to_owned(),
        mode: 0o644,
        uid: 0,
        gid: 0,
        content: Content::File {
            sha256: digest(path),
            sha1: Some([path.len() as u8; 20]),
            size: 1,
        },
    }
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn layer(created_by: &str) -> Layer {
    Layer {
        digest: digest(created_by),
        diff_id: digest(&format!("{created_by} uncompressed")),
        size: 1,
        media_type: "application/vnd.oci.image.layer.v1.tar+gzip".to_owned(),
        created_by: created_by.to_owned(),
        packages: Vec::new(),
        runtimes: Vec::new(),
        entries: Vec::new(),
        libraries: Vec::new(),
    }
}

fn runtime() -> Runtime {
    Runtime {
        name: "nodejs".to_owned(),
        version: "24.11.1".to_owned(),
        purl: "pkg:generic/nodejs@24.11.1".to_owned(),
        supplier: Contact::parse("OpenJS Foundation"),
        homepage: None,
        download: None,
        licenses: Licenses {
            expression: Some("MIT".to_owned()),
            ..Licenses::default()
        },
        entries: vec![file("nodejs/bin/node")],
    }
}

fn package(id: &str, source: &str) -> Package {
    let file_name = id.replace(' ', "_");
    Package {
        id: PackageId::parse(id).unwrap(),
        source: SourcePackage::parse(source),
        maintainer: Contact::parse("Debian Maintainers <maintainers@example.org>"),
        homepage: Some("https://example.org/project".to_owned()),
        section: None,
        download: Some(Download {
            sha256: Some(digest(id)),
            size: Some(7),
            url: Some(format!("https://example.org/pool/{file_name}.deb")),
            pool_path: Some(format!("pool/{file_name}.deb")),
            suite: Some("bookworm".to_owned()),
            snapshot: Some("2026-11-20T02:11:10Z".to_owned()),
        }),
        licenses: Licenses::default(),
        is_whole: true,
        entries: Vec::new(),
    }
}

fn licenses(expression: &str, text: &str) -> Licenses {
    Licenses {
        expression: Some(expression.to_owned()),
        groups: Vec::new(),
        texts: BTreeMap::from([("LicenseRef-custom".to_owned(), text.to_owned())]),
    }
}

fn group(files: &str, expression: &str, copyright: Option<&str>) -> LicenseGroup {
    LicenseGroup {
        files: vec![files.to_owned()],
        expression: expression.to_owned(),
        copyright: copyright.map(str::to_owned),
    }
}
