//! Valid and invalid paragraphs of an index.

use archive_fixture::{Archive, Stanza};
use debian_repo::lock::Place;

use crate::support::{manifest, World};

fn error_of(stanza: &Stanza) -> String {
    let archive = Archive::new("bookworm").package("amd64", stanza);
    let error = World::of(&[archive]).error(&manifest(&["amd64"], &["netbase"]));
    let start = "cannot read packages of `bookworm`: ";
    let error = error.strip_prefix(start).unwrap_or(&error);
    // Another test pins its line in the index.
    let error = match error.split_once(" of main/binary-amd64/Packages.xz`: ") {
        Some((_, rest)) => rest,
        None => error,
    };
    error.to_owned()
}

fn netbase() -> Stanza {
    Stanza::new("netbase", "6.4")
}

#[test]
fn file_names_stay_below_the_archive() {
    for bad in [
        "../../etc/passwd",
        "/../etc/passwd",
        "/",
        "./",
        "pool/../../etc/passwd",
        "pool/netbase.deb/",
        "pool\\netbase.deb",
        "http://evil.example/netbase.deb",
        "pool/nétbase.deb",
    ] {
        assert_eq!(
            error_of(&netbase().with("Filename", bad)),
            format!(
                "cannot read package `netbase`: cannot read field `Filename`: cannot use file name `{}`: expected a path below the archive's root",
                bad.replace('\\', "\\\\")
            )
        );
    }
    for (written, meant) in [
        (
            "./pool/n/netbase_1%3a6.4+b1~x_all.deb",
            "pool/n/netbase_1%3a6.4+b1~x_all.deb",
        ),
        ("/pool/n/netbase.deb", "pool/n/netbase.deb"),
        ("//pool/n/netbase.deb", "pool/n/netbase.deb"),
        (".//pool/./n//netbase.udeb", "pool/n/netbase.udeb"),
        ("pool/n/netbase-dbgsym.ddeb", "pool/n/netbase-dbgsym.ddeb"),
        ("netbase(1)!.deb", "netbase(1)!.deb"),
        // It is no part of a URL: these are the names of files.
        (
            "pool/net base%20#1?x=[1].deb",
            "pool/net base%20#1?x=[1].deb",
        ),
        ("pool/%2e%2e/netbase.deb", "pool/%2e%2e/netbase.deb"),
    ] {
        let stanza = netbase().with("Filename", written);
        let archive = Archive::new("bookworm").package("amd64", &stanza);
        let lock = World::of(&[archive]).update(&manifest(&["amd64"], &["netbase"]));
        assert_eq!(
            lock.unwrap().packages["netbase"]["amd64"].place,
            Place::Source {
                key: "bookworm".to_owned(),
                filename: meant.to_owned()
            }
        );
    }
}

#[test]
fn sizes_and_digests() {
    for (field, value, message) in [
        ("Size", "0", "cannot use size `0`: expected 1 to 17179869184 bytes"),
        (
            "Size",
            "99999999999",
            "cannot use size `99999999999`: expected 1 to 17179869184 bytes",
        ),
        (
            "Size",
            "-1",
            "cannot read size `-1`: invalid digit found in string",
        ),
        (
            "SHA256",
            "abc",
            "cannot read digest `abc`: expected 64 lower-case hexadecimal digits, found 3 characters",
        ),
        (
            "Version",
            "1 2",
            "cannot read version `1 2`: it contains a character that is not allowed in versions",
        ),
        (
            "Depends",
            "a b c",
            "cannot read relation `a b c`: expected `name (>= version)`",
        ),
        (
            "Pre-Depends",
            "libc6 (~ 2.36)",
            "cannot read relation `libc6 (~ 2.36)`: expected `name (>= version)`",
        ),
    ] {
        assert_eq!(
            error_of(&netbase().with(field, value)),
            format!("cannot read package `netbase`: cannot read field `{field}`: {message}")
        );
    }
}

#[test]
fn fields_that_are_missing_or_twice() {
    for field in ["Version", "Architecture", "Filename", "Size"] {
        assert_eq!(
            error_of(&netbase().without(field)),
            format!("cannot read package `netbase`: cannot read field `{field}`: it is missing")
        );
    }
    assert_eq!(
        error_of(&netbase().without("SHA256").with("MD5sum", "0")),
        "cannot read package `netbase`: cannot read field `SHA256`: \
         it is missing, and so is `SHA512`; weaker digests are not accepted"
    );
    assert_eq!(
        error_of(&netbase().without("Package")),
        "cannot find package `netbase`: there is none for amd64 (searched bookworm)"
    );
    assert_eq!(
        error_of(&netbase().line("Size: 5")),
        "cannot read package `netbase`: cannot read field `Size`: it occurs twice"
    );
}

#[test]
fn a_faulty_paragraph_is_found_by_its_line() {
    let archive = Archive::new("bookworm")
        .package("amd64", &Stanza::new("hello", "1"))
        .package("amd64", &netbase().with("Depends", "libc6 [amd64]"));
    let world = World::of(&[archive]);
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        "cannot read packages of `bookworm`: cannot read `line 14 of main/binary-amd64/Packages.xz`: \
         cannot read package `netbase`: cannot read field `Depends`: \
         cannot read relation `libc6 [amd64]`: expected `name (>= version)`"
    );
    assert!(world.update(&manifest(&["amd64"], &["hello"])).is_ok());
}

#[test]
fn packages_of_other_architectures_do_not_count() {
    for other in ["arm64", "AMD64"] {
        assert_eq!(
            error_of(&netbase().architecture(other)),
            format!("cannot find package `netbase`: there is none for amd64 (searched bookworm, which has it for {other} only)")
        );
    }
}
