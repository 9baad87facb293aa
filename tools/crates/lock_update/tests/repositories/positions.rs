//! Positions of earlier runs: a list is the same with them, without them, and if they or their text are damaged.

use std::sync::atomic::Ordering;

use archive_fixture::Stanza;
use lock_update::{resolve, Manifest, Settings};

use crate::support::{bookworm, manifest, World};

type Damage = fn(&World);

/// A world with one package that nothing depends on for each of some numbers, and a manifest of a package with dependencies.
fn world() -> (World, Manifest) {
    let mut archive = bookworm()
        .package(
            "amd64",
            &Stanza::new("editor", "2").with("Depends", "libtext, spell"),
        )
        .package("amd64", &Stanza::new("libtext", "3"))
        .package(
            "amd64",
            &Stanza::new("hunspell", "1").with("Provides", "spell"),
        );
    for number in 0..50 {
        archive = archive.package("amd64", &Stanza::new(&format!("other{number}"), "1"));
    }
    let mut manifest = manifest(&["amd64"], &["editor"]);
    manifest.resolve = true;
    (World::of(&[archive]), manifest)
}

/// The packages, or the message of the error, and the number of blocks that were read.
fn list(world: &World, manifest: &Manifest, program: Option<&str>) -> (String, usize) {
    world.blocks.store(0, Ordering::Relaxed);
    let resolved = world.with_settings(|settings| {
        let settings = Settings {
            program,
            ..*settings
        };
        resolve(manifest, world, &settings, "amd64")
    });
    let text = match resolved {
        Ok(list) => format!("{:?}", list.packages),
        Err(error) => error.to_string(),
    };
    (text, world.blocks.load(Ordering::Relaxed))
}

#[test]
fn a_second_run_reads_the_blocks_that_it_needs() {
    let (world, manifest) = world();
    let (whole, none) = list(&world, &manifest, None);
    assert!(whole.contains("hunspell") && none == 0, "{whole}");
    assert!(world.results.lock().unwrap().is_empty());
    assert_eq!(list(&world, &manifest, Some("1")), (whole.clone(), 0));
    let (again, blocks) = list(&world, &manifest, Some("1"));
    let all: usize = world.kept.lock().unwrap().values().map(Vec::len).sum();
    assert_eq!(again, whole);
    assert!(
        (1..all / 64 / 2).contains(&blocks),
        "{blocks} of {all} bytes"
    );
    assert_eq!(list(&world, &manifest, Some("2")), (whole, 0));
}

/// Of equal providers, the one whose name occurs later is preferred: the texts are searched for both names.
#[test]
fn equal_providers() {
    let provider = |name: &str| Stanza::new(name, "1").with("Provides", "spell");
    let mut archive = bookworm()
        .package(
            "amd64",
            &Stanza::new("editor", "2").with("Depends", "spell"),
        )
        .package("amd64", &provider("hunspell"));
    for number in 0..20 {
        let other = Stanza::new(&format!("other{number}"), "1");
        archive = archive.package("amd64", &other.with("Suggests", "aspell-doc, myhunspell"));
    }
    let world = World::of(&[archive.package("amd64", &provider("aspell"))]);
    let mut manifest = manifest(&["amd64"], &["editor"]);
    manifest.resolve = true;
    let (whole, _) = list(&world, &manifest, Some("1"));
    assert!(whole.contains("\"aspell\""), "{whole}");
    let (again, blocks) = list(&world, &manifest, Some("1"));
    assert!(again == whole && blocks > 20, "{again}");
}

#[test]
fn a_message_has_all_facts() {
    let (world, mut manifest) = world();
    list(&world, &manifest, Some("1"));
    for wrong in ["edito", "editor=9", "spell", "-libtext"] {
        manifest.packages = vec!["editor".to_owned(), wrong.to_owned()];
        let (message, _) = list(&world, &manifest, None);
        assert_eq!(list(&world, &manifest, Some("1")).0, message, "{wrong}");
    }
}

#[test]
fn damage_changes_no_list() {
    let damages: [(&str, Damage); 4] = [
        ("no positions", |world| {
            let mut results = world.results.lock().unwrap();
            results.values_mut().for_each(Vec::clear);
        }),
        ("shorter positions", |world| {
            for result in world.results.lock().unwrap().values_mut() {
                result.pop();
            }
        }),
        ("another text", |world| {
            for text in world.kept.lock().unwrap().values_mut() {
                text.iter_mut().for_each(|byte| *byte = b'x');
            }
        }),
        ("a shorter text", |world| {
            for text in world.kept.lock().unwrap().values_mut() {
                text.truncate(100);
            }
        }),
    ];
    for (name, damage) in damages {
        let (world, manifest) = world();
        let (whole, _) = list(&world, &manifest, Some("1"));
        damage(&world);
        assert_eq!(list(&world, &manifest, Some("1")).0, whole, "{name}");
        // The run after the damage stores them again.
        let (again, blocks) = list(&world, &manifest, Some("1"));
        assert!(again == whole && blocks > 0, "{name}");
    }
}

/// Only whole, verified texts become a lock.
#[test]
fn a_lock_uses_no_positions() {
    let (world, manifest) = world();
    list(&world, &manifest, Some(""));
    list(&world, &manifest, Some(""));
    world.blocks.store(0, Ordering::Relaxed);
    world.update(&manifest).unwrap();
    assert_eq!(world.blocks.load(Ordering::Relaxed), 0);
}
