//! Indexes are used only if they match the signed Release.

use archive_fixture::{sha256, xz, Archive, Key, Stanza};

use crate::support::{bookworm, listing, manifest, suite, World};

const INDEX: &str = "dists/bookworm/main/binary-amd64/Packages";

fn netbase() -> Vec<String> {
    vec!["netbase amd64 6.4 bookworm".to_owned()]
}

#[test]
fn by_hash_first_then_by_name() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let world = World::of(&[bookworm()]);
    let lock = world.update(&manifest).unwrap();
    let indexes: Vec<&String> = suite(&lock, "bookworm").indexes.keys().collect();
    assert_eq!(indexes, ["main/binary-amd64/Packages.xz"]);
    let asked = world.asked.lock().unwrap().clone();
    assert!(asked[1].contains("/by-hash/SHA256/"), "{asked:?}");
    assert_eq!(asked.len(), 2);

    let mut world = World::of(&[bookworm()]);
    world.lose("by-hash");
    assert_eq!(listing(&world.update(&manifest).unwrap()), netbase());

    let world = World::of(&[bookworm().with("Acquire-By-Hash", "")]);
    assert_eq!(listing(&world.update(&manifest).unwrap()), netbase());
    let asked = world.asked.lock().unwrap().clone();
    assert_eq!(asked[1], format!("{INDEX}.xz"));
}

#[test]
fn any_compression() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let mut world = World::of(&[bookworm()]);
    world.lose("by-hash");
    let lock = world.update(&manifest).unwrap();
    for lost in [".xz", ".gz"] {
        world.lose(lost);
        world.forget();
        assert_eq!(
            world.update(&manifest).unwrap(),
            lock,
            "what was served is not told"
        );
    }
}

#[test]
fn a_text_that_was_kept_is_not_asked_for_again() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let mut world = World::of(&[bookworm()]);
    let lock = world.update(&manifest).unwrap();
    world.lose("Packages");
    assert_eq!(world.update(&manifest).unwrap(), lock);
}

#[test]
fn an_index_that_does_not_match_is_never_used() {
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    let mut world = World::of(&[bookworm()]);
    world.lose("by-hash");
    world.lose(".gz");
    world.lose("Packages.xz");
    // The size is as expected, so only the digest differs. The fetcher of these tests does not check it.
    let evil = String::from_utf8(world.file(INDEX).clone()).unwrap();
    *world.file(INDEX) = evil.replace("6.4", "6.5").into_bytes();
    let error = world.error(&manifest);
    assert_eq!(
        error,
        "cannot use source `bookworm`: cannot verify packages for `amd64`: \
         no index main/binary-amd64/Packages that the archive serves matches its signed Release (\
         FOLDER/by-hash/SHA256/XZ: not there; FOLDER/Packages.xz: not there; \
         FOLDER/by-hash/SHA256/GZ: not there; FOLDER/Packages.gz: not there; \
         main/binary-amd64/Packages: other bytes than the repository lists)\n\
         hint: use another mirror, or allow this with `may_lack: [amd64]` in the source"
            .replace("FOLDER", "dists/bookworm/main/binary-amd64")
            .replace("XZ", &digest(".xz"))
            .replace("GZ", &digest(".gz"))
    );
    manifest.sources[0].may_lack = vec!["amd64".to_owned()];
    assert_eq!(
        world.error(&manifest),
        "cannot find package `netbase`: there is none for amd64 (searched no suite)"
    );
}

fn digest(suffix: &str) -> String {
    let files = bookworm().files(&[&Key::new(1)]);
    sha256(&files[&format!("{INDEX}{suffix}")])
}

