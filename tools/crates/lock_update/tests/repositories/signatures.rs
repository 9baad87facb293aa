//! Signatures that an earlier run checked: they count for the same bytes, keyring and program only, for lists of packages only,
//! and no date is taken from them.

use archive_fixture::{Archive, Key, KeyPlan, Stanza, YEAR};
use lock_update::{resolve, Manifest, Settings};

use crate::support::{bookworm, manifest, World};

/// The packages, or the message of the error.
fn list(world: &World, manifest: &Manifest, program: Option<&str>) -> String {
    let resolved = world.with_settings(|settings| {
        let settings = Settings {
            program,
            ..*settings
        };
        resolve(manifest, world, &settings, "amd64")
    });
    match resolved {
        Ok(list) => format!("{:?}", list.packages),
        Err(error) => error.to_string(),
    }
}

fn netbase() -> Manifest {
    manifest(&["amd64"], &["netbase"])
}

/// The stored results that are fingerprints.
fn signers(world: &World) -> Vec<String> {
    let results = world.results.lock().unwrap();
    let texts = results
        .values()
        .map(|result| String::from_utf8_lossy(result).into_owned());
    texts.filter(|text| text.len() == 41).collect()
}

/// A world whose `InRelease` no trusted key signed, and in which a result says that one did: for program 1.
fn planted() -> (World, String) {
    let world = World {
        keys: Key::new(2).public(),
        ..World::of(&[bookworm()])
    };
    let refused = list(&world, &netbase(), Some("1"));
    assert!(
        refused.contains("no key of keyring `test-keyring` signed it"),
        "{refused}"
    );
    assert!(signers(&world).is_empty());
    let key = world.asked_results.lock().unwrap().pop().unwrap();
    let text = format!("{}\n", Key::new(2).fingerprint());
    world.results.lock().unwrap().insert(key, text.into_bytes());
    (world, refused)
}

#[test]
fn a_second_run_checks_no_signature_of_the_same_bytes() {
    let world = World::of(&[bookworm()]);
    let whole = list(&world, &netbase(), None);
    assert!(whole.contains("netbase") && world.asked_results.lock().unwrap().is_empty());
    assert_eq!(list(&world, &netbase(), Some("1")), whole);
    assert_eq!(
        signers(&world),
        [format!("{}\n", Key::new(1).fingerprint())]
    );
    assert_eq!(list(&world, &netbase(), Some("1")), whole);
    let (world, _) = planted();
    assert_eq!(
        list(&world, &netbase(), Some("1")),
        whole,
        "the result counts"
    );
}

#[test]
fn a_result_counts_for_nothing_else() {
    let (mut world, refused) = planted();
    assert_eq!(
        list(&world, &netbase(), Some("2")),
        refused,
        "another program"
    );
    assert_eq!(list(&world, &netbase(), None), refused, "no program");
    world.shared = true;
    assert_eq!(
        list(&world, &netbase(), Some("1")),
        refused,
        "a cache of others"
    );
    world.shared = false;
    world.program = "1";
    let error = world.error(&netbase());
    assert!(
        error.contains("no key of keyring `test-keyring` signed it"),
        "a lock: {error}"
    );
    world.keys = Key::new(3).public();
    assert_eq!(
        list(&world, &netbase(), Some("1")),
        refused,
        "another keyring"
    );
    world.keys = "no keyring".to_owned();
    let error = list(&world, &netbase(), Some("1"));
    assert!(
        error.contains("cannot read keyring `test-keyring`"),
        "{error}"
    );
    let (mut world, refused) = planted();
    let release = world.file("dists/bookworm/InRelease");
    let text = String::from_utf8(release.clone()).unwrap();
    *release = text.replace("Origin: ", "Origin: x").into_bytes();
    assert_ne!(release, text.as_bytes());
    assert_eq!(list(&world, &netbase(), Some("1")), refused, "other bytes");
}

#[test]
fn other_bytes_are_no_signers() {
    let key = Key::new(1).fingerprint();
    let damages = [
        String::new(),
        key.clone(),
        format!("{key}\n\n"),
        format!("{key}\n{key}\n"),
        format!("{}\n", key.to_lowercase()),
        format!("{}\n", &key[1..]),
        format!("{key}\0\n"),
        "\n".to_owned(),
    ];
    let (world, refused) = planted();
    for damage in damages {
        let mut results = world.results.lock().unwrap();
        results
            .values_mut()
            .for_each(|result| *result = damage.clone().into_bytes());
        drop(results);
        assert_eq!(list(&world, &netbase(), Some("1")), refused, "{damage:?}");
    }
    // A good answer is stored again.
    let world = World::of(&[bookworm()]);
    let whole = list(&world, &netbase(), Some("1"));
    let before = world.results.lock().unwrap().clone();
    world
        .results
        .lock()
        .unwrap()
        .values_mut()
        .for_each(Vec::clear);
    assert_eq!(list(&world, &netbase(), Some("1")), whole);
    assert_eq!(*world.results.lock().unwrap(), before);
}

/// The clock is read in every run.
#[test]
fn dates_are_compared_again() {
    let archive = bookworm().with("Valid-Until", "Sat, 18 Jul 2026 10:16:37 UTC");
    let mut world = World::of(&[archive]);
    world.now = Some("2026-07-18T10:16:37Z");
    world.clock = world.now;
    let whole = list(&world, &netbase(), Some("1"));
    assert!(
        whole.contains("netbase") && signers(&world).len() == 1,
        "{whole}"
    );
    assert_eq!(list(&world, &netbase(), Some("1")), whole);
    world.now = Some("2026-07-18T10:16:38Z");
    let late = list(&world, &netbase(), Some("1"));
    assert!(
        late.contains("it was valid until 2026-07-18T10:16:37Z"),
        "{late}"
    );
    world.now = None;
    world.clock = Some("2026-07-10T00:00:00Z");
    let early = list(&world, &netbase(), Some("1"));
    assert!(early.contains("is in the future"), "{early}");
}

/// A key must have been valid at the date in the `InRelease`. That of a later one is another file.
#[test]
fn a_key_expires_for_later_releases() {
    let key = Key::of(&KeyPlan {
        lifetime: 7 * YEAR,
        ..KeyPlan::default()
    });
    let mut world = World::of(&[]);
    world.keys = key.public();
    world.add("debian", bookworm().files(&[&key]));
    assert!(list(&world, &netbase(), Some("1")).contains("netbase"));
    let later = bookworm().with("Date", "Sat, 10 Jul 2027 10:16:37 UTC");
    world.add("debian", later.files(&[&key]));
    let error = list(&world, &netbase(), Some("1"));
    assert!(
        error.contains("had expired at the Release's date"),
        "{error}"
    );
    assert_eq!(signers(&world).len(), 1);
}

/// The date of a Release without one is that of its signature.
#[test]
fn signatures_that_date_a_release_are_checked_again() {
    let undated = Archive::new("bookworm")
        .package("amd64", &Stanza::new("netbase", "6.4"))
        .with("Date", "");
    let world = World::of(&[undated]);
    let whole = list(&world, &netbase(), Some("1"));
    assert!(
        whole.contains("netbase") && signers(&world).is_empty(),
        "{whole}"
    );
    assert_eq!(list(&world, &netbase(), Some("1")), whole);
}
