//! Valid and invalid Releases.

use archive_fixture::{detached_sign, Archive, Key, KeyPlan, Stanza, YEAR};

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
        "cannot use `InRelease`: it belongs to suite trixie\n\
         hint: use that suite in `channel`, or set `release_name: trixie` in the source if the repository has this name for the suite"
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
fn a_valid_until_that_cannot_be_read() {
    let mut world = World::of(&[bookworm().with("Valid-Until", "nonsense")]);
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    assert!(world.update(&manifest).is_ok(), "a snapshot");
    world.now = Some("2026-07-18T10:16:37Z");
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot use `InRelease`: its `Valid-Until` cannot be read: `nonsense`\n\
         hint: set `check_valid_until: false` in the source"
    );
    manifest.sources[0].check_valid_until = false;
    assert!(world.update(&manifest).is_ok(), "the source says so");
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
fn a_key_that_expired_since_the_release_still_counts() {
    let key = Key::of(&KeyPlan {
        lifetime: 7 * YEAR,
        ..KeyPlan::default()
    });
    let files = bookworm().files(&[&key]);
    let mut world = World {
        keys: key.public(),
        now: Some("2040-01-01T00:00:00Z"),
        ..World::default()
    };
    world.add("debian", files);
    assert!(world.update(&manifest(&["amd64"], &["netbase"])).is_ok());
}

#[test]
fn a_release_by_a_key_that_is_not_in_the_keyring() {
    let (trusted, other) = (Key::new(1), Key::new(2));
    let mut world = World::of(&[]);
    world.keys = trusted.public();
    world.add("debian", bookworm().files(&[&other]));
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        format!(
            "cannot use source `bookworm`: cannot verify `InRelease`: no key of keyring `test-keyring` signed it; signed by {}",
            other.signer()
        )
    );
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
            "cannot use list `SHA256`: the Release has neither it nor `SHA512`, and weaker digests are not accepted",
        ),
        (
            format!("Date: twice\n{good}"),
            "cannot read field `Date`: it occurs twice",
        ),
        (
            format!("{good} {digest} 5 main/binary-amd64/Packages\n"),
            &format!(
                "cannot use list `SHA256`: it lists a file twice with different values: {}",
                &digest[..60]
            ),
        ),
        (
            good.replace(line, "one two"),
            "cannot use list `SHA256`: cannot read line `one two`: expected a digest, a size and a path",
        ),
        (
            good.replace(line, "xyz 5 main/Packages.gz"),
            "cannot use list `SHA256`: cannot read line `xyz 5 main/Packages.gz`: expected a SHA-256 digest",
        ),
        (
            good.replace(line, &format!("{digest} -5 Packages")),
            &format!(
                "cannot use list `SHA256`: cannot read line `{}…`: expected a size in bytes",
                &digest[..60]
            ),
        ),
        (
            good.replace(line, &format!("{digest} 99999999999999999999 Contents-all")),
            &format!(
                "cannot use list `SHA256`: cannot read line `{}…`: expected a size in bytes",
                &digest[..60]
            ),
        ),
    ] {
        let error = error_with(&release);
        assert!(error.starts_with(message), "{error}\n{message}");
    }
}

/// apt ignores entries of files that it does not read.
#[test]
fn what_is_not_read_may_be_wrong() {
    let digest = "0".repeat(64);
    let release = format!(
        "Valid-Until:\n{} xyz 5 main/i18n/Translation-en\n {digest} -5 a\n {digest} 99999999999999999999 b\n \
         {digest} 5 main/source/Sources\n {digest} 6 main/source/Sources\n",
        bookworm().release()
    );
    let mut world = World::of(&[]);
    world.add("debian", bookworm().files_with(&release, &[&Key::new(1)]));
    let lock = world.update(&manifest(&["amd64"], &["netbase"])).unwrap();
    assert_eq!(suite(&lock, "bookworm").valid_until, None);
}

#[test]
fn a_component_that_the_suite_does_not_have() {
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    manifest.sources[0].channel = "bookworm main contrib".to_owned();
    let mut archive = bookworm();
    archive.index_mut("non-free", "amd64");
    let world = World::of(&[archive]);
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot find component `contrib`: the signed Release lists only main, non-free"
    );
    manifest.sources[0].channel = "bookworm mian".to_owned();
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot find component `mian`: the signed Release lists only main, non-free\n\
         hint: did you mean `main`?"
    );
}

const DATE: &str = "Date: Sat, 11 Jul 2026 10:16:37 UTC\n";

/// A world whose Release has another text.
fn world_with(release: &str) -> World {
    let mut world = World::of(&[]);
    world.add("debian", bookworm().files_with(release, &[&Key::new(1)]));
    world
}