#[test]
fn another_source_serves_where_the_manifest_allows_it() {
    let both = ["amd64", "armhf"];
    let main = Archive::new("bookworm").packages(&both, &Stanza::new("openssl", "3.0"));
    let security = Archive::new("security").packages(&both, &Stanza::new("openssl", "3.1"));
    let mut world = World::of(&[main, security]);
    let mut manifest = manifest(&both, &["openssl"]);
    manifest
        .sources
        .push(crate::support::source("security main"));
    let lock = world.update(&manifest).unwrap();
    assert_eq!(
        listing(&lock),
        ["openssl amd64 3.1 security", "openssl armhf 3.1 security"]
    );
    world.lose("security/main/binary-armhf");
    world.forget();
    assert!(world.error(&manifest).contains("may_lack: [armhf]"));
    manifest.sources[1].may_lack = vec!["armhf".to_owned()];
    let lock = world.update(&manifest).unwrap();
    assert_eq!(
        listing(&lock),
        ["openssl amd64 3.1 security", "openssl armhf 3.0 bookworm"]
    );
    assert_eq!(
        suite(&lock, "security").unverified["armhf"],
        "no index main/binary-armhf/Packages that the archive serves matches its signed Release"
    );
    assert_eq!(world.notes(&manifest), ["security armhf"]);
}

#[test]
fn an_architecture_that_the_release_does_not_list() {
    let mut manifest = manifest(&["amd64", "s390x"], &["netbase"]);
    let world = World::of(&[bookworm()]);
    assert_eq!(
        world.error(&manifest),
        "cannot use source `bookworm`: cannot verify packages for `s390x`: the signed Release lists no index main/binary-s390x/Packages\n\
         hint: use another mirror, or allow this with `may_lack: [s390x]` in the source"
    );
    manifest.sources[0].may_lack = vec!["s390x".to_owned()];
    assert_eq!(
        world.error(&manifest),
        "cannot find package `netbase`: there is none for s390x (searched no suite)"
    );
}

#[test]
fn an_architecture_by_the_name_of_others() {
    let manifest = manifest(&["amd64", "ppc64le"], &["netbase"]);
    assert_eq!(
        World::of(&[bookworm()]).error(&manifest),
        "cannot use source `bookworm`: cannot verify packages for `ppc64le`: the signed Release lists no index main/binary-ppc64le/Packages\n\
         hint: Debian calls this architecture `ppc64el`"
    );
}

#[test]
fn the_same_index_under_another_name_will_do() {
    let both = ["amd64", "armhf"];
    let stanza = Stanza::new("tzdata", "2026f").architecture("all");
    let archive = Archive::new("bookworm")
        .package("amd64", &stanza)
        .package("armhf", &stanza);
    let mut world = World::of(&[archive]);
    world.lose("binary-armhf");
    let lock = world.update(&manifest(&both, &["tzdata"])).unwrap();
    assert_eq!(listing(&lock), ["tzdata all 2026f bookworm"]);
    assert!(suite(&lock, "bookworm").unverified.is_empty());
}

/// Replaces an index by other bytes, in the Release and on the mirror.
fn with_index(bytes: &[u8], plain_size: Option<usize>) -> World {
    let archive = bookworm().with("Acquire-By-Hash", "no");
    let release = archive.release();
    let head = &release[..release.find("SHA256:").unwrap()];
    let path = "main/binary-amd64/Packages";
    let digest = sha256(bytes);
    let mut release = format!("{head}SHA256:\n {digest} {} {path}.xz\n", bytes.len());
    if let Some(size) = plain_size {
        release.push_str(&format!(" {} {size} {path}\n", sha256(b"")));
    }
    let mut world = World::of(&[]);
    world.add("debian", archive.files_with(&release, &[&Key::new(1)]));
    *world.file(&format!("{INDEX}.xz")) = bytes.to_vec();
    world
}

