//! What a Release may say.

use archive_fixture::{Archive, Key};

use crate::support::{bookworm, listing, manifest, suite, World};

fn error_of(archive: &Archive) -> String {
    let world = World::of(std::slice::from_ref(archive));
    let error = world.error(&manifest(&["amd64"], &["netbase"]));
    let start = "cannot use source `bookworm`: ";
    error.strip_prefix(start).unwrap_or(&error).to_owned()
}

/// The error of a signed Release with another text.
fn error_with(release: &str) -> String {
    let mut world = World::of(&[]);
    world.add("debian", bookworm().files_with(release, &[&Key::new(1)]));
    let error = world.error(&manifest(&["amd64"], &["netbase"]));
    let start = "cannot use source `bookworm`: ";
    error.strip_prefix(start).unwrap_or(&error).to_owned()
}

#[test]
fn the_suite_must_be_the_one_asked_for() {
    let trixie = bookworm()
        .with("Codename", "trixie")
        .with("Suite", "stable");
    assert_eq!(
        error_of(&trixie),
        "cannot use `InRelease`: it is that of suite trixie"
    );
    for good in [
        bookworm()
            .with("Codename", "stable")
            .with("Suite", "bookworm"),
        bookworm().with("Codename", ""),
    ] {
        let lock = World::of(&[good]).update(&manifest(&["amd64"], &["netbase"]));
        assert_eq!(listing(&lock.unwrap()), ["netbase amd64 6.4 bookworm"]);
    }
}

#[test]
fn a_release_may_be_too_old() {
    let archive = bookworm().with("Valid-Until", "Sat, 18 Jul 2026 10:16:37 UTC");
    let mut world = World::of(&[archive]);
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    world.now = Some("2026-07-18T10:16:37Z");
    let lock = world.update(&manifest).unwrap();
    let valid_until = suite(&lock, "bookworm").valid_until.unwrap();
    assert_eq!(valid_until.to_string(), "2026-07-18T10:16:37Z");
    world.now = Some("2026-07-18T10:16:38Z");
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot use `InRelease`: it was valid until 2026-07-18T10:16:37Z; the mirror is out of date\n\
         hint: use another mirror, lock a snapshot with `--snapshot TIME`, or set `check_valid_until: false` in the source"
    );
    manifest.sources[0].check_valid_until = false;
    assert!(world.update(&manifest).is_ok(), "the source says so");
    manifest.sources[0].check_valid_until = true;
    world.now = None;
    assert!(world.update(&manifest).is_ok(), "a snapshot");
}

#[test]
fn an_archive_does_not_go_back_in_time() {
    let newer = bookworm().with("Date", "Sun, 12 Jul 2026 10:16:37 UTC");
    let manifest = manifest(&["amd64"], &["netbase"]);
    let mut world = World::of(&[bookworm()]);
    world.previous = Some(World::of(&[newer]).update(&manifest).unwrap());
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: its Release is of 2026-07-11T10:16:37Z, older than 2026-07-12T10:16:37Z in the lock\n\
         hint: use another mirror, or lock a snapshot on purpose with `--snapshot TIME`"
    );
    world.previous = Some(World::of(&[bookworm()]).update(&manifest).unwrap());
    assert!(world.update(&manifest).is_ok());
}

#[test]
fn no_release_at_all() {
    let mut world = World::of(&[bookworm()]);
    world.lose("InRelease");
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        "cannot use source `bookworm`: cannot download `dists/bookworm/InRelease`: dists/bookworm/InRelease: not there"
    );
}

#[test]
fn malformed_releases() {
    let good = bookworm().release();
    let list = good.find("SHA256:").unwrap();
    let line = good.lines().last().unwrap().trim();
    let digest = "0".repeat(64);
    for (release, message) in [
        (
            good[..list].to_owned(),
            "cannot use list `SHA256`: the Release has none, and weaker digests are not accepted",
        ),
        (
            good.replace("Date: Sat, 11 Jul 2026 10:16:37 UTC", "Date: yesterday"),
            "cannot read date `yesterday`: expected a form like `Sat, 11 Jul 2026 10:16:37 UTC`",
        ),
        (
            good.replace("Date: Sat, 11 Jul 2026 10:16:37 UTC\n", ""),
            "cannot read field `Date`: it is missing",
        ),
        (
            format!("Date: twice\n{good}"),
            "cannot read `line 4`: the field `Date` is there twice",
        ),
        (
            format!("{good}\nSecond: paragraph\n"),
            "cannot read `Release`: it has a second paragraph",
        ),
        (
            format!("{good} {digest} 5 main/binary-amd64/Packages\n"),
            &format!(
                "cannot use list `SHA256`: it names a file twice, differently: {}",
                &digest[..60]
            ),
        ),
        (
            good.replace(line, "one two"),
            "cannot read line `one two`: expected a digest, a size and a path",
        ),
        (
            good.replace(line, "xyz 5 main"),
            "cannot read line `xyz 5 main`: expected a SHA-256 digest",
        ),
        (
            good.replace(line, &format!("{digest} -5 main")),
            &format!(
                "cannot read line `{}…`: expected a size in bytes",
                &digest[..60]
            ),
        ),
        (
            good.replace(line, &format!("{digest} 99999999999999999999 main")),
            &format!(
                "cannot read line `{}…`: expected a size in bytes",
                &digest[..60]
            ),
        ),
    ] {
        let error = error_with(&release);
        assert!(error.starts_with(message), "{error}\n{message}");
    }
}

#[test]
fn a_component_that_the_suite_does_not_have() {
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    manifest.sources[0].channel = "bookworm main contrib".to_owned();
    let mut archive = bookworm();
    archive.index_mut("non-free", "amd64");
    assert_eq!(
        World::of(&[archive]).error(&manifest),
        "cannot use source `bookworm`: cannot find component `contrib`: the signed Release lists only main, non-free"
    );
}
