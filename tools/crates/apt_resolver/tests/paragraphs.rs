//! Valid and invalid paragraphs of an index.

#![allow(clippy::panic, clippy::unwrap_used)]

use apt_resolver::{Scope, SourceInfo, Universe};
use archive_fixture::{Archive, Stanza};
use blob::Result;

/// A universe of amd64 with these packages.
fn universe(stanzas: &[&Stanza]) -> Universe {
    let mut archive = Archive::new("bookworm");
    for stanza in stanzas {
        archive = archive.package("amd64", stanza);
    }
    let source = SourceInfo {
        name: "bookworm".to_owned(),
        rank: 1,
        priority: 500,
    };
    let text = archive.index_mut("main", "amd64").clone();
    let mut universe = Universe::new("amd64");
    let path = "main/binary-amd64/Packages.xz";
    let added = universe.add_index(source, path, text, Scope::Everything);
    added.unwrap();
    universe
}

/// The path of the candidate's file, if there is a candidate.
fn filename(universe: &Universe, name: &str) -> Result<Option<String>> {
    match universe.candidate(name)? {
        Some(entry) => universe.file(&entry).map(|(filename, _)| Some(filename)),
        None => universe.check_not_malformed(name).map(|()| None),
    }
}

fn error_of(stanza: &Stanza) -> String {
    let error = filename(&universe(&[stanza]), "netbase").unwrap_err();
    let error = error.to_string();
    // Another test pins its line in the index.
    let (start, rest) = error
        .split_once(" of main/binary-amd64/Packages.xz`: ")
        .unwrap();
    assert!(start.starts_with("cannot read packages of `bookworm`: cannot read `line "));
    rest.to_owned()
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
                "cannot read package `netbase`: cannot read field `Filename`: cannot use file name `{}`: expected a path below the repository's root",
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
        let found = filename(&universe(&[&stanza]), "netbase");
        assert_eq!(found.unwrap().as_deref(), Some(meant));
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
    let nameless = universe(&[&netbase().without("Package")]);
    assert_eq!(filename(&nameless, "netbase").unwrap(), None);
    assert_eq!(
        error_of(&netbase().line("Size: 5")),
        "cannot read package `netbase`: cannot read field `Size`: it occurs twice"
    );
}

#[test]
fn a_faulty_paragraph_is_found_by_its_line() {
    let faulty = netbase().with("Depends", "libc6 [amd64]");
    let universe = universe(&[&Stanza::new("hello", "1"), &faulty]);
    assert_eq!(
        filename(&universe, "netbase").unwrap_err().to_string(),
        "cannot read packages of `bookworm`: cannot read `line 14 of main/binary-amd64/Packages.xz`: \
         cannot read package `netbase`: cannot read field `Depends`: \
         cannot read relation `libc6 [amd64]`: expected `name (>= version)`"
    );
    assert!(filename(&universe, "hello").is_ok());
}