#[test]
fn hostile_indexes() {
    let text = bookworm().index_mut("main", "amd64").clone();
    let packed = xz(text.as_bytes());
    let bomb = xz(&vec![b'\n'; 1 << 20]);
    let place =
        "cannot use source `bookworm`: cannot use index `bookworm main/binary-amd64/Packages.xz`: ";
    for (bytes, plain_size, message) in [
        (
            packed[..packed.len() - 9].to_vec(),
            None,
            "cannot unpack `Packages.xz`: ",
        ),
        (
            b"not xz at all".to_vec(),
            None,
            "cannot unpack `Packages.xz`: ",
        ),
        (
            bomb,
            Some(1000),
            "cannot unpack `Packages.xz`: it contains more than 1000 bytes",
        ),
        (
            packed,
            Some(text.len()),
            "cannot unpack `Packages.xz`: its content is not what the signed Release lists for `Packages`",
        ),
    ] {
        let error = with_index(&bytes, plain_size).error(&manifest(&["amd64"], &["netbase"]));
        let rest = error.strip_prefix(place).unwrap_or_else(|| panic!("{error}"));
        assert!(rest.starts_with(message), "{error}\n{message}");
    }
}

#[test]
fn a_size_that_no_index_has() {
    let archive = bookworm();
    let release = archive.release();
    let line = release
        .lines()
        .find(|line| line.ends_with("Packages.xz"))
        .unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let huge = format!(" {} 10000000000 {}", words[0], words[2]);
    let mut world = World::of(&[]);
    world.add(
        "debian",
        archive.files_with(&release.replace(line, &huge), &[&Key::new(1)]),
    );
    assert_eq!(
        world.error(&manifest(&["amd64"], &["netbase"])),
        "cannot use source `bookworm`: cannot use index `bookworm main/binary-amd64/Packages.xz`: \
         the Release claims 10000000000 bytes, more than 50331648"
    );
}

#[test]
fn truncated_paragraphs_are_no_paragraphs() {
    let mut archive = bookworm();
    archive
        .index_mut("main", "amd64")
        .push_str("Package: half\nVers");
    let error = World::of(&[archive]).error(&manifest(&["amd64"], &["half"]));
    assert!(error.ends_with("expected `Field: value`"), "{error}");
}

/// A world with one format of the index, which the Release lists alone or together with the text.
fn world_with_form(suffix: &str, bytes: &[u8], text: Option<&[u8]>) -> World {
    let archive = bookworm().with("Acquire-By-Hash", "no");
    let release = archive.release();
    let path = "main/binary-amd64/Packages";
    let mut list = format!(
        "SHA256:\n {} {} {path}{suffix}\n",
        sha256(bytes),
        bytes.len()
    );
    if let Some(text) = text {
        list.push_str(&format!(" {} {} {path}\n", sha256(text), text.len()));
    }
    let release = release[..release.find("SHA256:").unwrap()].to_owned() + &list;
    let mut world = World::of(&[]);
    world.add("debian", archive.files_with(&release, &[&Key::new(1)]));
    world.lose("Packages");
    let files = [(format!("{INDEX}{suffix}"), bytes.to_vec())];
    world.add("debian", files.into());
    world
}

/// The formats of a text that the fixture does not write.
fn forms(text: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    use std::io::Write;
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    bzip2.write_all(text).unwrap();
    let options = liblzma::stream::LzmaOptions::new_preset(6).unwrap();
    let stream = liblzma::stream::Stream::new_lzma_encoder(&options).unwrap();
    let mut lzma = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    lzma.write_all(text).unwrap();
    vec![
        (".bz2", bzip2.finish().unwrap()),
        (".lzma", lzma.finish().unwrap()),
        (".zst", zstd::encode_all(text, 0).unwrap()),
        (".xz", [xz(&text[..9]), xz(&text[9..])].concat()),
    ]
}

#[test]
fn every_compression_that_an_archive_may_have() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let text = bookworm().index_mut("main", "amd64").clone().into_bytes();
    for (suffix, bytes) in forms(&text) {
        for plain in [None, Some(&text[..])] {
            let world = world_with_form(suffix, &bytes, plain);
            let lock = world.update(&manifest).unwrap();
            assert_eq!(listing(&lock), netbase(), "{suffix}");
            let indexes: Vec<&String> = suite(&lock, "bookworm").indexes.keys().collect();
            assert_eq!(indexes, [&format!("main/binary-amd64/Packages{suffix}")]);
        }
        let half = &bytes[..bytes.len() / 2];
        let error = world_with_form(suffix, half, Some(&text)).error(&manifest);
        assert!(
            error.contains(&format!("cannot unpack `Packages{suffix}`: ")),
            "{error}"
        );
    }
    let error = world_with_form(".lz4", b"", None).error(&manifest);
    assert!(
        error.contains("the signed Release lists the index main/binary-amd64/Packages only as .lz4, which is not supported; supported formats: .xz .gz .bz2 .lzma .zst"),
        "{error}"
    );
}

