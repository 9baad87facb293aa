//! The forms of a request, and the reasons in the answer.

use apt_resolver::{resolve, Reason, Request};

use super::support::{chosen, names, request, universe, universe_of};

#[test]
fn a_version_or_a_source_may_be_named() {
    let universe = universe_of(&[
        ("bookworm", 500, "aa 1\nDepends: bb\n\nbb 1"),
        ("bookworm-backports", 100, "aa 2\nDepends: bb\n\nbb 2"),
    ]);
    let version = |words: &str| {
        let resolution = resolve(&universe, &request(words)).unwrap();
        let versions = resolution
            .packages
            .iter()
            .map(|c| c.entry.package.version.to_string());
        versions.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(version("aa"), "1 1");
    assert_eq!(version("aa=2"), "2 1");
    assert_eq!(
        version("aa/bookworm-backports"),
        "2 1",
        "what it needs stays at its candidate"
    );
    assert_eq!(version("aa=2 bb/bookworm-backports"), "2 2");
    assert_eq!(version("aa=2 aa=2"), "2 1");
}

#[test]
fn each_package_says_why_it_is_there() {
    let universe =
        universe("aa\nDepends: bb, cc (>= 1) | dd\n\nbb\nDepends: cc\n\ncc\n\nzz\nDepends: aa");
    let resolution = resolve(&universe, &request("zz cc")).unwrap();
    let reasons: Vec<String> = resolution
        .packages
        .iter()
        .map(|chosen| match chosen.reason {
            Reason::Requested => format!("{}: requested", chosen.name()),
            Reason::Essential => format!("{}: essential", chosen.name()),
            Reason::Dependency { of, relation } => {
                format!("{}: {of} needs {relation}", chosen.name())
            }
        })
        .collect();
    assert_eq!(
        reasons,
        [
            "aa: zz needs aa",
            "bb: aa needs bb",
            "cc: requested",
            "zz: requested"
        ]
    );
    let depends = |name: &str| {
        let edges = &resolution.get(name).unwrap().depends;
        let edges = edges
            .iter()
            .map(|edge| format!("{} -> {}", edge.relation, edge.package));
        edges.collect::<Vec<_>>()
    };
    assert_eq!(depends("aa"), ["bb -> bb", "cc (>= 1) | dd -> cc"]);
    assert_eq!(depends("bb"), ["cc -> cc"]);
}

#[test]
fn why_tells_the_shortest_chains() {
    let universe = universe(
        "aa\nDepends: bb\n\nbb\nDepends: cc (>= 1)\n\ncc\n\ndd\nDepends: ee, bb\n\nee\nDepends: cc",
    );
    let resolution = resolve(&universe, &request("aa dd")).unwrap();
    let why = |name: &str| {
        let chains = resolution.why(name).into_iter().map(|chain| {
            let steps = chain
                .iter()
                .map(|step| format!("{} needs {}", step.package, step.relation));
            steps.collect::<Vec<_>>().join(", ")
        });
        chains.collect::<Vec<_>>()
    };
    assert_eq!(
        why("cc"),
        [
            "aa needs bb, bb needs cc (>= 1)",
            "dd needs ee, ee needs cc"
        ]
    );
    assert_eq!(why("ee"), ["dd needs ee"]);
    assert_eq!(why("aa"), [""]);
    assert!(why("nobody").is_empty());
}

#[test]
fn what_is_excluded_is_not_taken_and_what_lacks_it_is_reported() {
    let archive =
        "aa\nDepends: bb, cc | dd, ee\n\nbb\nDepends: ff\n\ncc\n\ndd\n\nee\nDepends: bb\n\nff";
    let universe = universe(archive);
    let resolution = resolve(&universe, &request("aa -bb -cc")).unwrap();
    assert_eq!(names(&resolution), "aa dd ee");
    let unmet: Vec<String> = resolution
        .unmet
        .iter()
        .map(|(name, relation)| format!("{name}: {relation}"))
        .collect();
    assert_eq!(unmet, ["aa: bb", "ee: bb"]);
    assert!(
        chosen(archive, "aa -nobody").starts_with("aa bb"),
        "an exclusion may exclude nothing"
    );
}

#[test]
fn nothing_asked_for_gives_nothing() {
    let universe = universe("aa");
    let resolution = resolve(&universe, &Request::default()).unwrap();
    assert!(resolution.packages.is_empty());
}

#[test]
fn requests_that_cannot_be_read() {
    for word in ["", "_a", "aa=", "aa/", "aa=1=2", "-", "--aa", "aa bb"] {
        assert!(Request::read([word]).is_err(), "{word}");
    }
}
