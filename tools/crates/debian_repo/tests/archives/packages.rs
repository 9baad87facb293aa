//! What a paragraph of an index may say.

use archive_fixture::{Archive, Stanza};
use debian_repo::lock::Place;

use crate::support::{manifest, World};

fn error_of(stanza: &Stanza) -> String {
    let archive = Archive::new("bookworm").package("amd64", stanza);
    let error = World::of(&[archive]).error(&manifest(&["amd64"], &["netbase"]));
    let start = "cannot read packages of `bookworm`: ";
    error.strip_prefix(start).unwrap_or(&error).to_owned()
}

fn netbase() -> Stanza {
    Stanza::new("netbase", "6.4")
}

#[test]
fn file_names_stay_below_the_archive() {
    for bad in [
        "/etc/passwd",
        "../../etc/passwd",
        "pool/../../etc/passwd",
        "pool//netbase.deb",
        "pool/./netbase.deb",
        "pool/netbase.deb/",
        "pool\\netbase.deb",
        "pool/%2e%2e/netbase.deb",
        "pool/netbase.deb?x=1",
        "pool/netbase.deb#x",
        "pool/net base.deb",
        "http://evil.example/netbase.deb",
        "pool/nétbase.deb",
    ] {
        assert_eq!(
            error_of(&netbase().with("Filename", bad)),
            format!(
                "cannot read package `netbase`: cannot use file name `{}`: expected a path below the archive's root",
                bad.replace('\\', "\\\\")
            )
        );
    }
    let archive = Archive::new("bookworm").package(
        "amd64",
        &netbase().with("Filename", "./pool/n/netbase_1%3a6.4+b1~x_all.deb"),
    );
    let lock = World::of(&[archive]).update(&manifest(&["amd64"], &["netbase"]));
    assert_eq!(
        lock.unwrap().packages["netbase"]["amd64"].place,
        Place::Source {
            key: "bookworm".to_owned(),
            filename: "pool/n/netbase_1%3a6.4+b1~x_all.deb".to_owned()
        }
    );
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
            "cannot read version `1 2`: it holds a character that no version may have",
        ),
        (
            "Architecture",
            "AMD64",
            "cannot read architecture `AMD64`: expected lower-case letters, digits and `-`",
        ),
        (
            "Depends",
            "a b c",
            "cannot read relation `a b c`: expected `name (>= version)`",
        ),
        (
            "Pre-Depends",
            "libc6 (2.36)",
            "cannot read relation `libc6 (2.36)`: expected `name (>= version)`",
        ),
    ] {
        assert_eq!(
            error_of(&netbase().with(field, value)),
            format!("cannot read package `netbase`: {message}")
        );
    }
}

#[test]
fn fields_that_are_missing_or_twice() {
    for field in ["Version", "Architecture", "Filename", "Size", "SHA256"] {
        assert_eq!(
            error_of(&netbase().without(field)),
            format!("cannot read package `netbase`: cannot read field `{field}`: it is missing")
        );
    }
    assert_eq!(
        error_of(&netbase().without("Package")),
        "cannot read `line 1`: its paragraph has no field `Package`"
    );
    let error = error_of(&netbase().line("Size: 5"));
    assert!(
        error.ends_with("the field `Size` is there twice"),
        "{error}"
    );
}

#[test]
fn the_architecture_must_be_that_of_the_index() {
    assert_eq!(
        error_of(&netbase().architecture("arm64")),
        "cannot use package `netbase`: it is of architecture arm64 in the index of amd64"
    );
}
