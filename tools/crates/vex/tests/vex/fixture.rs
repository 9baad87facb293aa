//! A snapshot of the tracker, reviews and images.

use std::collections::BTreeMap;

use blob::Digest;
use image_contents::{
    Content, Distro, Entry, Image, Index, Layer, Licenses, LockReference, Package, Runtime,
    Settings,
};
use image_facts::{PackageId, SourcePackage};
use serde_json::Value;
use tracker::{time, Selection, Snapshot};
use vex::{assess_index, Assessed, Options, Reviews};

pub(crate) const TRACKER: &str = include_str!("testdata/tracker.json");
pub(crate) const REVIEWS: &str = include_str!("testdata/reviews.json");
pub(crate) const OPTIONS: Options<'static> = Options {
    author: "Example Organisation",
    tooling: Some("distroless"),
    repositories: &[],
};

pub(crate) fn snapshot() -> Snapshot {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let selection = Selection {
        sources: owned(&["openssl", "glibc", "util-linux", "netbase"]),
        releases: owned(&["bookworm"]),
    };
    let document = TRACKER.as_bytes();
    Snapshot::read(
        "tracker.json",
        document,
        time("2026-11-21T02:34:56Z").unwrap(),
        &selection,
    )
    .unwrap()
}

pub(crate) fn reviews() -> Reviews {
    Reviews::parse("reviews.json", REVIEWS).unwrap()
}

pub(crate) fn package(name: &str, version: &str, source: &str, source_version: &str) -> Package {
    Package {
        id: PackageId {
            name: name.to_owned(),
            version: version.to_owned(),
            architecture: "amd64".to_owned(),
        },
        source: SourcePackage {
            name: source.to_owned(),
            version: (source_version != version).then(|| source_version.to_owned()),
        },
        maintainer: None,
        homepage: None,
        section: None,
        download: None,
        licenses: Licenses::default(),
        is_whole: true,
        entries: Vec::new(),
    }
}

/// A file of a layer.
pub(crate) fn file(path: &str) -> Entry {
    Entry {
        path: path.to_owned(),
        mode: 0o755,
        uid: 0,
        gid: 0,
        content: Content::File {
            sha256: Digest::of(path.as_bytes()),
            sha1: None,
            size: 1,
        },
    }
}

pub(crate) fn runtime(name: &str, version: &str) -> Runtime {
    Runtime {
        name: name.to_owned(),
        version: version.to_owned(),
        purl: String::new(),
        supplier: None,
        homepage: None,
        download: None,
        licenses: Licenses::default(),
        entries: Vec::new(),
    }
}

pub(crate) fn layer(packages: &[Package]) -> Layer {
    Layer {
        digest: Digest::of(b"layer"),
        diff_id: Digest::of(b"diff"),
        size: 1,
        media_type: String::new(),
        created_by: String::new(),
        packages: packages.to_vec(),
        runtimes: Vec::new(),
        entries: Vec::new(),
        libraries: Vec::new(),
    }
}

/// An image with a layer for each package.
pub(crate) fn image(architecture: &str, packages: &[Package]) -> Image {
    let layers = packages
        .iter()
        .map(|package| layer(std::slice::from_ref(package)));
    Image {
        name: "base:debian12".to_owned(),
        digest: Digest::of(architecture.as_bytes()),
        config: Digest::of(b"config"),
        os: "linux".to_owned(),
        architecture: architecture.to_owned(),
        variant: None,
        created: "2026-11-20T02:11:10Z".to_owned(),
        distro: Some(Distro {
            id: "debian".to_owned(),
            version: "12".to_owned(),
            codename: Some("bookworm".to_owned()),
            vendor: None,
        }),
        settings: Settings::default(),
        annotations: BTreeMap::new(),
        locks: vec![LockReference {
            distro: "debian12".to_owned(),
            sha256: Digest::of(b"lock"),
            snapshot: None,
        }],
        layers: layers.collect(),
    }
}

/// Packages of both images.
pub(crate) fn common() -> Vec<Package> {
    let (openssl, glibc) = ("3.0.15-1~deb12u1", "2.36-9+deb12u10");
    vec![
        package("libssl3", openssl, "openssl", openssl),
        package("openssl", openssl, "openssl", openssl),
        package("libc6", glibc, "glibc", glibc),
        package("netbase", "6.4", "netbase", "6.4"),
        package("libmount1", "2.38.1-5+b1", "util-linux", "2.38.1-5"),
    ]
}

/// Two images, of which only one has the binary package that the review names. Its version has an epoch.
pub(crate) fn index() -> Index {
    let mut more = common();
    more.push(package(
        "bsdutils",
        "1:2.38.1-5+b1",
        "util-linux",
        "2.38.1-5",
    ));
    Index {
        name: "base:debian12".to_owned(),
        digest: Digest::of(b"index"),
        created: "2026-11-20T02:11:10Z".to_owned(),
        images: vec![image("arm64", &more), image("amd64", &common())],
    }
}

/// The index, then its images in the order of their platforms.
pub(crate) fn assessed() -> Vec<Assessed> {
    assess_index(&index(), &snapshot(), &reviews()).unwrap()
}

/// The image that does not have `bsdutils`.
pub(crate) fn amd64() -> Assessed {
    let digest = Digest::of(b"amd64");
    let mut all = assessed().into_iter();
    all.find(|product| product.digest == digest).unwrap()
}

pub(crate) fn document(assessed: &[Assessed]) -> Value {
    let bytes = vex::document(assessed, &snapshot(), &OPTIONS).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
