//! Other sources of packages than the suites of a repository.

use archive_fixture::{sha256, Archive, Key, Stanza};
use lock_update::{Manifest, SingleDeb, Source};

use crate::support::{bookworm, deb, listing, manifest, source, World};

const VENDOR: &str = "https://vendor.example/apt";

fn vendor(channel: &str) -> Source {
    Source {
        archive: None,
        url: Some(VENDOR.to_owned()),
        name: Some("vendor".to_owned()),
        ..source(channel)
    }
}

#[test]
fn a_release_with_its_signature_beside_it() {
    let key = Key::new(1);
    let mut world = World::of(&[]);
    world.add("debian", bookworm().detached(&[&key]));
    let manifest = manifest(&["amd64"], &["netbase"]);
    let lock = world.update(&manifest).unwrap();
    assert_eq!(listing(&lock), ["netbase amd64 6.4 bookworm"]);
    let text = lock.to_json();
    assert!(text.contains("\"release_gpg_sha256\": "), "{text}");
    assert!(!text.contains("inrelease_sha256"), "{text}");
    assert_eq!(lock::Lock::parse("lock", &text).unwrap(), lock);

    let release = world.file("dists/bookworm/Release");
    *release = String::from_utf8(release.clone())
        .unwrap()
        .replace("2026", "2027")
        .into_bytes();
    assert_eq!(
        world.error(&manifest),
        format!(
            "cannot use source `bookworm`: cannot verify `Release`: its text is not the text that key {} signed: it was changed after signing",
            key.fingerprint()
        )
    );
    world.lose("Release.gpg");
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot verify `Release`: it is not signed: dists/bookworm/Release.gpg: not there"
    );
    world.lose("Release");
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: dists/bookworm/InRelease: not there"
    );
}

#[test]
fn a_flat_repository() {
    let key = Key::new(1);
    let tool = Stanza::new("tool", "1").with("Filename", "./amd64/tool_1.deb");
    let other = Stanza::new("tool", "1").architecture("armhf");
    let archive = Archive::new("")
        .package("", &tool)
        .package("", &other)
        .package("", &Stanza::new("data", "2").architecture("all"));
    for (channel, directory) in [("./", ""), ("stable/", "stable/")] {
        let mut world = World::of(&[]);
        world.add(VENDOR, archive.flat(directory, &[&key]));
        let both = ["amd64", "armhf"];
        let mut manifest = manifest(&both, &["tool", "data"]);
        manifest.sources = vec![vendor(channel)];
        let lock = world.update(&manifest).unwrap();
        assert_eq!(
            listing(&lock),
            [
                "data all 2 vendor",
                "tool amd64 1 vendor",
                "tool armhf 1 vendor"
            ]
        );
        let text = lock.to_json();
        assert!(
            text.contains("\"filename\": \"amd64/tool_1.deb\""),
            "{text}"
        );
    }
}

#[test]
fn independent_packages_in_an_index_of_their_own() {
    let data = Stanza::new("data", "2").architecture("all");
    let archive = Archive::new("bookworm")
        .with("Architectures", "all amd64")
        .package("amd64", &Stanza::new("tool", "1"))
        .package("all", &data);
    let manifest = manifest(&["amd64"], &["tool", "data"]);
    let lock = World::of(std::slice::from_ref(&archive))
        .update(&manifest)
        .unwrap();
    assert_eq!(
        listing(&lock),
        ["data all 2 bookworm", "tool amd64 1 bookworm"]
    );
    let debian = archive.with("No-Support-for-Architecture-all", "Packages");
    let error = World::of(&[debian]).error(&manifest);
    assert!(error.starts_with("cannot find package `data`"), "{error}");
}