#[test]
fn bombs_are_stopped() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    // The largest size of an index, plus one block.
    let text = vec![b'\n'; (128 << 20) + 1];
    let packed = zstd::encode_all(&text[..], 1).unwrap();
    drop(text);
    let error = world_with_form(".zst", &packed, None).error(&manifest);
    assert!(
        error.contains("it contains more than 134217728 bytes"),
        "{error}"
    );
    // One more than the largest number of packages.
    let many = "Package:a\nArchitecture:all\n\n".repeat(300_001);
    let packed = zstd::encode_all(many.as_bytes(), 1).unwrap();
    let error = world_with_form(".zst", &packed, None).error(&manifest);
    assert!(
        error.contains("all indexes of an architecture together have more than 300000 packages"),
        "{error}"
    );
    let many = format!(
        "Package: a\nArchitecture: all\nProvides: {}\n",
        "a,".repeat(500_001)
    );
    let packed = zstd::encode_all(many.as_bytes(), 1).unwrap();
    let error = world_with_form(".zst", &packed, None).error(&manifest);
    assert!(
        error.contains(
            "all indexes of an architecture together have more than 500000 provided names"
        ),
        "{error}"
    );
}

#[test]
fn what_is_looked_at_is_limited() {
    let world_of =
        |text: &str| world_with_form(".zst", &zstd::encode_all(text.as_bytes(), 1).unwrap(), None);
    let manifest = manifest(&["amd64"], &["netbase"]);
    let head = "Package: netbase\nArchitecture: all\nVersion: 1\n";
    let relations = format!("{head}Depends: {}\n", "a,".repeat(500_001));
    assert!(world_of(&relations)
        .error(&manifest)
        .contains("the packages that were parsed have more than 500000 relations"));
    let fields: String = (0..100_000)
        .map(|number| format!("X-{number}: x\n"))
        .collect();
    let error = world_of(&format!("{head}{fields}")).error(&manifest);
    assert!(
        error.contains("its paragraph has more than 10000 fields"),
        "{error}"
    );
    let long = format!("{head}Source: {}\n", "x".repeat(4 << 20));
    assert!(world_of(&long)
        .error(&manifest)
        .contains("cannot read `paragraph`: it has more than 4194304 bytes"));
    let version = |number| format!("Package: netbase\nArchitecture: all\nVersion: {number}\n\n");
    let versions: String = (0..10_001).map(version).collect();
    let error = world_of(&versions).error(&manifest);
    assert!(
        error.contains("more than 10000 packages have or provide the name"),
        "{error}"
    );
}

#[test]
fn latin_1_in_an_index() {
    let text = bookworm().index_mut("main", "amd64").clone();
    let other = "Package: other\nArchitecture: amd64\nMaintainer: Jos\u{e9}\nSource: Jos\u{e9}\n\n";
    let bytes: Vec<u8> = (text + other).chars().map(|c| c as u8).collect();
    let world = world_with_form(".xz", &xz(&bytes), Some(&bytes));
    let lock = world.update(&manifest(&["amd64"], &["netbase"])).unwrap();
    assert_eq!(listing(&lock), netbase());
}

#[test]
fn an_empty_index_need_not_be_served() {
    let mut archive = bookworm();
    archive.index_mut("contrib", "amd64");
    let mut world = World::of(&[archive]);
    world.lose("contrib");
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    manifest.sources[0].channel = "bookworm main contrib".to_owned();
    assert_eq!(listing(&world.update(&manifest).unwrap()), netbase());
}
