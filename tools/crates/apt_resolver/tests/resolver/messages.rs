//! The messages for unsatisfiable requests. Users search for their words, so the words are part of the interface.

use apt_resolver::resolve;

use super::support::{refusal, request, universe_of};

#[track_caller]
fn says(archive: &str, words: &str, message: &str) {
    let message = format!("cannot resolve packages for `amd64`: {message}");
    assert_eq!(refusal(archive, words), message);
}

#[test]
fn a_version_that_nobody_has() {
    says(
        "aa\nDepends: bb (>= 2)\n\nbb 1.0",
        "aa",
        "cannot install package `aa`: `aa` (requested) needs `bb (>= 2)`, and `bb` is only available as 1.0 in bookworm\n\
         hint: add the source that has it, or do not request the package",
    );
}

#[test]
fn a_chain_to_a_name_that_nobody_has() {
    says(
        "aa\nDepends: bb\n\nbb\nDepends: libcc1 | dd (>= 2)\n\nlibcc2\n\ndd 1",
        "aa",
        "cannot install package `aa`: `aa` (requested) needs `bb`, `bb` needs `libcc1 | dd (>= 2)`, \
         no source has `libcc1`, and `dd` is only available as 1 in bookworm\n\
         hint: names similar to `libcc1`: libcc2",
    );
}

#[test]
fn a_name_that_is_only_provided_without_a_version() {
    says(
        "aa\nDepends: mta (>= 2)\n\nbb\nProvides: mta",
        "aa",
        "cannot install package `aa`: `aa` (requested) needs `mta (>= 2)`, and `mta` is a virtual package, provided by `bb`\n\
         hint: add the source that has it, or do not request the package",
    );
}

#[test]
fn a_version_that_is_no_candidate_but_would_do() {
    let universe = universe_of(&[
        ("bookworm", 500, "aa\nDepends: bb (>= 2)\n\nbb 1"),
        ("bookworm-backports", 100, "bb 2"),
    ]);
    let error = resolve(&universe, &request("aa")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot resolve packages for `amd64`: cannot install package `aa`: `aa` (requested) needs `bb (>= 2)`, \
         and `bb` is only available as 1 in bookworm, 2 in bookworm-backports\n\
         hint: request `bb=2`, which bookworm-backports has"
    );
    assert!(
        resolve(&universe, &request("aa bb=2")).is_ok(),
        "the hint helps"
    );
}

#[test]
fn two_requested_packages_that_exclude_each_other() {
    let hint = "hint: request fewer of these packages, or other versions (`name=version`)";
    says(
        "aa\nConflicts: bb\n\nbb\n\ncc",
        "cc bb aa",
        &format!("cannot install together `bb, aa`: `aa` (requested) conflicts with `bb` (requested)\n{hint}"),
    );
    says(
        "aa\nBreaks: bb (<< 3)\n\nbb 2",
        "aa bb",
        &format!(
            "cannot install together `aa, bb`: `aa` (requested) breaks `bb (<< 3)`, and `bb` (requested) is 2\n{hint}"
        ),
    );
}

#[test]
fn requirements_of_two_that_exclude_each_other() {
    says(
        "aa\nDepends: a1\n\na1\nDepends: a2\n\na2\nConflicts: mta\n\nbb\nDepends: b1 (>= 1)\n\nb1\nProvides: mta",
        "aa bb",
        "cannot install together `aa, bb`: `aa` (requested) needs `a1`, `a1` needs `a2`, `bb` (requested) needs `b1 (>= 1)`, \
         and `a2` conflicts with `mta`, which `b1` provides\n\
         hint: request fewer of these packages, or other versions (`name=version`)",
    );
}

#[test]
fn one_package_that_cannot_be_installed() {
    says(
        "aa\nDepends: bb, cc\n\nbb\nConflicts: cc\n\ncc",
        "aa",
        "cannot install package `aa`: `aa` (requested) needs `bb`, `aa` (requested) needs `cc`, and `bb` conflicts with `cc`\n\
         hint: do not request it, or request another version (`name=version`)",
    );
}

#[test]
fn alternatives_that_are_all_excluded() {
    says(
        "aa\nDepends: x1 | x2\n\nx1\n\nx2\n\nbb\nConflicts: x1, x2",
        "aa bb",
        "cannot install together `aa, bb`: `aa` (requested) needs `x1 | x2`, and `bb` (requested) conflicts with `x1` \
         and `bb` (requested) conflicts with `x2`\n\
         hint: request fewer of these packages, or other versions (`name=version`)",
    );
}

#[test]
fn a_contradiction_that_only_search_finds() {
    says(
        "aa\nDepends: p1 | q1\n\nbb\nDepends: p2 | q2\n\np1\nConflicts: p2, q2\n\nq1\nConflicts: p2, q2\n\np2\n\nq2",
        "aa bb",
        "cannot install together `aa, bb`: every way to satisfy the dependencies contains two conflicting packages\n\
         hint: request fewer of these packages, or other versions (`name=version`)",
    );
}

#[test]
fn names_that_nobody_has() {
    says(
        "libssl3",
        "libssl2",
        "cannot choose package `libssl2`: no source has it for amd64\nhint: similar names: libssl3",
    );
    says(
        "aa",
        "something-else",
        "cannot choose package `something-else`: no source has it for amd64",
    );
    says(
        "aa\nProvides: mta\n\nbb\nProvides: mta",
        "mta",
        "cannot choose package `mta`: it is a virtual package\n\
         hint: request a package that provides it: aa, bb",
    );
    says(
        "aa 1.0",
        "aa=2",
        "cannot choose package `aa=2`: no source has this version; available versions: 1.0 in bookworm\nhint: request one of these",
    );
    says(
        "aa 1.0",
        "aa/sid",
        "cannot choose package `aa/sid`: this source does not have it; available versions: 1.0 in bookworm\nhint: request one of these",
    );
}

#[test]
fn requests_that_contradict_themselves() {
    says(
        "aa",
        "aa -aa",
        "cannot choose package `aa`: it is both requested and excluded\nhint: remove `aa` or `-aa`",
    );
    let universe = universe_of(&[("bookworm", 500, "aa 1"), ("sid", 500, "aa 2")]);
    assert_eq!(
        resolve(&universe, &request("aa=1 aa=2")).unwrap_err().to_string(),
        "cannot resolve packages for `amd64`: cannot choose package `aa`: two versions are requested: 1 and 2\n\
         hint: an image has one version of a package: request one"
    );
}