#[test]
fn a_directory_of_packages() {
    let mut world = World::of(&[bookworm()]);
    world.debs = vec![
        (
            "own_1_amd64.deb".to_owned(),
            deb("own", "1", "amd64", "netbase"),
        ),
        (
            "own_1_armhf.deb".to_owned(),
            deb("own", "1", "armhf", "netbase"),
        ),
    ];
    let mut manifest = Manifest {
        resolve: true,
        ..manifest(&["amd64"], &["own"])
    };
    manifest.sources.push(Source {
        archive: None,
        folder: Some("debs".to_owned()),
        ..source("")
    });
    let lock = world.update(&manifest).unwrap();
    assert_eq!(
        listing(&lock),
        ["netbase amd64 6.4 bookworm", "own amd64 1 debs"]
    );
    let text = lock.to_json();
    assert!(
        text.contains("\"debs\": {\n      \"folder\": \"debs\"\n    }"),
        "{text}"
    );
    assert_eq!(lock::Lock::parse("lock", &text).unwrap(), lock);
    world.debs[0].1.truncate(100);
    let error = world.error(&manifest);
    let start = "cannot use source `debs`: cannot read package `own_1_amd64.deb`: ";
    assert!(error.starts_with(start), "{error}");
}

#[test]
fn a_single_package_by_address() {
    let netbase = deb("netbase", "6.3+own", "amd64", "");
    let mut world = World::of(&[bookworm()]);
    let files = [("netbase.deb".to_owned(), netbase.clone())];
    world.add(&format!("{VENDOR}/pool"), files.into());
    let url = format!("{VENDOR}/pool/netbase.deb");
    let mut manifest = manifest(&["amd64"], &[]);
    manifest.debs = vec![SingleDeb {
        url: url.clone(),
        sha256: sha256(&netbase),
    }];
    let single = ["netbase amd64 6.3+own by URL"];
    let lock = world.update(&manifest).unwrap();
    assert_eq!(listing(&lock), single);
    let file = &lock.packages["netbase"]["amd64"];
    assert_eq!(file.size, Some(netbase.len() as u64));
    let text = lock.to_json();
    assert_eq!(lock::Lock::parse("lock", &text).unwrap(), lock);
    manifest.packages = vec!["netbase".to_owned()];
    let lock = world.update(&manifest).unwrap();
    assert_eq!(
        listing(&lock),
        single,
        "though bookworm has a higher version"
    );

    let resolved = world.with_settings(|s| lock_update::resolve(&manifest, &world, s, "amd64"));
    let resolved = resolved.unwrap().packages;
    assert_eq!(resolved[0].file.origin(), "by URL");

    manifest.debs[0].sha256 = sha256(b"other");
    assert_eq!(
        world.error(&manifest),
        format!(
            "cannot use package `{url}`: expected sha256:{} from the manifest, found sha256:{}",
            sha256(b"other"),
            sha256(&netbase)
        )
    );
    manifest.debs[0].sha256 = "beef".to_owned();
    assert_eq!(
        world.error(&manifest),
        format!("cannot use package `{url}`: expected `sha256` to be 64 hexadecimal digits")
    );
    manifest.debs[0].sha256 = sha256(&netbase);
    manifest.debs[0].url = format!("{VENDOR}/pool/gone.deb");
    assert_eq!(
        world.error(&manifest),
        format!("cannot download `{VENDOR}/pool/gone.deb`: gone.deb: not there")
    );
}

#[test]
fn sources_that_cannot_be_meant() {
    let error_of = |source: Source| {
        let mut manifest = manifest(&["amd64"], &["netbase"]);
        manifest.sources = vec![source];
        World::of(&[bookworm()]).error(&manifest)
    };
    let in_directory = |directory: &str, channel: &str| Source {
        archive: None,
        folder: Some(directory.to_owned()),
        ..source(channel)
    };
    assert_eq!(
        error_of(in_directory("../debs", "")),
        "cannot use source `debs`: expected `folder` to be a path below the manifest"
    );
    assert_eq!(
        error_of(in_directory("debs", "bookworm main")),
        "cannot use source `bookworm main`: a source with `folder` has no `channel`"
    );
    assert_eq!(
        error_of(vendor("./ main")),
        "cannot use source `./ main`: a flat repository has no components"
    );
    assert_eq!(
        error_of(vendor("../x/")),
        "cannot use source `../x/`: expected a directory below the repository's URL"
    );
    let nameless = Source {
        name: None,
        ..vendor("./")
    };
    assert_eq!(
        error_of(nameless),
        "cannot use source `./`: a flat repository needs a `name`"
    );
    let named = Source {
        name: Some("../x".to_owned()),
        ..vendor("./")
    };
    assert_eq!(
        error_of(named),
        "cannot use source `./`: `../x` is not a valid name of a source"
    );
}
