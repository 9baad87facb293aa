//! Valid and invalid manifests.

use lock_update::Manifest;

use crate::support::{bookworm, listing, manifest, source, World};

fn error_of(change: impl Fn(&mut Manifest)) -> String {
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    change(&mut manifest);
    let world = World::of(&[bookworm()]);
    let error = world.error(&manifest);
    let asked = world.asked.lock().unwrap();
    assert!(asked.is_empty(), "an error in a manifest costs no request");
    error
}

#[test]
fn mistakes() {
    type Change = fn(&mut Manifest);
    let cases: [(Change, &str); 13] = [
        (
            |m| m.version = 2,
            "cannot use key `version`: expected 1, found 2",
        ),
        (
            |m| m.archs.clear(),
            "cannot use key `archs`: expected one or more Debian architectures, such as amd64",
        ),
        (
            |m| m.archs.push("all".to_owned()),
            "cannot use key `archs`: expected one or more Debian architectures, such as amd64",
        ),
        (
            |m| m.archs.push("amd64".to_owned()),
            "cannot use key `archs`: it names amd64 twice",
        ),
        (
            |m| m.archs.push("x86_64".to_owned()),
            "cannot use key `archs`: cannot read architecture `x86_64`: expected lower-case letters, digits and `-`\n\
             hint: Debian calls this architecture `amd64`",
        ),
        (
            |m| m.packages.push("netbase".to_owned()),
            "cannot use key `packages`: it names netbase twice",
        ),
        (
            |m| m.packages.push("_x".to_owned()),
            "cannot use key `packages`: cannot read package name `_x`: expected letters, digits, `+`, `-`, `.` and `_`",
        ),
        (
            |m| m.architecture_all_from = Some("arm64".to_owned()),
            "cannot use key `architecture_all_from`: arm64 is not in `archs`",
        ),
        (
            |m| m.sources.clear(),
            "cannot use key `sources`: it names no suite",
        ),
        (
            |m| m.sources.push(source("bookworm contrib")),
            "cannot use key `sources`: suite bookworm occurs twice\n\
             hint: give one of them a `name`, or put all components in one `channel`",
        ),
        (
            |m| m.sources[0].channel = "bookworm".to_owned(),
            "cannot use source `bookworm`: expected a suite and one or more components, such as `bookworm main`",
        ),
        (
            |m| m.sources[0].archive = None,
            "cannot use source `bookworm main`: expected exactly one of `archive`, `url` and `folder`",
        ),
        (
            |m| m.sources[0].may_lack.push("armhf".to_owned()),
            "cannot use source `bookworm main`: `may_lack` names armhf, which is not in `archs`",
        ),
    ];
    for (change, message) in cases {
        assert_eq!(error_of(change), message);
    }
    for url in [
        "ftp://example.org/debian",
        "https://user:secret@example.org/debian",
        "https://",
        "debian",
    ] {
        let error = error_of(|m| {
            m.sources[0].archive = None;
            m.sources[0].url = Some(url.to_owned());
        });
        assert_eq!(
            error,
            "cannot use source `bookworm main`: expected `url` to begin with http://, https:// or file:/// and to contain no password"
        );
    }
    let channels = ["../x main", "bookworm ../x", "bookworm main main"];
    for channel in channels {
        let error = error_of(|m| m.sources[0].channel = channel.to_owned());
        let start = format!("cannot use source `{channel}`: ");
        assert!(error.starts_with(&start), "{error}");
    }
}

#[test]
fn an_archive_by_address() {
    let mut world = World::of(&[bookworm()]);
    let files = world.mirrors.remove("debian").unwrap();
    world.add("https://example.org/debian", files);
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    manifest.sources[0].archive = None;
    manifest.sources[0].url = Some("https://example.org/debian/".to_owned());
    let lock = world.update(&manifest).unwrap();
    assert_eq!(listing(&lock), ["netbase amd64 6.4 bookworm"]);
    let text = lock.to_json();
    assert!(
        text.contains("\"url\": \"https://example.org/debian\""),
        "{text}"
    );
    assert_eq!(lock::Lock::parse("lock", &text).unwrap(), lock);
}