/// The files of a world's lock, or its error.
fn outcome(world: &World) -> String {
    match world.update(&manifest(&["amd64"], &["netbase"])) {
        Ok(lock) => listing(&lock).join(", "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_release_without_a_date_has_that_of_its_signature() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let good = bookworm().release();
    for (date, why) in [
        ("", "it has no `Date`"),
        ("Date:\n", "it has no `Date`"),
        (
            "Date: yesterday\n",
            "its `Date` cannot be read: `yesterday`",
        ),
    ] {
        let world = world_with(&good.replace(DATE, date));
        let lock = world.update(&manifest).unwrap();
        let signed = "2026-07-11T10:16:37Z";
        assert_eq!(suite(&lock, "bookworm").date.to_string(), signed);
        let note = format!("undated bookworm: {why}; {signed}");
        assert_eq!(world.notes(&manifest), [note]);
    }
    let mut world = world_with(&good.replace(DATE, ""));
    let newer = bookworm().with("Date", "Sun, 12 Jul 2026 10:16:37 UTC");
    world.previous = Some(World::of(&[newer]).update(&manifest).unwrap());
    assert!(world
        .error(&manifest)
        .contains("older than 2026-07-12T10:16:37Z in the lock"));
}

#[test]
fn a_release_of_the_future_is_refused() {
    let manifest_of = |check_date| {
        let mut manifest = manifest(&["amd64"], &["netbase"]);
        manifest.sources[0].check_date = check_date;
        manifest
    };
    let mut world = World::of(&[bookworm()]);
    world.clock = Some("2026-07-11T10:16:27Z");
    assert!(
        world.update(&manifest_of(true)).is_ok(),
        "as much as apt allows for"
    );
    world.clock = Some("2026-07-11T10:16:26.5Z");
    assert_eq!(
        world.error(&manifest_of(true)),
        "cannot use source `bookworm`: cannot use `InRelease`: its date, 2026-07-11T10:16:37Z, is in the future: \
         the clock of this machine says 2026-07-11T10:16:26Z\n\
         hint: correct the clock, use another mirror, or set `check_date: false` in the source"
    );
    let lock = world.update(&manifest_of(false)).unwrap();
    // If such a lock exists, the message does not blame the mirror.
    let older = bookworm().with("Date", "Fri, 10 Jul 2026 10:16:37 UTC");
    let mut world = World::of(&[older]);
    world.clock = Some("2026-07-11T10:00:00Z");
    world.previous = Some(lock);
    let error = world.error(&manifest_of(true));
    assert!(
        error.ends_with("hint: the date in the lock is in the future: restore the lock from version control, or delete it and lock again"),
        "{error}"
    );
}

#[test]
fn suites_with_slashes() {
    let netbase = Stanza::new("netbase", "6.4");
    for (path, names, taken) in [
        ("stable/updates", "stable", true),
        ("stable/updates", "stable/updates", true),
        ("stable/snapshots/5.12", "stable", true),
        ("stable/snapshots/5.12", "stable/snapshots", true),
        ("debian/bookworm", "bookworm", true),
        ("stable/updates", "testing", false),
        ("stable/updates", "stabl", false),
        ("stable", "stable/updates", false),
    ] {
        let archive = Archive::new(path).package("amd64", &netbase);
        let world = World::of(&[archive.with("Codename", names).with("Suite", names)]);
        let mut manifest = manifest(&["amd64"], &["netbase"]);
        manifest.sources[0].channel = format!("{path} main");
        let lock = world.update(&manifest);
        assert_eq!(lock.is_ok(), taken, "{path} {names}");
        if let Ok(lock) = lock {
            assert_eq!(listing(&lock), [format!("netbase amd64 6.4 {path}")]);
        }
        manifest.sources[0].release_name = Some(names.to_owned());
        assert!(world.update(&manifest).is_ok(), "the source says so");
    }
}

#[test]
fn sha512_alone_will_do() {
    use sha2::{Digest, Sha512};
    let sha512 = |bytes: &[u8]| -> String {
        let digest = Sha512::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02X}")).collect()
    };
    // A Release and a package in its index, both listed with SHA-512 only.
    let stanza = Stanza::new("netbase", "6.4");
    let digest = sha512(&stanza.deb);
    let bytes = stanza.deb.clone();
    let stanza = stanza.without("SHA256").line(&format!("SHA512: {digest}"));
    let archive = Archive::new("bookworm").package("amd64", &stanza);
    let release = archive.release();
    let files = archive.files(&[&Key::new(1)]);
    let mut text = release[..release.find("SHA256:").unwrap()].to_owned() + "SHA512:\n";
    for line in release.lines().filter(|line| line.starts_with(' ')) {
        let path = line.split_whitespace().last().unwrap();
        let bytes = &files[&format!("dists/bookworm/{path}")];
        text.push_str(&format!(" {} {} {path}\n", sha512(bytes), bytes.len()));
    }
    let manifest = manifest(&["amd64"], &["netbase"]);
    let mut world = World::of(&[]);
    world.add("debian", archive.files_with(&text, &[&Key::new(1)]));
    let lock = world.update(&manifest).unwrap();
    let package = &lock.packages["netbase"]["amd64"];
    assert_eq!(package.sha256, blob::Digest::of(&bytes));
    let indexes: Vec<&String> = suite(&lock, "bookworm").indexes.keys().collect();
    assert_eq!(
        indexes,
        ["main/binary-amd64/Packages"],
        "its SHA-256 is known whatever was served"
    );
    world.lose("Packages.xz");
    assert_eq!(world.update(&manifest).unwrap(), lock);
    // Other bytes of the same size.
    *world.file("pool/main/netbase/netbase_6.4_amd64.deb") = vec![b'x'; bytes.len()];
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot download `pool/main/netbase/netbase_6.4_amd64.deb`: \
         pool/main/netbase/netbase_6.4_amd64.deb: other bytes than the repository lists"
    );
    let weak = text.replace("SHA512:", "SHA1:");
    assert!(error_with(&weak).contains("weaker digests are not accepted"));
}

