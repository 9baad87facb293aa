//! The meaning of each kind of relation (Policy 7).

use super::support::chosen;

#[test]
fn depends_and_pre_depends_are_followed_and_recommends_are_not() {
    let archive = "aa\nDepends: bb\nPre-Depends: cc\nRecommends: dd\nSuggests: ee\n\nbb\nDepends: ff\n\ncc\n\ndd\n\nee\n\nff";
    assert_eq!(chosen(archive, "aa"), "aa bb cc ff");
}

#[test]
fn versions_are_compared_as_debian_does() {
    let holds = |relation: &str, version: &str| {
        let archive = format!("aa\nDepends: bb ({relation})\n\nbb {version}");
        chosen(&archive, "aa") == "aa bb"
    };
    for (relation, version, expected) in [
        ("<< 2", "1", true),
        ("<< 2", "2", false),
        ("<< 2", "2~rc1", true),
        ("<= 2", "2", true),
        ("= 2", "2-0", true),
        ("= 2", "2-1", false),
        (">= 2", "1:0", true),
        (">> 2", "2", false),
        (">> 2", "2+b1", true),
        ("< 2", "2", true),
        ("> 2", "2", true),
    ] {
        assert_eq!(holds(relation, version), expected, "{version} {relation}");
    }
}

#[test]
fn of_alternatives_the_first_that_works_is_taken() {
    let archive = "aa\nDepends: bb | cc\n\nbb\n\ncc\n\ndd\nDepends: ee | cc\n\nff\nDepends: gg | cc\n\ngg\nDepends: nowhere";
    assert_eq!(chosen(archive, "aa"), "aa bb");
    assert_eq!(chosen(archive, "dd"), "cc dd", "the first is in no source");
    assert_eq!(
        chosen(archive, "ff"),
        "cc ff",
        "the first cannot be installed"
    );
}

#[test]
fn an_alternative_that_is_there_already_is_enough() {
    let archive = "aa\nDepends: bb | cc\n\nbb\n\ncc";
    assert_eq!(chosen(archive, "cc aa"), "aa cc");
    assert_eq!(
        chosen(archive, "aa cc"),
        "aa cc",
        "requested packages are marked before any relation is met"
    );
}

#[test]
fn a_provided_name_is_met_by_its_provider() {
    let archive = "aa\nDepends: virtual\n\nbb\nProvides: other, virtual";
    assert_eq!(chosen(archive, "aa"), "aa bb");
}

#[test]
fn a_version_asks_for_a_provided_version() {
    let archive = "aa\nDepends: virtual (>= 2)\n\nbb\nProvides: virtual\n\ncc\nProvides: virtual (= 1)\n\ndd\nProvides: virtual (= 3)";
    assert_eq!(chosen(archive, "aa"), "aa dd");
}

#[test]
fn only_what_the_candidate_provides_counts() {
    let archive = "aa\nDepends: virtual\n\nbb 1\nProvides: virtual\n\nbb 2";
    assert!(
        chosen(archive, "aa").contains("cannot"),
        "bb 1 is no candidate"
    );
}

#[test]
fn any_asks_for_a_package_that_allows_it() {
    let archive = "aa\nDepends: bb:any\n\nbb\nMulti-Arch: allowed\n\ncc\nDepends: dd:any\n\ndd\nMulti-Arch: foreign\n\n\
        ee\nDepends: ff:any (>= 1)\n\ngg\nMulti-Arch: allowed\nProvides: ff (= 2)";
    assert_eq!(chosen(archive, "aa"), "aa bb");
    assert!(chosen(archive, "cc").contains("cannot"));
    assert_eq!(
        chosen(archive, "ee"),
        "ee gg",
        "what an allowed package provides is provided as name:any too"
    );
}

#[test]
fn native_and_the_own_architecture_are_met_by_any_package_of_it() {
    let archive =
        "aa\nDepends: bb:native, cc:amd64\n\nbb\n\ncc\nArchitecture: all\n\ndd\nDepends: bb:arm64";
    assert_eq!(chosen(archive, "aa"), "aa bb cc");
    assert!(
        chosen(archive, "dd").contains("cannot"),
        "no other architecture is there"
    );
}

#[test]
fn essential_packages_are_added_only_where_wanted_or_needed() {
    use apt_resolver::resolve;
    let archive = "aa\n\nbb\nEssential: yes\nDepends: cc\n\ncc\n\ndd\nDepends: bb";
    assert_eq!(chosen(archive, "aa"), "aa");
    assert_eq!(chosen(archive, "dd"), "bb cc dd");
    let universe = super::support::universe(archive);
    let mut request = super::support::request("aa");
    request.essential = true;
    let resolution = resolve(&universe, &request).unwrap();
    assert_eq!(super::support::names(&resolution), "aa bb cc");
}

#[test]
fn cycles_end() {
    let archive = "aa\nDepends: bb\n\nbb\nDepends: cc\n\ncc\nDepends: aa\nPre-Depends: cc";
    assert_eq!(chosen(archive, "aa"), "aa bb cc");
    assert_eq!(chosen(archive, "cc bb"), "aa bb cc");
}
