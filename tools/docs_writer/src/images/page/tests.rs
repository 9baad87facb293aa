use std::collections::BTreeMap;

use super::*;
use crate::images::described::{Described, Distro, Family, Set};
use crate::images::testing::Directory;

fn set(directory: &Directory, published: &str, base: &str, layers: &[&str]) -> Set {
    let debug: Vec<_> = layers.iter().copied().chain(["busybox"]).collect();
    let mut images = Vec::new();
    for (tag, layers) in [
        ("latest", layers),
        ("nonroot", layers),
        ("debug", &debug[..]),
    ] {
        for (architecture, size) in [("amd64", 1_000_000), ("arm", 2_004_999)] {
            images.push(directory.image(tag, architecture, layers, size));
        }
    }
    let targets = ["latest", "nonroot", "debug"].map(|tag| {
        let suffix = if tag == "latest" {
            String::new()
        } else {
            format!("_{tag}")
        };
        (tag.to_owned(), format!("//{published}:debian12{suffix}"))
    });
    Set {
        aliases: BTreeMap::from([("latest".to_owned(), vec![format!("//{published}:latest")])]),
        base: base.to_owned(),
        distro: "debian12".to_owned(),
        images,
        indexes: BTreeMap::new(),
        lacks: BTreeMap::new(),
        published: published.to_owned(),
        targets: targets.into(),
    }
}

fn described(sets: Vec<Set>) -> Described {
    let not_made = BTreeMap::from([("java21 debian12".to_owned(), "it has 17 only".to_owned())]);
    Described {
        distros: [12, 13]
            .map(|number| Distro {
                name: format!("debian{number}"),
                snapshot: "2026-11-21T00:00:00Z".to_owned(),
                title: format!("Debian {number}"),
            })
            .into(),
        families: vec![Family { not_made, sets }],
    }
}

fn refused(sets: Vec<Set>) -> String {
    let written = Catalogue::read(described(sets)).and_then(|catalogue| page(&catalogue));
    written.err().unwrap().to_string()
}

#[test]
fn bytes_are_rounded_to_hundredths_of_a_megabyte() {
    for (bytes, text) in [
        (0, "0.00"),
        (4_999, "0.00"),
        (5_000, "0.01"),
        (12_345_678, "12.35"),
    ] {
        assert_eq!(megabytes(bytes), text);
    }
}

#[test]
fn the_page_has_the_whole_of_an_image() {
    let directory = Directory::new();
    let layers = ["deb netbase 6.4 all", "rootfs"];
    let below = set(&directory, "static", "", &layers);
    let other = Directory::new();
    let above = ["deb netbase 6.4 all", "rootfs", "deb libc6 2.36 amd64"];
    let mut above = set(&other, "base", "static", &above);
    above.images.retain(|image| image.architecture == "amd64");
    above
        .lacks
        .insert("arm".to_owned(), "nobody asked".to_owned());
    let catalogue = Catalogue::read(described(vec![below, above])).unwrap();
    let page = page(&catalogue).unwrap();
    assert_eq!(page, include_str!("expected.md"));
}

#[test]
fn an_image_that_is_missing_without_a_reason_is_an_error() {
    let directory = Directory::new();
    let complete = set(&directory, "static", "", &["rootfs"]);
    let mut partial = set(&directory, "base", "", &["rootfs"]);
    partial.images.retain(|image| image.architecture == "amd64");
    assert_eq!(
        refused(vec![complete, partial]),
        "cannot describe `base-debian12`: no reason is given why there is no image for `arm`\n\
         hint: add the reason to `lacks` of its `image_family`"
    );
}

#[test]
fn a_base_that_is_not_below_is_an_error() {
    let directory = Directory::new();
    let below = set(&directory, "static", "", &["rootfs"]);
    let other = Directory::new();
    let above = set(&other, "base", "static", &["tmp", "libc6"]);
    assert_eq!(
        refused(vec![below, above]),
        "cannot describe `base-debian12`: the lowest layers for `amd64` are not those of `static`"
    );
    let lonely = set(&directory, "base", "static", &["rootfs"]);
    assert_eq!(
        refused(vec![lonely]),
        "cannot describe `base-debian12`: there is no `static` for `amd64` to build it on"
    );
}
