use super::*;
use crate::images::testing::Directory;
use crate::images::{described, set};

const NETBASE: &str = "deb netbase 6.4 all";

fn catalogue(directory: &Directory) -> Catalogue {
    let images = vec![
        directory.image("latest", "amd64", &[NETBASE, "deb libc6 2.36-9 amd64"], 10),
        directory.image(
            "latest",
            "arm",
            &[NETBASE, "deb libc6 2.36-8 armhf", "rootfs"],
            10,
        ),
        directory.image(
            "debug",
            "arm",
            &[NETBASE, "deb busybox 1.0 armhf", "busybox", "rootfs"],
            10,
        ),
    ];
    let index = directory.file("index.json", &serde_json::json!({"manifests": []}));
    let set = described::Set {
        aliases: BTreeMap::new(),
        base: String::new(),
        distro: "debian12".to_owned(),
        images,
        indexes: BTreeMap::from([("latest".to_owned(), index)]),
        lacks: BTreeMap::new(),
        published: "cc".to_owned(),
        targets: BTreeMap::new(),
    };
    set::Catalogue::read(described::Described {
        distros: vec![described::Distro {
            name: "debian12".to_owned(),
            snapshot: "2026-11-21T02:34:56Z".to_owned(),
            title: "Debian 12".to_owned(),
        }],
        families: vec![described::Family {
            not_made: BTreeMap::new(),
            sets: vec![set],
        }],
    })
    .unwrap()
}

#[test]
fn images_have_digests_sizes_and_packages() {
    let directory = Directory::new();
    let catalogue = catalogue(&directory);
    assert_eq!(locks(&catalogue)["debian12"], "2026-11-21T02:34:56Z");
    let images = images(&catalogue).unwrap();
    assert_eq!(images.keys().collect::<Vec<_>>(), ["cc-debian12"]);
    let cc = &images["cc-debian12"];
    assert_eq!(cc.tags.keys().collect::<Vec<_>>(), ["debug", "latest"]);
    let latest = &cc.tags["latest"];
    assert_eq!(
        latest.digest.as_deref(),
        Some(Digest::of(br#"{"manifests":[]}"#).to_string().as_str())
    );
    assert_eq!(latest.architectures["amd64"].size, 21);
    assert_eq!(latest.architectures["arm"].size, 33);
    let manifest = std::fs::read(catalogue_file(&catalogue)).unwrap();
    assert_eq!(
        latest.architectures["amd64"].digest,
        Digest::of(&manifest).to_string()
    );
    assert_eq!(cc.tags["debug"].digest, None);
    // Packages of the plain image only.
    assert_eq!(
        serde_json::to_string(&cc.packages).unwrap(),
        r#"{"libc6":{"amd64":"2.36-9","arm":"2.36-8"},"netbase":"6.4"}"#
    );
}

fn catalogue_file(catalogue: &Catalogue) -> std::path::PathBuf {
    let set = catalogue.sets().next().unwrap();
    set.described.images[0].manifest.clone()
}

#[test]
fn a_package_of_some_architectures_names_them() {
    let versions = BTreeMap::from([("amd64".to_owned(), "1".to_owned())]);
    assert_eq!(version(versions.clone(), 1), Version::Same("1".to_owned()));
    assert_eq!(version(versions.clone(), 2), Version::Different(versions));
}
