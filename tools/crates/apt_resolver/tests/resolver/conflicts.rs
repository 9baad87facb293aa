//! Conflicts (Policy 7.3, 7.4), and the solutions that avoid them.

use super::support::{chosen, refusal};

#[test]
fn conflicts_and_breaks_exclude() {
    for field in ["Conflicts", "Breaks"] {
        let archive = format!("aa\n{field}: bb\n\nbb\n\ncc\n{field}: bb (<< 1)");
        assert!(refusal(&archive, "aa bb").contains("cannot"), "{field}");
        assert_eq!(
            chosen(&archive, "bb cc"),
            "bb cc",
            "{field}: another version"
        );
    }
}

#[test]
fn a_conflict_with_a_provided_name_excludes_the_providers() {
    let archive = "aa\nConflicts: mta\n\nbb\nProvides: mta\n\ncc\nConflicts: mta (<< 2)";
    assert!(refusal(archive, "aa bb").contains("cannot"));
    assert_eq!(
        chosen(archive, "bb cc"),
        "bb cc",
        "a name without a version is below no version"
    );
}

#[test]
fn a_package_conflicts_neither_with_itself_nor_with_what_it_provides() {
    let archive = "aa\nProvides: mta\nConflicts: mta, aa\nReplaces: mta\n\nbb\nProvides: mta\nConflicts: mta\nReplaces: mta\n\ncc\nDepends: mta";
    assert_eq!(chosen(archive, "aa"), "aa");
    assert_eq!(chosen(archive, "cc aa"), "aa cc");
    assert!(refusal(archive, "aa bb").contains("conflicts with `mta`"));
}

#[test]
fn a_way_around_a_conflict_is_found() {
    // The walk chooses bb, which dd conflicts with; cc satisfies the relation too.
    let archive = "aa\nDepends: bb | cc\n\nbb\n\ncc\n\ndd\nConflicts: bb";
    assert_eq!(chosen(archive, "aa dd"), "aa cc dd");
    assert_eq!(chosen(archive, "dd aa"), "aa cc dd");
}

#[test]
fn a_conflict_deep_below_moves_a_choice_far_above() {
    let archive = "aa\nDepends: bb | cc\n\nbb\nDepends: b1\n\nb1\nDepends: b2\n\nb2\nDepends: b3\n\nb3\n\ncc\n\ndd\nDepends: d1\n\nd1\nDepends: d2 | d3\n\nd2\nConflicts: b3\n\nd3\nConflicts: b3";
    assert_eq!(chosen(archive, "aa dd"), "aa cc d1 d2 dd");
}

#[test]
fn what_was_tried_and_given_up_leaves_nothing_behind() {
    let archive = "aa\nDepends: bb | cc\n\nbb\nDepends: b1, b2\n\nb1\n\nb2\nDepends: b3\n\nb3\nDepends: nowhere\n\ncc";
    assert_eq!(chosen(archive, "aa"), "aa cc", "b1 is needed by nothing");
}

#[test]
fn a_case_that_only_search_decides() {
    // Each of x1, x2, x3 has two solutions. All pairs of solutions except one conflict.
    let archive = "aa\nDepends: x1, x2, x3\n\n\
        x1\nDepends: p1 | q1\n\nx2\nDepends: p2 | q2\n\nx3\nDepends: p3 | q3\n\n\
        p1\nConflicts: p2, q2\n\nq1\nConflicts: p2\n\np2\n\nq2\nConflicts: p3\n\np3\n\nq3";
    assert_eq!(chosen(archive, "aa"), "aa q1 q2 q3 x1 x2 x3");
}
