//! A snapshot of the tracker, reviews and images.

use blob::Digest;
use serde_json::Value;
use tracker::{time, Selection, Snapshot};
use vex::{assess_index, Assessed, Author, Image, Index, Package, Reviews};

pub(crate) const TRACKER: &str = include_str!("testdata/tracker.json");
pub(crate) const REVIEWS: &str = include_str!("testdata/reviews.json");
pub(crate) const AUTHOR: Author<'static> = Author {
    name: "Example Organisation",
    tooling: Some("distroless"),
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
        name: name.to_owned(),
        version: version.to_owned(),
        source: source.to_owned(),
        source_version: source_version.to_owned(),
    }
}

pub(crate) fn image(architecture: &str, packages: &[Package]) -> Image {
    Image {
        name: "base".to_owned(),
        digest: Digest::of(architecture.as_bytes()),
        release: "bookworm".to_owned(),
        packages: packages.to_vec(),
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
        name: "base".to_owned(),
        digest: Digest::of(b"index"),
        images: vec![image("arm64", &more), image("amd64", &common())],
    }
}

/// The index, then its images in the order of their digests.
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
    let bytes = vex::document(assessed, &snapshot(), &AUTHOR)
        .unwrap()
        .unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