#[test]
fn what_apt_takes_of_a_release() {
    let good = bookworm().release();
    let upper = |release: &str| {
        let at = release.find("SHA256:").unwrap() + 7;
        let (head, list) = release.split_at(at);
        let words = list.split(' ').map(|word| match word.len() {
            64 => word.to_uppercase(),
            _ => word.to_owned(),
        });
        head.to_owned() + &words.collect::<Vec<_>>().join(" ")
    };
    for release in [
        format!("Label: x\nLabel: y\n{good}"),
        format!("{good}\nSecond: paragraph\n"),
        good.replace("Acquire-By-Hash: yes", "Acquire-By-Hash: True"),
        upper(&good),
    ] {
        assert_eq!(outcome(&world_with(&release)), "netbase amd64 6.4 bookworm");
    }
}

#[test]
fn indexes_that_the_release_does_not_list_count_as_empty() {
    let listed = |architectures: &str, components: &str| {
        let archive = bookworm().with("Architectures", architectures);
        World::of(&[archive.with("Components", components)])
    };
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    for architectures in ["amd64 all", "all", ""] {
        let lock = listed(architectures, "").update(&manifest);
        assert_eq!(listing(&lock.unwrap()), ["netbase amd64 6.4 bookworm"]);
    }
    manifest.sources[0].channel = "bookworm main contrib".to_owned();
    let lock = listed("amd64", "main updates/contrib")
        .update(&manifest)
        .unwrap();
    assert_eq!(suite(&lock, "bookworm").indexes.len(), 1);
    assert!(listed("amd64", "main")
        .error(&manifest)
        .contains("cannot find component `contrib`"));
    // An architecture that the Release names may have no package yet. One that it does not name is an error.
    manifest.archs.push("arm64".to_owned());
    manifest.packages = vec!["netbase [amd64]".to_owned()];
    let lock = listed("amd64 arm64", "main contrib")
        .update(&manifest)
        .unwrap();
    assert!(suite(&lock, "bookworm").unverified.is_empty());
    let error = listed("amd64", "main contrib").error(&manifest);
    assert!(error.contains("may_lack: [arm64]"), "{error}");
}

#[test]
fn latin_1_in_a_release() {
    let archive = bookworm();
    let text = archive
        .release()
        .replace("Origin: Test", "Origin: Jos\u{e9}");
    let latin_1 = |text: &str| -> Vec<u8> { text.chars().map(|c| c as u8).collect() };
    let sign = |bytes: &[u8]| {
        detached_sign(
            bytes,
            &[&Key::new(1)],
            archive.signed,
            archive.lifetime,
            archive.hash,
        )
    };
    let (root, bytes) = ("dists/bookworm/", latin_1(&text));
    let mut world = World::of(&[bookworm()]);
    world.lose("InRelease");
    let beside = [
        (format!("{root}Release"), bytes.clone()),
        (format!("{root}Release.gpg"), sign(&bytes).into_bytes()),
    ];
    world.add("debian", beside.into());
    assert_eq!(outcome(&world), "netbase amd64 6.4 bookworm");
    // The signature covers the lines with CRLF line ends, not the bytes of the file.
    let canonical = latin_1(&text.trim_end().replace('\n', "\r\n"));
    let head = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n";
    let whole = [&head[..], &bytes, sign(&canonical).as_bytes()].concat();
    let mut world = World::of(&[bookworm()]);
    *world.file(&format!("{root}InRelease")) = whole.clone();
    assert_eq!(outcome(&world), "netbase amd64 6.4 bookworm");
    let changed = whole
        .iter()
        .map(|byte| if *byte == 0xe9 { 0xe8 } else { *byte });
    *world.file(&format!("{root}InRelease")) = changed.collect();
    assert!(outcome(&world).contains("it was changed after signing"));
}
