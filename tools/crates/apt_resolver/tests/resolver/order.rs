//! apt's order among several providers.

use super::support::{chosen, universe_of};

#[test]
fn the_package_of_the_very_name_comes_first() {
    let archive = "aa\nDepends: mta\n\nzz\nProvides: mta\nPriority: required\n\nmta";
    assert_eq!(chosen(archive, "aa"), "aa mta");
}

#[test]
fn then_essential_then_protected_then_priority() {
    let archive = "aa\nDepends: mta\n\nb1\nProvides: mta\nPriority: required\n\nb2\nProvides: mta\nEssential: yes\n\nb3\nProvides: mta\nProtected: yes";
    assert_eq!(chosen(archive, "aa"), "aa b2");
    let archive = "aa\nDepends: mta\n\nb1\nProvides: mta\nPriority: required\n\nb3\nProvides: mta\nProtected: yes";
    assert_eq!(chosen(archive, "aa"), "aa b3");
    let archive = "aa\nDepends: mta\n\nb1\nProvides: mta\nPriority: standard\n\nb2\nProvides: mta\nPriority: extra";
    assert_eq!(chosen(archive, "aa"), "aa b1");
}

#[test]
fn of_equals_the_one_that_apt_met_last_is_taken() {
    let archive = "aa\nDepends: mta\n\nbb\nProvides: mta\n\ncc\nProvides: mta";
    assert_eq!(chosen(archive, "aa"), "aa cc");
    let mentioned = "aa\nDepends: mta\nSuggests: cc\n\nbb\nProvides: mta\n\ncc\nProvides: mta";
    assert_eq!(
        chosen(mentioned, "aa"),
        "aa bb",
        "cc was met in aa, before bb"
    );
    let alternatives =
        "aa\nDepends: cc-not | mta\nSuggests: bb | cc\n\nbb\nProvides: mta\n\ncc\nProvides: mta";
    assert_eq!(chosen(alternatives, "aa"), "aa cc");
}

#[test]
fn the_candidate_is_of_the_highest_priority_then_version_then_place() {
    let universe = universe_of(&[
        ("bookworm", 500, "aa 1\n\nbb 1\n\ncc 1"),
        ("bookworm-security", 500, "aa 2\n\ncc 1"),
        ("bookworm-backports", 100, "aa 3\n\nbb 2\n\ndd 1"),
    ]);
    let candidate = |name: &str| {
        let entry = universe.candidate(name).unwrap().unwrap();
        format!("{} {}", entry.package.version, entry.source.name)
    };
    assert_eq!(candidate("aa"), "2 bookworm-security");
    assert_eq!(candidate("bb"), "1 bookworm");
    assert_eq!(candidate("cc"), "1 bookworm", "the manifest names it first");
    assert_eq!(
        candidate("dd"),
        "1 bookworm-backports",
        "nothing else has it"
    );
    assert!(universe.candidate("ee").unwrap().is_none());
    let versions = universe.versions("aa").unwrap();
    let versions: Vec<String> = versions
        .iter()
        .map(|e| e.package.version.to_string())
        .collect();
    assert_eq!(versions, ["2", "1", "3"]);
}

#[test]
fn a_version_of_several_sources_has_the_priority_of_the_best() {
    let universe = universe_of(&[
        ("bookworm-backports", 100, "aa 2\n\naa 1"),
        ("bookworm", 500, "aa 1"),
    ]);
    let versions = universe.versions("aa").unwrap();
    let versions: Vec<String> = versions
        .iter()
        .map(|entry| format!("{} {}", entry.package.version, entry.source.name))
        .collect();
    assert_eq!(versions, ["1 bookworm", "2 bookworm-backports"]);
}
