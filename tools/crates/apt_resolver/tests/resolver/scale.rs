//! Large inputs that could overflow the stack or take too long.

use std::fmt::Write as _;

use apt_resolver::{resolve, Reason};

use super::support::{request, universe};

#[test]
fn a_chain_of_ten_thousand() {
    let mut archive = String::new();
    for number in 0..10_000 {
        write!(archive, "p{number}\nDepends: p{}\n\n", number + 1).unwrap();
    }
    archive += "p10000";
    let universe = universe(&archive);
    let resolution = resolve(&universe, &request("p0")).unwrap();
    assert_eq!(resolution.packages.len(), 10_001);
    assert!(matches!(
        resolution.get("p9999").unwrap().reason,
        Reason::Dependency { of: "p9998", .. }
    ));
    assert_eq!(resolution.why("p10000")[0].len(), 10_000);
}

#[test]
fn a_chain_of_ten_thousand_to_nowhere() {
    let mut archive = String::new();
    for number in 0..3_000 {
        write!(archive, "p{number}\nDepends: p{}\n\n", number + 1).unwrap();
    }
    let universe = universe(&archive);
    let error = resolve(&universe, &request("p0")).unwrap_err().to_string();
    assert!(error.contains("needs `p3000`"));
}

#[test]
fn a_name_of_a_thousand_providers() {
    let mut archive = "aa\nDepends: virtual\n\n".to_owned();
    for number in 0..1_000 {
        write!(
            archive,
            "p{number}\nProvides: virtual\nConflicts: virtual\n\n"
        )
        .unwrap();
    }
    let universe = universe(&archive);
    let resolution = resolve(&universe, &request("aa")).unwrap();
    assert_eq!(super::support::names(&resolution), "aa p999");
}
