//! Two images: the new one has other packages, files, settings and libraries.

use std::collections::BTreeMap;

use blob::Digest;
use contents_diff::{changelogs, compare, symbols, Changelogs, Issues, Report, Side, Symbols};
use image_contents::{
    Content, Contents, Distro, Download, Entry, Image, Layer, Library, Licenses, Package, Runtime,
    Settings,
};
use image_facts::{PackageId, SourcePackage};
use layer_details::{LayerDetails, PackageDetails};

pub(crate) fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

pub(crate) fn file(path: &str, content: &str, size: u64) -> Entry {
    let sha256 = digest(content);
    let content = Content::File {
        sha256,
        sha1: None,
        size,
    };
    Entry {
        path: path.to_owned(),
        mode: 0o644,
        uid: 0,
        gid: 0,
        content,
    }
}

pub(crate) fn link(path: &str, target: &str) -> Entry {
    let content = Content::Link {
        target: target.to_owned(),
    };
    Entry {
        path: path.to_owned(),
        mode: 0o777,
        uid: 0,
        gid: 0,
        content,
    }
}

pub(crate) fn directory(path: &str, mode: u32, uid: u32) -> Entry {
    let content = Content::Directory;
    Entry {
        path: path.to_owned(),
        mode,
        uid,
        gid: uid,
        content,
    }
}

/// A package with one layer. `id` is name, version and architecture.
pub(crate) fn package(id: &str, source: &str, licenses: &str, entries: Vec<Entry>) -> Layer {
    let package = Package {
        id: PackageId::parse(id).unwrap(),
        source: SourcePackage::parse(source),
        maintainer: None,
        homepage: None,
        section: None,
        download: Some(Download {
            sha256: Some(digest(id)),
            size: None,
            url: None,
            pool_path: None,
            suite: None,
            snapshot: None,
        }),
        licenses: Licenses {
            expression: Some(licenses.to_owned()),
            ..Licenses::default()
        },
        is_whole: true,
        entries,
    };
    let layer = layer(&format!("deb {id}"), Vec::new());
    Layer {
        packages: vec![package],
        ..layer
    }
}

pub(crate) fn layer(created_by: &str, entries: Vec<Entry>) -> Layer {
    let size: u64 = entries.iter().map(|entry| entry.path.len() as u64).sum();
    Layer {
        digest: digest(&format!("{created_by} {entries:?}")),
        diff_id: digest("diff_id"),
        size: 1000 + size,
        media_type: "application/vnd.oci.image.layer.v1.tar+gzip".to_owned(),
        created_by: created_by.to_owned(),
        packages: Vec::new(),
        runtimes: Vec::new(),
        entries,
        libraries: Vec::new(),
    }
}

pub(crate) fn library(path: &str, soname: &str) -> Library {
    Library {
        path: path.to_owned(),
        soname: Some(soname.to_owned()),
        exports: Vec::new(),
    }
}

pub(crate) fn image(name: &str, layers: Vec<Layer>) -> Image {
    Image {
        name: name.to_owned(),
        digest: digest(name),
        config: digest("config"),
        os: "linux".to_owned(),
        architecture: "amd64".to_owned(),
        variant: None,
        created: "2026-11-21T02:34:56Z".to_owned(),
        distro: Some(Distro {
            id: "debian".to_owned(),
            version: "12".to_owned(),
            codename: None,
            vendor: None,
        }),
        settings: Settings {
            user: "0".to_owned(),
            env: vec!["PATH=/usr/bin".to_owned(), "GONE=1".to_owned()],
            entrypoint: vec!["/usr/bin/app".to_owned()],
            ..Settings::default()
        },
        annotations: BTreeMap::new(),
        locks: Vec::new(),
        layers,
    }
}

pub(crate) fn old() -> Image {
    let mut libz = package(
        "zlib1g 1:1.2.13-1 amd64",
        "zlib (1:1.2.13.dfsg-1)",
        "Zlib",
        vec![
            file("usr/lib/libz.so.1.2.13", "z", 120_000),
            link("usr/lib/libz.so.1", "libz.so.1.2.13"),
        ],
    );
    libz.libraries
        .push(library("usr/lib/libz.so.1.2.13", "libz.so.1"));
    let mut crypt = package(
        "libcrypt1 1:4.4.33-2 amd64",
        "libxcrypt",
        "LGPL-2.1-or-later",
        vec![file("usr/lib/libcrypt.so.1.1.0", "c", 200_000)],
    );
    crypt
        .libraries
        .push(library("usr/lib/libcrypt.so.1.1.0", "libcrypt.so.1"));
    let files = vec![
        directory("", 0o755, 0),
        directory("home/nonroot", 0o700, 65532),
        file("etc/passwd", "root", 30),
        file("etc/only_old", "x", 1),
        file("usr/bin/app", "app", 4000),
    ];
    let same = package(
        "netbase 6.4 all",
        "netbase",
        "GPL-2.0-only",
        vec![file("etc/services", "s", 9000)],
    );
    image(
        "app:debian12",
        vec![layer("rootfs", files), same, libz, crypt],
    )
}

