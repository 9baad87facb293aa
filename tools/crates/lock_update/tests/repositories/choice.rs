//! The choice of the file that a lock names.

use archive_fixture::{Archive, Stanza};

use crate::support::{bookworm, listing, manifest, source, suite, World};

#[test]
fn the_highest_version_wins_in_any_order() {
    let versions = ["6.4", "1:1.0", "6.10", "1:1.0~rc1"];
    for shift in 0..versions.len() {
        let mut archive = Archive::new("bookworm");
        for at in 0..versions.len() {
            let version = versions[(at + shift) % versions.len()];
            archive = archive.package("amd64", &Stanza::new("netbase", version));
        }
        let lock = World::of(&[archive]).update(&manifest(&["amd64"], &["netbase"]));
        assert_eq!(listing(&lock.unwrap()), ["netbase amd64 1:1.0 bookworm"]);
    }
}

#[test]
fn among_equals_the_first_source_wins() {
    let security = Archive::new("security").package("amd64", &Stanza::new("netbase", "6.4"));
    let world = World::of(&[bookworm(), security]);
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    manifest.sources.push(source("security main"));
    let lock = world.update(&manifest).unwrap();
    assert_eq!(listing(&lock), ["netbase amd64 6.4 bookworm"]);
    manifest.sources.reverse();
    let lock = world.update(&manifest).unwrap();
    assert_eq!(listing(&lock), ["netbase amd64 6.4 security"]);
}

#[test]
fn two_files_of_one_version_are_an_error() {
    let other = Stanza::new("netbase", "6.4").content(b"other bytes");
    let error = World::of(&[bookworm().package("amd64", &other)])
        .error(&manifest(&["amd64"], &["netbase"]));
    let start =
        "cannot choose package `netbase`: amd64 has two different files of version 6.4: sha256:";
    assert!(error.starts_with(start), "{error}");
    assert!(error.contains(" in bookworm, sha256:"), "{error}");
}

#[test]
fn an_independent_file_serves_all() {
    let all = Stanza::new("tzdata", "2026f").architecture("all");
    let archs = ["amd64", "arm64"];
    let archive = Archive::new("bookworm")
        .package("amd64", &all)
        .package("arm64", &all)
        .packages(&archs, &Stanza::new("base-files", "12"));
    let lock = World::of(&[archive])
        .update(&manifest(&archs, &["tzdata", "base-files"]))
        .unwrap();
    assert_eq!(
        listing(&lock),
        [
            "base-files amd64 12 bookworm",
            "base-files arm64 12 bookworm",
            "tzdata all 2026f bookworm"
        ]
    );
    assert_eq!(lock.packages["tzdata"]["all"].architecture, None);
    assert_eq!(lock.package("tzdata", "arm64").unwrap().version, "2026f");
    assert_eq!(lock.package("tzdata", "s390x").unwrap().version, "2026f");
    assert_eq!(lock.package("base-files", "s390x"), None);
}

#[test]
fn independent_files_that_differ_are_kept_apart_unless_one_vouches_for_all() {
    let old = Stanza::new("tzdata", "2026e").architecture("all");
    let new = Stanza::new("tzdata", "2026f").architecture("all");
    let archs = ["amd64", "armhf"];
    let main = Archive::new("bookworm")
        .package("amd64", &old)
        .package("armhf", &old);
    let security = Archive::new("security")
        .package("amd64", &new)
        .package("amd64", &Stanza::new("netbase", "6.4"));
    let world = World::of(&[main, security]);
    let mut manifest = manifest(&archs, &["tzdata"]);
    let mut lacking = source("security main");
    lacking.may_lack = vec!["armhf".to_owned()];
    manifest.sources.push(lacking);
    let lock = world.update(&manifest).unwrap();
    assert_eq!(
        listing(&lock),
        ["tzdata amd64 2026f security", "tzdata armhf 2026e bookworm"]
    );
    let architecture = &lock.packages["tzdata"]["armhf"].architecture;
    assert_eq!(architecture.as_deref(), Some("all"));
    manifest.architecture_all_from = Some("amd64".to_owned());
    let lock = world.update(&manifest).unwrap();
    assert_eq!(listing(&lock), ["tzdata all 2026f security"]);
    assert_eq!(
        suite(&lock, "security").unverified["armhf"],
        "the signed Release lists no index main/binary-armhf/Packages"
    );
    manifest.packages.push("netbase".to_owned());
    let error = world.error(&manifest);
    assert_eq!(
        error, "cannot find package `netbase`: there is none for armhf (searched bookworm, which has it for amd64 only)",
        "what is not for all architectures is vouched for by its own index alone"
    );
}

