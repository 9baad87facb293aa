//! The sources of packages.

use apt_resolver::{resolve, Scope, Universe};

use super::support::{index, names, request, source};

#[test]
fn another_architecture_may_vouch_for_independent_packages_only() {
    let own =
        index("aa 1\nArchitecture: arm64\nDepends: tzdata, virtual\n\ntzdata 1\nArchitecture: all");
    let other = index("aa 2\nProvides: virtual\n\ntzdata 2\nArchitecture: all\n\nbb\nArchitecture: all\nProvides: virtual");
    let mut universe = Universe::new("arm64");
    universe
        .add(source("bookworm", 0), own, Scope::Everything)
        .unwrap();
    universe
        .add(source("security", 1), other, Scope::IndependentOnly)
        .unwrap();
    let resolution = resolve(&universe, &request("aa")).unwrap();
    assert_eq!(names(&resolution), "aa bb tzdata");
    assert_eq!(
        resolution.get("aa").unwrap().entry.package.version.as_str(),
        "1"
    );
    let tzdata = resolution.get("tzdata").unwrap();
    assert_eq!(tzdata.entry.package.version.as_str(), "2");
    assert_eq!(tzdata.entry.source.name, "security");
    assert_eq!(Vec::from_iter(universe.names()), ["aa", "bb", "tzdata"]);
}

#[test]
fn the_same_request_gives_the_same_answer() {
    let mut archive = String::new();
    for number in 0..300 {
        let next = (number * 7 + 1) % 300;
        archive += &format!(
            "p{number}\nDepends: v{next} | p{next}\nProvides: v{}, v{}\n\n",
            number / 2,
            number / 3
        );
    }
    let text: String = index(&archive);
    let answer = || {
        let mut universe = Universe::new("amd64");
        universe
            .add(source("bookworm", 0), text.clone(), Scope::Everything)
            .unwrap();
        let resolution = resolve(&universe, &request("p5 p77 p150")).unwrap();
        let lines = resolution
            .packages
            .iter()
            .map(|c| format!("{} {:?} {:?}\n", c.name(), c.reason, c.depends));
        lines.collect::<String>()
    };
    let first = answer();
    assert!(first.lines().count() > 3);
    for _ in 0..3 {
        assert_eq!(answer(), first);
    }
}