pub(crate) fn new() -> Image {
    let mut libz = package(
        "zlib1g 1:1.3-1 amd64",
        "zlib (1:1.3.dfsg-1)",
        "Zlib AND BSL-1.0",
        vec![
            file("usr/lib/libz.so.1.3", "zz", 130_000),
            link("usr/lib/libz.so.1", "libz.so.1.3"),
        ],
    );
    libz.libraries
        .push(library("usr/lib/libz.so.1.3", "libz.so.1"));
    let mut zstd = package(
        "libzstd1 1.5.6-1 amd64",
        "libzstd",
        "BSD-3-Clause",
        vec![file("usr/lib/libzstd.so.1.5.6", "d", 700_000)],
    );
    zstd.libraries
        .push(library("usr/lib/libzstd.so.1.5.6", "libzstd.so.1"));
    let mut runtime = layer("nodejs", Vec::new());
    runtime.runtimes.push(Runtime {
        name: "nodejs".to_owned(),
        version: "24.1.0".to_owned(),
        purl: "pkg:generic/nodejs@24.1.0".to_owned(),
        supplier: None,
        homepage: None,
        download: None,
        licenses: Licenses::default(),
        entries: vec![file("nodejs/bin/node", "node", 90_000_000)],
    });
    let files = vec![
        directory("", 0o755, 0),
        directory("home/nonroot", 0o755, 65532),
        file("etc/passwd", "root and others", 60),
        link("usr/bin/app", "../app"),
    ];
    let same = package(
        "netbase 6.4 all",
        "netbase",
        "GPL-2.0-only",
        vec![file("etc/services", "s", 9000)],
    );
    let mut image = image(
        "app:debian13",
        vec![layer("rootfs", files), same, libz, zstd, runtime],
    );
    image.settings.user = "65532".to_owned();
    image.settings.env = vec!["PATH=/usr/bin:/bin".to_owned(), "NEW=1".to_owned()];
    image
        .annotations
        .insert("org.example.a".to_owned(), "b".to_owned());
    image
}

const CHANGELOG: &str = "\
zlib (1:1.3.dfsg-1) unstable; urgency=medium

  * New upstream release.

 -- A <a@example.org>  Mon, 01 Jan 2024 00:00:00 +0000

zlib (1:1.2.13.dfsg-2) unstable; urgency=high

  * Fix CVE-2099-1.

 -- A <a@example.org>  Mon, 01 Jan 2023 00:00:00 +0000

zlib (1:1.2.13.dfsg-1) unstable; urgency=low

  * Old.
";

fn details(version: &str, path: &str, exports: &[&str]) -> LayerDetails {
    LayerDetails {
        os_release: None,
        libraries: vec![layer_details::Library {
            exports: exports.iter().map(|name| (*name).to_owned()).collect(),
            path: path.to_owned(),
            soname: "libz.so.1".to_owned(),
        }],
        packages: vec![PackageDetails {
            architecture: "amd64".to_owned(),
            changelog: Some(CHANGELOG.to_owned()),
            copyright: None,
            documents_of: None,
            homepage: None,
            maintainer: None,
            name: "zlib1g".to_owned(),
            section: None,
            sha256: digest(version),
            size: 1,
            source: "zlib".to_owned(),
            source_version: "1".to_owned(),
            version: version.to_owned(),
        }],
    }
}

fn issues(open: &[(&str, &str, &str)]) -> Issues {
    let open = open.iter().map(|(issue, source, state)| {
        (
            ((*issue).to_owned(), (*source).to_owned()),
            (*state).to_owned(),
        )
    });
    Issues {
        snapshot: "2026-11-20T00:00:00Z".to_owned(),
        open: open.collect(),
    }
}

/// The report of both images, with details and issues.
pub(crate) fn report() -> Report {
    let (old, new) = (Contents::Image(old()), Contents::Image(new()));
    let old_details = [details(
        "1:1.2.13-1",
        "usr/lib/libz.so.1.2.13",
        &["deflate", "gone@ZLIB_1", "inflate"],
    )];
    let new_details = [details(
        "1:1.3-1",
        "usr/lib/libz.so.1.3",
        &["deflate", "inflate", "inflateNew@ZLIB_2"],
    )];
    let old_issues = issues(&[
        ("CVE-2099-1", "zlib", "open"),
        ("CVE-2099-2", "zlib", "open"),
    ]);
    let new_issues = issues(&[
        ("CVE-2099-2", "zlib", "postponed"),
        ("CVE-2099-3", "libzstd", "open"),
    ]);
    let left = Side {
        contents: &old,
        symbols: &symbols(&old_details),
        changelogs: &changelogs(&old_details),
        issues: &BTreeMap::from([(old.digest(), old_issues)]),
    };
    let right = Side {
        contents: &new,
        symbols: &symbols(&new_details),
        changelogs: &changelogs(&new_details),
        issues: &BTreeMap::from([(new.digest(), new_issues)]),
    };
    compare(&left, &right)
}

/// The report of two models without details.
pub(crate) fn plain(old: &Contents, new: &Contents) -> Report {
    let (none, empty, issues) = (Symbols::new(), Changelogs::new(), BTreeMap::new());
    let side = |contents| Side {
        contents,
        symbols: &none,
        changelogs: &empty,
        issues: &issues,
    };
    compare(&side(old), &side(new))
}