#[test]
fn dependencies_within_the_lock() {
    let archive = Archive::new("bookworm")
        .package("amd64", &Stanza::new("libc6", "2.36"))
        .package("amd64", &Stanza::new("libgcc-s1", "12"))
        .package("amd64", &Stanza::new("mawk", "1.3"))
        .package(
            "amd64",
            &Stanza::new("netbase", "6.4")
                .with("Pre-Depends", "libgcc-s1:any (>= 4)")
                .with(
                    "Depends",
                    "libc6 (>= 3) | mawk (>> 1.2), gawk | mawk, libc6 (= 2.36), missing | other, libc6",
                ),
        );
    let names = ["libc6", "libgcc-s1", "mawk", "netbase"];
    let lock = World::of(&[archive])
        .update(&manifest(&["amd64"], &names))
        .unwrap();
    let depends = &lock.packages["netbase"]["amd64"].depends;
    assert_eq!(*depends, ["libc6", "libgcc-s1", "mawk"]);
}

#[test]
fn the_source_package() {
    for (stanza, source, version) in [
        (Stanza::new("netbase", "6.4"), "netbase", "6.4"),
        (
            Stanza::new("netbase", "6.4+b1").with("Source", "net-source (6.4)"),
            "net-source",
            "6.4",
        ),
        (
            Stanza::new("netbase", "6.4").with("Source", "net-source"),
            "net-source",
            "6.4",
        ),
    ] {
        let archive = Archive::new("bookworm").package("amd64", &stanza);
        let lock = World::of(&[archive]).update(&manifest(&["amd64"], &["netbase"]));
        let file = &lock.unwrap().packages["netbase"]["amd64"];
        assert_eq!(
            (file.source.as_str(), file.source_version.as_str()),
            (source, version)
        );
    }
}

#[test]
fn every_missing_package_is_named_with_those_like_it() {
    let archive = Archive::new("bookworm")
        .packages(&["amd64", "arm64"], &Stanza::new("libssl3", "3.0"))
        .package("amd64", &Stanza::new("netbase", "6.4"));
    let world = World::of(&[archive]);
    let manifest = manifest(&["amd64", "arm64"], &["libssl3", "libssl", "netbase"]);
    assert_eq!(
        world.error(&manifest),
        "cannot find package `libssl`: there is none for amd64 (searched bookworm), arm64 (searched bookworm); \
         cannot find package `netbase`: there is none for arm64 (searched bookworm)\n\
         hint: names similar to `libssl`: libssl3"
    );
}

#[test]
fn packages_of_other_architectures_do_not_count() {
    for other in ["arm64", "AMD64"] {
        let netbase = Stanza::new("netbase", "6.4").architecture(other);
        let world = World::of(&[Archive::new("bookworm").package("amd64", &netbase)]);
        assert_eq!(
            world.error(&manifest(&["amd64"], &["netbase"])),
            format!("cannot find package `netbase`: there is none for amd64 (searched bookworm, which has it for {other} only)")
        );
    }
}

#[test]
fn a_paragraph_without_a_name_does_not_count() {
    let netbase = Stanza::new("netbase", "6.4").without("Package");
    let world = World::of(&[Archive::new("bookworm").package("amd64", &netbase)]);
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        "cannot find package `netbase`: there is none for amd64 (searched bookworm)"
    );
}

#[test]
fn a_faulty_paragraph_stops_only_those_who_ask_for_it() {
    let faulty = Stanza::new("netbase", "6.4").with("Depends", "libc6 [amd64]");
    let archive = Archive::new("bookworm")
        .package("amd64", &Stanza::new("hello", "1"))
        .package("amd64", &faulty);
    let world = World::of(&[archive]);
    let error = world.error(&manifest(&["amd64"], &["netbase"]));
    assert!(
        error.ends_with("cannot read relation `libc6 [amd64]`: expected `name (>= version)`"),
        "{error}"
    );
    assert!(world.update(&manifest(&["amd64"], &["hello"])).is_ok());
}
