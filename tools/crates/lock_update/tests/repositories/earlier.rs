//! Earlier results: which runs read indexes again, and that they make the same lock.

use archive_fixture::{Archive, Key, Stanza};
use lock_update::Manifest;

use crate::support::{bookworm, manifest, source, World};

type Change = fn(&mut World, &mut Manifest);

/// The lock of an update, and whether it read an index.
fn run(world: &World, manifest: &Manifest) -> (String, bool) {
    world.asked.lock().unwrap().clear();
    world.kept.lock().unwrap().clear();
    let lock = world.update(manifest).unwrap().to_json();
    let asked = world.asked.lock().unwrap();
    (lock, asked.iter().any(|path| path.contains("binary-")))
}

/// A world after an update, whose lock exists.
fn updated(archives: &[Archive], manifest: &Manifest) -> World {
    let mut world = World::of(archives);
    world.known = Some(world.update(manifest).unwrap());
    world
}

#[test]
fn without_a_change_no_index_is_read() {
    let manifest = manifest(&["amd64"], &["netbase"]);
    let mut world = updated(&[bookworm()], &manifest);
    let lock = world.known.as_ref().unwrap().to_json();
    assert_eq!(run(&world, &manifest), (lock.clone(), false));
    // The lock that exists may be another one.
    world.known.as_mut().unwrap().packages.clear();
    assert_eq!(run(&world, &manifest), (lock.clone(), true));
    world.known = None;
    assert_eq!(run(&world, &manifest), (lock, true));
}

#[test]
fn a_change_is_seen() {
    let before = manifest(&["amd64"], &["netbase"]);
    let changes: [(&str, Change); 7] = [
        ("repository", |world, _| {
            let newer = bookworm()
                .with("Date", "Sun, 12 Jul 2026 10:16:37 UTC")
                .package("amd64", &Stanza::new("netbase", "6.5"));
            world.add("debian", newer.files(&[&Key::new(1)]));
        }),
        ("package", |_, manifest| {
            manifest.packages.push("tzdata".to_owned())
        }),
        ("resolve", |_, manifest| manifest.resolve = true),
        ("source", |_, manifest| {
            manifest.sources[0].check_date = false
        }),
        ("program", |world, _| world.program = "2"),
        ("a cache of others", |world, _| world.shared = true),
        ("damaged result", |world, _| {
            for result in world.results.lock().unwrap().values_mut() {
                result.pop();
            }
        }),
    ];
    for (name, change) in changes {
        let archive = bookworm().package("amd64", &Stanza::new("tzdata", "2026f"));
        let mut world = updated(&[archive], &before);
        let mut manifest = before.clone();
        change(&mut world, &mut manifest);
        let (lock, reads) = run(&world, &manifest);
        assert!(reads, "{name}");
        world.known = None;
        assert_eq!(run(&world, &manifest), (lock, true), "{name}");
    }
}

/// Mirrors do not sign which indexes they have.
#[test]
fn a_missing_index_is_asked_for_again() {
    let mut manifest = manifest(&["amd64", "armhf"], &["netbase"]);
    let mut security = source("security main");
    security.may_lack = vec!["armhf".to_owned()];
    manifest.sources.push(security);
    let archs = ["amd64", "armhf"];
    let package = |suite: &str, version: &str| {
        Archive::new(suite).packages(&archs, &Stanza::new("netbase", version))
    };
    let archives = [
        package("bookworm", "6.4"),
        package("security", "6.4+deb12u1"),
    ];
    let mut world = World::of(&archives);
    world.lose("security/main/binary-armhf");
    world.known = Some(world.update(&manifest).unwrap());
    let lock = world.known.as_ref().unwrap().to_json();
    assert_eq!(run(&world, &manifest).0, lock);
    let asked = world.asked.lock().unwrap().clone();
    let asked_for = |part: &str| asked.iter().any(|path| path.contains(part));
    assert!(asked_for("binary-armhf") && !asked_for("binary-amd64"));
    assert_eq!(world.notes(&manifest), ["security armhf"]);
    world.add("debian", archives[1].files(&[&Key::new(1)]));
    assert_ne!(run(&world, &manifest).0, lock);
    assert_eq!(world.notes(&manifest), [""; 0]);
}

#[test]
fn directories_are_read_in_each_run() {
    let mut manifest = manifest(&["amd64"], &["netbase"]);
    let mut directory = source("");
    directory.archive = None;
    directory.folder = Some("debs".to_owned());
    directory.name = Some("debs".to_owned());
    manifest.sources.push(directory);
    let world = updated(&[bookworm()], &manifest);
    assert!(run(&world, &manifest).1);
    assert!(world.results.lock().unwrap().is_empty());
}
